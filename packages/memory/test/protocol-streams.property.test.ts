import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../src/controller/controller-policy.ts';
import type { ControllerPolicy } from '../src/controller/controller-policy.ts';
import { runStream } from '../src/controller/run-stream.ts';
import { DEVICE_PRESETS, devicePreset } from '../src/device/device-presets.ts';
import type { DramDevice } from '../src/device/device.ts';
import { DRAM_STANDARDS } from '../src/device/standards.ts';
import { ChannelsChecker } from '../src/protocol/check-command-log.ts';
import { createStream, STREAM_KINDS } from '../src/request/streams.ts';

/** Commands of each standard. A long run has more: SYSTOLE_PROTOCOL_COMMANDS=1000000 npx vitest run … */
const COMMANDS = Number(process.env['SYSTOLE_PROTOCOL_COMMANDS'] ?? 100_000);
const SEED = Number(process.env['SYSTOLE_PROTOCOL_SEED'] ?? 1000);
const MAPPINGS = ['RoBaRaCoCh', 'ChRaBaRoCo', 'MOP4CLXOR'];
const KINDS = [
  ...STREAM_KINDS,
  'random-mix-1r1w',
  'seq-mix-1r2w',
  'multi-stream-read-16',
  'block-random-write',
];

interface Case {
  readonly preset: string;
  readonly rank: number;
  readonly policy: ControllerPolicy;
  readonly kind: string;
  readonly seed: number;
  readonly regionLog2: number;
  readonly stride: number;
  readonly interval: number;
  readonly channels: number;
}

function deviceOf(preset: string, rank = 1): DramDevice {
  const device = devicePreset(preset);
  const isRanked = device.standard.levels.includes('rank');
  return isRanked ? { ...device, counts: { ...device.counts, rank } } : device;
}

const hasPerBank = ({ standard, timings }: DramDevice): boolean =>
  standard.commands.some(({ name }) => name === 'REFpb') &&
  timings['nREFIpb'] !== undefined &&
  timings['nRFCpb'] !== undefined;

/** Bank queues know no half clocks, split activates or data clocks. */
function kindsFor({ standard }: DramDevice): readonly ControllerPolicy['kind'][] {
  const isPlain = standard.ticksPerClock === 1 && standard.splitWithin === undefined;
  return isPlain ? ['shared-queues', 'shared-queues', 'bank-queues'] : ['shared-queues'];
}

function cases(standard: string): fc.Arbitrary<Case> {
  const presets = Object.keys(DEVICE_PRESETS).filter((name) => deviceOf(name).standard.name === standard);
  return fc.constantFrom(...presets).chain((preset) =>
    fc
      .record({
        rank: fc.constantFrom(1, 1, 2, 4),
        kind: fc.constantFrom(...KINDS),
        seed: fc.integer({ min: 1, max: 2 ** 31 }),
        regionLog2: fc.integer({ min: 8, max: 22 }),
        stride: fc.integer({ min: 1, max: 5000 }),
        interval: fc.constantFrom(0, 0, 0, 0, 3, 50, 700),
        channels: fc.constantFrom(1, 1, 1, 2),
        policy: fc.record({
          kind: fc.constantFrom(...kindsFor(deviceOf(preset))),
          scheduler: fc.constantFrom('fr-fcfs' as const, 'fr-fcfs-row-hit' as const),
          rowPolicy: fc.constantFrom('open' as const, 'closed' as const, 'closed-cap' as const),
          rowCap: fc.integer({ min: 1, max: 16 }),
          refresh: fc.constantFrom(
            ...(hasPerBank(deviceOf(preset)) ? (['all-bank', 'per-bank'] as const) : (['all-bank'] as const)),
            'none',
          ),
          readQueue: fc.constantFrom(1, 4, 32, 64),
          writeQueue: fc.constantFrom(1, 4, 32, 64),
          addressMapping: fc.constantFrom(...MAPPINGS),
        }),
      })
      .map(({ policy, ...rest }) => ({ ...rest, preset, policy: { ...defaultPolicy, ...policy } })),
  );
}

/** Runs the stream of a case under the checker. Returns how many commands it took. */
function checkedCommands({ preset, rank, policy, channels, stride, ...stream }: Case, most: number): number {
  const device = deviceOf(preset, rank);
  const checker = new ChannelsChecker(device, {
    kept: 3,
    ...(policy.refresh === 'none' ? { postponed: Infinity } : {}),
  });
  const isSlow = stream.interval > 100 || stream.kind.startsWith('dependent');
  const source = createStream({
    ...stream,
    count: isSlow ? Math.ceil(most / 10) : most,
    burstBytes: device.burstBytes,
    strideBytes: stride * device.burstBytes,
    rowStrideBytes: stride * device.burstBytes,
  });
  runStream({ device, policy, channels }, source, { onCommand: checker.add });
  const { commands, violations } = checker.result();
  expect(violations).toEqual([]);
  return commands;
}

/** Runs ten cases. Returns how many commands they took. */
function round(standard: string, seed: number): number {
  let commands = 0;
  fc.assert(
    fc.property(cases(standard), (one) => {
      commands += checkedCommands(one, Math.ceil(COMMANDS / 30));
    }),
    { numRuns: 10, seed },
  );
  return commands;
}

describe.each(Object.keys(DRAM_STANDARDS))('%s', (standard) => {
  it(
    'keeps the protocol, whatever the policy and the stream',
    () => {
      let seed = SEED;
      for (let commands = 0; commands < COMMANDS; seed++) commands += round(standard, seed);
      expect(seed).toBeGreaterThan(SEED);
    },
    COMMANDS > 100_000 ? 3_600_000 : 60_000,
  );
});
