import type { DramStandard } from '../standard.ts';
import { plainCommands } from './common-commands.ts';
import {
  activateRules,
  allBankRules,
  bankRules,
  columnRules,
  dataBusRules,
  rankSwitchRules,
} from './common-rules.ts';
import type { RowGaps } from './common-rules.ts';
import { rule } from './rule.ts';

const ROWS: RowGaps = {
  readDelay: 'nRCD',
  writeDelay: 'nRCD',
  readToPrecharge: 'nRTP',
  writeToPrecharge: 'nCWL + nBL + nWR',
};

/** DDR3 SDRAM (JESD79-3): ranks of banks without groups. */
export const DDR3: DramStandard = {
  name: 'DDR3',
  levels: ['channel', 'rank', 'bank'],
  commands: plainCommands('rank'),
  rules: [
    ...dataBusRules('channel', 'nBL'),
    ...columnRules('rank', {
      readToRead: 'nCCD',
      writeToWrite: 'nCCD',
      writeToRead: 'nCWL + nBL + nWTR',
      readToWrite: 'nCL + nBL + 2 - nCWL',
    }),
    ...rankSwitchRules('nBL + nCS', 'nCL + nBL + nCS - nCWL', 'nCWL + nBL + nCS - nCL'),
    ...activateRules('rank', 'nRRD'),
    ...allBankRules('rank', ROWS, 'nRFC'),
    ...bankRules(ROWS),
  ],
  ticksPerClock: 1,
  rowBus: false,
  readLatency: 'nCL + nBL',
};

/** DDR4 SDRAM (JESD79-4): bank groups. */
export const DDR4: DramStandard = {
  name: 'DDR4',
  levels: ['channel', 'rank', 'bankGroup', 'bank'],
  commands: plainCommands('rank'),
  rules: [
    ...dataBusRules('channel', 'nBL'),
    ...columnRules('rank', {
      readToRead: 'nCCDS',
      writeToWrite: 'nCCDS',
      writeToRead: 'nCWL + nBL + nWTRS',
      readToWrite: 'nCL + nBL + 2 - nCWL',
    }),
    ...rankSwitchRules('nBL + nCS', 'nCL + nBL + nCS - nCWL', 'nCWL + nBL + nCS - nCL'),
    ...activateRules('rank', 'nRRDS'),
    ...allBankRules('rank', ROWS, 'nRFC'),
    ...columnRules('bankGroup', {
      readToRead: 'nCCDL',
      writeToWrite: 'nCCDL',
      writeToRead: 'nCWL + nBL + nWTRL',
    }),
    rule('bankGroup', 'ACT', 'ACT', 'nRRDL'),
    ...bankRules(ROWS),
  ],
  ticksPerClock: 1,
  rowBus: false,
  readLatency: 'nCL + nBL',
};

/** DDR5 SDRAM (JESD79-5): commands with a row or a column take two clock periods on the command bus. */
export const DDR5: DramStandard = {
  name: 'DDR5',
  levels: ['channel', 'rank', 'bankGroup', 'bank'],
  commands: plainCommands('rank', { ACT: 2, RD: 2, RDA: 2, WR: 2, WRA: 2 }),
  rules: [
    ...dataBusRules('channel', 'nBL'),
    ...columnRules('rank', {
      readToRead: 'nCCDS',
      writeToWrite: 'nCCDS_WR',
      writeToRead: 'nCWL + nBL + nWTRS',
      readToWrite: 'nCL + nBL + 4 - nCWL',
    }),
    ...rankSwitchRules('nBL + nCS', 'nCL + nBL + nCS - nCWL', 'nCWL + nBL + nCS - nCL'),
    ...activateRules('rank', 'nRRDS'),
    ...allBankRules('rank', ROWS, 'nRFC'),
    rule('rank', 'PREpb PREab', 'PREpb PREab', 'nPPD'),
    ...columnRules('bankGroup', {
      readToRead: 'nCCDL',
      writeToWrite: 'nCCDL_WR',
      writeToRead: 'nCWL + nBL + nWTRL',
    }),
    rule('bankGroup', 'ACT', 'ACT', 'nRRDL'),
    ...bankRules(ROWS),
  ],
  ticksPerClock: 1,
  rowBus: false,
  readLatency: 'nCL + nBL',
};
