import type { HbmPimDevice } from './hbm-pim-device.ts';

/**
 * A pseudo channel of HBM2-PIM as its vendor's simulator has it. That simulator gives no energies (all of its currents are 0),
 * so there are none here. Its four-activate window is written down but never enforced.
 */
export const HBM2_PIM: HbmPimDevice = {
  name: 'hbm2-pim',
  clockPeriod: 1000,
  ranks: 1,
  bankGroups: 4,
  banksPerGroup: 4,
  rowsPerBank: 16_384,
  burstsPerRow: 32,
  burstBytes: 32,
  elementBytes: 2,
  vectorRegisters: 8,
  sumRegisters: 8,
  microcodeBursts: 1,
  queueEntries: 64,
  rows: { park: 0x1000, enter: 0x17ff, leave: 0x1fff, registers: 0x3fff },
  timings: {
    nRL: 20,
    nWL: 8,
    nBL: 2,
    nRCDRD: 14,
    nRCDWR: 10,
    nRP: 14,
    nRAS: 33,
    nRC: 47,
    nRRDS: 4,
    nRRDL: 6,
    nCCDS: 2,
    nCCDL: 4,
    nRTPL: 5,
    nWR: 16,
    nWTRL: 9,
    nRTRS: 1,
    nRFC: 350,
    nREFI: 3900,
  },
  activationLimit: { kind: 'none' },
  source: {
    source: 'SAITPublic/PIMSimulator at b464dde, ini/HBM2_samsung_2M_16B_x64.ini',
    confidence: 'secondary',
    note: 'the configuration of the vendor’s simulator, not a data sheet',
  },
};

/** The same with two ranks, of which the first one works. */
export const HBM2_PIM_2RANKS: HbmPimDevice = { ...HBM2_PIM, name: 'hbm2-pim-2ranks', ranks: 2 };

/** HBM-PIM devices, by name. */
export const hbmPimPresets: Readonly<Record<string, HbmPimDevice>> = {
  'hbm2-pim': HBM2_PIM,
  'hbm2-pim-2ranks': HBM2_PIM_2RANKS,
};
