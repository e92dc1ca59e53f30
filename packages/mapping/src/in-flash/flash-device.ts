import type { ResolvedChip, ResolvedPart } from '@systole/chip';
import { findFormat, storageBytes } from '@systole/numerics';
import type { Bytes, Picoseconds } from '@systole/units';
import type { FlashShape } from './tiling.ts';

/** A flash whose dies compute on their own pages. */
export interface FlashDevice {
  readonly part: ResolvedPart;
  /** The unit in the dies. */
  readonly cores: ResolvedPart;
  readonly shape: FlashShape;
  /** Room of the cores of one channel, between them, for results. */
  readonly resultRoom: Bytes;
  /** One partial sum as it leaves a die. */
  readonly resultBytes: Bytes;
}

const PS_PER_SECOND = 1e12;

/** What is asked of the parameters of a flash and of its cores. */
const FLASH_NUMBERS = [
  'channels',
  'chipsPerChannel',
  'diesPerChip',
  'coresPerDie',
  'pageBytes',
  'tR',
  'correctionTime',
  'channelRate',
  'channelPins',
  'vectorBuffer',
] as const;

/** The first flash of the chip that computes, or why there is none. */
export function findFlash(
  chip: ResolvedChip,
): { readonly flash: FlashDevice } | { readonly flash?: never; readonly why: string } {
  const part = chip
    .partsOf('memory')
    .find(({ declaration }) => Object.hasOwn(declaration.accepts, 'page-compute'));
  if (part === undefined) return { why: 'no flash of the chip computes' };
  if (part.attached === undefined) {
    return { why: `"${part.name}" has no cores: attach a compute/flash-core to it` };
  }
  const cores = chip.part(part.attached);
  const numbers = new Map<string, number>();
  for (const name of FLASH_NUMBERS) {
    const value = part.values[name];
    if (typeof value !== 'number') return { why: `"${part.name}" does not declare "${name}"` };
    numbers.set(name, value);
  }
  const at = (name: (typeof FLASH_NUMBERS)[number]): number => numbers.get(name) ?? 0;
  const resultBytes = resultElement(cores);
  const coresOfChannel = at('chipsPerChannel') * at('diesPerChip') * at('coresPerDie');
  const { outputBuffer: room, inputBuffer: input } = cores.values;
  return {
    flash: {
      part,
      cores,
      shape: {
        channels: at('channels'),
        cores: coresOfChannel,
        pageBytes: at('pageBytes'),
        pageTime: at('tR') + at('correctionTime'),
        channelRate: (at('channelRate') * at('channelPins')) / 8,
        inputRoom: Math.min(at('vectorBuffer'), typeof input === 'number' ? input : Infinity),
      },
      resultRoom: typeof room === 'number' ? coresOfChannel * room : Infinity,
      resultBytes,
    },
  };
}

/** ps until a core is done with a page of elements of `weightBytes` each, where all cores do `rate` MACs per second. */
export function coreTime({ shape }: FlashDevice, rate: number, weightBytes: Bytes): Picoseconds {
  const { channels, cores, pageBytes } = shape;
  return Math.ceil(((pageBytes / weightBytes) * channels * cores * PS_PER_SECOND) / rate);
}

function resultElement({ values }: ResolvedPart): Bytes {
  const name = values['resultFormat'];
  const format = typeof name === 'string' ? findFormat(name) : undefined;
  return format === undefined ? 1 : storageBytes(format, 1);
}
