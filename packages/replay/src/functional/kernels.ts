import type { Operator } from '@systole/trace';
import { cosSin, exp, ln, tanh } from './elementary.ts';

/**
 * Operators that are no matrix products, as functions on binary64 values. They say what the trace's vocabulary means:
 *
 * - `layernorm`: (x - mean) / √(variance + 1e-5) × gain + bias; `rmsnorm`: x / √(mean of squares + 1e-5) × gain;
 * - `softmax`: along rows, after taking the largest off; a masked value becomes 0;
 * - `gelu`: the tanh form, as in GPT-2; `silu`: x / (1 + e^-x);
 * - `rope`: halves of a head are turned against each other, by position × 10000^(-2i / length).
 */
export const EPSILON = 1e-5;
const ROTARY_BASE = 10_000;
const GELU_CUBIC = 0.044715;
/** √(2/π). */
const GELU_SCALE = 0.7978845608028654;

const FUNCTIONS: Readonly<Record<'gelu' | 'silu' | 'relu', (x: number) => number>> = {
  gelu: (x) => 0.5 * x * (1 + tanh(GELU_SCALE * (x + GELU_CUBIC * x * x * x))),
  silu: (x) => x / (1 + exp(-x)),
  relu: (x) => (x > 0 || Number.isNaN(x) ? x : 0),
};

/** Applies a function to each element. */
export function activate(kind: 'gelu' | 'silu' | 'relu', input: Float64Array): Float64Array {
  return input.map(FUNCTIONS[kind]);
}

/** Adds or multiplies element by element. */
export function combine(kind: 'add' | 'multiply', left: Float64Array, right: Float64Array): Float64Array {
  return kind === 'add'
    ? left.map((value, index) => value + (right[index] ?? 0))
    : left.map((value, index) => value * (right[index] ?? 0));
}

/** Normalises each row. Without a bias it is 0. */
export function normalise(
  kind: 'layernorm' | 'rmsnorm',
  input: Float64Array,
  length: number,
  gain: Float64Array,
  bias: Float64Array | undefined,
): Float64Array {
  const output = new Float64Array(input.length);
  for (let start = 0; start < input.length; start += length) {
    let mean = 0;
    if (kind === 'layernorm') {
      for (let index = 0; index < length; index++) mean += input[start + index] ?? 0;
      mean /= length;
    }
    let squares = 0;
    for (let index = 0; index < length; index++) squares += ((input[start + index] ?? 0) - mean) ** 2;
    const scale = 1 / Math.sqrt(squares / length + EPSILON);
    for (let index = 0; index < length; index++) {
      output[start + index] =
        ((input[start + index] ?? 0) - mean) * scale * (gain[index] ?? 0) + (bias?.[index] ?? 0);
    }
  }
  return output;
}

/** The values of a row that are not masked: from `first` to before `end`. */
export function visibleRange(
  row: number,
  length: number,
  { causal, window = length }: { readonly causal: boolean; readonly window?: number },
): readonly [first: number, end: number] {
  // Rows of a causal softmax come in squares.
  const end = causal ? (row % length) + 1 : length;
  return [Math.max(0, end - window), end];
}

/** Softmax of each row of what its mask leaves. */
export function softmax(input: Float64Array, operator: Extract<Operator, { kind: 'softmax' }>): Float64Array {
  const { length } = operator;
  const output = new Float64Array(input.length);
  const rows = input.length / length;
  for (let row = 0; row < rows; row++) {
    const start = row * length;
    const [first, end] = visibleRange(row, length, operator);
    let largest = -Infinity;
    for (let index = first; index < end; index++) largest = Math.max(largest, input[start + index] ?? 0);
    let sum = 0;
    for (let index = first; index < end; index++) {
      const value = exp((input[start + index] ?? 0) - largest);
      output[start + index] = value;
      sum += value;
    }
    for (let index = first; index < end; index++) output[start + index] = (output[start + index] ?? 0) / sum;
  }
  return output;
}

/** Turns vectors of `length` by the position of their token; token t of each sequence has `vectors` of them. */
export function rotate(
  input: Float64Array,
  length: number,
  vectors: number,
  positionOf: (token: number) => number,
): Float64Array {
  const output = new Float64Array(input.length);
  const half = length / 2;
  const frequencies = Array.from({ length: half }, (_, pair) => exp((-2 * pair * ln(ROTARY_BASE)) / length));
  for (let start = 0, vector = 0; start < input.length; start += length, vector++) {
    const position = positionOf(Math.floor(vector / vectors));
    for (const [pair, frequency] of frequencies.entries()) {
      const [cosine, sine] = cosSin(position * frequency);
      const x = input[start + pair] ?? 0;
      const y = input[start + half + pair] ?? 0;
      output[start + pair] = x * cosine - y * sine;
      output[start + half + pair] = y * cosine + x * sine;
    }
  }
  return output;
}

/** Adds up the rows that ids choose from each table. */
export function lookUp(
  tables: readonly { readonly values: Float64Array; readonly idOf: (row: number) => number }[],
  rows: number,
  length: number,
): Float64Array {
  const output = new Float64Array(rows * length);
  for (const { values, idOf } of tables) {
    for (let row = 0; row < rows; row++) {
      const from = idOf(row) * length;
      for (let index = 0; index < length; index++) {
        output[row * length + index] = (output[row * length + index] ?? 0) + (values[from + index] ?? 0);
      }
    }
  }
  return output;
}

/** The index of the largest value of each row; of equal ones the first. */
export function largestOf(input: Float64Array, length: number): Float64Array {
  const chosen = new Float64Array(input.length / length);
  for (let row = 0; row < chosen.length; row++) {
    let best = 0;
    for (let index = 1; index < length; index++) {
      if ((input[row * length + index] ?? 0) > (input[row * length + best] ?? 0)) best = index;
    }
    chosen[row] = best;
  }
  return chosen;
}
