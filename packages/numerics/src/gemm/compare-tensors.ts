import { NumericsError } from '../numerics-error.ts';
import { exponentOf, powerOfTwo } from '../scalar/binary64.ts';
import { decibels } from './decibels.ts';

/** How far a tensor is from its reference, over the elements that are finite in both. */
export interface TensorError {
  readonly elements: number;
  /** Elements that are NaN or infinite in either tensor: left out of all other figures. */
  readonly notFinite: number;
  /** Signal-to-quantisation-noise ratio in dB: 10 log10(sum of reference^2 / sum of error^2); Infinity without any error. */
  readonly sqnr: number;
  /** Largest magnitude of an error. */
  readonly maximum: number;
  /** Mean magnitude of the errors. */
  readonly mean: number;
  /** Root of the mean square of the errors. */
  readonly rootMeanSquare: number;
  /** Mean error with its sign: what rounding shifts. */
  readonly bias: number;
  /** Cosine of the angle between the tensors; 1 between two of zeros, 0 between one of zeros and another. */
  readonly cosine: number;
}

type Values = Float64Array | Float32Array;

/**
 * The errors of `actual` against `reference`. Sums are compensated, and scaled so that squares neither overflow nor vanish.
 */
export function compareTensors(reference: Values, actual: Values): TensorError {
  const elements = reference.length;
  if (actual.length !== elements) {
    throw new NumericsError('numerics/length', `${actual.length} values against a reference of ${elements}`);
  }
  let largest = 0;
  let finite = 0;
  for (let i = 0; i < elements; i++) {
    const wanted = reference[i] ?? 0;
    const value = actual[i] ?? 0;
    if (wanted - wanted !== 0 || value - value !== 0) continue;
    finite++;
    largest = Math.max(largest, Math.abs(wanted), Math.abs(value));
  }
  const lift = largest === 0 ? 0 : Math.max(-1000, Math.min(1000, -exponentOf(largest) - 2));
  const scale = powerOfTwo(lift);
  const signal = new Sum();
  const noise = new Sum();
  const power = new Sum();
  const cross = new Sum();
  const magnitude = new Sum();
  const bias = new Sum();
  let maximum = 0;
  for (let i = 0; i < elements; i++) {
    const wanted = (reference[i] ?? 0) * scale;
    const value = (actual[i] ?? 0) * scale;
    if (wanted - wanted !== 0 || value - value !== 0) continue;
    const error = value - wanted;
    signal.add(wanted * wanted);
    power.add(value * value);
    cross.add(wanted * value);
    noise.add(error * error);
    magnitude.add(Math.abs(error));
    bias.add(error);
    if (Math.abs(error) > maximum) maximum = Math.abs(error);
  }
  return {
    elements,
    notFinite: elements - finite,
    sqnr: noise.value === 0 ? Infinity : decibels(signal.value / noise.value),
    maximum: maximum / scale,
    mean: finite === 0 ? 0 : magnitude.value / finite / scale,
    rootMeanSquare: finite === 0 ? 0 : Math.sqrt(noise.value / finite) / scale,
    bias: finite === 0 ? 0 : bias.value / finite / scale,
    cosine: noise.value === 0 ? 1 : cosineOf(signal.value, power.value, cross.value),
  };
}

function cosineOf(signal: number, power: number, cross: number): number {
  if (signal === 0 || power === 0) return signal === power ? 1 : 0;
  return Math.max(-1, Math.min(1, cross / (Math.sqrt(signal) * Math.sqrt(power))));
}

/** A sum with its rounding errors summed apart (Neumaier, 1974). */
class Sum {
  #sum = 0;
  #lost = 0;

  add(x: number): void {
    const sum = this.#sum + x;
    this.#lost += Math.abs(this.#sum) >= Math.abs(x) ? this.#sum - sum + x : x - sum + this.#sum;
    this.#sum = sum;
  }

  get value(): number {
    return this.#sum + this.#lost;
  }
}
