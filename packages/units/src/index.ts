export { BASE_UNITS, DIMENSIONS } from './dimension.ts';
export type { Dimension } from './dimension.ts';
export { parseQuantity } from './parse-quantity.ts';
export type { QuantityProblem, QuantityResult } from './parse-quantity.ts';
export { formatQuantity } from './format-quantity.ts';
export { unitsOf } from './unit-table.ts';
export type {
  Amperes,
  BitsPerSecond,
  Bytes,
  BytesPerSecond,
  Femtojoules,
  Hertz,
  Picoseconds,
  SquareMillimetres,
  Volts,
  Watts,
} from './quantity.ts';
