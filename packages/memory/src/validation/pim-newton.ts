import { newtonGemv } from '../pim/newton/newton-gemv.ts';
import type { NewtonDevice, NewtonTimings } from '../pim/newton/newton-device.ts';
import { NEWTON_HBM2 } from '../pim/newton/newton-presets.ts';
import type { CaseError } from './case-error.ts';
import { overrideTimings, pimCaseId, pimConfig, workloadNumber } from './pim-reference.ts';
import type { PimCase, PimConfig, PimReference } from './pim-reference.ts';

const NAMES: Readonly<Record<string, keyof NewtonTimings>> = {
  CL: 'nRL',
  tRCDRD: 'nRCD',
  tRP: 'nRP',
  tRAS: 'nRAS',
  tRC: 'nRC',
  tRRD_S: 'nRRDS',
  tRRD_L: 'nRRDL',
  tCCD_S: 'nCCDS',
  tRTP_effective: 'nRTP',
  gwrite_delay: 'nGWRITE',
  tRFC: 'nRFC',
  tREFI: 'nREFI',
};

/** The simulator's names of commands. */
const COMMANDS: Readonly<Record<string, string>> = {
  act: 'ACT',
  pre: 'PRE',
  ref: 'REF',
  gwrite: 'GWRITE',
  gact: 'G_ACT',
  pim_precharge: 'PIM_PRE',
  comp: 'COMP',
  readres: 'READRES',
};

/** Cycles and commands of a case of NewtonSim: a matrix-vector product with one row buffer a bank, or with two. */
export function newtonErrors({ configs }: PimReference, peerCase: PimCase): CaseError[] {
  const device = deviceOf(pimConfig(configs, peerCase.config));
  const [M, K, channels] = ['M', 'K', 'channels'].map((name) => workloadNumber(peerCase, name));
  const result = newtonGemv(device, { M: M ?? 0, K: K ?? 0, channels: channels ?? 1 });
  const { rowBuffers, timings } = device;
  const group = timings.nREFI === 0 ? rowBuffers : `${rowBuffers} with refresh`;
  const common = { id: pimCaseId(peerCase), peer: 'newton', group };
  const counts = Object.entries(peerCase.commands ?? {}).map(([name, reference]) => {
    const quantity = COMMANDS[name] ?? name;
    return { ...common, quantity, simulated: result.commands[quantity] ?? 0, reference };
  });
  return [{ ...common, quantity: 'cycles', simulated: result.cycles, reference: peerCase.cycles }, ...counts];
}

function deviceOf(config: PimConfig): NewtonDevice {
  const rowBuffers = String(config.pim_type).startsWith('DUAL') ? 'dual' : 'single';
  const { tFAW, BL } = config;
  const timings = overrideTimings(NEWTON_HBM2.timings, config, NAMES);
  return {
    ...NEWTON_HBM2,
    rowBuffers,
    timings: typeof BL === 'number' ? { ...timings, nBL: BL / 2 } : timings,
    ...(typeof tFAW === 'number' ? { activationLimit: { kind: 'per-bank-group', window: tFAW } } : {}),
  };
}
