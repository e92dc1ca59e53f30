import { bench, describe } from 'vitest';
import { Machine } from '../src/index.ts';
import type { Task } from '../src/index.ts';
import { fifo, partOf, stage } from '../test/support/servers.ts';

// One run is 10^4 chunks through four stages: chunks through a stage per second are the printed hz times 4 * 10^4.

const CHUNKS = 10_000;
const parts = ['a', 'b', 'c', 'd'].map((name) => partOf(name, fifo));

function pipeline(name: string, chunks: number, services: readonly number[]): Task {
  const stages = services.map((service, component) => stage(component, service, chunks, 2));
  return { name, tag: 0, after: [], delay: 0, chunks, stages };
}

const machine = new Machine(parts, 1);
let consumed = 0;

describe('a pipeline of four stages', () => {
  const alone = [pipeline('t', CHUNKS, [300, 500, 400, 200])];
  bench('one flow', () => {
    consumed += machine.run(alone).duration;
  });

  const flows = Array.from({ length: 10 }, (_, index) =>
    pipeline(`t${index}`, CHUNKS / 10, [300, 500, 400, 200 + index]),
  );
  bench('ten flows that contend', () => {
    consumed += machine.run(flows).duration;
  });

  const chain = Array.from({ length: CHUNKS }, (_, index) => ({
    ...pipeline(`t${index}`, 1, [300, 500, 400, 200]),
    after: index === 0 ? [] : [index - 1],
  }));
  bench('a chain of tasks of one chunk', () => {
    consumed += machine.run(chain).duration;
  });
});

if (Number.isNaN(consumed)) throw new Error('no time was taken');
