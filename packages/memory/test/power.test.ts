import { readFileSync } from 'node:fs';
import { SystoleError } from '@systole/core';
import { describe, expect, test } from 'vitest';
import { DEVICE_PRESETS, devicePreset } from '../src/device/device-presets.ts';
import { commandEnergies, energyTimesOf } from '../src/power/command-energy.ts';
import { checkCurrents, CURRENT_PRESETS, currentPreset } from '../src/power/currents.ts';
import { memoryEnergy } from '../src/power/energy.ts';
import type { EnergyWork } from '../src/power/energy.ts';
import type { CurrentPower } from '../src/power/memory-power.ts';
import { PER_BIT_PRESETS, perBitPreset } from '../src/power/pj-per-bit.ts';
import { POWER_FIGURES, powerNamed, powerOf } from '../src/power/power-of.ts';

interface Reference {
  readonly name: string;
  readonly voltage_current: Readonly<Record<string, number>>;
  readonly tCK_ns: number;
  readonly device_width: number;
  readonly bus_width: number;
  readonly burst_cycles: number;
  readonly devices_per_rank: number;
  readonly request_bytes: number;
  readonly timing_used: Readonly<Record<'tRAS' | 'tRP' | 'tRFC', number>>;
  readonly derived?: Readonly<Record<string, number>>;
}

const file = new URL('../reference/power-presets.json', import.meta.url);
const { presets } = JSON.parse(readFileSync(file, 'utf8')) as { presets: readonly Reference[] };

/** The reference writes some currents otherwise. */
const NAMES: Readonly<Record<string, string>> = {
  IDD5AB: 'IDD5',
  IDD5B: 'IDD5',
  IDD6x: 'IDD6',
  IPP5B: 'IPP5',
};

function currentsOf(name: string) {
  const word = name.startsWith('DDR') && name.includes('default') ? `${name.slice(0, 4)}.cpp` : `${name}.ini`;
  const found = Object.values(CURRENT_PRESETS).find(({ source }) => source.source.endsWith(`/${word}`));
  if (found === undefined) throw new Error(`no currents of ${name}`);
  return found;
}

/** Code and path of each problem. */
function problemsOf(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof SystoleError)
      return error.problems.map(({ code, place }) => `${code} ${place?.path}`);
    throw error;
  }
  return [];
}

const DDR4 = devicePreset('ddr4-8gb-x8-3200aa');
const NOTHING: EnergyWork = { commands: {}, residency: { active: 0, precharged: 0 }, ticksPerClock: 1 };

function ddr4Power(ioPerBit = 0): CurrentPower {
  return { kind: 'currents', currents: currentPreset('idd-ddr4-8gb-x8-3200').currents, devices: 8, ioPerBit };
}

describe('currents', () => {
  test.each(presets)('$name are those of the reference', ({ name, voltage_current }) => {
    const { currents, source } = currentsOf(name);
    const expected = Object.entries(voltage_current).map(([key, value]) => [NAMES[key] ?? key, value]);
    expect(currents).toEqual(Object.fromEntries(expected));
    expect(source.confidence).toBe('secondary');
  });

  test('there is a preset for each of the reference, and nothing wrong with any', () => {
    expect(Object.keys(CURRENT_PRESETS)).toHaveLength(presets.length);
    for (const { currents } of Object.values(CURRENT_PRESETS)) expect(checkCurrents(currents)).toEqual([]);
  });

  test.each([
    [{ IDD3N: 30 }, ['IDD3N']],
    [{ IDD0: 40, IDD4R: 40 }, ['IDD0', 'IDD4R']],
    [{ VDD: 0 }, ['VDD']],
    [{ IDD2P: NaN }, ['IDD2P']],
    [{ IDD6: -1 }, ['IDD6']],
  ])('%j are refused by name', (wrong, paths) => {
    const { currents } = currentPreset('idd-ddr4-8gb-x8-3200');
    const times = energyTimesOf(DDR4);
    const problems = problemsOf(() => commandEnergies({ ...currents, ...wrong }, times, 8));
    expect(problems).toEqual(paths.map((path) => `parameter/out-of-range ${path}`));
  });

  test('an unknown name is answered with the nearest', () => {
    expect(() => currentPreset('idd-ddr4-8gb-x8-3201')).toThrow('Did you mean "idd-ddr4-8gb-x8-3200"?');
    expect(() => perBitPreset('hbm33')).toThrow('Did you mean "hbm3"?');
    expect(() => powerNamed('__proto__', 1)).toThrow('there are no power figures');
    expect(() => powerOf('ddr4-8gb-x8-3200ab')).toThrow('Did you mean "ddr4-8gb-x8-3200aa"?');
  });
});

describe('energy of commands', () => {
  test.each(presets.filter(({ derived }) => derived !== undefined))(
    '$name: the values that the reference derives, to the digit',
    (reference) => {
      const { tCK_ns, burst_cycles, devices_per_rank, timing_used, request_bytes, derived = {} } = reference;
      const time = (cycles: number): number => cycles * tCK_ns * 1000;
      const { tRAS, tRP, tRFC } = timing_used;
      const energies = commandEnergies(
        currentsOf(reference.name).currents,
        { tRAS: time(tRAS), tRP: time(tRP), tRFC: time(tRFC), burst: time(burst_cycles), banks: 16 },
        devices_per_rank,
      );
      // The reference has pJ to three digits, and pJ/bit to four.
      expect(energies.activate / 1000).toBeCloseTo(derived.act_pre_pJ ?? NaN, 3);
      expect(energies.read / 1000).toBeCloseTo(derived.read_burst_pJ ?? NaN, 3);
      expect(energies.write / 1000).toBeCloseTo(derived.write_burst_pJ ?? NaN, 3);
      expect(energies.refreshAllBanks / 1000).toBeCloseTo(derived.refresh_all_bank_pJ ?? NaN, 3);
      expect(energies.activeStandby).toBeCloseTo(derived.active_standby_mW_per_rank ?? NaN, 6);
      expect(energies.prechargedStandby).toBeCloseTo(derived.precharge_standby_mW_per_rank ?? NaN, 6);
      expect(energies.prechargedPowerDown).toBeCloseTo(derived.powerdown_mW_per_rank ?? NaN, 6);
      expect(energies.selfRefresh).toBeCloseTo(derived.self_refresh_mW_per_rank ?? NaN, 6);
      const perBit = (energy: number): number => energy / 1000 / (request_bytes * 8);
      expect(perBit(energies.read)).toBeCloseTo(derived.read_pJ_per_bit ?? NaN, 4);
      expect(perBit(energies.write)).toBeCloseTo(derived.write_pJ_per_bit ?? NaN, 4);
    },
  );

  test('the pump supply counts where all its currents are given', () => {
    const times = { tRAS: 30_000, tRP: 10_000, tRFC: 100_000, burst: 2500, banks: 16 };
    const { currents } = currentPreset('idd-ddr4-default');
    const { VPP, ...core } = currents;
    const [both, one] = [commandEnergies(currents, times, 8), commandEnergies(core, times, 8)];
    expect(VPP).toBe(2.5);
    // IPP5 is 45 mA above standby, and IPP0 is standby.
    expect(both.refreshAllBanks - one.refreshAllBanks).toBeCloseTo(8 * 2.5 * 45 * 100_000, 3);
    expect(both.activate).toBeCloseTo(one.activate, 3);
    expect(both.activeStandby - one.activeStandby).toBeCloseTo(8 * 2.5 * 3, 9);
    expect(both.selfRefresh - one.selfRefresh).toBeCloseTo(8 * 2.5 * 3, 9);
  });

  test('the refresh of one bank takes IDD5PB, or its share of the refresh of all', () => {
    const times = { tRAS: 30_000, tRP: 10_000, tRFC: 160_000, tRFCpb: 90_000, burst: 2500, banks: 16 };
    const { currents } = currentPreset('idd-gddr6-8gb-x16');
    const one = commandEnergies({ ...currents, IDD5PB: 100 }, times, 1);
    expect(one.refreshOneBank).toBeCloseTo(1.35 * 39 * 90_000, 6);
    // 45 mA, as the source has it, is below IDD3N: no current of a device that also stands by.
    const share = commandEnergies(currents, times, 1);
    expect(share.refreshOneBank).toBeCloseTo(share.refreshAllBanks / 16, 6);
  });

  test('a time that is missing is named', () => {
    const { nRFC, ...timings } = DDR4.timings;
    expect(nRFC).toBe(576);
    expect(problemsOf(() => energyTimesOf({ ...DDR4, timings }))).toEqual([
      'parameter/required timings.nRFC',
    ]);
  });
});

describe('energy of a stream', () => {
  test('is its commands and its states, each by its price', () => {
    const commands = { ACT: 3, PREpb: 3, RD: 5, RDA: 1, WR: 2, REFab: 1 };
    const work = { commands, residency: { active: 1000, precharged: 500 }, ticksPerClock: 1 };
    const energy = memoryEnergy(ddr4Power(200), DDR4, work);
    expect(energy.activate).toBeCloseTo(3 * 1.2 * 8 * 625 * (57 * 74 - 52 * 52 - 37 * 22), 3);
    expect(energy.read).toBeCloseTo(6 * 1.2 * 8 * 625 * (168 - 52) * 4, 3);
    expect(energy.write).toBeCloseTo(2 * 1.2 * 8 * 625 * (150 - 52) * 4, 3);
    expect(energy.refresh).toBeCloseTo(1.2 * 8 * 625 * (250 - 52) * 576, 3);
    expect(energy.background.active).toBeCloseTo(1.2 * 8 * 625 * 52 * 1000, 3);
    expect(energy.background.precharged).toBeCloseTo(1.2 * 8 * 625 * 37 * 500, 3);
    expect(energy.io).toBe(8 * 512 * 200);
    expect(energy.range).toEqual([energy.total, energy.total]);
  });

  test('power-down and self-refresh draw their currents', () => {
    const residency = {
      active: 0,
      precharged: 0,
      activePowerDown: 7,
      prechargedPowerDown: 100,
      selfRefresh: 10,
    };
    const { background } = memoryEnergy(ddr4Power(), DDR4, { ...NOTHING, residency });
    expect(background.powerDown).toBeCloseTo(1.2 * 8 * 625 * (43 * 7 + 25 * 100), 3);
    expect(background.selfRefresh).toBeCloseTo(1.2 * 8 * 625 * 30 * 10, 3);
    expect(background.total).toBe(background.powerDown + background.selfRefresh);
  });

  test('counts an activate that is split in two once, and half clocks as halves', () => {
    const split = { ...NOTHING, commands: { ACT1: 4, ACT2: 4 } };
    const power = { ...ddr4Power(), devices: 1 };
    const lpddr = devicePreset('lpddr5-8gb-x16-6400');
    const one = commandEnergies(power.currents, energyTimesOf(lpddr), 1).activate;
    expect(memoryEnergy(power, lpddr, split).activate).toBeCloseTo(4 * one, 3);
    const residency = { active: 100, precharged: 0 };
    const whole = memoryEnergy(ddr4Power(), DDR4, { ...NOTHING, residency });
    const half = memoryEnergy(ddr4Power(), DDR4, { ...NOTHING, residency, ticksPerClock: 2 });
    expect(half.total * 2).toBeCloseTo(whole.total, 6);
  });

  test('per bit, reads and writes have it all, between the bounds of the source', () => {
    const { power, source } = powerOf('lpddr5-8gb-x16-6400');
    const work = { ...NOTHING, commands: { ACT1: 9, RD: 10, WR: 5, REFab: 3 } };
    const energy = memoryEnergy(power, devicePreset('lpddr5-8gb-x16-6400'), work);
    expect(source.confidence).toBe('recalled');
    expect([energy.read, energy.write]).toEqual([10 * 256 * 5000, 5 * 256 * 5000]);
    expect([energy.activate, energy.refresh, energy.background.total, energy.io]).toEqual([0, 0, 0, 0]);
    expect(energy.range).toEqual([15 * 256 * 4000, 15 * 256 * 6000]);
  });

  test('AiM: the array and the pins apart', () => {
    const { power } = powerNamed('gddr6-aim', 1);
    const work = { ...NOTHING, commands: { RD: 1 } };
    const energy = memoryEnergy(power, devicePreset('gddr6-8gb-x16-14000-1250mv'), work);
    expect(energy.io).toBeCloseTo(256 * 5500, 3);
    // 438.15 mW at 32 GB/s for 32 B: 1 ns.
    expect(energy.read).toBeCloseTo(438.15 * 1000, 3);
  });

  test('an energy per bit that is no number is refused', () => {
    expect(problemsOf(() => memoryEnergy(ddr4Power(NaN), DDR4, NOTHING))).toEqual([
      'parameter/out-of-range ioPerBit',
    ]);
    expect(problemsOf(() => memoryEnergy({ ...ddr4Power(), devices: 0 }, DDR4, NOTHING))).toEqual([
      'parameter/out-of-range devices',
    ]);
  });
});

describe('power of presets', () => {
  test.each(Object.keys(DEVICE_PRESETS))('%s has figures with a source', (name) => {
    const { power, source, warnings } = powerOf(name);
    expect(source.source).not.toBe('');
    expect(warnings.length).toBeGreaterThan(0);
    const device = devicePreset(name);
    const nameOf = (effect: string): string =>
      device.standard.commands.find((command) => command.effect === effect)?.name ?? '';
    const work = { ...NOTHING, commands: { [nameOf('read')]: 100, [nameOf('write')]: 100 } };
    const perBit = memoryEnergy(power, device, work).total / (200 * device.burstBytes * 8);
    // fJ: no memory moves a bit for less than 0.3 pJ or for more than 30 pJ.
    expect(perBit).toBeGreaterThan(300);
    expect(perBit).toBeLessThan(30_000);
  });

  test('currents are taken where there are some for the device, by the width of its bus', () => {
    const devicesOf = (name: string): number | string => {
      const { power } = powerOf(name);
      return power.kind === 'currents' ? power.devices : power.kind;
    };
    expect(devicesOf('ddr4-8gb-x8-3200aa')).toBe(8);
    expect(devicesOf('ddr4-8gb-x16-3200aa')).toBe(4);
    expect(devicesOf('gddr6-8gb-x16-14000-1350mv')).toBe(1);
    expect(devicesOf('gddr6-16gb-x16-14000-1350mv')).toBe('per-bit');
    expect(devicesOf('hbm2-8gb-2000')).toBe(0.5);
    expect(devicesOf('hbm3-16gb-8hi-6400')).toBe('per-bit');
    expect(devicesOf('ddr5-16gb-x8-4800an')).toBe('per-bit');
  });

  test('currents of another density are an inference', () => {
    const { source, warnings } = powerOf('hbm1-2gb-2000');
    expect(source.confidence).toBe('inferred');
    expect(warnings[0]).toContain('density');
  });

  test('other figures can be named, and are of as many devices as the bus is wide', () => {
    const { power } = powerOf('ddr5-16gb-x8-4800an', { figures: 'idd-ddr5-default' });
    expect(power).toMatchObject({ kind: 'currents', devices: 4 });
    const narrow = powerOf('ddr4-8gb-x8-3200aa', { figures: 'idd-ddr4-8gb-x4-3200' });
    expect(narrow.power).toMatchObject({ devices: 16 });
    expect(powerOf('hbm1-2gb-2000', { figures: 'hbm2' }).source.confidence).toBe('recalled');
    expect(() => powerOf('ddr5-16gb-x8-4800an', { figures: 'hbm33' })).toThrow('Did you mean "hbm3"?');
    expect(powerNamed('idd-ddr4-8gb-x8-3200', 9).power).toMatchObject({ devices: 9, ioPerBit: 0 });
    for (const name of POWER_FIGURES) expect(powerNamed(name, 1).source.source).not.toBe('');
  });

  test('the data bus is what one says it is', () => {
    expect(powerOf('ddr4-8gb-x8-3200aa', { ioPerBit: 1500 }).power.ioPerBit).toBe(1500);
    expect(powerOf('ddr4-8gb-x8-3200aa').power.ioPerBit).toBe(0);
    expect(powerNamed('gddr6-aim', 1).power.ioPerBit).toBe(5500);
  });

  test('every figure per bit lies within its bounds and names its source', () => {
    for (const { read, write, source } of Object.values(PER_BIT_PRESETS)) {
      for (const { least, typical, most } of [read, write]) {
        expect(least).toBeGreaterThan(0);
        expect(typical).toBeGreaterThanOrEqual(least);
        expect(most).toBeGreaterThanOrEqual(typical);
      }
      expect(source.source.length).toBeGreaterThan(10);
    }
  });
});
