import { compareTensors } from '@systole/numerics';
import type { FormatError, NumberErrors, TensorFormats } from '@systole/report';
import { asInput } from './input-error.ts';
import { formatList } from './number-format.ts';
import { quantiseTensor } from './quantise-tensor.ts';
import { chosenRounding } from './rounding-flags.ts';
import type { ChosenRounding, RoundingFlags } from './rounding-flags.ts';
import { tensorFormat } from './scaled-format.ts';
import type { TensorFormat } from './scaled-format.ts';
import { inputTensors } from './tensor-input.ts';
import type { InputTensor, TensorFlags } from './tensor-input.ts';

export interface ErrorsFlags extends TensorFlags, RoundingFlags {
  readonly formats?: string;
  readonly scale?: string;
  readonly pad?: boolean;
}

const USUAL_FORMATS = 'fp16,bf16,fp8_e4m3fn,posit8_0,mxfp8,mxfp6,mxfp4,nvfp4,int8,int4';
/** Powers of two below the largest magnitude that are told apart. */
const MOST_POWERS = 32;

/** Rounds tensors to formats and says how far off they come out. Throws as `tensorFormat`, `inputTensors` and `quantiseTensor` do. */
export function measureErrors(flags: ErrorsFlags, onStep: (done: number, all: number) => void): NumberErrors {
  const formats = formatList(flags.formats ?? USUAL_FORMATS, '--formats').map((name) =>
    tensorFormat(name, flags.scale),
  );
  const rounding = chosenRounding(flags);
  const tensors: TensorFormats[] = [];
  const all = Math.max(1, flags.tensor.length) * formats.length;
  let done = 0;
  for (const tensor of inputTensors(flags)) {
    const powers = powersOf(tensor.values);
    const errors = formats.map((format) => {
      const error = errorOf(tensor, format, rounding, flags.pad === true, powers);
      onStep(++done, all);
      return error;
    });
    tensors.push(described(tensor, powers, errors));
  }
  return {
    systole: 'number-errors/1',
    source: flags.from ?? '',
    rounding: rounding.name,
    overflow: rounding.overflow,
    tensors,
  };
}

function errorOf(
  tensor: InputTensor,
  format: TensorFormat,
  rounding: ChosenRounding,
  isPadded: boolean,
  powers: Powers,
): FormatError {
  const quantised = quantiseTensor(tensor, format, rounding, isPadded);
  const { values: actual, ...figures } = quantised;
  const { sqnr, maximum, mean, rootMeanSquare, bias, cosine, notFinite } = asInput(() =>
    compareTensors(tensor.values, actual),
  );
  let toZero = 0;
  let toNothing = 0;
  for (let index = 0; index < actual.length; index++) {
    const before = tensor.values[index] ?? 0;
    const after = actual[index] ?? 0;
    if (after === 0 && before !== 0) toZero++;
    if (!Number.isFinite(after) && Number.isFinite(before)) toNothing++;
  }
  return {
    format: format.name,
    ...figures,
    isExact: maximum === 0 && toNothing === 0,
    ...(Number.isFinite(sqnr) ? { sqnr } : {}),
    maximum,
    mean,
    rootMeanSquare,
    bias,
    cosine,
    toZero,
    notFinite,
    relative: relativeErrors(tensor.values, actual, powers),
  };
}

/** The powers of two that magnitudes lie at or above, the largest ones. */
interface Powers {
  readonly lowest: number;
  readonly counts: readonly number[];
}

const VIEW = new DataView(new ArrayBuffer(8));

/** The exponent of the power of two at or below a magnitude; that of subnormal numbers is too low to matter. */
function exponentOf(value: number): number {
  VIEW.setFloat64(0, value);
  return ((VIEW.getUint16(0) >> 4) & 0x7ff) - 1023;
}

function powersOf(values: Float64Array): Powers {
  const counts = new Map<number, number>();
  let highest = -Infinity;
  for (const value of values) {
    if (value === 0 || value - value !== 0) continue;
    const exponent = exponentOf(value);
    counts.set(exponent, (counts.get(exponent) ?? 0) + 1);
    if (exponent > highest) highest = exponent;
  }
  const near = [...counts.keys()].filter((exponent) => exponent > highest - MOST_POWERS && exponent >= -1000);
  const lowest = near.reduce((least, exponent) => Math.min(least, exponent), Infinity);
  if (lowest === Infinity) return { lowest: 0, counts: [] };
  return {
    lowest,
    counts: Array.from({ length: highest - lowest + 1 }, (_, index) => counts.get(lowest + index) ?? 0),
  };
}

/** Root of the mean square of errors by power of two, as a share of that of the values, 1 at most. */
function relativeErrors(
  reference: Float64Array,
  actual: Float64Array,
  { lowest, counts }: Powers,
): readonly number[] {
  const signal = new Float64Array(counts.length);
  const noise = new Float64Array(counts.length);
  const units = Float64Array.from(counts, (_, at) => 2 ** (lowest + at));
  for (let index = 0; index < reference.length; index++) {
    const wanted = reference[index] ?? 0;
    const error = (actual[index] ?? 0) - wanted;
    if (wanted === 0 || error - error !== 0) continue;
    const exponent = exponentOf(wanted);
    if (exponent < lowest) continue;
    // In units of the power, so that squares neither overflow nor vanish.
    const at = exponent - lowest;
    const unit = units[at] ?? 1;
    signal[at] = (signal[at] ?? 0) + (wanted / unit) ** 2;
    noise[at] = (noise[at] ?? 0) + (error / unit) ** 2;
  }
  return Array.from(signal, (sum, at) => (sum === 0 ? 0 : Math.min(1, Math.sqrt((noise[at] ?? 0) / sum))));
}

function described(
  { name, shape, axis, values, notANumber, infinite }: InputTensor,
  { lowest, counts }: Powers,
  formats: readonly FormatError[],
): TensorFormats {
  let largest = 0;
  for (const value of values) {
    const magnitude = Math.abs(value);
    if (magnitude > largest && magnitude !== Infinity) largest = magnitude;
  }
  // The figures of a tensor against zeros are those of itself.
  const { rootMeanSquare } = compareTensors(values, new Float64Array(values.length));
  return {
    tensor: name,
    shape,
    axis,
    elements: values.length,
    notANumber,
    infinite,
    largest,
    rootMeanSquare,
    exponents: counts.map((_, index) => lowest + index),
    counts,
    formats,
  };
}
