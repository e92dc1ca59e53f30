import { bench, describe } from 'vitest';
import { pimUnit } from '../test/helpers/pim-unit.ts';
import { access, dramMachine, sequence } from '../test/helpers/run.ts';

const GDDR6 = ['gddr6-8gb-x16-14000-1250mv'];

describe('row visits that do not repeat', () => {
  // 4096 visits are followed, one burst each.
  const work = sequence([
    access('read', { run: 32, runs: 4096, stride: 32 * 101, order: 'random', seed: 3 }),
  ]);
  const machine = dramMachine(GDDR6);
  bench('4096 row visits of one channel, random', () => {
    machine.run(work);
  });
});

describe('streams that repeat', () => {
  const machine = dramMachine(GDDR6, { channels: 8 });
  const short = sequence([access('read', { run: 2 ** 20 })]);
  const long = sequence([access('read', { run: 2 ** 30 })]);
  bench('1 MiB, sequential, 8 channels', () => {
    machine.run(short);
  });
  bench('1 GiB, sequential, 8 channels', () => {
    machine.run(long);
  });
});

describe('in-memory GEMV', () => {
  const machine = dramMachine(GDDR6, { channels: 8 }, pimUnit({ drain: 2000 }));
  // 1600 x 6400 in BF16 on 128 banks: seven vector tiles, 13 groups of each.
  const gemv = sequence(
    Array.from({ length: 7 }, (_, tile) => {
      const segments = tile < 6 ? 64 : 16;
      const vectorBytes = segments * 32;
      const dims = { channels: 8, banks: 16, groups: 13, segments, passes: 1, groupStride: 7 * 2048 };
      return [
        { kind: 'vector-write', bytes: vectorBytes * 8, dims: { vectorBytes, channels: 8 } },
        { kind: 'segment-stream', bytes: 0, format: 'bf16', dims },
      ];
    }).flat(),
  );
  bench('GEMV of 1600 x 6400 on 8 channels of 16 banks', () => {
    machine.run(gemv);
  });
});
