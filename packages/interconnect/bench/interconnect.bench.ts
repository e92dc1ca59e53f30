import { bus, crossbar, dieToDie, link } from '@systole/interconnect';
import { Machine } from '@systole/core';
import { bench, describe } from 'vitest';
import { partOf } from '../test/part-of.ts';
import { transferTask } from '../test/transfers.ts';

// One run is 8 masters x 1250 chunks: chunks per second are the printed hz times 10^4.
const PORTS = 8;
const options = { chunks: 1250, slots: 2 };

describe('10^4 chunks from 8 ports', () => {
  for (const declaration of [crossbar, bus]) {
    const machine = new Machine([partOf(declaration as typeof crossbar)], 1);
    const tasks = Array.from({ length: PORTS }, (_, source) => transferTask(10_000_000, { source }, options));
    bench(declaration.type, () => {
      machine.run(tasks);
    });
  }
  const tasks = Array.from({ length: PORTS }, (_, index) =>
    transferTask(10_000_000, { direction: index % 2 }, options),
  );
  for (const part of [partOf(link), partOf(dieToDie, { credits: 2, latency: '8 ns' })]) {
    const machine = new Machine([part], 1);
    bench(part.declaration.type, () => {
      machine.run(tasks);
    });
  }
});
