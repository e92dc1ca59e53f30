import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { dram } from '../src/index.ts';
import type { DramValues } from '../src/index.ts';
import { resolve } from './helpers/resolve.ts';

interface TimingPreset {
  readonly standard: string;
  readonly org_preset: string;
  readonly timing_preset: string;
  readonly rate_MTps: number;
  readonly tCK_ps: number;
  readonly org: Readonly<Record<string, number>>;
  readonly timings_CK: Readonly<Record<string, number>>;
}

interface CurrentPreset {
  readonly name: string;
  readonly voltage_current: Readonly<Record<string, number>>;
  readonly tCK_ns?: number;
  readonly devices_per_rank?: number;
  readonly burst_cycles?: number;
  readonly timing_used?: Readonly<Record<string, number>>;
  readonly derived?: Readonly<Record<string, number>>;
}

function fixture<T>(name: string): readonly T[] {
  const text = readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { presets: readonly T[] }).presets;
}

/** The values of a preset alone; it names its source. */
function valuesOf(name: string, written: Readonly<Record<string, string>> = {}): DramValues {
  // `resolve` reads every value by its own parameter, so that the record has the types of the declaration.
  return resolve(dram, [name], written) as unknown as DramValues;
}

function presetFrom(source: string): string {
  const found = Object.entries(dram.presets).find(([, preset]) => preset.source.source.endsWith(source));
  if (found === undefined) throw new Error(`no preset from ${source}`);
  return found[0];
}

/** Our timing, and the names under which the standards of the reference keep it. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  tRCD: ['nRCD', 'nRCDRD', 'nRCDr'],
  tRCDWR: ['nRCDWR', 'nRCDw'],
  tRP: ['nRP'],
  tRAS: ['nRAS'],
  tRC: ['nRC'],
  tCL: ['nCL', 'nRL'],
  tCWL: ['nCWL', 'nWL'],
  tWR: ['nWR', 'nWTP'],
  tRTP: ['nRTP', 'nRTPL', 'nRTPSB'],
  tCCDS: ['nCCDS', 'nCCD'],
  tCCDL: ['nCCDL', 'nCCDSB', 'nCCD'],
  tCCDLWR: ['nCCDL_WR'],
  tRRDS: ['nRRDS', 'nRRD'],
  tRRDL: ['nRRDL', 'nRRD'],
  tFAW: ['nFAW'],
  tWTRS: ['nWTRS', 'nWTR'],
  tWTRL: ['nWTRL', 'nWTRSB', 'nWTR'],
  tRFC: ['nRFC', 'nRFCab'],
  tREFI: ['nREFI'],
};

describe('timing presets', () => {
  const references = fixture<TimingPreset>('timing-presets');

  test('there is one for each of the reference', () => {
    const timings = Object.keys(dram.presets).filter((name) => !/^(idd|in-memory)-/.test(name));
    expect(timings).toHaveLength(references.length);
    expect(timings).toContain('gddr6-8gb-x16-14000-1250mv');
  });

  test.each(references.map((reference) => [reference.timing_preset, reference] as const))(
    '%s has the organisation and the times of the reference, in whole ps',
    (_, { org_preset, timing_preset, rate_MTps, tCK_ps, org, timings_CK }) => {
      const values = valuesOf(presetFrom(`${org_preset} at ${timing_preset}`));
      const n = (name: string, otherwise = 1): number => org[name] ?? otherwise;
      expect(values.bankGroups * values.banksPerGroup).toBe(n('banks_per_channel') / n('pseudochannel'));
      expect(values.rowBytes).toBe(n('row_bytes_per_channel_or_pc'));
      expect(values.burstBytes).toBe(n('tx_bytes'));
      expect(values.rowsPerBank).toBe(n('row'));
      expect(values.dataPins).toBe(n('channel_width_bits'));
      expect(values.pinRate).toBe(rate_MTps * 1e6);
      for (const [name, keys] of Object.entries(NAMES)) {
        const key = keys.find((candidate) => timings_CK[candidate] !== undefined);
        const expected = key === undefined ? undefined : (timings_CK[key] ?? 0) * tCK_ps;
        const actual = values[name as keyof DramValues];
        expect([name, actual]).toEqual([name, expected ?? (name === 'tFAW' ? 0 : undefined)]);
      }
    },
  );

  test.each(Object.keys(dram.presets))('%s has no conflicts, a price for every action, and facts', (name) => {
    const values = valuesOf(name);
    expect(dram.conflicts(values)).toEqual([]);
    for (const action of Object.values(dram.actions)) {
      expect(action.energy(values)).toBeGreaterThanOrEqual(0);
      expect(action.energy(values)).toBeLessThan(1e9);
    }
    const isDerived = ['in-memory-ideal', 'in-memory-hbm-pim'].includes(name);
    expect(dram.presets[name]?.source.confidence).toBe(isDerived ? 'inferred' : 'secondary');
  });

  test('the facts of GDDR6 at 14 GT/s are those of its data sheet', () => {
    const facts = dram.facts(valuesOf('gddr6-8gb-x16-14000-1250mv'));
    expect(facts.capacity).toBe(2 ** 29);
    expect(facts.bandwidth).toBeCloseTo(28e9, -3);
    expect(facts.resources).toBe(1);
  });
});

describe('current presets', () => {
  const references = fixture<CurrentPreset>('power-presets').filter(({ derived }) => derived !== undefined);

  test.each(references.map((reference) => [reference.name, reference] as const))(
    '%s gives the energies that the IDD method derives',
    (_, { name, voltage_current, tCK_ns = 0, devices_per_rank = 0, timing_used = {}, derived = {} }) => {
      const preset = presetFrom(`${name}.ini`);
      const period = tCK_ns * 1000;
      const time = (cycles: number | undefined): string => `${(cycles ?? 0) * period} ps`;
      const { tRAS = 0, tRP = 0, tRFC = 0 } = timing_used;
      const values = valuesOf(preset, {
        tRAS: time(tRAS),
        tRP: time(tRP),
        tRC: time(tRAS + tRP),
        tRFC: time(tRFC),
        devicesPerChannel: String(devices_per_rank),
      });
      expect(values.IDD0 * 1000).toBeCloseTo(voltage_current.IDD0 ?? NaN, 9);
      expect(values.VDD).toBe(voltage_current.VDD);
      const energy = (action: string): number => dram.actions[action]?.energy(values) ?? NaN;
      // The reference counts in pJ, we in fJ.
      expect(energy('activate') / 1000).toBeCloseTo(derived.act_pre_pJ ?? NaN, 3);
      const refresh = (energy('refresh') * values.tREFI) / 1000;
      expect(refresh / (derived.refresh_all_bank_pJ ?? NaN)).toBeCloseTo(1, 9);
      const banks = values.bankGroups * values.banksPerGroup;
      const active =
        (derived.active_standby_mW_per_rank ?? NaN) - (derived.precharge_standby_mW_per_rank ?? NaN);
      // mW are fJ/ps.
      expect(energy('active-standby') * banks).toBeCloseTo(active, 6);
      expect(dram.staticPower(values) * 1000).toBeCloseTo(derived.precharge_standby_mW_per_rank ?? NaN, 6);
    },
  );

  test('a read burst of DDR4-3200 costs VDD x (IDD4R - IDD3N) for 2.5 ns in 8 devices', () => {
    const values = valuesOf('idd-ddr4-8gb-x8-3200');
    expect(dram.actions['read-burst']?.energy(values)).toBeCloseTo(1.2 * 0.116 * 2500 * 8 * 1000, 3);
    expect(dram.actions['write-burst']?.energy(values)).toBeCloseTo(1.2 * 0.098 * 2500 * 8 * 1000, 3);
    expect(dram.actions['in-place-access']?.energy({ ...values, inPlaceAccessShare: 0.25 })).toBeCloseTo(
      0.25 * 1.2 * 0.116 * 2500 * 8 * 1000,
      3,
    );
  });

  test('an open bank that draws only its share leaves more of IDD0 to the activate', () => {
    const all = valuesOf('idd-ddr4-8gb-x8-3200');
    const each = { ...all, activeStandby: 'per-bank' as const };
    const more = (1.2 * 0.015 * (15 / 16) * all.tRAS * 8 * 1000) / 1;
    const energy = (values: DramValues): number => dram.actions.activate?.energy(values) ?? NaN;
    expect(energy(each) - energy(all)).toBeCloseTo(more, 3);
  });
});
