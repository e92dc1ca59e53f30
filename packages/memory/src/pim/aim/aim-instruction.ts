import { SystoleError, suggestName } from '@systole/core';
import type { PimReason } from '../pim-result.ts';
import type { AimCommandName } from './aim-standard.ts';

/** How an instruction becomes commands. */
interface InstructionMeaning {
  /** The command of each of its requests; none for what only the DMA engine sees. */
  readonly command?: AimCommandName;
  /** Which banks have to have the row open. */
  readonly rows: 'none' | 'all' | 'one';
  /** Whether it goes to registers and buffers, which is a mode of its own. */
  readonly isRegister: boolean;
  /** Whether the DMA engine waits until it is done. */
  readonly blocks: boolean;
  /** Clock periods from the command until it counts as done, as an expression of timing parameters. */
  readonly latency: string;
  readonly reason: PimReason;
}

const normal = { isRegister: false, blocks: false, latency: '1' } as const;

/** The instructions that a host gives AiM's DMA engine. */
export const AIM_INSTRUCTIONS = {
  WR_GB: {
    command: 'WRGB',
    rows: 'none',
    isRegister: true,
    blocks: false,
    latency: 'nCWLGB + nBL',
    reason: 'vector-write',
  },
  WR_BIAS: {
    command: 'WRMAC16',
    rows: 'none',
    isRegister: true,
    blocks: false,
    latency: 'nCWLREG + nBL',
    reason: 'vector-write',
  },
  RD_MAC: {
    command: 'RDMAC16',
    rows: 'none',
    isRegister: true,
    blocks: true,
    latency: 'nCLREG + nBL',
    reason: 'result-read',
  },
  RD_AF: {
    command: 'RDAF16',
    rows: 'none',
    isRegister: true,
    blocks: true,
    latency: 'nCLREG + nBL',
    reason: 'result-read',
  },
  MAC_ABK: { ...normal, command: 'MAC16', rows: 'all', reason: 'compute' },
  MAC_SBK: { ...normal, command: 'MAC', rows: 'one', reason: 'compute' },
  AF: { ...normal, command: 'AF16', rows: 'all', reason: 'compute' },
  EWMUL: { ...normal, command: 'EWMUL16', rows: 'all', reason: 'compute' },
  WR_ABK: { ...normal, command: 'WRA16', rows: 'all', latency: 'nCWL + nBL + nRP', reason: 'memory-access' },
  COPY_BKGB: { ...normal, command: 'RDCP', rows: 'one', reason: 'data-move' },
  COPY_GBBK: { ...normal, command: 'WRCP', rows: 'one', reason: 'data-move' },
  RD_SBK: { ...normal, command: 'RD', rows: 'one', latency: 'nCL + nBL', reason: 'memory-access' },
  WR_SBK: { ...normal, command: 'WR', rows: 'one', latency: 'nCWL + nBL', reason: 'memory-access' },
  EWADD: { ...normal, rows: 'none', reason: 'instruction' },
  WR_CFR: { ...normal, rows: 'none', reason: 'instruction' },
  SYNC: { ...normal, rows: 'none', blocks: true, reason: 'instruction' },
} as const satisfies Readonly<Record<string, InstructionMeaning>>;

export type AimOpcode = keyof typeof AIM_INSTRUCTIONS;

/**
 * One instruction for all channels of a device. A program may give the same object again with other fields: each is read
 * before the next one is asked for.
 */
export interface AimInstruction {
  readonly opcode: AimOpcode;
  /** Requests that it becomes, to one column after the other; 1 when left out. */
  readonly size?: number;
  readonly row?: number;
  /** Bank of the channel, for instructions of one bank. */
  readonly bank?: number;
}

/** What an instruction means. Throws where there is none of that name. */
export function aimMeaning(opcode: AimOpcode): InstructionMeaning {
  if (Object.hasOwn(AIM_INSTRUCTIONS, opcode)) return AIM_INSTRUCTIONS[opcode];
  throw new SystoleError({
    code: 'argument/invalid',
    message: `there is no AiM instruction ${JSON.stringify(opcode)}`,
    hint: suggestName(String(opcode), Object.keys(AIM_INSTRUCTIONS)),
  });
}
