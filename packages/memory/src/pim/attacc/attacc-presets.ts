import { suggestName, SystoleError } from '@systole/core';
import type { Source } from '@systole/core';
import type { AttAccDevice } from './attacc-device.ts';

/** A device with where its figures come from: of a parameter that is not named, what `default` says. */
export interface AttAccPreset {
  readonly summary: string;
  readonly device: AttAccDevice;
  readonly sources: Readonly<Record<string, Source>> & { readonly default: Source };
}

const SIMULATOR: Source = {
  source: 'scale-snu/attacc_simulator (c600051), preset HBM3_5.2Gbps',
  confidence: 'secondary',
  note: 'the parameters of an open simulator, whose authors took absolute times of HBM2 for HBM3',
};

const POWERED: AttAccDevice = {
  name: 'attacc-hbm3',
  clockPeriod: 769,
  channels: 16,
  pseudoChannels: 2,
  ranks: 2,
  bankGroups: 4,
  banksPerGroup: 4,
  rowsPerBank: 16384,
  columnsPerRow: 32,
  lanes: 16,
  timings: {
    nBL: 2,
    nRCDRD: 19,
    nRP: 19,
    nRAS: 45,
    nRC: 63,
    nRTPL: 8,
    nCCDS: 2,
    nCCDL: 4,
    nRFC: 456,
    nREFI: 5070,
  },
  refresh: 'all-bank',
  activationLimit: { kind: 'slower-mac-rate', gap: 6, groupGap: 6 },
  holdsForeignPrecharge: true,
  queue: 33,
};

const LIMIT: Source = {
  source: 'scale-snu/attacc_simulator (c600051)',
  confidence: 'secondary',
  note: 'nCCDAB and nCCDSB: what the power of the stack allows by its authors’ estimate',
};

/** Devices by name. No energies of their commands are published with a source that could be read: none are given. */
export const ATTACC_PRESETS = {
  'attacc-hbm3': {
    summary: 'HBM3 with attention units, its MACs spaced out to stay within its power',
    device: POWERED,
    sources: { default: SIMULATOR, activationLimit: LIMIT },
  },
  'attacc-hbm3-npc': {
    summary: 'HBM3 with attention units, its power unlimited',
    device: { ...POWERED, name: 'attacc-hbm3-npc', activationLimit: { kind: 'none' } },
    sources: { default: SIMULATOR },
  },
} as const satisfies Readonly<Record<string, AttAccPreset>>;

export type AttAccPresetName = keyof typeof ATTACC_PRESETS;

/** The device of a preset. Throws with the nearest name where there is none. */
export function attAccPreset(name: string): AttAccDevice {
  const found = Object.hasOwn(ATTACC_PRESETS, name) ? ATTACC_PRESETS[name as AttAccPresetName] : undefined;
  if (found !== undefined) return found.device;
  throw new SystoleError({
    code: 'parameter/out-of-range',
    message: `there is no AttAcc preset "${name.slice(0, 100)}"`,
    place: { path: 'preset' },
    hint: suggestName(name, Object.keys(ATTACC_PRESETS)),
  });
}
