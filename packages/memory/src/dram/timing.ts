import type { Bytes, Picoseconds } from '@systole/units';
import type { DramValues } from './parameters.ts';

/** How many of each thing there are, and how large they are. */
export interface Geometry {
  readonly channels: number;
  /** Channels that share a command bus and the queues of its controller. */
  readonly busChannels: number;
  readonly groups: number;
  readonly banksPerGroup: number;
  /** Banks of one channel, and the ranks that they belong to. */
  readonly banks: number;
  readonly ranks: number;
  /** Stack levels of one rank. */
  readonly stackLevels: number;
  /** Banks of a group that are in one rank and stack level, and bank groups over all ranks and stack levels. */
  readonly sectionBanks: number;
  readonly columnGroups: number;
  readonly rowsPerBank: number;
  readonly burstBytes: Bytes;
  readonly rowBytes: Bytes;
  /** Bursts of one row. */
  readonly rowBursts: number;
  /** Bytes of one bank. */
  readonly bankBytes: Bytes;
}

/** From column command to column command where they are for different parts of a channel. */
export interface ColumnSwitch {
  readonly readToRead: Picoseconds;
  readonly writeToWrite: Picoseconds;
  readonly readToWrite: Picoseconds;
  readonly writeToRead: Picoseconds;
}

/**
 * The gaps between commands in whole ps. A parameter that is not a whole number of ps is rounded up, here and nowhere
 * else.
 */
export interface Timing {
  /** Time on the data bus of one burst. */
  readonly burst: Picoseconds;
  readonly readGap: Picoseconds;
  readonly writeGap: Picoseconds;
  /** Column command to column command within one bank group. */
  readonly readGroupGap: Picoseconds;
  readonly writeGroupGap: Picoseconds;
  readonly tRCD: Picoseconds;
  readonly tRCDWR: Picoseconds;
  readonly tRP: Picoseconds;
  readonly tRAS: Picoseconds;
  readonly tRC: Picoseconds;
  readonly tCL: Picoseconds;
  readonly tCWL: Picoseconds;
  /** Activate to activate; not below what their commands take. */
  readonly tRRDS: Picoseconds;
  /** What the commands of an activate take on their bus. */
  readonly rowCommand: Picoseconds;
  readonly tRRDL: Picoseconds;
  readonly tFAW: Picoseconds;
  readonly readToPrecharge: Picoseconds;
  readonly writeToPrecharge: Picoseconds;
  readonly writeToReadS: Picoseconds;
  readonly writeToReadL: Picoseconds;
  readonly readToWrite: Picoseconds;
  /** The same from one stack level to another, and from one rank to another. */
  readonly levelSwitch: ColumnSwitch;
  readonly rankSwitch: ColumnSwitch;
  /** Both 0 where nothing is refreshed. */
  readonly tRFC: Picoseconds;
  readonly tREFI: Picoseconds;
  readonly tRCDMac: Picoseconds;
  readonly macGap: Picoseconds;
  readonly bufferGap: Picoseconds;
  readonly resultGap: Picoseconds;
  readonly modeSwitch: Picoseconds;
  /** Between the commands that each open four banks for in-memory compute; 0 where one command opens all. */
  readonly activationStep: Picoseconds;
  /** Between precharges for in-memory compute; 0 where one command closes all banks. */
  readonly prechargeStep: Picoseconds;
  /** Whether the banks go on computing while sums are read. */
  readonly overlapsResults: boolean;
}

export function geometryOf(values: DramValues): Geometry {
  const { ranks, stackLevels, banksPerGroup } = values;
  // Where banks do not go into them evenly, as only `detailed` demands, ranks and stack levels make no difference.
  const isEven = banksPerGroup % (ranks * stackLevels) === 0;
  const sections = isEven ? ranks * stackLevels : 1;
  return {
    channels: values.channels,
    busChannels: values.pseudoChannels,
    groups: values.bankGroups,
    banksPerGroup: values.banksPerGroup,
    banks: values.bankGroups * values.banksPerGroup,
    ranks: values.ranks,
    stackLevels: isEven ? stackLevels : 1,
    sectionBanks: values.banksPerGroup / sections,
    columnGroups: values.bankGroups * sections,
    rowsPerBank: values.rowsPerBank,
    burstBytes: values.burstBytes,
    rowBytes: values.rowBytes,
    rowBursts: Math.floor(values.rowBytes / values.burstBytes),
    bankBytes: values.rowsPerBank * values.rowBytes,
  };
}

/** Time of one burst on the pins, as the exact quotient in ps. */
export function burstTime(values: DramValues): number {
  return (values.burstBytes * 8e12) / (values.dataPins * values.pinRate);
}

/** From one column access of all banks to the next, as the exact time in ps. */
export function macGapOf({ tCCDMac, tCCDS, macSlowdown }: DramValues): number {
  return (tCCDMac ?? tCCDS) * macSlowdown;
}

/** What the row commands of one activate take: with `closed` rows, the last access brings the precharge along. */
function rowCommandTime({ tRowCommand, tPrechargeCommand, rowPolicy }: DramValues): Picoseconds {
  return Math.ceil(rowPolicy === 'closed' ? Math.max(0, tRowCommand - tPrechargeCommand) : tRowCommand);
}

export function timingOf(values: DramValues): Timing {
  const up = (value: number | undefined, otherwise = 0): Picoseconds => Math.ceil(value ?? otherwise);
  const burst = Math.ceil(burstTime(values));
  const gap = Math.max(burst, up(values.tCCDS));
  const tCL = up(values.tCL);
  const tCWL = up(values.tCWL);
  const idle = up(values.tCS);
  const writeToRead = tCWL + burst + up(values.tWTRS);
  // However short the turnaround, write data cannot be on the bus before read data has left it.
  const readToWrite = Math.max(gap, tCL + burst - tCWL, up(values.tRTW));
  const isRefreshed = values.refresh === 'all-bank';
  const isWindowed = values.allBankActivation === 'windowed';
  return {
    burst,
    readGap: gap,
    writeGap: gap,
    readGroupGap: Math.max(gap, up(values.tCCDL)),
    writeGroupGap: Math.max(gap, up(values.tCCDLWR, values.tCCDL)),
    tRCD: up(values.tRCD),
    tRCDWR: up(values.tRCDWR, values.tRCD),
    tRP: up(values.tRP),
    tRAS: up(values.tRAS),
    tRC: up(values.tRC),
    tCL,
    tCWL,
    tRRDS: Math.max(up(values.tRRDS), rowCommandTime(values)),
    rowCommand: rowCommandTime(values),
    tRRDL: up(values.tRRDL),
    tFAW: up(values.tFAW),
    readToPrecharge: up(values.tRTP),
    writeToPrecharge: tCWL + burst + up(values.tWR),
    writeToReadS: writeToRead,
    writeToReadL: tCWL + burst + up(values.tWTRL),
    readToWrite,
    levelSwitch: { readToRead: Math.max(gap, up(values.tCCDR)), writeToWrite: gap, readToWrite, writeToRead },
    rankSwitch: {
      readToRead: Math.max(gap, burst + idle),
      writeToWrite: gap,
      readToWrite: Math.max(burst + idle, tCL + burst + idle - tCWL),
      writeToRead: Math.max(gap, tCWL + burst + idle - tCL),
    },
    tRFC: isRefreshed ? up(values.tRFC) : 0,
    tREFI: isRefreshed ? up(values.tREFI) : 0,
    tRCDMac: up(values.tRCDMac, values.tRCD),
    macGap: Math.ceil(macGapOf(values)),
    bufferGap: Math.max(burst, up(values.tBufferWrite, values.tCCDS)),
    resultGap: Math.max(burst, up(values.tResultRead, values.tCCDS)),
    modeSwitch: up(values.modeSwitch),
    activationStep: isWindowed ? Math.max(up(values.tFAW), up(values.tRRDS)) : 0,
    prechargeStep: up(values.tPrechargeStep),
    overlapsResults: values.resultReads === 'overlapped',
  };
}

/**
 * What refresh adds to `service` ps of work, as a rate: of every tREFI, tRFC is lost, so that the work takes
 * service x tREFI / (tREFI - tRFC) in all.
 */
export function refreshTime(timing: Timing, service: Picoseconds): Picoseconds {
  if (timing.tRFC === 0 || service <= 0) return 0;
  const useful = timing.tREFI - timing.tRFC;
  // Whole intervals and the rest apart, so that no product leaves the safe integers.
  const intervals = Math.floor(service / useful);
  const rest = service - intervals * useful;
  return intervals * timing.tRFC + Math.ceil((rest * timing.tRFC) / useful);
}
