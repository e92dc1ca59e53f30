import { SystoleError } from '@systole/core';
import { elementsOf } from '../tensor-bytes.ts';
import { randomBits } from './random-bits.ts';
import type { TensorRequest, TensorSource } from './tensor-source.ts';

/** Distributions that weights are drawn from. */
export const DISTRIBUTIONS = ['normal', 'outliers'] as const;

/** The name of a distribution. */
export type Distribution = (typeof DISTRIBUTIONS)[number];

const TERMS = 12;
const OUTLIER_FACTOR = 16;
const CHANNELS_PER_OUTLIER = 64;
/** Spread of biases, and of gains around one. */
const VECTOR_DEVIATION = 0.1;

/**
 * Values of mean 0 and variance 1: sums of twelve uniform ones less six, which end at ±6 and are exact in binary64, so that every
 * machine makes the same ones. Their kurtosis is 2.9, where that of the normal distribution is 3.
 */
export function standardNormal(bits: () => number): number {
  let sum = 0;
  for (let term = 0; term < TERMS; term++) sum += bits();
  // The uniform ones are the middles of 2^32 steps.
  return (sum + TERMS / 2) / 2 ** 32 - TERMS / 2;
}

/**
 * Weights that a seed and their name decide, whatever the order in which they are asked for. Matrices have the variance 1 / inner, so
 * that products keep the size of their input; tables have that of their width; gains lie around 1 and biases around 0, by 0.1; activations have 1. With
 * `outliers`, one channel in 64 (at least one) of gains and activations is 16 times as large: the same channels in all tensors of
 * one width, as the outliers of large models stay in their channels, which the gains of their norms bring about.
 *
 * @throws SystoleError `argument/invalid` for a seed that is no whole number from 0 below 2^53.
 */
export function seededTensors(distribution: Distribution, seed = 1): TensorSource {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new SystoleError({
      code: 'argument/invalid',
      message: `a seed is a whole number from 0 on, got ${seed}`,
      hint: `Write ${distribution}:1.`,
    });
  }
  const channels = new Map<number, Uint8Array>();
  const outliersOf = (width: number): Uint8Array => {
    let found = channels.get(width);
    if (found === undefined) {
      found = drawChannels(seed, width);
      channels.set(width, found);
    }
    return found;
  };
  return {
    name: `${distribution}:${seed}`,
    weight(request) {
      const values = draw(seed, request);
      if (distribution === 'outliers' && hasChannels(request)) {
        const width = request.shape.at(-1) ?? 1;
        const isOutlier = outliersOf(width);
        for (let index = 0; index < values.length; index++) {
          if (isOutlier[index % width] === 1) values[index] = (values[index] ?? 0) * OUTLIER_FACTOR;
        }
      }
      return values;
    },
    tokens(sequences, length, vocabulary) {
      const bits = randomBits(seed, 'tokens');
      return Float64Array.from({ length: sequences * length }, () => bits() % vocabulary);
    },
  };
}

function draw(seed: number, { tensor, shape, layout, inner }: TensorRequest): Float64Array {
  const bits = randomBits(seed, tensor);
  const values = new Float64Array(elementsOf(shape));
  const deviation = deviationOf(layout, inner ?? shape.at(-1) ?? 1);
  const mean = tensor.endsWith('.gain') ? 1 : 0;
  for (let index = 0; index < values.length; index++) values[index] = mean + deviation * standardNormal(bits);
  return values;
}

function hasChannels({ tensor, layout }: TensorRequest): boolean {
  return layout === 'activation' || tensor.endsWith('.gain');
}

function deviationOf(layout: TensorRequest['layout'], length: number): number {
  if (layout === 'activation') return 1;
  return layout === 'vector' ? VECTOR_DEVIATION : 1 / Math.sqrt(length);
}

function drawChannels(seed: number, width: number): Uint8Array {
  const bits = randomBits(seed, `outliers of ${width}`);
  const isOutlier = new Uint8Array(width);
  let left = Math.max(1, Math.floor(width / CHANNELS_PER_OUTLIER));
  while (left > 0) {
    const channel = bits() % width;
    if (isOutlier[channel] === 1) continue;
    isOutlier[channel] = 1;
    left -= 1;
  }
  return isOutlier;
}
