import { readFileSync } from 'node:fs';
import { SystoleError } from '@systole/core';
import { describe, expect, test } from 'vitest';
import { checkDevice } from '../src/device/check-device.ts';
import { DEVICE_PRESETS, devicePreset, findDevice } from '../src/device/device-presets.ts';
import { evaluateGap } from '../src/device/gap.ts';
import { dramPresets } from '../src/presets/dram-presets.ts';

interface Reference {
  readonly standard: string;
  readonly org_preset: string;
  readonly timing_preset: string;
  readonly tCK_ps: number;
  readonly ticks_per_CK: number;
  readonly org: Readonly<Record<string, number>>;
  readonly timings_CK: Readonly<Record<string, number>>;
  readonly read_latency_CK: number;
  readonly command_cycles_CK: Readonly<Record<string, number>>;
}

const text = readFileSync(new URL('./fixtures/timing-presets.json', import.meta.url), 'utf8');
const { presets: references } = JSON.parse(text) as { presets: readonly Reference[] };

describe('the devices of the timing tables', () => {
  test('there is one for each of the reference, under the name that the fast level has for it', () => {
    expect(Object.keys(DEVICE_PRESETS)).toHaveLength(references.length);
    const fast = Object.keys(dramPresets).filter((name) => !name.startsWith('idd-'));
    expect(Object.keys(DEVICE_PRESETS)).toEqual(fast);
  });

  test.each(
    references.map((reference) => [`${reference.org_preset} ${reference.timing_preset}`, reference] as const),
  )('%s has organisation, timings, ticks and command times of the reference', (_, reference) => {
    const device = findDevice(reference.org_preset, reference.timing_preset);
    if (device === undefined) throw new Error('no such device');
    const { standard, counts, timings } = device;
    const n = (name: string): number => reference.org[name] ?? 1;
    expect(standard.name).toBe(reference.standard);
    expect(timings).toEqual(reference.timings_CK);
    expect(counts).toEqual({
      channel: 1,
      pseudoChannel: n('pseudochannel'),
      rank: n('rank'),
      stackId: n('sid'),
      bankGroup: n('bankgroup'),
      bank: n('bank'),
    });
    const banks = Object.values(counts).reduce((product, count) => product * count, 1);
    expect(banks).toBe(n('banks_per_channel'));
    expect(banks * device.rowsPerBank * device.burstsPerRow * device.burstBytes).toBe(
      n('channel_capacity_bytes'),
    );
    expect(device.clockPeriod).toBe(reference.tCK_ps);
    expect(standard.ticksPerClock).toBe(reference.ticks_per_CK);
    expect(evaluateGap(standard.readLatency, timings)).toBe(reference.read_latency_CK);
    for (const { name, clocks = 1 } of standard.commands) {
      expect([name, clocks]).toEqual([name, reference.command_cycles_CK[name] ?? 1]);
    }
    expect(checkDevice(device)).toEqual([]);
  });

  test('an unknown name is an error that offers the nearest', () => {
    expect(() => devicePreset('ddr4-8gb-x8-3200a')).toThrow(/Did you mean "ddr4-8gb-x8-3200aa"/);
    expect(() => devicePreset('toString')).toThrow(SystoleError);
    expect(findDevice('DDR4_8Gb_x8', 'DDR5_4800AN')).toBeUndefined();
  });
});

// In clock periods: from a read to a write, and what a row takes of a row command bus that pseudo channels share. The rule of
// the peer, worked out beside the tables: nCL + nBL + 2 - nCWL and its like, or the parameter where there is one.
test.each([
  ['ddr4-8gb-x8-3200aa', 12, undefined],
  ['ddr4-8gb-x8-3200w', 10, undefined],
  ['ddr4-8gb-x8-2400r', 10, undefined],
  ['ddr4-8gb-x16-3200aa', 12, undefined],
  ['ddr5-16gb-x8-4800an', 14, undefined],
  ['ddr5-16gb-x8-4800bn', 14, undefined],
  ['ddr5-16gb-x8-3200an', 14, undefined],
  ['ddr5-16gb-x8-5600an', 14, undefined],
  ['ddr5-16gb-x8-6400an', 14, undefined],
  ['lpddr5-8gb-x16-6400', 12, undefined],
  ['lpddr5-16gb-x16-6400', 12, undefined],
  ['gddr6-8gb-x16-14000-1250mv', 25, undefined],
  ['gddr6-8gb-x16-14000-1350mv', 25, undefined],
  ['gddr6-16gb-x16-14000-1350mv', 25, undefined],
  ['hbm2-4gb-2000', 13, 6],
  ['hbm2-8gb-2400', 15, 6],
  ['hbm2-8gb-2000', 13, 6],
  ['hbm3-8gb-8hi-6400', 20, undefined],
  ['hbm3-16gb-8hi-6400', 20, undefined],
  ['hbm3-4gb-6400', 20, undefined],
  ['hbm4-32gb-8hi-16000', 50, undefined],
  ['lpddr6-16gb-x12-10667', 41, undefined],
  ['gddr7-32gb-x8-28000', 12, undefined],
  ['ddr3-1gb-x8-2133m', undefined, undefined],
  ['hbm1-2gb-2000', undefined, undefined],
] as const)(
  '%s keeps its turnaround and its row commands at the fast level',
  (name, turnaround, rowCommand) => {
    const values = dramPresets[name]?.values ?? {};
    const period = devicePreset(name).clockPeriod;
    const periods = (timing: string): number | undefined =>
      values[timing] === undefined ? undefined : Number.parseFloat(String(values[timing])) / period;
    expect([periods('tRTW'), periods('tRowCommand')]).toEqual([turnaround, rowCommand]);
  },
);
