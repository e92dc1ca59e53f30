import { describe, expect, test } from 'vitest';
import { DeviceTiming } from '../src/device/device-timing.ts';
import type { DramDevice } from '../src/device/device.ts';
import type { DramCommand, TimingRule } from '../src/device/standard.ts';

const COMMANDS: readonly DramCommand[] = [
  { name: 'ACT', effect: 'activate', scope: 'bank', clocks: 2 },
  { name: 'PRE', effect: 'precharge', scope: 'bank' },
  { name: 'RD', effect: 'read', scope: 'bank' },
  { name: 'REF', effect: 'refresh', scope: 'rank' },
];

/** Two ranks of two groups of two banks. */
function timingWith(
  rules: readonly TimingRule[],
  timings: Readonly<Record<string, number>> = {},
  ticksPerClock: 1 | 2 = 1,
  rowBus = false,
): DeviceTiming {
  const device: DramDevice = {
    standard: {
      name: 'toy',
      levels: ['channel', 'rank', 'bankGroup', 'bank'],
      commands: COMMANDS,
      rules,
      ticksPerClock,
      rowBus,
      readLatency: '10',
    },
    clockPeriod: 1000,
    counts: { channel: 1, pseudoChannel: 1, rank: 2, stackId: 1, bankGroup: 2, bank: 2 },
    rowsPerBank: 64,
    burstsPerRow: 8,
    burstBytes: 64,
    timings,
  };
  return new DeviceTiming(device);
}

const [ACT, PRE, RD, REF] = [0, 1, 2, 3];

describe('the timing of a device', () => {
  test('a gap counts from the end of a command of several slots to the end of the next', () => {
    const timing = timingWith(
      [
        { from: ['ACT'], to: ['RD', 'ACT'], scope: 'bank', gap: 'nRCD' },
        { from: ['RD'], to: ['ACT'], scope: 'bank', gap: 'nRCD' },
      ],
      { nRCD: 9 },
    );
    timing.issue(ACT, 3, 100);
    expect(timing.earliest(RD, 3)).toBe(110);
    expect(timing.earliest(ACT, 3)).toBe(109);
    timing.issue(RD, 3, 200);
    expect(timing.earliest(ACT, 3)).toBe(208);
    expect(timing.earliest(RD, 2)).toBe(102);
  });

  test('the bus takes no other command during a command of several slots', () => {
    const shared = timingWith([]);
    shared.issue(ACT, 0, 10);
    expect(shared.earliest(RD, 7)).toBe(12);
    expect(shared.earliest(PRE, 7)).toBe(12);
    const apart = timingWith([], {}, 1, true);
    apart.issue(ACT, 0, 10);
    expect(apart.earliest(RD, 7)).toBe(0);
    expect(apart.earliest(PRE, 7)).toBe(12);
  });

  test('a scope is the node that two banks share', () => {
    const timing = timingWith([
      { from: ['PRE'], to: ['PRE'], scope: 'rank', gap: '3' },
      { from: ['PRE'], to: ['PRE'], scope: 'bankGroup', gap: '5' },
      { from: ['PRE'], to: ['PRE'], scope: 'bank', gap: '7' },
    ]);
    timing.issue(PRE, 4, 20);
    expect([4, 5, 6, 7, 3].map((bank) => timing.earliest(PRE, bank))).toEqual([27, 25, 23, 23, 0]);
  });

  test('a rule between siblings holds for the other nodes of the same parent, and not for their own', () => {
    const timing = timingWith([{ from: ['RD'], to: ['RD'], scope: 'bankGroup', gap: '6', siblings: true }]);
    timing.issue(RD, 0, 50);
    expect([0, 1, 2, 3, 4].map((bank) => timing.earliest(RD, bank))).toEqual([0, 0, 56, 56, 0]);
  });

  test('a window counts from the fourth last command, of all banks of its node', () => {
    const timing = timingWith([{ from: ['PRE'], to: ['PRE'], scope: 'rank', gap: 'nFAW', window: 4 }], {
      nFAW: 30,
    });
    [10, 13, 17].forEach((tick, bank) => timing.issue(PRE, bank, tick));
    expect(timing.earliest(PRE, 3)).toBe(0);
    timing.issue(PRE, 3, 20);
    expect(timing.earliest(PRE, 0)).toBe(40);
    expect(timing.earliest(PRE, 4)).toBe(0);
    timing.issue(PRE, 0, 41);
    expect(timing.earliest(PRE, 1)).toBe(43);
  });

  test('a command for a rank holds back its banks, and waits for each of them', () => {
    const timing = timingWith([
      { from: ['REF'], to: ['PRE'], scope: 'bank', gap: '40' },
      { from: ['PRE'], to: ['REF'], scope: 'bank', gap: '8' },
    ]);
    timing.issue(PRE, 2, 10);
    timing.issue(PRE, 1, 15);
    expect(timing.earliest(REF, 0)).toBe(23);
    expect(timing.earliest(REF, 4)).toBe(0);
    timing.issue(REF, 0, 23);
    expect([0, 1, 2, 3, 4].map((bank) => timing.earliest(PRE, bank))).toEqual([63, 63, 63, 63, 0]);
  });

  test('ticks of half a clock: gaps are doubled, and rounded up to ticks', () => {
    const timing = timingWith(
      [{ from: ['PRE'], to: ['RD'], scope: 'bank', gap: 'nRP + 0.2' }],
      { nRP: 3.5 },
      2,
    );
    timing.issue(PRE, 0, 11);
    expect(timing.earliest(RD, 0)).toBe(19);
  });

  test('names the parameter that a gap asks for and the device lacks', () => {
    expect(() => timingWith([{ from: ['ACT'], to: ['RD'], scope: 'bank', gap: 'nRCD' }])).toThrow(/nRCD/);
  });
});
