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

describe.each(Object.keys(DRAM_STANDARDS))('%s', (standard) => {
  it(
    'keeps the protocol, whatever the policy and the stream',
    () => {
      let commands = 0;
      const share = Math.ceil(COMMANDS / 30);
      for (let round = 0; commands < COMMANDS; round++) {
        fc.assert(
          fc.property(cases(standard), ({ preset, rank, policy, channels, stride, ...stream }) => {
            const device = deviceOf(preset, rank);
            const checker = new ChannelsChecker(device, {
              kept: 3,
              ...(policy.refresh === 'none' ? { postponed: Infinity } : {}),
            });
            runStream(
              { device, policy, channels },
              createStream({
                ...stream,
                count:
                  stream.interval > 100 || stream.kind.startsWith('dependent')
                    ? Math.ceil(share / 10)
                    : share,
                burstBytes: device.burstBytes,
                strideBytes: stride * device.burstBytes,
                rowStrideBytes: stride * device.burstBytes,
              }),
              { onCommand: checker.add },
            );
            const result = checker.result();
            commands += result.commands;
            expect(result.violations).toEqual([]);
          }),
          { numRuns: 10, seed: 1000 + round },
        );
      }
    },
    COMMANDS > 100_000 ? 3_600_000 : 60_000,
  );
});
