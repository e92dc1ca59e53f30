import { operationCounts, vector } from '@systole/compute';
import { Machine } from '@systole/core';
import { bench, describe } from 'vitest';
import { partOf } from '../test/part-of.ts';

// One run is 10^4 chunks: chunks per second are the printed hz times 10^4.
const CHUNKS = 10_000;

describe('compute/vector', () => {
  const machine = new Machine([partOf(vector)], 1);
  const transaction = { kind: 'softmax', bytes: 0, dims: { rows: 25, elements: 25_600 } };
  const stages = [{ component: 0, transaction, slots: 2 }];
  const task = { name: 'softmax', tag: 0, after: [], chunks: CHUNKS, delay: 0, stages };
  bench('10^4 chunks of one softmax', () => {
    machine.run([task]);
  });

  const algorithm = {
    exponential: 'taylor',
    taylorTerms: 6,
    rangeReduction: 0,
    newtonRaphsonSteps: 3,
    inverseSquareRoot: 'fast-inverse',
    fastInverseSteps: 1,
  } as const;
  bench('10^4 operation counts of layernorm', () => {
    for (let elements = 1; elements <= CHUNKS; elements++) {
      operationCounts('layernorm', { rows: 1, elements }, algorithm);
    }
  });
});
