import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Machine } from '@systole/core';
import type { AccessPattern, Part, Tally, Task, Transaction } from '@systole/core';
import { DramModel } from '../src/dram/dram-model.ts';
import { RandomOrder } from '../src/dram/random-order.ts';
import { dram } from '../src/index.ts';
import { dramValues, patterns } from './helpers/arbitrary-dram.ts';
import { pimUnit } from './helpers/pim-unit.ts';
import { resolve } from './helpers/resolve.ts';
import { access, action, reason, sequence, statistic } from './helpers/run.ts';
import { visitsOf } from './helpers/visits-of.ts';

/** The same memory, following every row visit one by one. */
const stepping: typeof dram = { ...dram, create: (context) => new DramModel(context, { mayLeap: false }) };

function machineOf(values: Part['values'], declaration: Part['declaration'] = dram, unit?: Part): Machine {
  const memory = { name: 'dram', declaration, values };
  return new Machine(unit === undefined ? [memory] : [{ ...memory, attached: unit.name }, unit], 1);
}

const verb = fc.constantFrom<'read' | 'write'>('read', 'write');

function accesses(
  values: Part['values'],
  orders?: readonly AccessPattern['order'][],
): fc.Arbitrary<Transaction> {
  return fc.tuple(verb, patterns(values, orders)).map(([kind, pattern]) => access(kind, pattern));
}

const streams = (values: Part['values']): fc.Arbitrary<Transaction> =>
  fc
    .record({
      channels: fc.integer({ min: 1, max: Number(values.channels) }),
      banks: fc.integer({ min: 1, max: Number(values.bankGroups) * Number(values.banksPerGroup) }),
      groups: fc.integer({ min: 1, max: 60 }),
      segments: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 2000 })),
      passes: fc.integer({ min: 1, max: 5 }),
      strideSegments: fc.integer({ min: 0, max: 50 }),
      offsetSegments: fc.integer({ min: 0, max: 20 }),
      keep: fc.integer({ min: 0, max: 1 }),
    })
    .map(({ strideSegments, offsetSegments, ...dims }) => ({
      kind: 'segment-stream',
      bytes: 0,
      format: 'bf16',
      dims: { ...dims, groupStride: strideSegments * 32, offset: offsetSegments * 32 },
    }));

const units = fc
  .record({
    interval: fc.integer({ min: 0, max: 6000 }),
    drain: fc.integer({ min: 0, max: 20_000 }),
    accumulators: fc.integer({ min: 1, max: 9 }),
  })
  .map(pimUnit);

/** What a run came to, as plain data. */
function outcome(machine: Machine, tally: Tally): unknown {
  return {
    duration: tally.duration,
    statistics: [...tally.statistics],
    actions: [...tally.actions],
    path: [...tally.path],
    busy: [...tally.busy],
    macs: [...tally.usefulMacs, ...tally.paddedMacs],
    state: machine.save(),
  };
}

const chunked = fc.record({ chunks: fc.integer({ min: 1, max: 5 }), slots: fc.integer({ min: 1, max: 3 }) });

const mixed = dramValues.chain((values) =>
  fc.record({
    values: fc.constant(values),
    first: accesses(values),
    second: fc.oneof(accesses(values), streams(values)),
    third: fc.oneof(accesses(values), streams(values)),
    unit: units,
    plan: chunked,
  }),
);

/** Bursts of 32 bytes that a pattern covers, counted run by run and once per chunk. */
function burstsOf(pattern: AccessPattern, lanes: number, chunks: number): number {
  const { base, run, stride, runs, order, seed } = pattern;
  const isOneRun = pattern.layout === 'interleaved' && order === 'sequential' && stride === run;
  const length = isOneRun ? run * runs : run;
  const shuffled = order === 'random' ? new RandomOrder(runs, seed ?? 0) : undefined;
  let bursts = 0;
  for (let chunk = 0; chunk < chunks; chunk++) {
    const low = Math.floor((run * runs * chunk) / chunks);
    const high = Math.floor((run * runs * (chunk + 1)) / chunks);
    for (let position = Math.floor(low / length); position * length < high; position++) {
      const index = shuffled === undefined ? position : shuffled.at(position);
      const address = base + (pattern.layout === 'local' ? Math.floor(index / lanes) : index) * stride;
      const from = address + Math.max(0, low - position * length);
      const to = address + Math.min(length, high - position * length);
      bursts += Math.ceil(to / 32) - Math.floor(from / 32);
    }
  }
  return bursts;
}

/** A DRAM of many rows, and patterns of more visits than are followed. */
const longPatterns = dramValues.chain((drawn) => {
  const values: Part['values'] = { ...drawn, rowsPerBank: 2 ** 20 };
  const channels = Number(values.channels);
  const lanes = channels * Number(values.bankGroups) * Number(values.banksPerGroup);
  const pattern = fc
    .record({
      base: fc.nat({ max: 1000 }),
      run: fc.oneof(fc.constant(32), fc.integer({ min: 1, max: 400 })),
      gap: fc.oneof(fc.constant(0), fc.constant(32), fc.integer({ min: 0, max: 300 })),
      runs: fc.integer({ min: 4000 * channels, max: 12_000 * channels }),
      order: fc.constantFrom<AccessPattern['order']>('sequential', 'random', 'random'),
      layout: fc.constantFrom<AccessPattern['layout']>('interleaved', 'interleaved', 'local'),
      seed: fc.nat({ max: 1000 }),
    })
    .map(({ gap, runs, ...rest }): AccessPattern => {
      // Sequential runs are cut between runs, in two chunks as in three.
      const whole = rest.order === 'sequential' ? runs - (runs % 6) : runs;
      return { ...rest, runs: whole, stride: rest.run + gap };
    });
  return fc.record({ values: fc.constant(values), lanes: fc.constant(lanes), pattern });
});

function run(machine: Machine, tasks: readonly Task[], origin = 0): unknown {
  return outcome(machine, machine.run(tasks, { origin }));
}

/**
 * Rows that an earlier read left open, and a contiguous read that comes back to a state seen before, while a visit that the
 * controller holds may still be given a command of an earlier time.
 */
const heldVisit = {
  values: {
    channels: 3,
    pseudoChannels: 1,
    ranks: 1,
    stackLevels: 1,
    bankGroups: 1,
    banksPerGroup: 4,
    rowBytes: 128,
    rowsPerBank: 256,
    burstBytes: 32,
    dataPins: 64,
    pinRate: 3_200_000_000,
    queueDepth: 11,
    rowPolicy: 'open',
    tRCD: 3119,
    tRCDWR: undefined,
    tRP: 29_999,
    tRAS: 51_303,
    tRC: 54_410,
    tCL: 29_582,
    tCWL: 6,
    tCCDS: 21,
    tCCDL: 3121,
    tCCDLWR: undefined,
    tRRDS: 4985,
    tRRDL: 7,
    tRowCommand: 0,
    tFAW: 0,
    tWR: 11,
    tRTP: 2,
    tWTRS: 5048,
    tWTRL: 9529,
    tRTW: undefined,
    refresh: 'all-bank',
    tRFC: 300_000,
    tREFI: 3_900_000,
    VDD: 1.2,
    IDD0: 0.057,
    IDD2N: 0.037,
    IDD3N: 0.052,
    IDD4R: 0.168,
    IDD4W: 0.15,
    IDD5: 0.25,
    devicesPerChannel: 8,
    activeStandby: 'any-bank',
    interfaceEnergy: 0,
    vectorBuffer: 2048,
    tRCDMac: 18_544,
    tCCDMac: 4996,
    tBufferWrite: undefined,
    tResultRead: 19_777,
    modeSwitch: 10_139,
    allBankActivation: 'windowed',
    inPlaceAccessShare: 1,
  },
  before: {
    kind: 'read',
    bytes: 728,
    pattern: { base: 12, stride: 1852, runs: 91, order: 'random', layout: 'interleaved', run: 8, seed: 3 },
  },
  work: {
    kind: 'read',
    bytes: 7722,
    pattern: { base: 0, stride: 26, runs: 297, order: 'sequential', layout: 'interleaved', run: 26, seed: 0 },
  },
} as const;

describe('memory/dram', () => {
  test('leaping over repetitions equals following them, to the ps and in every count', () => {
    const cases = dramValues.chain((values) =>
      fc.record({
        values: fc.constant(values),
        before: accesses(values),
        work: accesses(values, ['sequential']),
      }),
    );
    fc.assert(
      fc.property(cases, chunked, ({ values, before, work }, { chunks, slots }) => {
        const tasks = [...sequence([before]), ...sequence([work], chunks, slots)];
        // Patterns that are cut short for being long and irregular are not meant here.
        fc.pre(visitsOf(work, values) < 4000 && visitsOf(before, values) < 4000);
        expect(run(machineOf(values), tasks)).toEqual(run(machineOf(values, stepping), tasks));
      }),
      { numRuns: 300, examples: [[heldVisit, { chunks: 1, slots: 1 }]] },
    );
  });

  test('the same holds for long streams, which do leap', () => {
    const cases = dramValues.map((values) => {
      const { channels, bankGroups, banksPerGroup, rowBytes, burstBytes } = values;
      const banks = Number(bankGroups) * Number(banksPerGroup);
      const rowBursts = Number(rowBytes) / Number(burstBytes);
      // Rows of so few bursts are visited burst by burst, and more than 4096 visits that do not repeat are cut short.
      const rows = rowBursts > 4 ? 200 : Math.min(200, Math.floor(3900 / (banks * rowBursts)));
      return { values, bytes: rows * Number(rowBytes) * Number(channels) * banks };
    });
    fc.assert(
      fc.property(cases, verb, ({ values, bytes }, kind) => {
        const tasks = sequence([access(kind, { base: 96, run: bytes })]);
        expect(run(machineOf(values), tasks)).toEqual(run(machineOf(values, stepping), tasks));
      }),
      { numRuns: 60 },
    );
  });

  test('the same holds for in-memory compute', () => {
    const cases = dramValues.chain((values) =>
      fc.record({
        values: fc.constant(values),
        before: accesses(values),
        work: streams(values),
        unit: units,
      }),
    );
    fc.assert(
      fc.property(cases, chunked, ({ values, before, work, unit }, { chunks, slots }) => {
        fc.pre(visitsOf(before, values) < 4000);
        const tasks = [...sequence([before]), ...sequence([work], chunks, slots)];
        const leaping = run(machineOf(values, dram, unit), tasks);
        expect(leaping).toEqual(run(machineOf(values, stepping, unit), tasks));
      }),
      { numRuns: 300 },
    );
  });

  test('is deterministic and does not depend on the time origin', () => {
    fc.assert(
      fc.property(
        mixed,
        fc.integer({ min: 0, max: 2 ** 40 }),
        ({ values, first, second, third, unit, plan }, origin) => {
          const tasks = sequence([first, second, third], plan.chunks, plan.slots);
          const once = run(machineOf(values, dram, unit), tasks);
          expect(run(machineOf(values, dram, unit), tasks)).toEqual(once);
          expect(run(machineOf(values, dram, unit), tasks, origin)).toEqual(once);
        },
      ),
    );
  });

  test('a saved state has the same future as the machine that it was saved from', () => {
    fc.assert(
      fc.property(mixed, ({ values, first, second, third, unit, plan }) => {
        const machine = machineOf(values, dram, unit);
        machine.run(sequence([first, second], plan.chunks, plan.slots));
        const copy = machineOf(values, dram, unit);
        copy.load(machine.save(), 12_345);
        expect(copy.save()).toEqual(machine.save());
        const tasks = sequence([third, first]);
        expect(run(copy, tasks)).toEqual(run(machine, tasks));
      }),
    );
  });

  test('nothing beats the facts, every ps has a reason, and no channel is busy for longer than the time', () => {
    fc.assert(
      fc.property(mixed, ({ values, first, second, unit, plan }) => {
        for (const transaction of [first, second]) {
          const machine = machineOf(values, dram, unit);
          const tally = machine.run(sequence([transaction], plan.chunks, plan.slots));
          expect(tally.duration).toBeGreaterThanOrEqual(dram.lowerBound(transaction, values as never));
          expect(tally.busy[0]).toBeLessThanOrEqual(tally.duration * Number(values.channels));
          expect(reason(machine, tally, 'service')).toBe(0);
        }
      }),
    );
  });

  test('every access of a bank is a hit, a miss or a conflict, and rows are opened for the latter two', () => {
    fc.assert(
      fc.property(mixed, ({ values, first, second, unit, plan }) => {
        const machine = machineOf(values, dram, unit);
        const tally = machine.run(sequence([first, second], plan.chunks, plan.slots));
        const count = (name: string): number => statistic(machine, tally, name);
        const all = count('rowHits') + count('rowMisses') + count('rowConflicts');
        expect(all).toBe(count('columnReads') + count('columnWrites') + count('inPlaceAccesses'));
        expect(count('activations')).toBe(count('rowMisses') + count('rowConflicts'));
        expect(action(machine, tally, 'activate')).toBe(count('activations'));
      }),
    );
  });

  test('a contiguous access moves the bursts that it covers, once per chunk', () => {
    const cases = dramValues.chain((values) =>
      fc.tuple(fc.constant(values), fc.integer({ min: 1, max: 8192 })),
    );
    fc.assert(
      fc.property(cases, fc.nat({ max: 4096 }), chunked, ([values, run], base, { chunks }) => {
        const machine = machineOf(values);
        const tally = machine.run(sequence([access('read', { base, run })], chunks));
        let bursts = 0;
        for (let chunk = 0; chunk < chunks; chunk++) {
          const low = base + Math.floor((run * chunk) / chunks);
          const high = base + Math.floor((run * (chunk + 1)) / chunks);
          if (high > low) bursts += Math.ceil(high / 32) - Math.floor(low / 32);
        }
        expect(statistic(machine, tally, 'columnReads')).toBe(bursts);
      }),
    );
  });

  test('every burst is accessed once, however many visits there are', () => {
    fc.assert(
      fc.property(longPatterns, verb, fc.integer({ min: 1, max: 3 }), (drawn, kind, chunks) => {
        const { values, lanes, pattern } = drawn;
        const machine = machineOf(values);
        const tally = machine.run(sequence([access(kind, pattern)], chunks));
        const bursts = burstsOf(pattern, lanes, chunks);
        expect(statistic(machine, tally, kind === 'read' ? 'columnReads' : 'columnWrites')).toBe(bursts);
        expect(statistic(machine, tally, 'rowHits')).toBeGreaterThanOrEqual(0);
        expect(tally.duration).toBeGreaterThanOrEqual(
          dram.lowerBound(access(kind, pattern), values as never),
        );
        expect(reason(machine, tally, 'service')).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  test('what is not followed goes at the pace of what was, and the queue drains once', () => {
    const values = resolve(dram, ['ddr4-8gb-x8-3200aa']);
    fc.assert(
      fc.property(
        fc.nat({ max: 1000 }),
        fc.integer({ min: 20_000, max: 60_000 }),
        verb,
        (seed, runs, kind) => {
          const reads = access(kind, { run: 64, runs, stride: 64 * 1021, order: 'random', seed });
          const machine = machineOf(values);
          const tally = machine.run(sequence([reads]));
          const followed = machineOf(values, stepping);
          const whole = followed.run(sequence([reads]));
          expect(Math.abs(tally.duration / whole.duration - 1)).toBeLessThan(0.02);
          const activations = statistic(machine, tally, 'activations');
          expect(Math.abs(activations / statistic(followed, whole, 'activations') - 1)).toBeLessThan(0.01);
        },
      ),
      { numRuns: 6 },
    );
  });

  test('more contiguous data takes longer, from a fresh state', () => {
    fc.assert(
      fc.property(
        dramValues,
        verb,
        fc.nat({ max: 2048 }),
        fc.integer({ min: 1, max: 6000 }),
        fc.integer({ min: 1, max: 6000 }),
        (values, kind, base, run, more) => {
          const time = (bytes: number): number =>
            machineOf(values).run(sequence([access(kind, { base, run: bytes })])).duration;
          expect(time(run + more)).toBeGreaterThanOrEqual(time(run));
        },
      ),
    );
  });

  test('two halves, one after the other, cost at least the whole and at most a latency and a row more', () => {
    fc.assert(
      fc.property(dramValues, fc.integer({ min: 1, max: 250 }), (values, bursts) => {
        const half = bursts * 32;
        const whole = machineOf(values).run(sequence([access('read', { run: 2 * half })])).duration;
        const parts = [access('read', { run: half }), access('read', { base: half, run: half })];
        const halves = machineOf(values).run(sequence(parts)).duration;
        const n = (name: string): number => Number(values[name]);
        const groups = n('bankGroups');
        const window = groups * Math.max(n('tRRDS'), n('tRRDL'), n('tFAW'));
        const row =
          n('tRC') + n('tRP') + n('tRTP') + n('tRCD') + n('tCL') + groups * n('tCCDL') + 3000 + window;
        // The scheduler takes what is ready first, by which a cut may save a row cycle. Where a row has few bursts, almost each
        // opens one, and the whole may settle into another cycle than the halves, a better or a worse one.
        const cycle = 2 * Math.max(n('tRC'), n('tRAS') + n('tRP'));
        const isShortRow = n('rowBytes') <= 4 * 32;
        expect(halves).toBeGreaterThanOrEqual(whole * (isShortRow ? 0.88 : 1) - cycle - 2);
        expect(halves).toBeLessThanOrEqual((whole + row) * (isShortRow ? 1.5 : 1.1) + 2);
      }),
    );
  });
});
