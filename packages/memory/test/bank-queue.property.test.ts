import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BankQueueController } from '../src/controller/bank-queue-controller.ts';
import { defaultPolicy } from '../src/controller/controller-policy.ts';
import type { ControllerPolicy } from '../src/controller/controller-policy.ts';
import { runStream } from '../src/controller/run-stream.ts';
import type { StreamResult } from '../src/controller/stream-result.ts';
import { devicePreset } from '../src/device/device-presets.ts';
import { DeviceTiming } from '../src/device/device-timing.ts';
import type { DramDevice } from '../src/device/device.ts';
import { bankQueueStandard } from '../src/device/standards-bank-queue/bank-queue-standards.ts';
import { ChannelsChecker } from '../src/protocol/check-command-log.ts';
import { createStream, STREAM_KINDS } from '../src/request/streams.ts';

const PRESETS = [
  'ddr3-1gb-x8-2133m',
  'ddr4-8gb-x8-3200aa',
  'ddr5-16gb-x8-4800an',
  'gddr6-8gb-x16-14000-1350mv',
  'gddr7-32gb-x8-28000',
  'hbm1-2gb-2000',
  'hbm2-8gb-2000',
];

interface Machine {
  readonly device: DramDevice;
  readonly policy: ControllerPolicy;
  readonly channels: number;
}

const hasPerBank = ({ standard, timings }: DramDevice): boolean =>
  timings.nREFIpb !== undefined && standard.commands.some(({ name }) => name === 'REFpb');

const machine: fc.Arbitrary<Machine> = fc
  .tuple(fc.constantFrom(...PRESETS), fc.constantFrom(1, 1, 2, 4))
  .map(([name, rank]) => {
    const device = devicePreset(name);
    return device.standard.levels.includes('rank')
      ? { ...device, counts: { ...device.counts, rank } }
      : device;
  })
  .chain((device) =>
    fc.record({
      device: fc.constant(device),
      channels: fc.constantFrom(1, 1, 2),
      policy: fc
        .record({
          rowPolicy: fc.constantFrom(
            'open' as const,
            'open' as const,
            'closed' as const,
            'closed-cap' as const,
          ),
          rowCap: fc.integer({ min: 1, max: 8 }),
          refresh: fc.constantFrom(
            'none' as const,
            'all-bank' as const,
            ...(hasPerBank(device) ? ['per-bank' as const] : []),
          ),
          readQueue: fc.constantFrom(1, 4, 32),
          writeQueue: fc.constantFrom(1, 4, 32),
          commandQueue: fc.constantFrom(1, 2, 8),
          commandQueueOf: fc.constantFrom('bank' as const, 'bank' as const, 'rank' as const),
          writeHighWatermark: fc.constantFrom(1, 0.8),
          writeLowWatermark: fc.constantFrom(0.25, 0),
          addressMapping: fc.constantFrom(
            'RoBaRaCoCh',
            'ChRaBaRoCo',
            'MOP4CLXOR',
            'rochrababgco',
            'rorabgbachco',
          ),
        })
        .map((changes): ControllerPolicy => ({ ...defaultPolicy, kind: 'bank-queues', ...changes })),
    }),
  );

const stream = fc.record({
  kind: fc.constantFrom(...STREAM_KINDS, 'random-mix-1r1w', 'seq-mix-1r3w', 'multi-stream-read-16'),
  seed: fc.integer({ min: 1, max: 2 ** 31 }),
  // Small regions have many requests of one address: they are shared, merged, forwarded, and wait for one another.
  regionLog2: fc.constantFrom(5, 6, 8, 12, 20),
  count: fc.integer({ min: 0, max: 600 }),
  stride: fc.integer({ min: 1, max: 5000 }),
  interval: fc.constantFrom(0, 0, 0, 5, 60),
});

type Stream = typeof stream extends fc.Arbitrary<infer Value> ? Value : never;

function run(
  memory: Machine,
  { stride, ...spec }: Stream,
  options: Parameters<typeof runStream>[2] = {},
): StreamResult {
  const { burstBytes } = memory.device;
  const strideBytes = stride * burstBytes;
  return runStream(
    memory,
    createStream({ ...spec, burstBytes, strideBytes, rowStrideBytes: strideBytes }),
    options,
  );
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('a controller with bank queues', () => {
  test('keeps the protocol of the standard', () => {
    fc.assert(
      fc.property(machine, stream, (memory, spec) => {
        const isRefreshed = memory.policy.refresh !== 'none';
        const checker = new ChannelsChecker(memory.device, {
          kept: 3,
          ...(isRefreshed ? {} : { postponed: Infinity }),
        });
        run(memory, spec, { onCommand: checker.add });
        expect(checker.result().violations).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  test('answers every read, and issues, merges or holds every write', () => {
    fc.assert(
      fc.property(machine, stream, (memory, spec) => {
        const { commands, ...result } = run(memory, spec);
        const { readQueue, writeQueue, commandQueue } = memory.policy;
        const columns = (...names: readonly string[]): number =>
          sum(names.map((name) => commands[name] ?? 0));
        expect(result.reads + result.writes).toBe(spec.count);
        expect(result.readLatency.count).toBe(result.reads);
        expect(columns('RD', 'RDA')).toBeLessThanOrEqual(result.reads - result.readsForwarded);
        const held = result.writes - result.writesMerged - columns('WR', 'WRA');
        expect(held).toBeGreaterThanOrEqual(0);
        const banks = result.banks.length;
        expect(held).toBeLessThanOrEqual((writeQueue + banks * commandQueue) * memory.channels);
        expect(result.rowHits + result.rowMisses + result.rowConflicts).toBeGreaterThanOrEqual(
          columns('RD', 'RDA', 'WR', 'WRA'),
        );
        expect(sum(result.banks.map(({ accesses }) => accesses))).toBe(columns('RD', 'RDA', 'WR', 'WRA'));
        expect(sum(result.banks.map(({ activates }) => activates))).toBe(commands.ACT ?? 0);
        const ranks = sum([result.residency.active, result.residency.precharged]) / Math.max(1, result.ticks);
        expect(ranks).toBe(result.ticks === 0 ? 0 : Math.round(ranks));
        expect(readQueue).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
  });

  test('says of every tick of every data bus what it did or waited for', () => {
    fc.assert(
      fc.property(machine, stream, (memory, spec) => {
        const plain = run(memory, spec);
        const { limits, ...rest } = run(memory, spec, { explain: true });
        const buses = memory.channels * memory.device.counts.pseudoChannel;
        expect(sum(Object.values(limits ?? {}))).toBe(plain.ticks * buses);
        expect(rest).toEqual(plain);
      }),
      { numRuns: 50 },
    );
  });

  test('does the same when every tick is visited as when idle ones are skipped', () => {
    const requests = fc.array(
      fc.record({
        bank: fc.nat(31),
        row: fc.nat(3),
        column: fc.nat(7),
        isWrite: fc.boolean(),
        after: fc.constantFrom(0, 0, 0, 1, 2, 7, 300),
      }),
      { maxLength: 120 },
    );
    fc.assert(
      fc.property(machine, requests, ({ device, policy }, list) => {
        const logOf = (skips: boolean): readonly string[] => {
          const log: string[] = [];
          const timing = new DeviceTiming(device);
          const controller = new BankQueueController(timing, policy, 0, {
            onCommand: (...command) => log.push(command.join(' ')),
            onDone: (tag, tick) => log.push(`done ${tag} ${tick}`),
          });
          let tick = 0;
          let next = 1;
          const goTo = (end: number): void => {
            while (tick < end) {
              tick++;
              if (!skips || tick >= next) next = controller.advance(tick);
            }
          };
          list.forEach(({ bank, row, column, isWrite, after }, tag) => {
            goTo(tick + after);
            for (let tries = 0; tries < 5000; tries++) {
              if (controller.offer(bank % timing.banks, row, column, isWrite, tick, tag)) {
                next = Math.min(next, tick + 1);
                return;
              }
              goTo(tick + 1);
            }
            throw new Error('a request was never taken');
          });
          goTo(tick + 3000);
          return log;
        };
        expect(logOf(true)).toEqual(logOf(false));
      }),
      { numRuns: 60 },
    );
  });

  test('gives the same result again', () => {
    fc.assert(
      fc.property(machine, stream, (memory, spec) => {
        expect(run(memory, spec)).toEqual(run(memory, spec));
      }),
      { numRuns: 20 },
    );
  });
});

test('every family of DRAMsim3 has rules that can be evaluated', () => {
  for (const protocol of ['DDR3', 'DDR4', 'LPDDR3', 'LPDDR4', 'GDDR5', 'GDDR5X', 'GDDR6', 'HBM', 'HBM2']) {
    const standard = bankQueueStandard(protocol);
    const names = new Set(standard.commands.map(({ name }) => name));
    for (const { from, to } of standard.rules) {
      for (const name of [...from, ...to]) expect(names.has(name), `${protocol}: ${name}`).toBe(true);
    }
  }
  expect(() => bankQueueStandard('DDR44')).toThrow('Did you mean "DDR4"?');
});
