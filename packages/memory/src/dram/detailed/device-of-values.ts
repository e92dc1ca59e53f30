import type { ControllerPolicy } from '../../controller/controller-policy.ts';
import { defaultPolicy } from '../../controller/controller-policy.ts';
import { namesInGap } from '../../device/gap.ts';
import type { DramDevice } from '../../device/device.ts';
import { DRAM_STANDARDS } from '../../device/standards.ts';
import type { DramStandard } from '../../device/standard.ts';
import type { DramValues } from '../parameters.ts';
import { burstTime } from '../timing.ts';

/** A burst may be this much longer than its clock periods: presets give those in whole ps, rounded down. */
const ROUNDING = 1 / 16;

/** Figures of a standard that no parameter has, in clock periods, as the presets of Ramulator 2.1 give them. */
const CLOCK_FACTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  LPDDR5: { nWCKPST: 1, nCAS: 0, nAAD: 8 },
  LPDDR6: { nWCKPST: 3, nCAS: 2, nAAD: 8, nACU: 59 },
};

export function standardOf({ standard }: DramValues): DramStandard | undefined {
  return Object.hasOwn(DRAM_STANDARDS, standard) ? DRAM_STANDARDS[standard] : undefined;
}

/** Clock periods of a time, rounded up. A time that was written as so many periods is that many. */
export function periodsOf(time: number, { clockPeriod }: DramValues): number {
  return Math.ceil(time / clockPeriod - 1e-6);
}

/** Clock periods of a burst on the pins, at least one. */
export function burstPeriods(values: DramValues): number {
  return Math.max(1, Math.ceil(burstTime(values) / values.clockPeriod - ROUNDING));
}

/** Peak rate of a channel command by command: ps from burst to burst. */
export function detailedBurstPeriod(values: DramValues): number {
  return Math.max(burstPeriods(values), periodsOf(values.tCCDS, values)) * values.clockPeriod;
}

/**
 * The device of a channel with a command bus, in clock periods: `pseudoChannels` channels of the component share it. Ranks and
 * stack levels are parts of what the component counts as banks of a group.
 */
export function deviceOfValues(values: DramValues, standard: DramStandard): DramDevice {
  const { bankGroups, banksPerGroup, ranks, stackLevels, pseudoChannels } = values;
  const hasGroups = standard.levels.includes('bankGroup');
  const banks = banksPerGroup / (ranks * stackLevels);
  return {
    standard,
    clockPeriod: values.clockPeriod,
    counts: {
      channel: 1,
      pseudoChannel: pseudoChannels,
      rank: ranks,
      stackId: stackLevels,
      bankGroup: hasGroups ? bankGroups : 1,
      bank: hasGroups ? banks : banks * bankGroups,
    },
    rowsPerBank: values.rowsPerBank,
    burstsPerRow: Math.floor(values.rowBytes / values.burstBytes),
    burstBytes: values.burstBytes,
    timings: usedTimings(timingsOf(values, standard), standard),
  };
}

/** Those that the standard asks for, under its names. */
function usedTimings(
  timings: Readonly<Record<string, number>>,
  { rules, readLatency, splitWithin = '', dataClock }: DramStandard,
): Readonly<Record<string, number>> {
  const gaps = rules.map(({ gap }) => gap);
  const { afterRead = '', afterWrite = '' } = dataClock ?? {};
  const used = new Set([...gaps, readLatency, splitWithin, afterRead, afterWrite].flatMap(namesInGap));
  // What the organisation of the device and the checks of it ask for beside the rules.
  for (const name of ['nACU', 'nREFI', 'nREFIpb', 'nCWL', 'nWL', 'nBL', 'nBL_min']) used.add(name);
  return Object.fromEntries(Object.entries(timings).filter(([name]) => used.has(name)));
}

/** The timing parameters under all the names that standards have for them. */
function timingsOf(values: DramValues, { name }: DramStandard): Readonly<Record<string, number>> {
  const n = (time: number | undefined, otherwise = 0): number => periodsOf(time ?? otherwise, values);
  const nBL = burstPeriods(values);
  const nCL = n(values.tCL);
  const nCWL = n(values.tCWL);
  const nRCD = n(values.tRCD);
  const nRCDWR = n(values.tRCDWR, values.tRCD);
  const nRP = n(values.tRP);
  const nWR = n(values.tWR);
  const nRTP = n(values.tRTP);
  const nCCDS = Math.max(nBL, n(values.tCCDS));
  const nCCDL = Math.max(nCCDS, n(values.tCCDL));
  const nCCDL_WR = Math.max(nCCDS, n(values.tCCDLWR, values.tCCDL));
  const nRRDS = Math.max(1, n(values.tRRDS));
  const nRRDL = n(values.tRRDL);
  const nWTRS = n(values.tWTRS);
  const nWTRL = n(values.tWTRL);
  const nRFC = n(values.tRFC);
  const nREFI = n(values.tREFI);
  const isPerBank = values.refresh === 'per-bank';
  const nRREFD = n(values.tRREFD, nRRDS * values.clockPeriod);
  const nPPD = n(values.tPPD);
  // However short the turnaround, write data cannot be on the bus before read data has left it.
  const nRTW = Math.max(1, nCL + nBL - nCWL, n(values.tRTW));
  return {
    nBL,
    nBL_min: nBL,
    nBL_max: 2 * nBL,
    nCL,
    nRL: nCL,
    nDQERL: 0,
    nCWL,
    nWL: nCWL,
    nRCD: Math.max(nRCD, nRCDWR),
    nRCDRD: nRCD,
    nRCDr: nRCD,
    nRCDWR,
    nRCDw: nRCDWR,
    nRP,
    nRPab: nRP,
    nRAS: n(values.tRAS),
    nRC: n(values.tRC),
    nWR,
    nWTP: nWR,
    nRTP,
    nRTPL: nRTP,
    nRTPSB: nRTP,
    nCCD: nCCDS,
    nCCDS,
    nCCDS_WR: nCCDS,
    nCCDL,
    nCCDSB: nCCDL,
    nCCDL_WR,
    nCCDR: Math.max(nCCDS, n(values.tCCDR)),
    nRRD: nRRDS,
    nRRDS,
    nRRDL,
    nFAW: Math.max(nRRDS, n(values.tFAW)),
    nWTR: nWTRS,
    nWTRS,
    nWTRL,
    nWTRSB: nWTRL,
    nRTW,
    nRTW_S: nRTW,
    nRTW_L: nRTW,
    nRFC,
    nRFCab: nRFC,
    nREFI,
    // Where single banks are not refreshed, these only keep their rules whole.
    nRFCpb: n(values.tRFCpb, values.tRFC),
    nREFIpb: isPerBank ? Math.floor((values.tREFIpb ?? 0) / values.clockPeriod + 1e-6) : nREFI,
    nRREFD,
    nPBR2PBR: Math.max(nRREFD, n(values.tPBR2PBR)),
    nPBR2ACT: nRREFD,
    nPPD,
    nRPD: nPPD,
    nRDREFab: nCL + nBL + 2,
    nCS: n(values.tCS),
    ...CLOCK_FACTS[name],
  };
}

/** The controller of a command bus: a queue of `queueDepth` for each of the channels that share it. */
export function policyOfValues(values: DramValues): ControllerPolicy {
  const { pseudoChannels } = values;
  return {
    ...defaultPolicy,
    scheduler: values.scheduler,
    rowPolicy: values.rowPolicy,
    refresh: values.refresh,
    readQueue: values.queueDepth * pseudoChannels,
    writeQueue: values.writeQueueDepth * pseudoChannels,
  };
}
