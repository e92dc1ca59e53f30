import type { DramDevice } from '../device/device.ts';
import type { CommandKind } from './command-kind.ts';
import { familyFacts } from './family-facts.ts';

/** Where two commands meet: the same bank, bank group, or all banks that share the currents and the data bus of a rank. */
export type RuleScope = 'bank' | 'bank-group' | 'rank';

/** One of `before` comes no sooner than `gap` after the last (or `count`-th last) of `after` in the same place. */
export interface JedecRule {
  /** The parameter as JEDEC names it. */
  readonly name: string;
  readonly after: readonly CommandKind[];
  readonly before: readonly CommandKind[];
  readonly scope: RuleScope;
  /** Clock periods, from the end of one command to the end of the other on the command bus. */
  readonly gap: number;
  readonly count?: number;
}

const ACTIVATES: readonly CommandKind[] = ['activate'];
const READS: readonly CommandKind[] = ['read', 'read-precharge'];
const WRITES: readonly CommandKind[] = ['write', 'write-precharge'];
const PRECHARGES: readonly CommandKind[] = ['precharge', 'precharge-all'];
const ROW_STARTS: readonly CommandKind[] = ['activate', 'refresh-all', 'refresh-bank'];

/**
 * What the timing parameters of a device demand of its commands, stated by parameter. Families name the same thing
 * differently (nCL and nRL, nRTP and nRTPL); a parameter that a device lacks demands nothing.
 */
export function jedecRules(device: DramDevice): readonly JedecRule[] {
  const { timings } = device;
  const given = (...names: readonly string[]): number | undefined => {
    for (const name of names) if (Object.hasOwn(timings, name)) return timings[name];
    return undefined;
  };
  const rules: JedecRule[] = [];
  const demand = (
    name: string,
    after: readonly CommandKind[],
    before: readonly CommandKind[],
    scope: RuleScope,
    gap: number | undefined,
    count = 1,
  ): void => {
    if (gap !== undefined) rules.push({ name, after, before, scope, gap, ...(count === 1 ? {} : { count }) });
  };
  const plus = (...terms: readonly (number | undefined)[]): number | undefined => {
    let sum = 0;
    for (const term of terms) {
      if (term === undefined) return undefined;
      sum += term;
    }
    return sum;
  };

  const { readLatency = 0, writeLatency = 0, burst = 0, longBurst = 0 } = dataTimes(device);
  const tRP = given('nRP');
  const tRPab = given('nRPab', 'nRP');
  const tRC = given('nRC');
  const tRAS = given('nRAS');
  const tRTP = given('nRTP', 'nRTPL', 'nRTPSB');
  // Write recovery counts from the end of the data; LPDDR6 states it after the long burst.
  const recovery = given('nWTP') === undefined ? plus(burst, given('nWR')) : plus(longBurst, given('nWTP'));
  const writeToPrecharge = plus(writeLatency, recovery);
  const tRFCab = given('nRFC', 'nRFCab');
  const tRFCpb = given('nRFCpb');

  demand('tRCD', ACTIVATES, READS, 'bank', given('nRCDRD', 'nRCDr', 'nRCD'));
  demand('tRCD', ACTIVATES, WRITES, 'bank', given('nRCDWR', 'nRCDw', 'nRCD'));
  demand('tRAS', ACTIVATES, ['precharge'], 'bank', tRAS);
  demand('tRAS', ACTIVATES, ['precharge-all'], 'rank', tRAS);
  demand('tRC', ACTIVATES, ['activate', 'refresh-bank'], 'bank', tRC);
  demand('tRC', ACTIVATES, ['refresh-all'], 'rank', tRC);
  demand('tRP', ['precharge'], ['activate', 'refresh-bank'], 'bank', tRP);
  demand('tRP', ['precharge'], ['refresh-all'], 'rank', tRP);
  demand('tRPab', ['precharge-all'], ['activate', 'refresh-bank'], 'rank', tRPab);
  // What the figures of the presets come with: a refresh of all banks waits for tRP alone.
  demand('tRP', ['precharge-all'], ['refresh-all'], 'rank', tRP);
  demand('tRTP', ['read'], ['precharge'], 'bank', tRTP);
  demand('tRTP', ['read'], ['precharge-all'], 'rank', tRTP);
  demand('tWR', ['write'], ['precharge'], 'bank', writeToPrecharge);
  demand('tWR', ['write'], ['precharge-all'], 'rank', writeToPrecharge);
  for (const [scope, before] of [
    ['bank', ['activate', 'refresh-bank']],
    ['rank', ['refresh-all']],
  ] as const) {
    demand('tRTP + tRP', ['read-precharge'], before, scope, plus(tRTP, tRP));
    demand('tWR + tRP', ['write-precharge'], before, scope, plus(writeToPrecharge, tRP));
  }

  demand('tRRD_S', ACTIVATES, ACTIVATES, 'rank', given('nRRDS', 'nRRD'));
  demand('tRRD_L', ACTIVATES, ACTIVATES, 'bank-group', given('nRRDL'));
  demand('tFAW', ACTIVATES, ACTIVATES, 'rank', given('nFAW'), 4);
  demand('tPPD', PRECHARGES, PRECHARGES, 'rank', given('nPPD'));

  demand('tCCD_S', READS, READS, 'rank', given('nCCDS', 'nCCD'));
  demand('tCCD_L', READS, READS, 'bank-group', given('nCCDL'));
  demand('tCCD_SB', READS, READS, 'bank', given('nCCDSB'));
  demand('tCCD_S_WR', WRITES, WRITES, 'rank', given('nCCDS_WR', 'nCCDS', 'nCCD'));
  demand('tCCD_L_WR', WRITES, WRITES, 'bank-group', given('nCCDL_WR', 'nCCDL'));
  demand('tCCD_SB', WRITES, WRITES, 'bank', given('nCCDSB'));
  demand('tWTR_S', WRITES, READS, 'rank', plus(writeLatency, burst, given('nWTRS', 'nWTR')));
  demand('tWTR_L', WRITES, READS, 'bank-group', plus(writeLatency, longBurst, given('nWTRL')));
  demand('tWTR_SB', WRITES, READS, 'bank', plus(writeLatency, burst, given('nWTRSB')));
  const readToWrite = familyFacts(device).readToWrite?.(readLatency, burst, writeLatency);
  demand('tRTW', READS, WRITES, 'rank', given('nRTW', 'nRTW_S') ?? readToWrite);
  demand('tRTW_L', READS, WRITES, 'bank-group', given('nRTW_L'));

  demand('tRFC', ['refresh-all'], [...ROW_STARTS, ...PRECHARGES], 'rank', tRFCab);
  demand('tRFCpb', ['refresh-bank'], ['activate', 'refresh-bank', 'precharge'], 'bank', tRFCpb);
  demand('tRFCpb', ['refresh-bank'], ['refresh-all', 'precharge-all'], 'rank', tRFCpb);
  demand('tRREFD', ['refresh-bank'], ['refresh-bank'], 'rank', given('nPBR2PBR', 'nRREFD'));
  demand('tRREFD', ['refresh-bank'], ACTIVATES, 'rank', given('nPBR2ACT', 'nRREFD'));
  // To the currents of the rank, the refresh of a bank is an activate.
  if (tRFCpb !== undefined) demand('tRRD_S', ACTIVATES, ['refresh-bank'], 'rank', given('nRRDS', 'nRRD'));
  demand('tRPD', ['precharge'], ['activate', 'refresh-bank'], 'rank', given('nRPD'));
  demand('tRDREF', READS, ['refresh-all'], 'rank', given('nRDREFab'));
  demand('tCAS', ['clock'], [...READS, ...WRITES], 'rank', given('nCAS'));
  return rules;
}

/** When data is on the bus, in clock periods from the command. */
export interface DataTimes {
  readonly readLatency: number | undefined;
  readonly writeLatency: number | undefined;
  /** Time of a burst on the data bus. */
  readonly burst: number | undefined;
  /** Time of a burst in its bank group, where the bus carries it in two parts. */
  readonly longBurst: number | undefined;
}

export function dataTimes({ timings }: DramDevice): DataTimes {
  const { nBL, nBL_min, nBL_max, nCL, nRL, nCWL, nWL } = timings;
  const burst = nBL ?? nBL_min;
  return {
    readLatency: nCL ?? nRL,
    writeLatency: nCWL ?? nWL,
    burst,
    longBurst: nBL_max ?? burst,
  };
}
