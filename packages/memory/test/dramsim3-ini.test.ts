import { readFileSync } from 'node:fs';
import { SystoleError } from '@systole/core';
import { describe, expect, test } from 'vitest';
import { runDramsim3Case } from '../src/validation/dramsim3-case.ts';
import type { Dramsim3Case } from '../src/validation/dramsim3-case.ts';
import { dramsim3Memory } from '../src/validation/dramsim3-ini.ts';
import type { Dramsim3Ini } from '../src/validation/dramsim3-ini.ts';

const file = new URL('../reference/streams.json', import.meta.url);
const { dramsim3_parameters: inis, cases } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly dramsim3_parameters: Readonly<Record<string, Dramsim3Ini>>;
  readonly cases: readonly { readonly id: string }[];
};

function ini(name: string): Dramsim3Ini {
  const found = inis[name];
  if (found === undefined) throw new Error(`no configuration ${name}`);
  return found;
}

/** Path and code of what is wrong. */
function problemOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof SystoleError) return `${error.code} ${error.place.path ?? ''}`;
    throw error;
  }
  return 'none';
}

describe('configurations of DRAMsim3', () => {
  test('16 GiB of 8 Gb devices of 8 pins are two ranks', () => {
    const { device, devices, policy, channels } = dramsim3Memory(ini('DDR4_8Gb_x8_3200'));
    expect(device.counts).toMatchObject({ rank: 2, bankGroup: 4, bank: 4 });
    expect([device.burstsPerRow, device.burstBytes, device.clockPeriod]).toEqual([128, 64, 630]);
    expect(device.timings).toMatchObject({ nBL: 4, nCL: 22, nCWL: 16, nRC: 74, nRTRS: 1 });
    expect([devices, channels, policy.commandQueue, policy.readQueue]).toEqual([8, 1, 8, 32]);
  });

  test('columns of GDDR are bursts, and those of HBM pairs of words', () => {
    const gddr = dramsim3Memory(ini('GDDR6_8Gb_x16')).device;
    expect([gddr.burstsPerRow, gddr.burstBytes, gddr.timings.nBL]).toEqual([128, 256, 1]);
    const hbm = dramsim3Memory(ini('HBM2_8Gb_x128')).device;
    expect([hbm.burstsPerRow, hbm.burstBytes, hbm.timings.nBL]).toEqual([32, 64, 2]);
  });

  test('without bank groups the short gaps hold everywhere', () => {
    const { device } = dramsim3Memory(ini('GDDR6_8Gb_x16'));
    expect(device.counts).toMatchObject({ bankGroup: 1, bank: 16 });
    expect(device.timings.nCCDL).toBe(3);
    const grouped = dramsim3Memory(ini('GDDR6_8Gb_x16'), { dram_structure: { bankgroup_enable: 'true' } });
    expect(grouped.device.timings.nCCDL).toBe(4);
  });

  test('what a file leaves out is what the simulator takes', () => {
    const { device } = dramsim3Memory(ini('HBM2_8Gb_x128'));
    expect(device.timings).toMatchObject({ nRTP: 5, nRTRS: 2 });
  });

  test('additive latency moves columns, and not what follows them', () => {
    const { device } = dramsim3Memory(ini('DDR4_8Gb_x8_3200'), { timing: { AL: 5 } });
    expect(device.timings).toMatchObject({ nCL: 27, nCWL: 21, nRCD: 17, nRTP: 17 });
  });

  test('command queues are of banks or of ranks', () => {
    const policyOf = (queue_structure: string) =>
      dramsim3Memory(ini('HBM2_8Gb_x128'), { system: { queue_structure, cmd_queue_size: 32 } }).policy;
    expect(policyOf('PER_RANK')).toMatchObject({ commandQueueOf: 'rank', commandQueue: 32 });
    expect(policyOf('PER_BANK')).toMatchObject({ commandQueueOf: 'bank' });
  });

  test('a closed page is closed by every access', () => {
    const { policy } = dramsim3Memory(ini('DDR4_8Gb_x8_3200'), { system: { row_buf_policy: 'CLOSE_PAGE' } });
    expect(policy).toMatchObject({ rowPolicy: 'closed-cap', rowCap: 1 });
  });

  test.each([
    [{ system: { queue_structure: 'PER_CHANNEL' } }, 'parameter/out-of-range system.queue_structure'],
    [{ system: { unified_queue: 'True' } }, 'parameter/out-of-range system.unified_queue'],
    [{ system: { enable_self_refresh: 'true' } }, 'parameter/out-of-range system.enable_self_refresh'],
    [
      { system: { refresh_policy: 'RANK_LEVEL_SIMULTANEOUS' } },
      'parameter/out-of-range system.refresh_policy',
    ],
    [{ timing: { CL: 'many' } }, 'parameter/out-of-range timing.CL'],
    [{ timing: { tRAS: 20 } }, 'parameter/out-of-range timings.nRAS'],
    [{ dram_structure: { protocol: 'DDR44' } }, 'parameter/out-of-range protocol'],
    [{ dram_structure: { rows: 0 } }, 'parameter/out-of-range rowsPerBank'],
  ])('%j is refused', (overrides, problem) => {
    expect(problemOf(() => dramsim3Memory(ini('DDR4_8Gb_x8_3200'), overrides))).toBe(problem);
  });
});

describe('cases of DRAMsim3', () => {
  const each = cases.find(({ id }) => id === 'ds3-001') as Dramsim3Case;

  test.each([
    [{ ini: 'DDR4_8Gb_x8_3201' }, {}, 'config.ini'],
    [{ ranks: 1 }, {}, 'config.ranks'],
    [{}, { tx_bytes: 32 }, 'stream.tx_bytes'],
  ])('%j %j is refused', (config, stream, path) => {
    const wrong = { ...each, config: { ...each.config, ...config }, stream: { ...each.stream, ...stream } };
    expect(problemOf(() => runDramsim3Case(wrong, inis))).toBe(`argument/invalid ${path}`);
  });

  test('the currents of a configuration take the place of those that are known under its name', () => {
    const few = { ...each, stream: { ...each.stream, n: 10 }, expected: { energy: { act_pJ: 1 } } };
    const activateWith = (power: Readonly<Record<string, number>>): number => {
      const written = { [each.config.ini]: { ...ini(each.config.ini), power } };
      const found = runDramsim3Case(few, written).find(({ quantity }) => quantity === 'activateEnergy');
      return found?.simulated ?? NaN;
    };
    const one = activateWith({ VDD: 1.2, IDD0: 57, IDD2N: 37, IDD3N: 52 });
    expect(one).toBeCloseTo(4233.6, 6);
    expect(activateWith({ VDD: 2.4, IDD0: 57, IDD2N: 37, IDD3N: 52 })).toBeCloseTo(2 * 4233.6, 6);
    // IDD3N is 43 mA where it is left out.
    expect(activateWith({ VDD: 1.2, IDD0: 57, IDD2N: 37 })).toBeCloseTo(4233.6 + 1.2 * 8 * 0.63 * 9 * 52, 6);
  });

  test('figures that are left out are not compared', () => {
    const few = { ...each, stream: { ...each.stream, n: 10 }, expected: { cycles: 1 } };
    expect(runDramsim3Case(few, inis).map(({ quantity }) => quantity)).toEqual(['cycles']);
  });
});
