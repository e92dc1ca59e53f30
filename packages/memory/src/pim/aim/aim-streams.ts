import { suggestName, SystoleError } from '@systole/core';
import { requireWhole } from '../pim-result.ts';
import type { AimDevice } from './aim-device.ts';
import type { AimInstruction, AimOpcode } from './aim-instruction.ts';

/** Simple streams of instructions that show what single commands cost. */
export const AIM_STREAMS = [
  /** MACs of all banks on one row after the other, and always on the same row. */
  'mac-rows',
  'mac-row-hit',
  'ewmul-rows',
  'wr-abk',
  'wr-gb',
  'wr-bias',
  'rd-mac',
  'rd-af',
  /** One bank after the other. */
  'mac-sbk-16-banks',
  'rd-sbk-16-banks',
  'wr-sbk-16-banks',
  'copy-bkgb-16-banks',
  'copy-gbbk-16-banks',
  /** For each row a vector written to one bank and read back from another. */
  'copy-round',
  /** For each row MACs, the activation function, and its results. */
  'mac16-af-rdaf',
  'bias-mac-af-rdaf',
  /** For each pair of rows a preset sum, MACs and the results, then MACs without. */
  'bias-mac-rdmac-mac',
] as const;

export type AimStreamKind = (typeof AIM_STREAMS)[number];

export interface AimStream {
  readonly kind: AimStreamKind;
  /** Instructions, or rows, or rounds. */
  readonly count: number;
  /** Column accesses of each instruction that has any; 1 when left out. */
  readonly columns?: number;
}

type Mutable = { opcode: AimOpcode; size: number; row: number; bank: number };

/** The instructions of a stream. The same object comes again and again with other fields. */
export function* aimStream(device: AimDevice, stream: AimStream): Generator<AimInstruction> {
  const { kind, count, columns = 1 } = stream;
  requireWhole('count', count, 0, 2 ** 30);
  requireWhole('columns', columns, 1, 2 ** 30);
  const banks = device.bankGroups * device.banksPerGroup;
  // The table of the activation function has a row of its own, beyond those of data.
  const table = 2 ** 29;
  const one: Mutable = { opcode: 'WR_CFR', size: 1, row: 0, bank: 0 };
  const of = (opcode: AimOpcode, size: number, row = 0, bank = 0): AimInstruction => {
    one.opcode = opcode;
    one.size = size;
    one.row = row;
    one.bank = bank;
    return one;
  };
  for (let i = 0; i < count; i++) {
    const bank = i % banks;
    const row = Math.floor(i / banks);
    switch (kind) {
      case 'mac-rows':
        yield of('MAC_ABK', columns, i);
        break;
      case 'mac-row-hit':
        yield of('MAC_ABK', columns);
        break;
      case 'ewmul-rows':
        yield of('EWMUL', columns, i);
        break;
      case 'wr-abk':
        yield of('WR_ABK', 1, i);
        break;
      case 'wr-gb':
        yield of('WR_GB', columns);
        break;
      case 'wr-bias':
        yield of('WR_BIAS', 1);
        break;
      case 'rd-mac':
        yield of('RD_MAC', 1);
        break;
      case 'rd-af':
        yield of('RD_AF', 1);
        break;
      case 'mac-sbk-16-banks':
        yield of('MAC_SBK', columns, row, bank);
        break;
      case 'rd-sbk-16-banks':
        yield of('RD_SBK', 1, row, bank);
        break;
      case 'wr-sbk-16-banks':
        yield of('WR_SBK', 1, row, bank);
        break;
      case 'copy-bkgb-16-banks':
        yield of('COPY_BKGB', columns, row, bank);
        break;
      case 'copy-gbbk-16-banks':
        yield of('COPY_GBBK', columns, row, bank);
        break;
      case 'copy-round':
        yield of('WR_GB', columns);
        yield of('COPY_GBBK', columns, i, 0);
        yield of('COPY_BKGB', columns, i, banks / 2);
        break;
      case 'mac16-af-rdaf':
        yield of('MAC_ABK', columns, i);
        yield of('AF', 1, table);
        yield of('RD_AF', 1);
        break;
      case 'bias-mac-af-rdaf':
        yield of('WR_BIAS', 1);
        yield of('MAC_ABK', columns, i);
        yield of('AF', 1, table);
        yield of('RD_AF', 1);
        break;
      case 'bias-mac-rdmac-mac':
        yield of('WR_BIAS', 1);
        yield of('MAC_ABK', columns, 2 * i);
        yield of('RD_MAC', 1);
        yield of('MAC_ABK', columns, 2 * i + 1);
        break;
      default:
        throw new SystoleError({
          code: 'argument/invalid',
          message: `there is no AiM stream ${JSON.stringify(kind satisfies never)}`,
          hint: suggestName(String(kind), AIM_STREAMS),
        });
    }
  }
}
