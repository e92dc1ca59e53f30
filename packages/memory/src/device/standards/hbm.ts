import type { Level } from '../level.ts';
import type { DramStandard, TimingRule } from '../standard.ts';
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
import { rule, siblingRule } from './rule.ts';

const EARLY_ROWS: RowGaps = {
  readDelay: 'nRCDRD',
  writeDelay: 'nRCDWR',
  readToPrecharge: 'nRTPL',
  writeToPrecharge: 'nCWL + nBL + nWR',
};

/** HBM and HBM2 differ in what has a data bus of its own: the channel, or each of its pseudo channels. */
function earlyRules(scope: Level): readonly TimingRule[] {
  return [
    ...dataBusRules(scope, 'nBL'),
    ...columnRules(scope, {
      readToRead: 'nCCDS',
      writeToWrite: 'nCCDS',
      writeToRead: 'nCWL + nBL + nWTRS',
      readToWrite: 'nCL + nBL + 2 - nCWL',
    }),
    ...activateRules(scope, 'nRRDS'),
    ...allBankRules(scope, EARLY_ROWS, 'nRFC'),
    ...perBankRefreshRules(scope, EARLY_ROWS, {
      refresh: 'nRFCpb',
      allBankRefresh: 'nRFC',
      toRefresh: 'nRREFD',
      toActivate: 'nRREFD',
      fromActivate: 'nRRDS',
    }),
    ...columnRules('bankGroup', {
      readToRead: 'nCCDL',
      writeToWrite: 'nCCDL',
      writeToRead: 'nCWL + nBL + nWTRL',
    }),
    rule('bankGroup', 'ACT', 'ACT', 'nRRDL'),
    ...bankRules(EARLY_ROWS),
  ];
}

/** HBM (JESD235): row and column commands have a bus each. */
export const HBM1: DramStandard = {
  name: 'HBM1',
  levels: ['channel', 'bankGroup', 'bank'],
  commands: [...plainCommands('channel', { ACT: 2 }), command('REFpb', 'refresh', 'bank')],
  rules: earlyRules('channel'),
  ticksPerClock: 1,
  rowBus: true,
  readLatency: 'nCL + nBL',
};

/** HBM2 (JESD235) in pseudo channel mode: two data buses share the command buses. */
export const HBM2: DramStandard = {
  name: 'HBM2',
  levels: ['channel', 'pseudoChannel', 'bankGroup', 'bank'],
  commands: [...plainCommands('pseudoChannel', { ACT: 2 }), command('REFpb', 'refresh', 'bank')],
  rules: earlyRules('pseudoChannel'),
  ticksPerClock: 1,
  rowBus: true,
  readLatency: 'nCL + nBL',
};

const LATE_ROWS: RowGaps = { ...EARLY_ROWS, readToPrecharge: 'nRTP' };

const LATE_RULES: readonly TimingRule[] = [
  ...dataBusRules('pseudoChannel', 'nBL'),
  rule('pseudoChannel', 'RD RDA', 'WR WRA', 'nRTW'),
  rule('pseudoChannel', 'WR WRA', 'RD RDA', 'nCWL + nBL + nWTRS'),
  ...activateRules('pseudoChannel', 'nRRDS'),
  ...allBankRules('pseudoChannel', LATE_ROWS, 'nRFC'),
  rule('pseudoChannel', 'PREpb PREab', 'PREpb PREab', 'nPPD'),
  ...perBankRefreshRules('pseudoChannel', LATE_ROWS, {
    refresh: 'nRFCpb',
    allBankRefresh: 'nRFC',
    toRefresh: 'nRREFD',
    toActivate: 'nRREFD',
    fromActivate: 'nRRDS',
  }),
  rule('stackId', 'RD RDA', 'RD RDA', 'nCCDS'),
  rule('stackId', 'WR WRA', 'WR WRA', 'nCCDS'),
  siblingRule('stackId', 'RD RDA', 'RD RDA', 'nCCDR'),
  ...columnRules('bankGroup', {
    readToRead: 'nCCDL',
    writeToWrite: 'nCCDL',
    writeToRead: 'nCWL + nBL + nWTRL',
  }),
  rule('bankGroup', 'ACT', 'ACT', 'nRRDL'),
  ...bankRules(LATE_ROWS),
];

const LATE_CLOCKS = { ACT: 1.5, PREpb: 0.5, PREab: 0.5, REFab: 0.5, REFpb: 0.5 };

/** HBM3 (JESD238): precharge and refresh take half a clock period on the row bus, an activate one and a half. */
export const HBM3: DramStandard = {
  name: 'HBM3',
  levels: ['channel', 'pseudoChannel', 'stackId', 'bankGroup', 'bank'],
  commands: [
    ...plainCommands('pseudoChannel', LATE_CLOCKS),
    command('REFpb', 'refresh', 'bank', LATE_CLOCKS),
  ],
  rules: LATE_RULES,
  ticksPerClock: 2,
  rowBus: true,
  readLatency: 'nCL + nBL',
};

/** HBM4 (JESD270): as HBM3; an activate and the refresh of a bank keep apart within a bank group too. */
export const HBM4: DramStandard = {
  ...HBM3,
  name: 'HBM4',
  rules: [
    ...LATE_RULES,
    rule('bankGroup', 'ACT', 'REFpb', 'nRRDL'),
    rule('bankGroup', 'REFpb', 'ACT', 'nRRDL'),
  ],
};
