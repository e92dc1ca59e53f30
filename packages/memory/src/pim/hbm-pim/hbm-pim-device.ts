import { SystoleError } from '@systole/core';
import type { Source } from '@systole/core';
import type { Bytes, Picoseconds } from '@systole/units';
import { checkActivationLimit } from '../activation-limit.ts';
import type { ActivationLimit } from '../activation-limit.ts';
import { requireWhole } from '../pim-result.ts';

/** In clock periods. */
export interface HbmPimTimings {
  /** From a read to its first data, from a write to its first data, and data of a burst. */
  readonly nRL: number;
  readonly nWL: number;
  readonly nBL: number;
  readonly nRCDRD: number;
  readonly nRCDWR: number;
  readonly nRP: number;
  readonly nRAS: number;
  readonly nRC: number;
  readonly nRRDS: number;
  readonly nRRDL: number;
  readonly nCCDS: number;
  readonly nCCDL: number;
  readonly nRTPL: number;
  readonly nWR: number;
  readonly nWTRL: number;
  readonly nRTRS: number;
  readonly nRFC: number;
  /** 0: never refreshed. The ranks take turns within it. */
  readonly nREFI: number;
}

/** Rows that are no data: an access to one of them is a command to the device. */
export interface ReservedRows {
  /** Read before and after a kernel, so that nothing else is under way. */
  readonly park: number;
  /** Opened in banks 0 and 1 of the first and of the middle bank group: all banks act together from then on. */
  readonly enter: number;
  /** Closed in banks 0 and 1: banks act one by one again. */
  readonly leave: number;
  /** The registers: microcode, vector, sums, and whether column accesses step the microcode. */
  readonly registers: number;
}

/**
 * A pseudo channel of HBM whose pairs of banks share a unit that computes, after HBM-PIM (ISCA 2021). In the all-bank modes a
 * command to bank 0 goes to all even banks, and one to bank 1 to all odd ones.
 */
export interface HbmPimDevice {
  readonly name: string;
  /** ps. */
  readonly clockPeriod: Picoseconds;
  /** Kernels run on the first; the others only take their turns to be refreshed. */
  readonly ranks: number;
  readonly bankGroups: number;
  readonly banksPerGroup: number;
  readonly rowsPerBank: number;
  readonly burstsPerRow: number;
  readonly burstBytes: Bytes;
  readonly elementBytes: Bytes;
  /** Registers of a burst each, for the vector and for sums, of a unit. */
  readonly vectorRegisters: number;
  readonly sumRegisters: number;
  /** Bursts of microcode that a kernel is set up with. */
  readonly microcodeBursts: number;
  /** Accesses that the controller holds and may reorder. */
  readonly queueEntries: number;
  readonly rows: ReservedRows;
  readonly timings: HbmPimTimings;
  /** Holds in the all-bank modes: the half of all banks that one command opens. */
  readonly activationLimit: ActivationLimit;
  /** J of a command of one channel, where they are known. */
  readonly energies?: Readonly<Record<string, number>>;
  readonly source: Source;
}

/** Units of a channel: one for each pair of banks. */
export function hbmPimUnits({ bankGroups, banksPerGroup }: HbmPimDevice): number {
  return (bankGroups * banksPerGroup) / 2;
}

/** Throws `argument/invalid` where a device cannot be one, and names the parameter. */
export function checkHbmPimDevice(device: HbmPimDevice): void {
  const { timings, rows } = device;
  for (const name of COUNTS) requireWhole(name, device[name], 1, MOST);
  requireWhole('queueEntries', device.queueEntries, 2, MOST_QUEUED);
  for (const [name, value] of Object.entries(timings)) {
    requireWhole(`timings.${name}`, value, name === 'nREFI' ? 0 : 1, name === 'nREFI' ? MOST : MOST_CLOCKS);
  }
  for (const [name, row] of Object.entries(rows))
    requireWhole(`rows.${name}`, row, 0, device.rowsPerBank - 1);
  checkActivationLimit(device.activationLimit);
  require(device.banksPerGroup % 2 ===
    0, 'banksPerGroup', 'banksPerGroup must be even: two banks share a unit');
  require(device.banksPerGroup * device.bankGroups <=
    MOST_BANKS, 'bankGroups', `a channel has at most ${MOST_BANKS} banks`);
  const distinct = new Set(Object.values(rows));
  require(distinct.size === Object.values(rows).length, 'rows', 'the reserved rows must be different ones');
  const fits = device.burstBytes % device.elementBytes === 0;
  require(fits, 'elementBytes', 'elementBytes must divide burstBytes');
  for (const [name, least] of ORDERED) {
    const message = `timings.${name} must be at least timings.${least}, got ${timings[name]} and ${timings[least]}`;
    require(timings[name] >= timings[least], `timings.${name}`, message);
  }
  // Otherwise a refresh could close a row again before the access that it was opened for.
  const opened = Math.max(timings.nRCDRD, timings.nRCDWR);
  const shortRow = `timings.nRAS must be above nRCDRD and nRCDWR, got ${timings.nRAS} and ${opened}`;
  require(timings.nRAS > opened, 'timings.nRAS', shortRow);
  const interval = Math.floor(timings.nREFI / device.ranks);
  const needed = timings.nRFC + timings.nRC + timings.nWL + timings.nBL + timings.nWR;
  const message = `timings.nREFI leaves ${interval} clock periods from refresh to refresh, and one takes up to ${needed}`;
  require(timings.nREFI === 0 || interval > needed, 'timings.nREFI', message);
}

const COUNTS = [
  'clockPeriod',
  'ranks',
  'bankGroups',
  'banksPerGroup',
  'rowsPerBank',
  'burstsPerRow',
  'burstBytes',
  'elementBytes',
  'vectorRegisters',
  'sumRegisters',
  'microcodeBursts',
] as const;
const ORDERED = [
  ['nRC', 'nRAS'],
  ['nRRDL', 'nRRDS'],
  ['nCCDL', 'nCCDS'],
] as const;
const MOST = 1e9;
const MOST_CLOCKS = 1e6;
const MOST_BANKS = 1024;
const MOST_QUEUED = 4096;

function require(holds: boolean, path: string, message: string): void {
  if (!holds) throw new SystoleError({ code: 'argument/invalid', message, place: { path } });
}
