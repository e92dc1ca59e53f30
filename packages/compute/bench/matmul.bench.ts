import { simdMac, systolic, systolicCycles } from '@systole/compute';
import { Machine } from '@systole/core';
import { bench, describe } from 'vitest';
import { partOf } from '../test/part-of.ts';

// One run is 10^4 chunks or shapes: their number per second is the printed hz times 10^4.
const COUNT = 10_000;

describe('matmul', () => {
  const transaction = { kind: 'matmul', bytes: 0, dims: { m: 20_000, k: 4096, n: 4096 } };
  const stages = [{ component: 0, transaction, slots: 2 }];
  const task = { name: 'matmul', tag: 0, after: [], chunks: COUNT, delay: 0, stages };
  for (const part of [partOf(systolic), partOf(systolic, { doubleBuffered: true }), partOf(simdMac)]) {
    const machine = new Machine([part], 1);
    const buffering = part.values['doubleBuffered'] === true ? ', double-buffered' : '';
    bench(`10^4 chunks of one matmul, ${part.declaration.type}${buffering}`, () => {
      machine.run([task]);
    });
  }

  const array = { rows: 128, columns: 128, dataflow: 'weight-stationary' } as const;
  bench('10^4 closed forms', () => {
    for (let m = 1; m <= COUNT; m++) systolicCycles({ m, k: 4096, n: 4096 }, array);
  });
});
