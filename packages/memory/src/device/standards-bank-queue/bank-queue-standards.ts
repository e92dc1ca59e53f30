import { suggestName, SystoleError } from '@systole/core';
import type { DramStandard, TimingRule } from '../standard.ts';
import { command, plainCommands } from '../standards/common-commands.ts';
import {
  activateRules,
  allBankRules,
  bankRules,
  columnRules,
  perBankRefreshRules,
} from '../standards/common-rules.ts';
import type { RowGaps } from '../standards/common-rules.ts';
import { rule, siblingRule, windowRule } from '../standards/rule.ts';

const READS = 'RD RDA';
const WRITES = 'WR WRA';

/** What some of the families have beside what all share. */
interface Family {
  /** Row to column delays for reads and for writes. */
  readonly hasSplitDelay?: boolean;
  readonly hasPrechargeGap?: boolean;
  /** No more than 32 activates in n32AW. */
  readonly hasLongWindow?: boolean;
  /** A bus each for row and column commands. */
  readonly hasRowBus?: boolean;
}

const FAMILIES: Readonly<Record<string, Family>> = {
  DDR3: {},
  DDR4: {},
  LPDDR3: {},
  LPDDR4: { hasPrechargeGap: true },
  GDDR5: { hasSplitDelay: true, hasPrechargeGap: true, hasLongWindow: true },
  GDDR5X: { hasSplitDelay: true, hasPrechargeGap: true, hasLongWindow: true },
  GDDR6: { hasSplitDelay: true, hasPrechargeGap: true, hasLongWindow: true },
  HBM: { hasSplitDelay: true, hasRowBus: true },
  HBM2: { hasSplitDelay: true, hasRowBus: true },
};

/**
 * The families as DRAMsim3 reads them, by the names of its protocols. All have ranks, bank groups and banks; the data bus
 * turns from one rank to another in nRTRS, and from reads to writes of one rank as well. The refresh of single banks, which
 * that simulator does not hold to its own rules, follows the standards.
 */
export const BANK_QUEUE_STANDARDS: Readonly<Record<string, DramStandard>> = Object.fromEntries(
  Object.entries(FAMILIES).map(([name, family]) => [name, standardOf(name, family)]),
);

/**
 * The family of a protocol.
 *
 * @throws SystoleError with the nearest name where there is none.
 */
export function bankQueueStandard(protocol: string): DramStandard {
  const found = Object.hasOwn(BANK_QUEUE_STANDARDS, protocol) ? BANK_QUEUE_STANDARDS[protocol] : undefined;
  if (found !== undefined) return found;
  throw new SystoleError({
    code: 'parameter/out-of-range',
    message: `there is no protocol "${protocol.slice(0, 100)}" with bank queues`,
    place: { path: 'protocol' },
    hint: suggestName(protocol, Object.keys(BANK_QUEUE_STANDARDS)),
  });
}

function standardOf(name: string, family: Family): DramStandard {
  return {
    name,
    levels: ['channel', 'rank', 'bankGroup', 'bank'],
    commands: [...plainCommands('rank'), command('REFpb', 'refresh', 'bank')],
    rules: rulesOf(family),
    ticksPerClock: 1,
    rowBus: family.hasRowBus === true,
    readLatency: 'nCL + nBL',
  };
}

function rulesOf(family: Family): readonly TimingRule[] {
  const rows: RowGaps = {
    readDelay: family.hasSplitDelay === true ? 'nRCDRD' : 'nRCD',
    writeDelay: family.hasSplitDelay === true ? 'nRCDWR' : 'nRCD',
    readToPrecharge: 'nRTP',
    writeToPrecharge: 'nCWL + nBL + nWR',
  };
  return [
    ...columnRules('rank', {
      readToRead: 'max(nBL, nCCDS)',
      writeToWrite: 'max(nBL, nCCDS)',
      writeToRead: 'nCWL + nBL + nWTRS',
      readToWrite: 'nCL + nBL + nRTRS - nCWL',
    }),
    ...columnRules('bankGroup', {
      readToRead: 'max(nBL, nCCDL)',
      writeToWrite: 'max(nBL, nCCDL)',
      writeToRead: 'nCWL + nBL + nWTRL',
    }),
    siblingRule('rank', READS, READS, 'nBL + nRTRS'),
    siblingRule('rank', READS, WRITES, 'nCL + nBL + nRTRS - nCWL'),
    siblingRule('rank', WRITES, READS, 'nCWL + nBL + nRTRS - nCL'),
    siblingRule('rank', WRITES, WRITES, 'nBL'),
    ...activateRules('rank', 'nRRDS'),
    rule('bankGroup', 'ACT', 'ACT', 'nRRDL'),
    ...(family.hasLongWindow === true ? [windowRule('rank', 'ACT', 'ACT', 'n32AW', 32)] : []),
    ...(family.hasPrechargeGap === true ? [rule('rank', 'PREpb', 'PREpb', 'nPPD')] : []),
    ...bankRules(rows),
    // The data of a read goes before its precharge.
    rule('bank', 'RDA', 'ACT', 'nBL + nRTP + nRP'),
    ...allBankRules('rank', rows, 'nRFC'),
    ...perBankRefreshRules('rank', rows, {
      refresh: 'nRFCpb',
      allBankRefresh: 'nRFC',
      toRefresh: 'nRRDS',
      toActivate: 'nRRDS',
      fromActivate: 'nRRDS',
    }),
  ];
}
