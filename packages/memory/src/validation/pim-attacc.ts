import { SystoleError } from '@systole/core';
import { attAccAttention, attAccRows, isUniformAttention } from '../pim/attacc/attacc-attention.ts';
import type { AttentionLevel } from '../pim/attacc/attention-part.ts';
import { ATTACC_TIMINGS } from '../pim/attacc/attacc-device.ts';
import type { AttAccDevice, AttAccTimings } from '../pim/attacc/attacc-device.ts';
import { ATTACC_PRESETS } from '../pim/attacc/attacc-presets.ts';
import { runAttAcc } from '../pim/attacc/run-attacc.ts';
import type { PimResult } from '../pim/pim-result.ts';
import type { CaseError } from './case-error.ts';
import { overrideTimings, pimCaseId, pimConfig, workloadNumber } from './pim-reference.ts';
import type { PimCase, PimConfig, PimReference } from './pim-reference.ts';

const NAMES: Readonly<Record<string, keyof AttAccTimings>> = Object.fromEntries(
  ATTACC_TIMINGS.map((name) => [name, name]),
);

const LEVELS: Readonly<Record<string, AttentionLevel>> = {
  bank: 'bank',
  bg: 'bank-group',
  buffer: 'buffer',
};

/** Cycles and commands of a case of AttAcc's simulator: rows of MACs, and attention layers. */
export function attAccErrors({ configs }: PimReference, peerCase: PimCase): CaseError[] {
  const device = deviceOf(pimConfig(configs, peerCase.config));
  const result = simulate(device, peerCase);
  const kind = peerCase.rule.replace('attacc-', '');
  const group = device.refresh === 'none' ? kind : `${kind} with refresh`;
  const common = { id: pimCaseId(peerCase), peer: 'attacc', group };
  const { commands = {} } = peerCase;
  const given = Object.keys(commands);
  const names = new Set(given.length === 0 ? [] : [...given, ...Object.keys(result.commands)]);
  return [
    { ...common, quantity: 'cycles', simulated: result.cycles, reference: peerCase.cycles },
    ...[...names].map((quantity) => ({
      ...common,
      quantity,
      simulated: result.commands[quantity] ?? 0,
      reference: commands[quantity] ?? 0,
    })),
  ];
}

function deviceOf(config: PimConfig): AttAccDevice {
  const { device } = ATTACC_PRESETS['attacc-hbm3'];
  const { nCCDAB, nCCDSB, nCCDL } = config;
  const isLimited = typeof nCCDAB === 'number' && (nCCDAB !== nCCDL || nCCDSB !== nCCDL);
  return {
    ...device,
    timings: overrideTimings(device.timings, config, NAMES),
    refresh: String(config.refresh ?? '').startsWith('none') ? 'none' : 'all-bank',
    activationLimit: isLimited
      ? { kind: 'slower-mac-rate', gap: nCCDAB, groupGap: typeof nCCDSB === 'number' ? nCCDSB : nCCDAB }
      : { kind: 'none' },
  };
}

function simulate(device: AttAccDevice, peerCase: PimCase): PimResult {
  const channels = workloadNumber(peerCase, 'channels');
  const stack = { ...device, channels };
  const { rule } = peerCase;
  if (rule === 'attacc-macab-stream') {
    return runAttAcc(stack, attAccRows(stack, workloadNumber(peerCase, 'mac_commands')));
  }
  const level = LEVELS[rule.replace('attacc-attention-', '')];
  if (level === undefined) {
    throw new SystoleError({
      code: 'argument/invalid',
      message: `no stream of requests is known as ${JSON.stringify(rule.slice(0, 100))}`,
      place: { path: 'rule' },
      hint: 'Choose attacc-macab-stream, or attacc-attention-bank, -bg or -buffer.',
    });
  }
  const attention = {
    level,
    context: workloadNumber(peerCase, 'seq_len'),
    heads: workloadNumber(peerCase, 'heads'),
    headDim: workloadNumber(peerCase, 'd_head'),
  };
  return runAttAcc(stack, attAccAttention(stack, attention), {
    isUniform: isUniformAttention(stack, attention),
  });
}
