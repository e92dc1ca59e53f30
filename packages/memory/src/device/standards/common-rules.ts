import type { Level } from '../level.ts';
import type { TimingRule } from '../standard.ts';
import { PLAIN, rule, siblingRule, windowRule } from './rule.ts';
import type { CommandWords } from './rule.ts';

/** The gaps by which families differ, as expressions of their timing parameters. */
export interface RowGaps {
  readonly words?: CommandWords;
  readonly readDelay: string;
  readonly writeDelay: string;
  /** From a read to the precharge of its bank. */
  readonly readToPrecharge: string;
  /** From a write command to the precharge of its bank: its latency, its data, its recovery. */
  readonly writeToPrecharge: string;
}

/** What one bank asks for: the cycle of its row. */
export function bankRules(gaps: RowGaps): readonly TimingRule[] {
  const { activate, read, readPrecharge, write, writePrecharge } = gaps.words ?? PLAIN;
  return [
    rule('bank', activate, activate, 'nRC'),
    rule('bank', activate, `${read} ${readPrecharge}`, gaps.readDelay),
    rule('bank', activate, `${write} ${writePrecharge}`, gaps.writeDelay),
    rule('bank', activate, 'PREpb', 'nRAS'),
    rule('bank', 'PREpb', activate, 'nRP'),
    rule('bank', read, 'PREpb', gaps.readToPrecharge),
    rule('bank', write, 'PREpb', gaps.writeToPrecharge),
    rule('bank', readPrecharge, activate, `${gaps.readToPrecharge} + nRP`),
    rule('bank', writePrecharge, activate, `${gaps.writeToPrecharge} + nRP`),
  ];
}

/**
 * What the precharge and the refresh of all banks ask for.
 *
 * @param scope What they are for: the rank, the pseudo channel or the channel.
 * @param refreshTime How long a refresh takes: `nRFC`.
 * @param prechargeTime From the precharge of all banks to an activate: `nRP`, or `nRPab` where it takes longer than of one.
 */
export function allBankRules(
  scope: Level,
  gaps: RowGaps,
  refreshTime: string,
  prechargeTime = 'nRP',
): readonly TimingRule[] {
  const { activate, read, readPrecharge, write, writePrecharge } = gaps.words ?? PLAIN;
  return [
    rule(scope, activate, 'PREab', 'nRAS'),
    rule(scope, read, 'PREab', gaps.readToPrecharge),
    rule(scope, write, 'PREab', gaps.writeToPrecharge),
    rule(scope, 'PREab', activate, prechargeTime),
    rule(scope, activate, 'REFab', 'nRC'),
    // nRP also after PREab where nRPab is longer: as Ramulator 2.1 counts, so that the LPDDR5 streams agree to the tick.
    rule(scope, 'PREpb PREab', 'REFab', 'nRP'),
    rule(scope, readPrecharge, 'REFab', `${gaps.readToPrecharge} + nRP`),
    rule(scope, writePrecharge, 'REFab', `${gaps.writeToPrecharge} + nRP`),
    rule(scope, 'REFab', `${activate} PREab REFab`, refreshTime),
  ];
}

/** The gaps of the refresh of one bank, beside those of the refresh of all. */
export interface PerBankRefreshGaps {
  /** How long the bank that is refreshed is busy: `nRFCpb`. */
  readonly refresh: string;
  readonly allBankRefresh: string;
  /** To the refresh of another bank. */
  readonly toRefresh: string;
  /** To the activate of another bank. */
  readonly toActivate: string;
  /** From the activate of another bank. */
  readonly fromActivate: string;
  /** From the precharge of all banks; `nRP` when left out. */
  readonly fromPrechargeAll?: string;
}

/** What the refresh of one bank asks for; `scope` is that of all banks that share the refresh current. */
export function perBankRefreshRules(
  scope: Level,
  gaps: RowGaps,
  refresh: PerBankRefreshGaps,
): readonly TimingRule[] {
  const { activate, readPrecharge, writePrecharge } = gaps.words ?? PLAIN;
  return [
    rule(scope, 'REFpb', 'REFpb', refresh.toRefresh),
    rule(scope, 'REFpb', activate, refresh.toActivate),
    rule(scope, activate, 'REFpb', refresh.fromActivate),
    rule(scope, 'REFpb', 'REFab', refresh.refresh),
    rule(scope, 'REFab', 'REFpb', refresh.allBankRefresh),
    rule(scope, 'PREab', 'REFpb', refresh.fromPrechargeAll ?? 'nRP'),
    rule('bank', 'REFpb', `${activate} REFpb`, refresh.refresh),
    rule('bank', activate, 'REFpb', 'nRC'),
    rule('bank', 'PREpb', 'REFpb', 'nRP'),
    rule('bank', readPrecharge, 'REFpb', `${gaps.readToPrecharge} + nRP`),
    rule('bank', writePrecharge, 'REFpb', `${gaps.writeToPrecharge} + nRP`),
  ];
}

/** The gaps between column commands of any two banks that share a data path. */
export interface ColumnGaps {
  readonly words?: CommandWords;
  readonly readToRead: string;
  readonly writeToWrite: string;
  readonly writeToRead: string;
  readonly readToWrite?: string;
}

/** What column commands ask of one another within a rank, a stack level or a bank group. */
export function columnRules(scope: Level, gaps: ColumnGaps): readonly TimingRule[] {
  const { read, readPrecharge, write, writePrecharge } = gaps.words ?? PLAIN;
  const reads = `${read} ${readPrecharge}`;
  const writes = `${write} ${writePrecharge}`;
  return [
    rule(scope, reads, reads, gaps.readToRead),
    rule(scope, writes, writes, gaps.writeToWrite),
    rule(scope, writes, reads, gaps.writeToRead),
    ...(gaps.readToWrite === undefined ? [] : [rule(scope, reads, writes, gaps.readToWrite)]),
  ];
}

/** One burst at a time on the data bus. */
export function dataBusRules(scope: Level, burst: string, words = PLAIN): readonly TimingRule[] {
  const reads = `${words.read} ${words.readPrecharge}`;
  const writes = `${words.write} ${words.writePrecharge}`;
  return [rule(scope, reads, reads, burst), rule(scope, writes, writes, burst)];
}

/** What activates ask of one another: the gap between two, and the window of four. */
export function activateRules(scope: Level, gap: string, activate = 'ACT'): readonly TimingRule[] {
  return [rule(scope, activate, activate, gap), windowRule(scope, activate, activate, 'nFAW', 4)];
}

/**
 * From rank to rank the data bus changes its driver.
 *
 * @param readToWrite Until the data of the write comes after that of the read, which has the longer latency. The peers lack
 * this rule, and let the two meet on the bus.
 */
export function rankSwitchRules(
  readToRead: string,
  readToWrite: string,
  writeToRead: string,
  words = PLAIN,
): readonly TimingRule[] {
  const reads = `${words.read} ${words.readPrecharge}`;
  const writes = `${words.write} ${words.writePrecharge}`;
  return [
    siblingRule('rank', reads, `${reads} ${writes}`, readToRead),
    siblingRule('rank', reads, writes, readToWrite),
    siblingRule('rank', writes, reads, writeToRead),
  ];
}
