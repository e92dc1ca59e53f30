import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ControllerPolicy } from '../src/controller/controller-policy.ts';
import type { RequestSource } from '../src/controller/request-source.ts';
import { runStream } from '../src/controller/run-stream.ts';
import { BUS_LIMITS } from '../src/controller/stream-result.ts';
import { createAddressMapping } from '../src/device/address-mapping.ts';
import type { DramDevice } from '../src/device/device.ts';
import { DEVICE_PRESETS } from '../src/device/device-presets.ts';
import type { Level } from '../src/device/level.ts';
import { createStream } from '../src/request/streams.ts';
import type { StreamSpec } from '../src/request/streams.ts';
import { PlainController } from './helpers/plain-controller.ts';
import { stepStream } from './helpers/step-stream.ts';

const arbitraryPolicy: fc.Arbitrary<ControllerPolicy> = fc
  .record({
    scheduler: fc.constantFrom('fr-fcfs' as const, 'fr-fcfs-row-hit' as const),
    rowPolicy: fc.constantFrom('open' as const, 'closed' as const, 'closed-cap' as const),
    rowCap: fc.integer({ min: 1, max: 6 }),
    refresh: fc.constantFrom('none' as const, 'all-bank' as const),
    readQueue: fc.integer({ min: 1, max: 40 }),
    writeQueue: fc.integer({ min: 1, max: 40 }),
    writeHighWatermark: fc.constantFrom(0.8, 0.5, 1),
    writeLowWatermark: fc.constantFrom(0.2, 0, 0.4),
    addressMapping: fc.constantFrom('RoBaRaCoCh', 'ChRaBaRoCo', 'rorababgcoch'),
  })
  .map((part) => ({ kind: 'shared-queues', commandQueue: 8, ...part }));

const arbitraryStream = (burstBytes: number): fc.Arbitrary<StreamSpec> =>
  fc.record({
    kind: fc.constantFrom(
      'seq-read',
      'seq-write',
      'random-read',
      'random-write',
      'seq-mix-2r1w',
      'random-mix-1r1w',
      'multi-stream-read-3',
      'block-random-read',
      'dependent-random-read',
    ),
    count: fc.integer({ min: 1, max: 300 }),
    burstBytes: fc.constant(burstBytes),
    // Small regions: many rows are hit again, reads meet writes.
    regionLog2: fc.integer({ min: 4, max: 22 }),
    seed: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    interval: fc.constantFrom(0, 0, 1, 7, 40),
  });

const ORIGINALS: ReadonlySet<DramDevice> = new Set(Object.values(DEVICE_PRESETS));

/** A preset, some of them with other numbers of ranks, stack levels, bank groups and banks. */
const arbitraryDevice: fc.Arbitrary<DramDevice> = fc
  .tuple(fc.constantFrom(...Object.values(DEVICE_PRESETS)), fc.boolean(), fc.integer({ min: 0, max: 80 }))
  .map(([device, isOther, number]) => {
    if (!isOther) return device;
    const has = (level: Level): boolean => device.standard.levels.includes(level);
    const counts = {
      ...device.counts,
      rank: has('rank') ? 1 + (number % 2) : 1,
      stackId: has('stackId') ? 1 + (number % 3) : 1,
      bankGroup: has('bankGroup') ? 2 ** (number % 3) : 1,
      bank: 2 ** (Math.floor(number / 3) % 4),
    };
    return { ...device, counts };
  });

const arbitraryRun = arbitraryDevice.chain((device) =>
  fc.record({
    device: fc.constant(device),
    policy: fc.tuple(arbitraryPolicy, fc.boolean()).map(([policy, isPerBank]) =>
      // The interval of a preset is for as many banks as it has.
      isPerBank && ORIGINALS.has(device) && device.timings['nREFIpb'] !== undefined
        ? { ...policy, refresh: 'per-bank' as const }
        : policy,
    ),
    channels: fc.constantFrom(1, 1, 2),
    stream: arbitraryStream(device.burstBytes),
  }),
);

/** The commands of a PlainController up to a tick. */
function plainLog(
  device: DramDevice,
  policy: ControllerPolicy,
  source: RequestSource,
  ticks: number,
): readonly string[] {
  const mapping = createAddressMapping(policy.addressMapping, device);
  const controller = new PlainController(device, policy);
  let hasRequest = source.next();
  for (let tick = 0; tick < ticks; tick++) {
    while (hasRequest && source.earliest <= tick) {
      mapping.decode(source.address / device.burstBytes);
      const { bank, row, column } = mapping;
      if (!controller.offer(bank, row, column, source.isWrite, tick)) break;
      hasRequest = source.next();
    }
    controller.tick(tick + 1);
  }
  return controller.log;
}

const hasPlainActivates = ({ device }: { readonly device: DramDevice }): boolean =>
  device.standard.commands.every(
    ({ effect }) => !effect.startsWith('activate-') && !effect.startsWith('clock'),
  );

describe('the detailed controller, over presets, policies and streams', () => {
  test('leaping over idle ticks gives what stepping through them gives', () => {
    fc.assert(
      fc.property(arbitraryRun, ({ device, policy, channels, stream }) => {
        const memory = { device, policy, channels };
        expect(runStream(memory, createStream(stream))).toEqual(stepStream(memory, createStream(stream)));
      }),
      { numRuns: 300 },
    );
  });

  test('every request is answered once, by a column command, the write queue or a merge', () => {
    fc.assert(
      fc.property(arbitraryRun, ({ device, policy, channels, stream }) => {
        const result = runStream({ device, policy, channels }, createStream(stream));
        const { commands } = result;
        const count = (...effects: readonly string[]): number =>
          device.standard.commands
            .filter(({ effect }) => effects.includes(effect))
            .reduce((sum, { name }) => sum + (commands[name] ?? 0), 0);
        expect(result.reads + result.writes).toBe(stream.count);
        expect(count('read', 'read-precharge')).toBe(result.reads - result.readsForwarded);
        expect(count('write', 'write-precharge')).toBe(result.writes - result.writesMerged);
        expect(result.readLatency.count).toBe(result.reads);
        expect(result.writeLatency.count).toBe(result.writes);
        expect(result.rowHits + result.rowMisses + result.rowConflicts).toBe(
          stream.count - result.readsForwarded - result.writesMerged,
        );
        expect(result.banks.reduce((sum, { activates }) => sum + activates, 0)).toBe(
          count('activate', 'activate-first'),
        );
        const ranks = device.counts.pseudoChannel * device.counts.rank * channels;
        expect(result.residency.active + result.residency.precharged).toBe(result.ticks * ranks);
        expect(result.residency.precharged).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
  });

  test('each tick of each data bus moves data or is charged to one limit, and asking for that changes nothing', () => {
    fc.assert(
      fc.property(arbitraryRun, ({ device, policy, channels, stream }) => {
        const memory = { device, policy, channels };
        const { limits, ...result } = runStream(memory, createStream(stream), { explain: true });
        expect(result).toEqual(runStream(memory, createStream(stream)));
        const ticks = BUS_LIMITS.map((limit) => limits?.[limit] ?? NaN);
        expect(Math.min(...ticks)).toBeGreaterThanOrEqual(0);
        expect(ticks.reduce((sum, count) => sum + count, 0)).toBe(
          result.ticks * channels * device.counts.pseudoChannel,
        );
      }),
      { numRuns: 200 },
    );
  });

  test('issues the commands of a controller that looks at every request in every tick, where that one is written down', () => {
    const arbitrary = arbitraryRun
      .filter(hasPlainActivates)
      .filter(({ stream }) => !stream.kind.startsWith('dependent'))
      .map((run) => {
        const { policy } = run;
        return {
          ...run,
          policy: {
            ...policy,
            rowPolicy: policy.rowPolicy === 'closed' ? ('closed-cap' as const) : policy.rowPolicy,
            refresh: policy.refresh === 'per-bank' ? ('all-bank' as const) : policy.refresh,
          },
        };
      });
    fc.assert(
      fc.property(arbitrary, ({ device, policy, stream }) => {
        const log: string[] = [];
        const result = runStream({ device, policy, channels: 1 }, createStream(stream), {
          onCommand: (tick, command, bank) => {
            log.push(`${tick} ${device.standard.commands[command]?.name} ${bank}`);
          },
        });
        expect(log).toEqual(plainLog(device, policy, createStream(stream), result.ticks));
      }),
      { numRuns: 200 },
    );
  });
});
