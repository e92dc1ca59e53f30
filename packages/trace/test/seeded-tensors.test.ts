import { describe, expect, it } from 'vitest';
import { seededTensors } from '../src/index.ts';

const matrix = { tensor: 'L0.up.weight', shape: [256, 64], layout: 'matrix', inner: 256 } as const;

function moments(values: Float64Array): { readonly mean: number; readonly variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance };
}

describe('seeded tensors', () => {
  it('are the same whenever they are asked for, and others for another seed or name', () => {
    const source = seededTensors('normal', 3);
    const first = source.weight(matrix);
    source.weight({ ...matrix, tensor: 'other' });
    expect(source.weight(matrix)).toEqual(first);
    expect(seededTensors('normal', 3).weight(matrix)).toEqual(first);
    expect(seededTensors('normal', 4).weight(matrix)).not.toEqual(first);
    expect(seededTensors('normal', 3 + 2 ** 32).weight(matrix)).not.toEqual(first);
    expect(source.weight({ ...matrix, tensor: 'L1.up.weight' })).not.toEqual(first);
  });

  it('have the mean and the variance that they say', () => {
    const { mean, variance } = moments(seededTensors('normal', 1).weight(matrix));
    // Four standard errors of 16,384 values.
    expect(Math.abs(mean)).toBeLessThan((4 * (1 / 16)) / 128);
    expect(variance * 256).toBeGreaterThan(0.95);
    expect(variance * 256).toBeLessThan(1.05);
    const gains = moments(
      seededTensors('normal', 1).weight({ tensor: 'n.gain', shape: [4096], layout: 'vector' }),
    );
    expect(Math.abs(gains.mean - 1)).toBeLessThan(0.01);
    expect(Math.sqrt(gains.variance)).toBeCloseTo(0.1, 2);
  });

  it('are uncorrelated from name to name', () => {
    const source = seededTensors('normal', 1);
    const [a, b] = ['L0.x', 'L1.x'].map((tensor) => source.weight({ ...matrix, tensor }));
    const dot = (x: Float64Array, y: Float64Array) =>
      x.reduce((sum, value, at) => sum + value * (y[at] ?? 0), 0);
    if (a === undefined || b === undefined) throw new Error('two were asked for');
    expect(Math.abs(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)))).toBeLessThan(4 / 128);
  });

  it('have outliers in the same channels of all gains of a width', () => {
    const [plain, source] = [seededTensors('normal', 1), seededTensors('outliers', 1)];
    const channels = ['L0.n.gain', 'L1.n.gain'].map((tensor) => {
      const request = { tensor, shape: [256], layout: 'vector' } as const;
      const [without, having] = [plain.weight(request), source.weight(request)];
      return [...having.keys()].filter((at) => having[at] === 16 * (without[at] ?? 0));
    });
    expect(channels[0]).toHaveLength(4);
    expect(channels[1]).toEqual(channels[0]);
    expect(source.weight(matrix)).toEqual(plain.weight(matrix));
  });

  it('refuse a seed that is none', () => {
    expect(() => seededTensors('normal', 0.5)).toThrow(/whole number/);
  });
});
