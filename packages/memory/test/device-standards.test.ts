import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DEVICE_PRESETS, devicePreset } from '../src/device/device-presets.ts';
import type { DramDevice } from '../src/device/device.ts';
import { evaluateGap } from '../src/device/gap.ts';
import type { Level } from '../src/device/level.ts';
import { DRAM_STANDARDS } from '../src/device/standards.ts';

interface StreamCase {
  readonly peer: string;
  readonly config: { readonly standard?: string };
  readonly expected: { readonly commands?: Readonly<Record<string, number>> };
}

/** The greatest gap between two commands that share a node of `scope`, at that level alone. */
function gapOf(device: DramDevice, scope: Level, from: string, to: string, window = 1): number | undefined {
  const gaps = device.standard.rules
    .filter((rule) => rule.scope === scope && rule.from.includes(from) && rule.to.includes(to))
    .filter((rule) => (rule.window ?? 1) === window && rule.siblings === undefined)
    .map(({ gap }) => evaluateGap(gap, device.timings));
  return gaps.length === 0 ? undefined : Math.max(...gaps);
}

function siblingGapOf(device: DramDevice, scope: Level, from: string, to: string): number | undefined {
  const rule = device.standard.rules.find(
    (candidate) =>
      candidate.siblings === true &&
      candidate.scope === scope &&
      candidate.from.includes(from) &&
      candidate.to.includes(to),
  );
  return rule === undefined ? undefined : evaluateGap(rule.gap, device.timings);
}

describe.each(Object.values(DRAM_STANDARDS).map((standard) => [standard.name, standard] as const))(
  '%s',
  (name, standard) => {
    const names = standard.commands.map((command) => command.name);

    test('its rules are between commands that it has, at levels that it has', () => {
      expect(new Set(names).size).toBe(names.length);
      for (const { from, to, scope } of standard.rules) {
        expect(standard.levels).toContain(scope);
        for (const command of [...from, ...to]) expect(names).toContain(command);
      }
      for (const { scope } of standard.commands) expect(standard.levels).toContain(scope);
    });

    test('a device of it is among the presets, and has every timing that a rule needs', () => {
      const devices = Object.values(DEVICE_PRESETS).filter((device) => device.standard.name === name);
      expect(devices.length).toBeGreaterThan(0);
      for (const { timings } of devices) {
        for (const { gap } of standard.rules) expect(Number.isFinite(evaluateGap(gap, timings))).toBe(true);
      }
    });

    test('an activate of a bank waits for its own row cycle, and for the precharge, however that came about', () => {
      const device = Object.values(DEVICE_PRESETS).find((candidate) => candidate.standard.name === name);
      if (device === undefined) throw new Error('no device');
      const activate = standard.commands.find(({ effect }) => effect.startsWith('activate'))?.name ?? '';
      expect(gapOf(device, 'bank', activate, activate)).toBe(device.timings.nRC);
      expect(gapOf(device, 'bank', 'PREpb', activate)).toBe(device.timings.nRP);
      for (const effect of ['read-precharge', 'write-precharge']) {
        const command = standard.commands.find((candidate) => candidate.effect === effect)?.name ?? '';
        const plain = command.replace('A', '');
        const explicit = (gapOf(device, 'bank', plain, 'PREpb') ?? NaN) + (device.timings.nRP ?? NaN);
        expect(gapOf(device, 'bank', command, activate)).toBe(explicit);
      }
    });
  },
);

test('the commands of the measured streams are those of the standards', () => {
  const text = readFileSync(new URL('../reference/streams.json', import.meta.url), 'utf8');
  const { cases } = JSON.parse(text) as { cases: readonly StreamCase[] };
  const measured = cases.filter(({ peer }) => peer.startsWith('ramulator'));
  expect(measured.length).toBeGreaterThan(100);
  for (const { config, expected } of measured) {
    const known = DRAM_STANDARDS[config.standard ?? '']?.commands.map(({ name }) => name);
    for (const command of Object.keys(expected.commands ?? {})) expect(known).toContain(command);
  }
});

// By hand from the timings of each preset, in clock periods.
describe('gaps worked out by hand', () => {
  test('DDR4-3200AA', () => {
    const device = devicePreset('ddr4-8gb-x8-3200aa');
    expect(gapOf(device, 'rank', 'RD', 'WR')).toBe(22 + 4 + 2 - 16);
    expect(gapOf(device, 'rank', 'WR', 'RD')).toBe(16 + 4 + 4);
    expect(gapOf(device, 'bankGroup', 'WR', 'RDA')).toBe(16 + 4 + 12);
    expect(gapOf(device, 'bank', 'WR', 'PREpb')).toBe(16 + 4 + 24);
    expect(gapOf(device, 'bank', 'WRA', 'ACT')).toBe(16 + 4 + 24 + 22);
    expect(gapOf(device, 'rank', 'ACT', 'ACT', 4)).toBe(34);
    expect(gapOf(device, 'rank', 'REFab', 'ACT')).toBe(576);
    expect(siblingGapOf(device, 'rank', 'RD', 'WR')).toBe(4 + 2);
    expect(siblingGapOf(device, 'rank', 'WR', 'RD')).toBe(16 + 4 + 2 - 22);
  });

  test('DDR5-4800AN: writes of a bank group are far apart', () => {
    const device = devicePreset('ddr5-16gb-x8-4800an');
    expect(gapOf(device, 'bankGroup', 'WR', 'WR')).toBe(48);
    expect(gapOf(device, 'rank', 'RD', 'WR')).toBe(34 + 8 + 4 - 32);
    expect(gapOf(device, 'rank', 'PREpb', 'PREab')).toBe(2);
  });

  test('LPDDR5-6400: gaps count from the first half of the activate; the longer burst holds within a bank group', () => {
    const device = devicePreset('lpddr5-8gb-x16-6400');
    expect(gapOf(device, 'bank', 'ACT1', 'RD')).toBe(15);
    expect(gapOf(device, 'bank', 'ACT2', 'RD')).toBeUndefined();
    expect(gapOf(device, 'rank', 'WR', 'RD')).toBe(9 + 2 + 5);
    expect(gapOf(device, 'bankGroup', 'WR', 'RD')).toBe(9 + 4 + 10);
    expect(gapOf(device, 'rank', 'REFpb', 'REFpb')).toBe(72);
    expect(gapOf(device, 'rank', 'REFpb', 'ACT1')).toBe(6);
    expect(gapOf(device, 'bank', 'REFpb', 'ACT1')).toBe(96);
    expect(gapOf(device, 'rank', 'PREab', 'ACT1')).toBe(17);
    expect(evaluateGap(device.standard.dataClock?.afterRead ?? '', device.timings)).toBe(17 + 2 + 1);
    expect(evaluateGap(device.standard.dataClock?.afterWrite ?? '', device.timings)).toBe(9 + 2 + 1);
  });

  test('HBM3-6400: stack levels take turns, and the turnaround is given', () => {
    const device = devicePreset('hbm3-16gb-8hi-6400');
    expect(siblingGapOf(device, 'stackId', 'RD', 'RDA')).toBe(3);
    expect(gapOf(device, 'pseudoChannel', 'RD', 'WR')).toBe(20);
    expect(gapOf(device, 'pseudoChannel', 'REFpb', 'ACT')).toBe(8);
    expect(gapOf(device, 'bank', 'ACT', 'RD')).toBe(31);
    expect(gapOf(device, 'bank', 'ACT', 'WR')).toBe(15);
  });

  test('HBM2-2000 and GDDR6: what others count by rank counts by pseudo channel and by channel', () => {
    const hbm = devicePreset('hbm2-8gb-2000');
    expect(gapOf(hbm, 'pseudoChannel', 'RD', 'WR')).toBe(14 + 2 + 2 - 5);
    expect(gapOf(hbm, 'channel', 'RD', 'RD')).toBeUndefined();
    const gddr = devicePreset('gddr6-8gb-x16-14000-1350mv');
    expect(gapOf(gddr, 'channel', 'RD', 'WR')).toBe(25);
    expect(gapOf(gddr, 'channel', 'REFab', 'ACT')).toBe(211);
    expect(gapOf(gddr, 'channel', 'REFpb', 'ACT')).toBe(15);
  });
});
