import { SystoleError } from '@systole/core';
import { hbmPimElementwise, hbmPimGemv, hbmPimHost } from '../pim/hbm-pim/hbm-pim-kernels.ts';
import type { HbmPimDevice, HbmPimTimings } from '../pim/hbm-pim/hbm-pim-device.ts';
import { HBM2_PIM } from '../pim/hbm-pim/hbm-pim-presets.ts';
import type { HbmPimElementwiseShape } from '../pim/hbm-pim/kernels.ts';
import type { HbmPimResult } from '../pim/hbm-pim/run-hbm-pim.ts';
import type { CaseError } from './case-error.ts';
import { overrideTimings, pimCaseId, pimConfig, workloadNumber } from './pim-reference.ts';
import type { PimCase, PimConfig, PimReference } from './pim-reference.ts';

const NAMES: Readonly<Record<string, keyof HbmPimTimings>> = {
  RL: 'nRL',
  WL: 'nWL',
  tCCDS: 'nCCDS',
  tCCDL: 'nCCDL',
  tRCDRD: 'nRCDRD',
  tRCDWR: 'nRCDWR',
  tRAS: 'nRAS',
  tRC: 'nRC',
  tRP: 'nRP',
  tRRDS: 'nRRDS',
  tRRDL: 'nRRDL',
  tRTPL: 'nRTPL',
  tWR: 'nWR',
  tWTRL: 'nWTRL',
  tRTRS: 'nRTRS',
  tREFI: 'nREFI',
  tRFC: 'nRFC',
};

/** Cycles and commands of a case of PIMSimulator: kernels in the banks and their readout, and the same work done by the host. */
export function hbmPimErrors({ configs }: PimReference, peerCase: PimCase): CaseError[] {
  const config = pimConfig(configs, peerCase.config);
  const device = deviceOf(config);
  const isHost = peerCase.rule.endsWith('-host');
  const result = simulate(device, peerCase, isHost);
  const kind = `${String(peerCase.workload.kernel)} ${isHost ? 'host' : 'pim'}`;
  const group = device.timings.nREFI === 0 ? kind : `${kind} with refresh`;
  const common = { id: pimCaseId(peerCase), peer: 'hbm-pim', group };
  const [first, second] = result.phases;
  const cycles = isHost ? result.cycles : (first?.cycles ?? 0);
  const errors = [{ ...common, quantity: 'cycles', simulated: cycles, reference: peerCase.cycles }];
  const { readout_cycles: readout } = peerCase;
  if (readout !== undefined) {
    errors.push({ ...common, quantity: 'readout', simulated: second?.cycles ?? 0, reference: readout });
  }
  for (const [quantity, reference] of Object.entries(peerCase.commands ?? {})) {
    errors.push({ ...common, quantity, simulated: result.commands[quantity] ?? 0, reference });
  }
  return errors;
}

function deviceOf(config: PimConfig): HbmPimDevice {
  const ranks = typeof config.ranks === 'number' ? config.ranks : HBM2_PIM.ranks;
  return { ...HBM2_PIM, ranks, timings: overrideTimings(HBM2_PIM.timings, config, NAMES) };
}

function simulate(device: HbmPimDevice, peerCase: PimCase, isHost: boolean): HbmPimResult {
  const channels = workloadNumber(peerCase, 'channels');
  const { kernel } = peerCase.workload;
  if (kernel === 'gemv') {
    const shape = { out: workloadNumber(peerCase, 'out'), in: workloadNumber(peerCase, 'in'), channels };
    return isHost ? hbmPimHost(device, { kind: kernel, ...shape }) : hbmPimGemv(device, shape);
  }
  const shape = { kind: elementwiseKind(kernel), elements: workloadNumber(peerCase, 'elements'), channels };
  return isHost ? hbmPimHost(device, shape) : hbmPimElementwise(device, shape);
}

function elementwiseKind(kernel: unknown): HbmPimElementwiseShape['kind'] {
  if (kernel === 'add' || kernel === 'mul' || kernel === 'relu') return kernel;
  throw new SystoleError({
    code: 'argument/invalid',
    message: `unknown kernel ${JSON.stringify(kernel)}`,
    place: { path: 'workload.kernel' },
    hint: 'Choose one of: gemv, add, mul, relu.',
  });
}
