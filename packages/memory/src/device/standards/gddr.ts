import type { DramStandard } from '../standard.ts';
import { command, plainCommands } from './common-commands.ts';
import {
  activateRules,
  allBankRules,
  bankRules,
  columnRules,
  dataBusRules,
  perBankRefreshRules,
} from './common-rules.ts';
import type { RowGaps } from './common-rules.ts';
import { rule, windowRule } from './rule.ts';

const GDDR6_ROWS: RowGaps = {
  readDelay: 'nRCDRD',
  writeDelay: 'nRCDWR',
  readToPrecharge: 'nRTP',
  writeToPrecharge: 'nCWL + nBL + nWR',
};

/** GDDR6 SGRAM (JESD250): a channel is one device, so that what others count by rank counts by channel. */
export const GDDR6: DramStandard = {
  name: 'GDDR6',
  levels: ['channel', 'bankGroup', 'bank'],
  commands: [...plainCommands('channel'), command('REFpb', 'refresh', 'bank')],
  rules: [
    ...dataBusRules('channel', 'nBL'),
    ...columnRules('channel', {
      readToRead: 'nCCDS',
      writeToWrite: 'nCCDS',
      writeToRead: 'nCWL + nBL + nWTRS',
      readToWrite: 'nCL + 1',
    }),
    ...activateRules('channel', 'nRRDS'),
    ...allBankRules('channel', GDDR6_ROWS, 'nRFCab'),
    rule('channel', 'PREpb PREab', 'PREpb PREab', 'nPPD'),
    ...perBankRefreshRules('channel', GDDR6_ROWS, {
      refresh: 'nRFCpb',
      allBankRefresh: 'nRFCab',
      toRefresh: 'nRREFD',
      toActivate: 'nRREFD',
      fromActivate: 'nRRDS',
    }),
    windowRule('channel', 'ACT', 'REFpb', 'nFAW', 4),
    windowRule('channel', 'REFpb', 'ACT REFpb', 'nFAW', 4),
    ...columnRules('bankGroup', {
      readToRead: 'nCCDL',
      writeToWrite: 'nCCDL',
      writeToRead: 'nCWL + nBL + nWTRL',
    }),
    rule('bankGroup', 'ACT', 'ACT REFpb', 'nRRDL'),
    ...bankRules(GDDR6_ROWS),
  ],
  ticksPerClock: 1,
  rowBus: false,
  readLatency: 'nCL + nBL',
};

const GDDR7_ROWS: RowGaps = {
  readDelay: 'nRCDRD',
  writeDelay: 'nRCDWR',
  readToPrecharge: 'nRTPSB',
  writeToPrecharge: 'nWL + nBL + nWR',
};

/**
 * GDDR7 SGRAM (JESD239), in CK4 periods: no bank groups, but longer gaps within a bank; row and column commands have a bus
 * each. The read clock always runs.
 */
export const GDDR7: DramStandard = {
  name: 'GDDR7',
  levels: ['channel', 'bank'],
  commands: [
    ...plainCommands('channel', { ACT: 2, RD: 2, RDA: 2, WR: 2, WRA: 2 }),
    command('REFpb', 'refresh', 'bank'),
  ],
  rules: [
    ...columnRules('channel', {
      readToRead: 'nCCD',
      writeToWrite: 'nCCD',
      writeToRead: 'nWL + nBL + nWTR',
      readToWrite: 'max(nRTW, nRL + nDQERL + nBL - nWL)',
    }),
    ...columnRules('bank', {
      readToRead: 'nCCDSB',
      writeToWrite: 'nCCDSB',
      writeToRead: 'nWL + nBL + nWTRSB',
    }),
    rule('channel', 'ACT', 'ACT', 'nRRD'),
    ...allBankRules('channel', GDDR7_ROWS, 'nRFCab'),
    rule('channel', 'RD RDA', 'REFab', 'nRDREFab'),
    rule('channel', 'PREpb PREab', 'PREpb PREab', 'nPPD'),
    { ...rule('bank', 'PREpb', 'ACT REFpb', 'nRPD'), siblings: true },
    ...perBankRefreshRules('channel', GDDR7_ROWS, {
      refresh: 'nRFCpb',
      allBankRefresh: 'nRFCab',
      toRefresh: 'nRREFD',
      toActivate: 'nRREFD',
      fromActivate: 'nRRD',
    }),
    ...bankRules(GDDR7_ROWS),
  ],
  ticksPerClock: 1,
  rowBus: true,
  readLatency: '1 + nRL + nDQERL + nBL',
};
