import type { DramStandard } from '../../device/standard.ts';
import type { DramValues } from '../parameters.ts';
import { macGapOf } from '../timing.ts';
import { burstPeriods, periodsOf } from './device-of-values.ts';

/** The gaps between commands of in-memory compute, in ticks of the controller. */
export interface InMemoryTiming {
  /** ps of a tick, which need not be whole. */
  readonly tick: number;
  readonly tRCDMac: number;
  readonly macGap: number;
  readonly readToPrecharge: number;
  readonly tRAS: number;
  readonly tRC: number;
  readonly tRP: number;
  readonly activationStep: number;
  readonly prechargeStep: number;
  readonly modeSwitch: number;
  readonly bufferGap: number;
  readonly resultGap: number;
  readonly tRFC: number;
  /** Infinity where nothing is refreshed. */
  readonly tREFI: number;
  readonly overlapsResults: boolean;
  /** Whether a row is closed as soon as nothing more is wanted of it. */
  readonly closesRows: boolean;
  readonly banks: number;
  readonly ranks: number;
  readonly rowAccesses: number;
  readonly burstBytes: number;
}

/** Every gap is rounded up to clock periods by itself; what passes the port takes a burst at least. */
export function inMemoryTiming(values: DramValues, { ticksPerClock }: DramStandard): InMemoryTiming {
  const n = (time: number): number => ticksPerClock * periodsOf(time, values);
  const burst = ticksPerClock * burstPeriods(values);
  const isWindowed = values.allBankActivation === 'windowed';
  return {
    tick: values.clockPeriod / ticksPerClock,
    tRCDMac: n(values.tRCDMac ?? values.tRCD),
    macGap: n(macGapOf(values)),
    readToPrecharge: n(values.tRTP),
    tRAS: n(values.tRAS),
    tRC: n(values.tRC),
    tRP: n(values.tRP),
    activationStep: isWindowed ? Math.max(n(values.tFAW), n(values.tRRDS)) : 0,
    prechargeStep: n(values.tPrechargeStep),
    modeSwitch: n(values.modeSwitch),
    bufferGap: Math.max(burst, n(values.tBufferWrite ?? values.tCCDS)),
    resultGap: Math.max(burst, n(values.tResultRead ?? values.tCCDS)),
    tRFC: n(values.tRFC),
    tREFI: values.refresh === 'none' ? Infinity : n(values.tREFI),
    overlapsResults: values.resultReads === 'overlapped',
    closesRows: values.rowPolicy === 'closed',
    banks: values.bankGroups * values.banksPerGroup,
    ranks: values.ranks,
    rowAccesses: Math.floor(values.rowBytes / values.burstBytes),
    burstBytes: values.burstBytes,
  };
}
