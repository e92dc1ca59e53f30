import type { DramStandard } from '../standard.ts';
import { command } from './common-commands.ts';
import {
  activateRules,
  allBankRules,
  bankRules,
  columnRules,
  dataBusRules,
  perBankRefreshRules,
  rankSwitchRules,
} from './common-rules.ts';
import type { RowGaps } from './common-rules.ts';
import { PLAIN, rule } from './rule.ts';
import type { CommandWords } from './rule.ts';

// An activate is two commands; all its gaps count from the first.
const SPLIT: CommandWords = { ...PLAIN, activate: 'ACT1' };

const LPDDR5_ROWS: RowGaps = {
  words: SPLIT,
  readDelay: 'nRCD',
  writeDelay: 'nRCD',
  readToPrecharge: 'nRTP',
  writeToPrecharge: 'nCWL + nBL_min + nWR',
};

/**
 * LPDDR5 SDRAM (JESD209-5), banks in groups, 4 data clocks (WCK) to the clock. nBL_min is the time of a burst on the data bus,
 * nBL_max that in the array of a bank group.
 */
export const LPDDR5: DramStandard = {
  name: 'LPDDR5',
  levels: ['channel', 'rank', 'bankGroup', 'bank'],
  commands: [
    command('ACT1', 'activate-first', 'bank'),
    command('ACT2', 'activate-second', 'bank'),
    command('PREpb', 'precharge', 'bank'),
    command('PREab', 'precharge', 'rank'),
    command('CAS_RD', 'clock-read', 'rank'),
    command('CAS_WR', 'clock-write', 'rank'),
    command('RD', 'read', 'bank'),
    command('WR', 'write', 'bank'),
    command('RDA', 'read-precharge', 'bank'),
    command('WRA', 'write-precharge', 'bank'),
    command('REFab', 'refresh', 'rank'),
    command('REFpb', 'refresh', 'bank'),
  ],
  rules: [
    ...dataBusRules('channel', 'nBL_min'),
    ...columnRules('rank', {
      readToRead: 'nCCDS',
      writeToWrite: 'nCCDS_WR',
      writeToRead: 'nCWL + nBL_min + nWTRS',
      readToWrite: 'nCL + nBL_min + 2 - nCWL',
    }),
    rule('rank', 'CAS_RD', 'RD RDA', 'nCAS'),
    rule('rank', 'CAS_WR', 'WR WRA', 'nCAS'),
    ...rankSwitchRules('nBL_min + nCS', 'nCL + nBL_min + nCS - nCWL', 'nCL + nBL_min + nCS - nCWL'),
    ...activateRules('rank', 'nRRDS', 'ACT1'),
    ...allBankRules('rank', LPDDR5_ROWS, 'nRFC', 'nRPab'),
    rule('rank', 'PREpb PREab', 'PREpb PREab', 'nPPD'),
    ...perBankRefreshRules('rank', LPDDR5_ROWS, {
      refresh: 'nRFCpb',
      allBankRefresh: 'nRFC',
      toRefresh: 'nPBR2PBR',
      toActivate: 'nPBR2ACT',
      fromActivate: 'nRRDS',
      fromPrechargeAll: 'nRPab',
    }),
    ...columnRules('bankGroup', {
      readToRead: 'nCCDL',
      writeToWrite: 'nCCDL_WR',
      writeToRead: 'nCWL + nBL_max + nWTRL',
    }),
    rule('bankGroup', 'ACT1', 'ACT1', 'nRRDL'),
    ...bankRules(LPDDR5_ROWS),
  ],
  ticksPerClock: 1,
  rowBus: false,
  readLatency: 'nCL + nBL_min',
  splitWithin: 'nAAD',
  dataClock: { afterRead: 'nCL + nBL_min + nWCKPST', afterWrite: 'nCWL + nBL_min + nWCKPST' },
};

const SHORT_BURSTS: CommandWords = {
  activate: 'ACT1',
  read: 'RD_S',
  readPrecharge: 'RDA_S',
  write: 'WR_S',
  writePrecharge: 'WRA_S',
};

const LPDDR6_ROWS: RowGaps = {
  words: SHORT_BURSTS,
  readDelay: 'nRCDr',
  writeDelay: 'nRCDw',
  readToPrecharge: 'nRTP',
  writeToPrecharge: 'nWL + nBL_max + nWTP',
};

const TWO_CLOCKS = Object.fromEntries(
  ['ACT1', 'ACT2', 'PREpb', 'PREab', 'CAS', 'RD_S', 'WR_S', 'RDA_S', 'WRA_S', 'REFab'].map((name) => [
    name,
    2,
  ]),
);

/**
 * LPDDR6 SDRAM (JESD209-6): every command takes two clock periods on the command bus. Bursts are of 24 beats (the commands of
 * the short burst); those of 48 beats are left out, since a request is a burst.
 */
export const LPDDR6: DramStandard = {
  name: 'LPDDR6',
  levels: ['channel', 'rank', 'bankGroup', 'bank'],
  commands: [
    command('ACT1', 'activate-first', 'bank', TWO_CLOCKS),
    command('ACT2', 'activate-second', 'bank', TWO_CLOCKS),
    command('PREpb', 'precharge', 'bank', TWO_CLOCKS),
    command('PREab', 'precharge', 'rank', TWO_CLOCKS),
    command('CAS', 'clock', 'rank', TWO_CLOCKS),
    command('RD_S', 'read', 'bank', TWO_CLOCKS),
    command('WR_S', 'write', 'bank', TWO_CLOCKS),
    command('RDA_S', 'read-precharge', 'bank', TWO_CLOCKS),
    command('WRA_S', 'write-precharge', 'bank', TWO_CLOCKS),
    command('REFab', 'refresh', 'rank', TWO_CLOCKS),
  ],
  rules: [
    ...dataBusRules('channel', 'nBL_min', SHORT_BURSTS),
    ...columnRules('rank', {
      words: SHORT_BURSTS,
      readToRead: 'nCCDS',
      writeToWrite: 'nCCDS_WR',
      writeToRead: 'nWL + nBL_min + nWTRS',
      readToWrite: 'nRTW_S',
    }),
    rule('rank', 'CAS', 'RD_S RDA_S WR_S WRA_S', 'nCAS'),
    ...rankSwitchRules(
      'nBL_min + nCS',
      'nRL + nBL_min + nCS - nWL',
      'nRL + nBL_min + nCS - nWL',
      SHORT_BURSTS,
    ),
    ...activateRules('rank', 'nRRD', 'ACT1'),
    ...allBankRules('rank', LPDDR6_ROWS, 'nRFC', 'nRPab'),
    rule('rank', 'PREpb PREab', 'PREpb PREab', 'nPPD'),
    ...columnRules('bankGroup', {
      words: SHORT_BURSTS,
      readToRead: 'nCCDL',
      writeToWrite: 'nCCDL_WR',
      writeToRead: 'nWL + nBL_max + nWTRL',
      readToWrite: 'nRTW_L',
    }),
    ...bankRules(LPDDR6_ROWS),
  ],
  ticksPerClock: 1,
  rowBus: false,
  readLatency: 'nRL + nBL_min',
  splitWithin: 'nAAD',
  dataClock: { afterRead: 'nRL + nBL_min + nWCKPST', afterWrite: 'nWL + nBL_min + nWCKPST' },
};
