import type { NewtonDevice } from './newton-device.ts';

const SIMULATOR = 'casys-kaist/NeuPIMs, extern/NewtonSim at f299af3';

/**
 * An HBM2 channel of 128 bits with two ranks of 16 banks. Energies: charge of the currents of HBM2_8Gb_x128 (VDD 1.2 V, IDD0 65,
 * IDD2N 40, IDD3N 55, IDD4R 390, IDD5 250 mA) for ACT 828 pJ, a read burst 804 pJ, REF 60.84 nJ; G_ACT is four of the first,
 * COMP four of the second (as the Newton paper has it), GWRITE sixteen, READRES one. Background is left out.
 */
export const NEWTON_HBM2: NewtonDevice = {
  name: 'newton-hbm2',
  clockPeriod: 1000,
  ranks: 2,
  bankGroups: 4,
  banksPerGroup: 4,
  rowsPerBank: 32_768,
  rowBytes: 1024,
  columnBytes: 32,
  elementBytes: 2,
  rowBuffers: 'single',
  pipelineColumns: 6,
  timings: {
    nRL: 14,
    nBL: 2,
    nRCD: 14,
    nRP: 14,
    nRAS: 34,
    nRC: 48,
    nRRDS: 4,
    nRRDL: 6,
    nCCDS: 1,
    nRTP: 5,
    nGWRITE: 96,
    nRFC: 260,
    nREFI: 3900,
  },
  activationLimit: { kind: 'per-bank-group', window: 30 },
  energies: {
    ACT: 828e-12,
    REF: 60_840e-12,
    G_ACT: 3312e-12,
    COMP: 3216e-12,
    GWRITE: 12_864e-12,
    READRES: 804e-12,
  },
  source: {
    source: SIMULATOR,
    confidence: 'secondary',
    note: 'the configuration of a simulator, not of a device',
  },
  energySource: {
    source: SIMULATOR,
    confidence: 'secondary',
    note: 'background and data pins are not in it',
  },
};

/** The same with a second row buffer for computing, as NeuPIMs has it. */
export const NEWTON_HBM2_DUAL: NewtonDevice = {
  ...NEWTON_HBM2,
  name: 'newton-hbm2-dual',
  rowBuffers: 'dual',
};

/** Devices with Newton's commands, by name. */
export const newtonPresets: Readonly<Record<string, NewtonDevice>> = {
  'newton-hbm2': NEWTON_HBM2,
  'newton-hbm2-dual': NEWTON_HBM2_DUAL,
};
