import type { Picoseconds } from '@systole/units';
import type { NandValues } from '../parameters.ts';
import type { FlashSpec, RangeOf, Suspension } from './flash-spec.ts';

const BITS_PER_BYTE = 8;
/** Single pages of a queue among which one is looked for that goes with that of another plane. */
const SEARCHED_PAGES = 64;
/** A suspended operation goes on after so many times the time of the suspension, and is suspended so often at the most. */
const SUSPENSION_SPAN = 4;
const SUSPENSION_TIMES = 4;

/** The back end that a component's values describe: its bus times are those of the fast level. */
export function flashSpecOfValues(values: NandValues): FlashSpec {
  const command = Math.ceil(values.commandOverhead);
  const further = command === 0 ? 0 : Math.ceil(values.planeOverhead ?? values.commandOverhead);
  return {
    channels: values.channels,
    chipsPerChannel: values.chipsPerChannel,
    diesPerChip: values.diesPerChip,
    planesPerDie: values.planesPerDie,
    blocksPerPlane: values.blocksPerPlane,
    pagesPerBlock: values.pagesPerBlock,
    pageBytes: values.pageBytes,
    bitsPerCell: values.bitsPerCell,
    tR: [Math.ceil(values.tR)],
    tPROG: [Math.ceil(values.tPROG)],
    tBERS: Math.ceil(values.tBERS),
    tCBSY: 0,
    pageOrder: 'in-turn',
    // A channel of any number of pins, as one that moves whole bytes.
    channelRate: (values.channelPins * values.channelRate) / BITS_PER_BYTE,
    channelBytes: 1,
    transferTime: 'exact',
    commands: {
      tCS: command,
      tDBSY: further,
      tWC: 0,
      tWB: 0,
      tRR: 0,
      tADL: 0,
      tCALS: 0,
      tWPST: 0,
      tWPSTH: 0,
      tRHW: 0,
      tCCS: 0,
      tRPRE: 0,
      tDQSRE: 0,
    },
    commandBus: command === 0 ? 'separate' : 'shared',
    dataOutSetup: false,
    multiPlane: values.multiPlane,
    dieInterleave: true,
    cacheRead: values.cacheRead,
    cacheProgram: false,
    oneShotProgram: false,
    ...(values.programSuspend === undefined ? {} : { programSuspend: suspension(values.programSuspend) }),
    ...(values.eraseSuspend === undefined ? {} : { eraseSuspend: suspension(values.eraseSuspend) }),
    arbitration: values.arbitration,
    scheduling: 'reads-first',
    eraseOrder: 'first-page',
    laneOrder: 'oldest',
    scanDepth: SEARCHED_PAGES * values.planesPerDie,
    energy: {
      read: exactly(values.readEnergy),
      program: exactly(values.programEnergy),
      erase: exactly(values.eraseEnergy),
      byte: exactly(values.ioEnergy * BITS_PER_BYTE),
      idle: exactly(values.standbyPower),
      source: 'the values of the component',
    },
  };
}

function suspension(time: Picoseconds): Suspension {
  const whole = Math.ceil(time);
  return { time: whole, least: 0, span: SUSPENSION_SPAN * whole, times: SUSPENSION_TIMES };
}

function exactly(value: number): RangeOf<number> {
  return { low: value, typical: value, high: value };
}
