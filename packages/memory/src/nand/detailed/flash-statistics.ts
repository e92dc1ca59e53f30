import type { Picoseconds } from '@systole/units';

/** What was done, by the number of commands and of pages. */
export class OperationCounts {
  read = 0;
  multiPlaneRead = 0;
  /** Of the read commands: those whose array read began while a page before it waited in, or left, the cache register. */
  cacheRead = 0;
  program = 0;
  multiPlaneProgram = 0;
  cacheProgram = 0;
  erase = 0;
  multiPlaneErase = 0;
  suspendProgram = 0;
  suspendErase = 0;
  resume = 0;
  pagesRead = 0;
  pagesProgrammed = 0;
  blocksErased = 0;
  bytesOut = 0;
  bytesIn = 0;
}

/** Where the time of operations went, summed over them, in ps. */
export class OperationTimes {
  /** The die (or its chip) was at work for others. */
  dieBusy: Picoseconds = 0;
  /** The bus was at work for others: before the command, and before the data moved. */
  busBusy: Picoseconds = 0;
  command: Picoseconds = 0;
  array: Picoseconds = 0;
  /** Of a program or erase: it had given way to reads. */
  suspended: Picoseconds = 0;
  transfer: Picoseconds = 0;
}

/** What the data buses did, or waited for, summed over channels, in ps. */
export class BusTimes {
  data: Picoseconds = 0;
  command: Picoseconds = 0;
  /** Nothing moved, and arrays were at work. */
  array: Picoseconds = 0;
  /** Nothing moved and no array was at work: nobody asked for anything. */
  queue: Picoseconds = 0;
}
