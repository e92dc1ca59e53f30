import { bench, describe } from 'vitest';
import { defaultPolicy } from '../src/controller/controller-policy.ts';
import { runStream } from '../src/controller/run-stream.ts';
import { devicePreset } from '../src/device/device-presets.ts';
import { ProtocolChecker } from '../src/protocol/check-commands.ts';
import { createStream } from '../src/request/streams.ts';
import { access, dramMachine, sequence } from '../test/helpers/run.ts';

describe('memory/dram command by command', () => {
  const detailed = { detail: 'detailed' };
  const one = dramMachine(['ddr4-8gb-x8-3200aa'], detailed);
  const stack = dramMachine(['hbm2-8gb-2000'], { ...detailed, channels: 16 });
  const sequential = sequence([access('read', { run: 2 ** 22 })]);
  const random = sequence([
    access('read', { run: 64, runs: 2 ** 15, stride: 64 * 37, order: 'random', seed: 3 }),
  ]);
  bench('4 MiB, sequential, DDR4', () => {
    one.run(sequential);
  });
  bench('32768 random bursts, DDR4', () => {
    one.run(random);
  });
  bench('4 MiB, sequential, HBM2, 16 channels', () => {
    stack.run(sequential);
  });
});

/** What level fast takes for them is to be held beside what level detailed takes for fewer. */
describe('memory/dram at level fast, ten million bursts', () => {
  const machine = dramMachine(['ddr4-8gb-x8-3200aa'], { rowsPerBank: 2 ** 24 });
  const bursts = 1e7;
  const streams = {
    sequential: { run: 64 * bursts },
    random: { run: 64, runs: bursts, stride: 64 * 5, order: 'random', seed: 3 },
    'random blocks of 16': { run: 64 * 16, runs: bursts / 16, stride: 64 * 48, order: 'random', seed: 3 },
    'runs of 64 with a bank each': { run: 64 * 64, runs: bursts / 64, stride: 64 * 64, layout: 'local' },
  } as const;
  for (const [name, pattern] of Object.entries(streams)) {
    const work = sequence([access('read', pattern)]);
    bench(name, () => {
      machine.run(work);
    });
  }
});

describe('the protocol checker', () => {
  const device = devicePreset('ddr4-8gb-x8-3200aa');
  const log: number[] = [];
  const stream = { kind: 'random-mix-2r1w', count: 40_000, burstBytes: 64, regionLog2: 22, seed: 4 };
  runStream({ device, policy: defaultPolicy, channels: 1 }, createStream(stream), {
    onCommand: (tick, command, bank, row) => void log.push(tick, command, bank, row),
  });
  bench(`${log.length / 4} commands of a random mix, DDR4`, () => {
    const checker = new ProtocolChecker(device);
    for (let at = 0; at < log.length; at += 4) {
      checker.check(log[at] ?? 0, log[at + 1] ?? 0, log[at + 2] ?? 0, log[at + 3] ?? 0);
    }
  });
});
