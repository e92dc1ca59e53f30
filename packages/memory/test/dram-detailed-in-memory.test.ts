import { Machine } from '@systole/core';
import type { ComponentDeclaration, ParameterValue, Transaction } from '@systole/core';
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { IN_MEMORY_COMMANDS } from '../src/dram/detailed/in-memory-commands.ts';
import { dramWithLog } from '../src/dram/detailed/dram-with-log.ts';
import { dram } from '../src/index.ts';
import type { DramValues } from '../src/index.ts';
import { InMemoryChecker } from '../src/protocol/check-in-memory.ts';
import { ErrorTable } from './helpers/error-table.ts';
import { GEMV_CASES, groupOf, simulate } from './helpers/gemv-cases.ts';
import { pimUnit } from './helpers/pim-unit.ts';
import type { UnitShape } from './helpers/pim-unit.ts';
import { resolve } from './helpers/resolve.ts';
import { access, reason, sequence } from './helpers/run.ts';

type Written = Readonly<Record<string, string | number>>;
type Logged = readonly [
  time: number,
  command: string,
  bank: number,
  row: number,
  column: number,
  channel: number,
];

const PRESET = 'gddr6-8gb-x16-14000-1250mv';

function valuesOf(written: Written, preset = PRESET): DramValues {
  return resolve(dram, [preset], { detail: 'detailed', ...written }) as DramValues;
}

const stream = (dims: Readonly<Record<string, number>>): Transaction => ({
  kind: 'segment-stream',
  bytes: 0,
  format: 'bf16',
  dims: { channels: 1, passes: 1, ...dims },
});

const vector = (bytes: number, channels = 1): Transaction => ({
  kind: 'vector-write',
  bytes: bytes * channels,
  dims: { vectorBytes: bytes, channels },
});

function run(values: DramValues, unit: UnitShape, work: readonly Transaction[]) {
  const log: Logged[] = [];
  const declaration = dramWithLog(
    () => {},
    (time, command, bank, row, column, channel) => {
      log.push([time, IN_MEMORY_COMMANDS[command] ?? '', bank, row, column, channel]);
    },
  ) as unknown as ComponentDeclaration;
  const part = pimUnit(unit);
  const held = values as unknown as Readonly<Record<string, ParameterValue | undefined>>;
  const machine = new Machine([{ name: 'dram', declaration, values: held, attached: part.name }, part], 1);
  const tally = machine.run(sequence(work));
  return { machine, tally, log };
}

function check(values: DramValues, log: readonly Logged[]): InMemoryChecker {
  const checker = new InMemoryChecker(values);
  for (const command of log) checker.add(...command);
  return checker;
}

const arbitraryCase = fc.record({
  unit: fc.record({
    interval: fc.constantFrom(0, 700, 5000),
    drain: fc.constantFrom(0, 1000, 30_000),
    accumulators: fc.integer({ min: 1, max: 40 }),
  }),
  written: fc.record({
    modeSwitch: fc.constantFrom('0 ns', '7 ns'),
    allBankActivation: fc.constantFrom('simultaneous', 'windowed'),
    resultReads: fc.constantFrom('exclusive', 'overlapped'),
    tPrechargeStep: fc.constantFrom('0 ns', '1 ns'),
    macSlowdown: fc.constantFrom('1', '1.5', '3'),
    refresh: fc.constantFrom('all-bank', 'none'),
    rowPolicy: fc.constantFrom('open', 'closed'),
    tREFI: fc.constantFrom('1.9 us', '700 ns'),
  }),
  preset: fc.constantFrom(PRESET, 'hbm3-16gb-8hi-6400', 'lpddr5-8gb-x16-6400', 'ddr4-8gb-x8-3200aa'),
  work: fc.array(
    fc.oneof(
      fc.record({
        banks: fc.constantFrom(4, 8, 16),
        groups: fc.integer({ min: 1, max: 30 }),
        segments: fc.integer({ min: 1, max: 150 }),
        passes: fc.integer({ min: 1, max: 3 }),
        keep: fc.integer({ min: 0, max: 1 }),
      }),
      fc.constantFrom(64, 2048),
    ),
    { minLength: 1, maxLength: 8 },
  ),
});

describe('in-memory compute command by command', () => {
  it('keeps the rules that its parameters state', () => {
    let commands = 0;
    fc.assert(
      fc.property(arbitraryCase, ({ unit, written, preset, work }) => {
        const shared = preset.startsWith('hbm3') ? 2 : 1;
        const banks = preset.startsWith('hbm3') ? 32 : 16;
        const values = valuesOf({ ...written, channels: shared, ...tRFCOf(written.tREFI) }, preset);
        const transactions = work.map((item) => {
          if (typeof item === 'number') return vector(item, shared);
          return stream({ ...item, banks: Math.min(item.banks, banks), channels: shared });
        });
        const { log } = run(values, unit, transactions);
        const checker = check(values, log);
        commands += checker.commands;
        expect(checker.violations).toEqual([]);
      }),
      { numRuns: 150, seed: 12 },
    );
    expect(commands).toBeGreaterThan(50_000);
  });

  it.each<[Written, string]>([
    [{ tRCDMac: '31 ns' }, 'tRCDMac'],
    [{ tCCDMac: '9 ns' }, 'tCCDMac'],
    [{ tRTP: '22 ns' }, 'tRTP'],
    [{ tRAS: '900 ns', tRC: '920 ns' }, 'tRAS'],
    [{ tRP: '33 ns' }, 'tRP'],
    [{ tRC: '990 ns' }, 'tRC'],
    [{ tRFC: '300 ns' }, 'tRFC'],
    [{ tBufferWrite: '5 ns' }, 'tBufferWrite'],
    [{ tResultRead: '50 ns' }, 'tResultRead'],
    [{ modeSwitch: '20 ns' }, 'modeSwitch'],
    [{ tFAW: '90 ns' }, 'tFAW'],
    [{ tPrechargeStep: '4 ns' }, 'tPrechargeStep'],
    [{ tREFI: '100 ns', tRFC: '1 ns' }, 'tREFI'],
  ])('a unit that keeps less than %j is found out', (asked, rule) => {
    const own = { modeSwitch: '4 ns', allBankActivation: 'windowed', tPrechargeStep: '2 ns' };
    const work = [
      vector(2048),
      stream({ banks: 16, groups: 40, segments: 64 }),
      stream({ banks: 16, groups: 6, segments: 2 }),
    ];
    const { log } = run(valuesOf(own), { accumulators: 20 }, work);
    expect(check(valuesOf(own), log).count).toBe(0);
    const rules = check(valuesOf({ ...own, ...asked }), log).violations.map((violation) => violation.rule);
    expect(rules).toContain(rule);
  });

  it('finds wrong states', () => {
    const values = valuesOf({ modeSwitch: '4 ns' });
    const rulesOf = (log: readonly Logged[]): readonly string[] =>
      check(values, log).violations.map(({ rule }) => rule);
    expect(rulesOf([[0, 'PIM_MAC', -1, 3, 0, 0]])).toEqual(['row-open']);
    const open: Logged = [0, 'PIM_ACT', -1, 3, 16, 0];
    expect(rulesOf([open, [100_000, 'PIM_ACT', -1, 4, 16, 0]])).toContain('row-closed');
    expect(rulesOf([open, [100_000, 'PIM_REF', -1, -1, -1, 0]])).toContain('row-closed');
    expect(rulesOf([[0, 'PIM_WR', -1, -1, 0, 0]])).toEqual(['buffers']);
  });

  it('closes rows for refreshes, one for every tREFI', () => {
    const values = valuesOf({});
    const { log, tally, machine } = run(values, { accumulators: 4 }, [
      stream({ banks: 16, groups: 400, segments: 64 }),
    ]);
    const refreshes = log.filter(([, command]) => command === 'PIM_REF');
    const due = Math.floor(tally.duration / (3333 * 570));
    expect(refreshes.length).toBeGreaterThan(10);
    expect(Math.abs(refreshes.length - due)).toBeLessThanOrEqual(1);
    expect(reason(machine, tally, 'refresh')).toBeGreaterThanOrEqual(refreshes.length * Number(values.tRFC));
    expect(reason(machine, tally, 'refresh')).toBeLessThan(tally.duration / 4);
  });

  it('works alike in all channels that take part', () => {
    const { log } = run(valuesOf({ channels: 4 }), {}, [
      vector(512, 3),
      stream({ banks: 16, groups: 9, segments: 90, channels: 3 }),
    ]);
    const of = (wanted: number): readonly unknown[] =>
      log.flatMap(([time, command, bank, row, column, channel]) =>
        channel === wanted ? [[time, command, bank, row, column]] : [],
      );
    expect(of(0).length).toBeGreaterThan(9 * 90);
    expect(of(1)).toEqual(of(0));
    expect(of(2)).toEqual(of(0));
    expect(of(3)).toEqual([]);
  });

  it('gives a channel back to reads with its rows closed, and takes it again with theirs', () => {
    const values = valuesOf({ refresh: 'none' });
    const part = stream({ banks: 16, groups: 1, segments: 8 });
    const read = access('read', { run: 32 });
    const time = (work: readonly Transaction[]): number => run(values, {}, work).tally.duration;
    const apart = time([part]) + time([read]);
    expect(time([part, read])).toBeGreaterThan(apart);
    expect(time([read, part])).toBeGreaterThan(apart);
    expect(time([part, read, part, read])).toBeGreaterThan(2 * apart);
  });

  it('leaves the same numbers behind however long ago it was', () => {
    const values = valuesOf({ refresh: 'none' });
    const { machine } = run(values, {}, [vector(64), stream({ banks: 16, groups: 1, segments: 8 })]);
    const first = machine.save();
    machine.run(sequence([stream({ banks: 16, groups: 1, segments: 8 })]));
    expect(machine.save()).toEqual(machine.save());
    machine.load(first);
    expect(machine.save()).toEqual(first);
  });
});

/** A refresh that leaves time for rows between two of them. */
function tRFCOf(interval: string): Written {
  return interval === '700 ns' ? { tRFC: '120 ns' } : { tRFC: '200 ns' };
}

/** Cases, and the largest error in per cent, rounded up from what was found: without refresh as at level fast. */
const BOUNDS: readonly (readonly [group: string, cases: number, bound: number])[] = [
  ['aim SV bias', 39, 0],
  ['aim SV plain', 26, 0.7],
  ['aim SO bias', 39, 0.5],
  ['aim SO plain', 26, 0.7],
  ['aim SV bias, refreshed often', 29, 1.6],
  ['aim SV plain, refreshed often', 15, 1.6],
  ['aim SO bias, refreshed often', 29, 2.8],
  ['aim SO plain, refreshed often', 15, 4.8],
  ['aim SV bias, refreshed seldom', 35, 0.4],
  ['aim SV plain, refreshed seldom', 11, 0.7],
  ['aim SO bias, refreshed seldom', 35, 3.4],
  ['aim SO plain, refreshed seldom', 11, 3.5],
  ['aim-micro-mac-rows', 14, 0.01],
  ['aim-micro-wr-gb', 1, 0.01],
  ['attacc-macab-stream', 8, 2.5],
  ['attacc-macab-stream, refreshed seldom', 8, 2.5],
];

describe('in-memory compute command by command, against public simulators', () => {
  const table = new ErrorTable();
  for (const item of GEMV_CASES) {
    const group = groupOf(item);
    if (BOUNDS.some(([name]) => name === group)) table.add(group, simulate(item, 'detailed'), item.cycles);
  }
  console.info(`clocks against clocks: cases, errors, mean error\n${table.toString()}`);

  test.each(BOUNDS)('%s: %i cases within %s %%', (group, count, bound) => {
    expect(table.count(group)).toBe(count);
    expect(table.worst(group) * 100).toBeLessThanOrEqual(bound);
  });
});
