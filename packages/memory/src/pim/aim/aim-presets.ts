import { suggestName, SystoleError } from '@systole/core';
import type { Source } from '@systole/core';
import type { AimDevice, AimTimings } from './aim-device.ts';

/** A device with where its figures come from: of a parameter that is not named, what `default` says. */
export interface AimPreset {
  readonly summary: string;
  readonly device: AimDevice;
  readonly sources: Readonly<Record<string, Source>> & { readonly default: Source };
}

const SIMULATOR: Source = {
  source: 'arkhadem/aim_simulator (0f28a07)',
  confidence: 'secondary',
  note: "the parameters of an open simulator, no data sheet; gaps of MACs and modes are its authors' estimates",
};

const GDDR6: AimTimings = {
  nBL: 2,
  nCL: 50,
  nRCDRD: 36,
  nRCDRDMAC: 56,
  nRCDEWMUL: 25,
  nRCDRDAF: 86,
  nRCDRDCP: 66,
  nRCDWR: 28,
  nRCDWRCP: 48,
  nRP: 32,
  nRAS: 54,
  nRC: 89,
  nWR: 33,
  nRTP: 12,
  nCWL: 6,
  nCCDS: 2,
  nCCDL: 2,
  nRRDS: 5,
  nRRDL: 6,
  nWTRS: 9,
  nWTRL: 11,
  nCLREG: 0,
  nCWLREG: 1,
  nCWLGB: 1,
  nWPRE: 1,
  nMODCH: 32,
  nRFC: 210,
  nREFI: 3333,
};

/**
 * The plain GDDR6 presets of the simulator, at two voltages and two data rates. It sets activate to activate the same for all
 * of them, whatever they say.
 */
const LOW_VOLTAGE = { nRCDRD: 30, nRCDWR: 19, nRP: 30, nRAS: 60, nRC: 89, nWR: 30 };
const HIGH_VOLTAGE = { nRCDRD: 26, nRCDWR: 16, nRP: 26, nRAS: 53, nRC: 79, nWR: 26 };

/** MACs and other new commands wait as long as reads and writes there; only copies take their time from 1.25 V. */
function plainTimings(own: typeof LOW_VOLTAGE, nBL: number): AimTimings {
  return {
    ...GDDR6,
    ...own,
    nBL,
    nCL: 24,
    nRTP: 4,
    nCCDS: 4,
    nCCDL: 6,
    nRCDRDMAC: own.nRCDRD,
    nRCDEWMUL: own.nRCDRD,
    nRCDRDAF: own.nRCDRD,
    nRCDRDCP: 30,
    nRCDWRCP: own.nRCDWR,
  };
}

const DEVICE: AimDevice = {
  name: 'aim-gddr6',
  clockPeriod: 1000,
  bankGroups: 4,
  banksPerGroup: 4,
  columnsPerRow: 64,
  lanes: 16,
  bufferColumns: 64,
  timings: GDDR6,
  refresh: 'none',
  activationLimit: { kind: 'none' },
  queue: 33,
};

/**
 * J of a command of one channel. The power script that comes with the simulator gives the power of states in mW: activate
 * 66.3 for a row cycle of one bank, read 438.15 and write 553.15 for a column access, and says that a MAC of all banks draws
 * three times the power of a read for as long as its gap. An activate of 16 banks is taken as 16 of one.
 */
function energiesOf({ nRC, nCCDL, nBL }: AimTimings, clockPeriod: number): Record<string, number> {
  const joules = (milliwatts: number, clocks: number) => milliwatts * 1e-3 * clocks * clockPeriod * 1e-12;
  const [activate, read, write] = [66.3, 438.15, 553.15];
  // 32 bytes over the pins of the channel.
  const pins = 256 * 5.5e-12;
  return {
    ACT: joules(activate, nRC),
    ACT4: 4 * joules(activate, nRC),
    ACT16: 16 * joules(activate, nRC),
    MAC: (3 / 16) * joules(read, nCCDL),
    MAC16: 3 * joules(read, nCCDL),
    EWMUL16: 3 * joules(read, nCCDL),
    AF16: 3 * joules(read, nCCDL),
    RDCP: joules(read, nCCDL),
    WRCP: joules(write, nCCDL),
    RD: joules(read, nBL) + pins,
    WR: joules(write, nBL) + pins,
    WRA16: joules(write, nBL) + pins,
    WRGB: pins,
    WRMAC16: pins,
    RDMAC16: pins,
    RDAF16: pins,
  };
}

const ENERGY: Source = {
  source: 'Power script of the CENT project in arkhadem/aim_simulator (0f28a07)',
  confidence: 'secondary',
  note:
    'an estimate: a MAC of all banks draws three times the power of a read; 5.5 pJ a bit over the pins. ' +
    'Inferred here: an activate of 16 banks costs 16 of one. Refresh and mode switches are not priced.',
};

function preset(
  summary: string,
  device: Partial<AimDevice>,
  sources: Readonly<Record<string, Source>> = {},
): AimPreset {
  const whole = { ...DEVICE, ...device };
  const energies = energiesOf(whole.timings, whole.clockPeriod);
  return {
    summary,
    device: { ...whole, energies },
    sources: { default: SIMULATOR, energies: ENERGY, ...sources },
  };
}

const PIM_GPT_TABLE: Source = {
  source: 'Table 1 of the PIM-GPT paper (arXiv 2310.09385)',
  confidence: 'recalled',
};
const DRAM_PRESET: Source = {
  source: 'CMU-SAFARI/ramulator2 v2.1 (c5b1c3a), GDDR6_14000_1250mV_double',
  confidence: 'secondary',
  note: 'the paper does not give it; its periods of 0.57 ns in whole periods of 1 ns',
};

/** AiM devices by name. */
export const AIM_PRESETS = {
  'aim-gddr6': preset(
    'GDDR6-AiM as its open simulator has it, without refresh, as that is shipped',
    {},
    {
      clockPeriod: {
        source: 'arkhadem/aim_simulator (0f28a07)',
        confidence: 'secondary',
        note: 'its preset says 0.5 ns, and it computes with 1 ns',
      },
    },
  ),
  'aim-gddr6-refresh': preset(
    'GDDR6-AiM that is refreshed',
    { name: 'aim-gddr6-refresh', refresh: 'all-bank' },
    {
      nREFI: { source: 'GDDR6 presets of arkhadem/aim_simulator (0f28a07)', confidence: 'secondary' },
    },
  ),
  'aim-gddr6-1250mv-double': preset('AiM commands on plain GDDR6 at 1.25 V, double data rate', {
    name: 'aim-gddr6-1250mv-double',
    timings: plainTimings(LOW_VOLTAGE, 8),
  }),
  'aim-gddr6-1250mv-quad': preset('AiM commands on plain GDDR6 at 1.25 V, quad data rate', {
    name: 'aim-gddr6-1250mv-quad',
    timings: plainTimings(LOW_VOLTAGE, 4),
  }),
  'aim-gddr6-1350mv-double': preset('AiM commands on plain GDDR6 at 1.35 V, double data rate', {
    name: 'aim-gddr6-1350mv-double',
    timings: plainTimings(HIGH_VOLTAGE, 8),
  }),
  'aim-gddr6-1350mv-quad': preset('AiM commands on plain GDDR6 at 1.35 V, quad data rate', {
    name: 'aim-gddr6-1350mv-quad',
    timings: plainTimings(HIGH_VOLTAGE, 4),
  }),
  'pim-gpt': preset(
    'The memory of PIM-GPT, with the commands of AiM',
    {
      name: 'pim-gpt',
      refresh: 'all-bank',
      timings: {
        ...GDDR6,
        nBL: 1,
        nCL: 14,
        nCWL: 4,
        nRCDRD: 12,
        nRCDWR: 12,
        nRCDRDMAC: 12,
        nRCDEWMUL: 12,
        nRCDRDAF: 12,
        nRCDRDCP: 12,
        nRCDWRCP: 12,
        nRP: 12,
        nRAS: 35,
        nRC: 52,
        nWR: 12,
        nRTP: 3,
        nCCDS: 1,
        nCCDL: 1,
        nRRDS: 7,
        nRRDL: 7,
        nWTRS: 6,
        nWTRL: 7,
        nRFC: 455,
        nREFI: 6825,
      },
    },
    {
      ...Object.fromEntries(
        ['nRCDRD', 'nRCDWR', 'nRCDRDMAC', 'nRP', 'nCCDS', 'nCCDL', 'nWR', 'nRFC', 'nREFI', 'clockPeriod'].map(
          (name) => [name, PIM_GPT_TABLE],
        ),
      ),
      ...Object.fromEntries(
        ['nCL', 'nCWL', 'nRAS', 'nRC', 'nRTP', 'nRRDS', 'nRRDL', 'nWTRS', 'nWTRL'].map((name) => [
          name,
          DRAM_PRESET,
        ]),
      ),
      nBL: {
        source: 'Table 1 of the PIM-GPT paper',
        confidence: 'inferred',
        note: '32 bytes at 32 GB/s take 1 ns',
      },
      nMODCH: {
        source: 'arkhadem/aim_simulator (0f28a07)',
        confidence: 'inferred',
        note: 'the paper gives no time for switching modes; the device is said to be like AiM',
      },
    },
  ),
} as const satisfies Readonly<Record<string, AimPreset>>;

export type AimPresetName = keyof typeof AIM_PRESETS;

/** The device of a preset. Throws with the nearest name where there is none. */
export function aimPreset(name: string): AimDevice {
  const found = Object.hasOwn(AIM_PRESETS, name) ? AIM_PRESETS[name as AimPresetName] : undefined;
  if (found !== undefined) return found.device;
  throw new SystoleError({
    code: 'parameter/out-of-range',
    message: `there is no AiM preset "${name.slice(0, 100)}"`,
    place: { path: 'preset' },
    hint: suggestName(name, Object.keys(AIM_PRESETS)),
  });
}
