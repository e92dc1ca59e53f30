import type { CountedArithmetic } from './counted-arithmetic.ts';

// The functions of a vector unit as scalar programs, one row or one element at a time.

const EPSILON = 1e-5;

export function softmaxRow(unit: CountedArithmetic, row: readonly number[], scale?: number): number[] {
  const scaled = scale === undefined ? row : row.map((x) => unit.multiply(x, scale));
  const most = unit.maximum(scaled);
  const powers = scaled.map((x) => unit.exp(unit.subtract(x, most)));
  const inverse = unit.reciprocal(unit.sum(powers));
  return powers.map((power) => unit.multiply(power, inverse));
}

export function layerNormRow(
  unit: CountedArithmetic,
  row: readonly number[],
  gain: number,
  bias: number,
): number[] {
  const inverseLength = 1 / row.length;
  const mean = unit.multiply(unit.sum(row), inverseLength);
  const centred = row.map((x) => unit.subtract(x, mean));
  const variance = unit.multiply(unit.sum(centred.map((x) => unit.multiply(x, x))), inverseLength);
  const inverse = unit.inverseSquareRoot(unit.add(variance, EPSILON));
  return centred.map((x) => unit.add(unit.multiply(unit.multiply(x, inverse), gain), bias));
}

export function rmsNormRow(unit: CountedArithmetic, row: readonly number[], gain: number): number[] {
  const meanSquare = unit.multiply(unit.sum(row.map((x) => unit.multiply(x, x))), 1 / row.length);
  const inverse = unit.inverseSquareRoot(unit.add(meanSquare, EPSILON));
  return row.map((x) => unit.multiply(unit.multiply(x, inverse), gain));
}

export function gelu(unit: CountedArithmetic, x: number): number {
  const cubic = unit.add(unit.multiply(unit.multiply(x, x), 0.044715), 1);
  const argument = unit.multiply(unit.multiply(cubic, x), Math.sqrt(2 / Math.PI));
  return unit.multiply(unit.multiply(x, 0.5), unit.add(unit.tanh(argument), 1));
}

export function silu(unit: CountedArithmetic, x: number): number {
  return unit.multiply(x, unit.sigmoid(x));
}

export function relu(unit: CountedArithmetic, x: number): number {
  return unit.max(x, 0);
}

export function ropePair(unit: CountedArithmetic, x: number, y: number, angle: number): [number, number] {
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  return [
    unit.subtract(unit.multiply(x, cosine), unit.multiply(y, sine)),
    unit.add(unit.multiply(x, sine), unit.multiply(y, cosine)),
  ];
}

export function argmaxRow(unit: CountedArithmetic, row: readonly number[]): number {
  let best = 0;
  for (let index = 1; index < row.length; index++) {
    const [held, next] = [row[best] ?? 0, row[index] ?? 0];
    if (unit.max(held, next) > held) best = index;
  }
  return best;
}

export function gatherElement(unit: CountedArithmetic, tables: readonly number[]): number {
  const [first = 0, ...others] = tables;
  return others.reduce(
    (total, value) => unit.add(total, value),
    unit.read(() => first, 0),
  );
}

export function dotProduct(
  unit: CountedArithmetic,
  a: readonly number[],
  b: readonly number[],
  bias: number,
): number {
  return a.reduce((total, x, index) => unit.add(total, unit.multiply(x, b[index] ?? 0)), bias);
}
