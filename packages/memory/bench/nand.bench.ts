import { bench, describe } from 'vitest';
import { FLASH_DIES, flashSpecOf, FlashStream, runFlashRequests } from '../src/index.ts';
import { nandMachine, pageCompute, task } from '../test/helpers/nand-machine.ts';
import { pimUnit } from '../test/helpers/pim-unit.ts';
import { access } from '../test/helpers/run.ts';

const PAGE = 16_384;

describe('read-compute beside sliced reads', () => {
  const core = pimUnit({ interval: 20_480_000, drain: 2500, accumulators: 512 });
  const tasks = (rounds: number, channels: number, cores: number, bytes: number, chunks: number) => {
    const sizes = { rounds, channels, cores, inputBytes: bytes, resultBytes: bytes };
    return [
      task('compute', pageCompute(sizes), { chunks }),
      task('read', { kind: 'read', bytes: 2 * rounds * channels * PAGE }, { chunks }),
    ];
  };
  const small = nandMachine(['cambricon-llm-s'], { blocksPerPlane: 2 ** 20 }, core);
  const large = nandMachine(['cambricon-llm-l'], {}, core);
  for (const rounds of [300, 10_000_000]) {
    const work = tasks(rounds, 8, 4, 256, 1);
    bench(`${rounds} rounds on 8 channels`, () => {
      small.run(work);
    });
  }
  const cut = tasks(300, 32, 16, 512, 64);
  bench('300 rounds on 32 channels, in 64 chunks', () => {
    large.run(cut);
  });
});

describe('reads that do not repeat', () => {
  const machine = nandMachine([]);
  const read = access('read', { run: PAGE, runs: 4096, stride: 7 * PAGE, order: 'random', seed: 3 });
  const work = [
    task('read', read, { chunks: 4096, stages: [{ component: 0, transaction: read, slots: 64 }] }),
  ];
  bench('4096 random pages, 64 at a time', () => {
    machine.run(work);
  });
});

describe('every operation of a disk', () => {
  const die = FLASH_DIES['kioxia-128l-tlc'];
  if (die === undefined) throw new Error('no such die');
  const spec = flashSpecOf(die);
  const stream = { requests: 20_000, bytes: PAGE, readShare: 1, space: 2 ** 36, gap: 0, seed: 1 } as const;
  for (const pattern of ['sequential', 'random'] as const) {
    bench(`20,000 ${pattern} pages, 256 at a time`, () => {
      runFlashRequests(spec, new FlashStream({ ...stream, pattern }), { queueDepth: 256 });
    });
  }
});
