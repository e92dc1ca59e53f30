import { SystoleError } from '@systole/core';
import type { Bytes, Femtojoules, Hertz, Picoseconds, Watts } from '@systole/units';

/** A figure on which the sources disagree: the lowest of them, what is usual, and the highest. */
export interface Range {
  readonly low: number;
  readonly typical: number;
  readonly high: number;
}

/** The ONFI times of commands and data bursts on a channel (NV-DDR2 names), in ps. */
export interface CommandTimes {
  /** Chip enable to the first cycle of a command. */
  readonly tCS: Picoseconds;
  /** A cycle of a command or an address. */
  readonly tWC: Picoseconds;
  /** From the last cycle of a command until the die is busy. */
  readonly tWB: Picoseconds;
  /** From ready to the first data cycle. */
  readonly tRR: Picoseconds;
  /** Short busy time between the planes of a multi-plane command. */
  readonly tDBSY: Picoseconds;
  /** From the address to the data that is to be programmed. */
  readonly tADL: Picoseconds;
  readonly tCALS: Picoseconds;
  readonly tWPST: Picoseconds;
  readonly tWPSTH: Picoseconds;
  /** From data out to the next command, when another plane is selected. */
  readonly tRHW: Picoseconds;
  /** From the selection of a plane or column to its data. */
  readonly tCCS: Picoseconds;
  readonly tRPRE: Picoseconds;
  readonly tDQSRE: Picoseconds;
}

/** How a program or an erase gives way to reads. */
export interface Suspension {
  /** From the suspend command until the die takes a read. Above zero. */
  readonly time: Picoseconds;
  /** What must be left of the operation for a suspension to be worth it. */
  readonly least: Picoseconds;
  /** After which time the operation goes on even when more reads wait. */
  readonly span: Picoseconds;
  /** How often one operation is suspended at the most. */
  readonly times: number;
}

/** What the parts of a flash back end take. Each figure is a range, since published ones differ by a factor of two. */
export interface FlashEnergy {
  /** Array read, program of one page, erase of one block. */
  readonly read: RangeOf<Femtojoules>;
  readonly program: RangeOf<Femtojoules>;
  readonly erase: RangeOf<Femtojoules>;
  /** A byte over the channel, in either direction. */
  readonly byte: RangeOf<Femtojoules>;
  /** A die that does nothing. */
  readonly idle: RangeOf<Watts>;
  readonly source: string;
}

/** A range of figures of one unit. */
export interface RangeOf<T extends number> {
  readonly low: T;
  readonly typical: T;
  readonly high: T;
}

/**
 * A flash back end as plain data: organisation, times, commands, what may overlap, and the policy of the controller.
 * Times are whole ps.
 */
export interface FlashSpec {
  readonly channels: number;
  readonly chipsPerChannel: number;
  readonly diesPerChip: number;
  readonly planesPerDie: number;
  readonly blocksPerPlane: number;
  readonly pagesPerBlock: number;
  readonly pageBytes: Bytes;
  readonly bitsPerCell: number;
  /** Array read by the kind of page within a word line, least significant first; the last stands for kinds that follow. */
  readonly tR: readonly Picoseconds[];
  /** Program of a page, likewise. */
  readonly tPROG: readonly Picoseconds[];
  readonly tBERS: Picoseconds;
  /** Busy time when a page goes from the page register to the cache register, or the other way. */
  readonly tCBSY: Picoseconds;
  /**
   * Which kind a page of a block is. `in-turn`: page modulo bits. `shadowed`: the order in which TLC blocks are programmed
   * against disturbance, six lower pages first, then two middle ones, then pairs of upper, lower and middle in turn.
   */
  readonly pageOrder: 'in-turn' | 'shadowed';
  /** Transfers of a pin per second, and bytes of one transfer. */
  readonly channelRate: Hertz;
  readonly channelBytes: Bytes;
  /** `whole-nanoseconds`: a transfer takes that of its time which is whole nanoseconds, above 1 GT/s nothing. */
  readonly transferTime: 'exact' | 'whole-nanoseconds';
  readonly commands: CommandTimes;
  /** `separate`: commands and addresses have pins of their own (ONFI SCA), so that data crosses beside them. */
  readonly commandBus: 'shared' | 'separate';
  /** Whether the preamble and the selection of planes before data out take time on the bus. */
  readonly dataOutSetup: boolean;
  /** `aligned`: planes of a die whose pages have one place in their blocks go together; `independent`: each for itself. */
  readonly multiPlane: 'none' | 'aligned' | 'independent';
  /** Whether the dies of one chip work at the same time. */
  readonly dieInterleave: boolean;
  /** Whether the next array read runs while the page before it leaves the cache register. */
  readonly cacheRead: boolean;
  /** Whether the data of the next program comes in while the array is programmed. */
  readonly cacheProgram: boolean;
  /** Whether all pages of a word line are programmed at once; those that are not there are padded. */
  readonly oneShotProgram: boolean;
  readonly programSuspend?: Suspension;
  readonly eraseSuspend?: Suspension;
  /** What the bus takes first. */
  readonly arbitration: 'data-first' | 'command-first';
  /**
   * `priority`: reads before programs before erases, each in the order of arrival; `reads-first`: reads before programs and
   * erases, these in the order of arrival; `in-order`: all in the order of arrival. What touches one page is never turned round.
   */
  readonly scheduling: 'priority' | 'reads-first' | 'in-order';
  /**
   * What waits for the erase of a block: all that comes after it in the block, as the erase waits for all that comes before;
   * or the first page of the block alone, for data that is written in any order to blocks that were erased in time.
   */
  readonly eraseOrder: 'block' | 'first-page';
  /** Which lane is commanded first: the next one round, or that whose operation has waited longest. */
  readonly laneOrder: 'round-robin' | 'oldest';
  /** Queued operations among which those are looked for that share a multi-plane command. */
  readonly scanDepth: number;
  readonly energy: FlashEnergy;
}

/** Organisations beyond this are refused: the state of each die and plane is held. */
const MAX_PLANES = 2 ** 22;
const MAX_BITS = 8;
const PICOSECONDS_PER_HOUR = 3.6e15;

/** Throws `parameter/out-of-range` for the first thing in a spec that cannot be, naming it. */
export function checkFlashSpec(spec: FlashSpec): void {
  const counts = ['channels', 'chipsPerChannel', 'diesPerChip', 'planesPerDie', 'blocksPerPlane'] as const;
  for (const name of counts) demandWhole(name, spec[name], 1);
  for (const name of ['pagesPerBlock', 'pageBytes', 'bitsPerCell', 'channelBytes', 'scanDepth'] as const) {
    demandWhole(name, spec[name], 1);
  }
  demand(
    spec.bitsPerCell <= MAX_BITS,
    'bitsPerCell',
    `${spec.bitsPerCell} bits of a cell`,
    `Have at most ${MAX_BITS}.`,
  );
  const planes = spec.channels * spec.chipsPerChannel * spec.diesPerChip * spec.planesPerDie;
  demand(planes <= MAX_PLANES, 'channels', `${planes} planes in all`, `Have at most ${MAX_PLANES} planes.`);
  const pages = planes * spec.blocksPerPlane * spec.pagesPerBlock;
  demand(
    Number.isSafeInteger(pages * spec.pageBytes),
    'blocksPerPlane',
    `a capacity of ${pages * spec.pageBytes} B is more than can be addressed`,
    'Lower the number of blocks, dies or channels.',
  );
  demand(
    spec.pageBytes % spec.channelBytes === 0,
    'pageBytes',
    `a page of ${spec.pageBytes} B is no whole number of transfers of ${spec.channelBytes} B`,
    'Make it a multiple of channelBytes.',
  );
  demand(
    !spec.oneShotProgram || spec.pagesPerBlock % spec.bitsPerCell === 0,
    'pagesPerBlock',
    `a block of ${spec.pagesPerBlock} pages does not end with a word line of ${spec.bitsPerCell} pages`,
    `Make it a multiple of ${spec.bitsPerCell}, or set oneShotProgram: false.`,
  );
  demand(
    Number.isFinite(spec.channelRate) && spec.channelRate > 0,
    'channelRate',
    `${spec.channelRate} transfers per second`,
    'Give a rate above zero.',
  );
  for (const name of ['tR', 'tPROG'] as const) {
    demand(
      spec[name].length > 0,
      name,
      'no time is given',
      'Give one for each kind of page, or one for all.',
    );
    for (const time of spec[name]) demandTime(name, time);
  }
  demandTime('tBERS', spec.tBERS);
  demandTime('tCBSY', spec.tCBSY);
  for (const [name, time] of Object.entries(spec.commands)) demandTime(`commands.${name}`, Number(time));
  demand(
    spec.multiPlane !== 'independent' || spec.dieInterleave,
    'multiPlane',
    'planes that work each for itself, in chips whose dies do not',
    'Set dieInterleave: true, or multiPlane: aligned.',
  );
  demandSuspension('programSuspend', spec.programSuspend);
  demandSuspension('eraseSuspend', spec.eraseSuspend);
  for (const name of ['read', 'program', 'erase', 'byte', 'idle'] as const)
    demandRange(name, spec.energy[name]);
}

function demandSuspension(name: string, suspension: Suspension | undefined): void {
  if (suspension === undefined) return;
  const { time, least, span, times } = suspension;
  demand(
    time > 0,
    `${name}.time`,
    'an operation is suspended in no time',
    'Give the time from the suspend command until the die takes a read, or leave the suspension out.',
  );
  demandTime(`${name}.time`, time);
  demandTime(`${name}.least`, least);
  demandTime(`${name}.span`, span);
  demandWhole(`${name}.times`, times, 1);
}

function demandRange(name: string, { low, typical, high }: Range): void {
  demand(
    Number.isFinite(high) && low >= 0 && low <= typical && typical <= high,
    `energy.${name}`,
    `low ${low}, typical ${typical}, high ${high} are no range`,
    'Give three figures from zero on, in rising order.',
  );
}

function demandTime(name: string, time: number): void {
  demand(
    Number.isSafeInteger(time) && time >= 0 && time <= PICOSECONDS_PER_HOUR,
    name,
    `${time} is no time in whole ps`,
    'Give whole picoseconds from 0 to an hour.',
  );
}

function demandWhole(name: string, value: number, least: number): void {
  demand(
    Number.isSafeInteger(value) && value >= least,
    name,
    `${value} is no whole number from ${least} on`,
    `Give a whole number from ${least} on.`,
  );
}

function demand(isRight: boolean, parameter: string, message: string, hint: string): void {
  if (isRight) return;
  throw new SystoleError({
    code: 'parameter/out-of-range',
    message: `${parameter}: ${message}`,
    place: { path: parameter },
    hint,
  });
}
