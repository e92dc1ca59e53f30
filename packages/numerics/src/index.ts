export { isExactIn } from './is-exact-in.ts';
export { NUMBER_FORMATS } from './number-format.ts';
export type { BlockGeometry, NumberFormat } from './number-format.ts';
export { findFormat, formatNames } from './find-format.ts';
export { storageBits, storageBytes } from './storage.ts';
