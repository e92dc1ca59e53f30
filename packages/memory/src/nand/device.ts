import type { Bytes, Picoseconds } from '@systole/units';
import type { NandValues } from './parameters.ts';

const BITS_PER_BYTE = 8;
const PICOSECONDS_PER_SECOND = 1e12;

/** How many of each thing there are, how large they are, and how long they take, in whole ps (rounded up). */
export interface Device {
  readonly channels: number;
  /** Dies of one channel. */
  readonly dies: number;
  /** Planes of one die. */
  readonly planes: number;
  readonly pageBytes: Bytes;
  readonly blockPages: number;
  /** Pages of one plane. */
  readonly rows: number;
  /** Whether planes work each for itself: a lane is a plane then, and otherwise a die. */
  readonly isPlaneLane: boolean;
  /** Lanes of one channel: what does one array operation at a time. */
  readonly lanes: number;
  /** Pages of one array operation at the most. */
  readonly pagesPerOperation: number;
  readonly isCommandFirst: boolean;
  readonly hasCacheRegister: boolean;
  /** 0 for whole pages. */
  readonly slice: Bytes;
  readonly command: Picoseconds;
  /** Of each further page of a multi-plane command. */
  readonly planeCommand: Picoseconds;
  readonly read: Picoseconds;
  readonly program: Picoseconds;
  readonly erase: Picoseconds;
  /** Array read of a computed page, with its correction. */
  readonly computeRead: Picoseconds;
  /** ps for a byte on the bus of a channel, as the exact quotient of these two. */
  readonly busNumerator: number;
  readonly busDenominator: number;
}

/** Dies of one channel. */
export function diesOf(values: NandValues): number {
  return values.chipsPerChannel * values.diesPerChip;
}

/** Bytes per second of one channel. */
export function channelBandwidth(values: NandValues): number {
  return (values.channelPins * values.channelRate) / BITS_PER_BYTE;
}

export function deviceOf(values: NandValues): Device {
  const dies = diesOf(values);
  const planes = values.planesPerDie;
  const isPlaneLane = values.multiPlane === 'independent';
  return {
    channels: values.channels,
    dies,
    planes,
    pageBytes: values.pageBytes,
    blockPages: values.pagesPerBlock,
    rows: values.pagesPerBlock * values.blocksPerPlane,
    isPlaneLane,
    lanes: isPlaneLane ? dies * planes : dies,
    pagesPerOperation: values.multiPlane === 'aligned' ? planes : 1,
    isCommandFirst: values.arbitration === 'command-first',
    hasCacheRegister: values.cacheRead,
    slice: values.readSlice,
    command: Math.ceil(values.commandOverhead),
    planeCommand: Math.ceil(values.planeOverhead ?? values.commandOverhead),
    read: Math.ceil(values.tR),
    program: Math.ceil(values.tPROG),
    erase: Math.ceil(values.tBERS),
    computeRead: Math.ceil(values.tR + values.correctionTime),
    busNumerator: BITS_PER_BYTE * PICOSECONDS_PER_SECOND,
    busDenominator: values.channelPins * values.channelRate,
  };
}

/** Time of `bytes` on the bus of a channel. */
export function transferTime(device: Device, bytes: Bytes): Picoseconds {
  return Math.ceil((bytes * device.busNumerator) / device.busDenominator);
}

/**
 * Whether a core stands at a lane when the first `cores` of a channel are used: cores are handed out to plane 0 of every
 * die first.
 */
export function isCoreLane(device: Device, lane: number, cores: number): boolean {
  if (!device.isPlaneLane) return lane < cores;
  const plane = lane % device.planes;
  const die = (lane - plane) / device.planes;
  return plane * device.dies + die < cores;
}
