export { blockVectorRows } from './validation/block-vectors.ts';
export { formatPropertyRows } from './validation/format-properties.ts';
export { scalarVectorRows } from './validation/scalar-vectors.ts';
export type { VectorRow } from './validation/vector-row.ts';
