import { createAddressMapping } from '@systole/memory';
import type { DramDevice, StreamSpec } from '@systole/memory';
import { argument } from '../inputs.ts';
import type { DramBase } from './memory-base.ts';
import { bytesFlag, DEFAULT_PATTERN, requestsOf, wholeFlag } from './memory-work.ts';
import type { MemoryFlags } from './memory-work.ts';

/** Regions are drawn with 32 bits. */
const MOST_REGION = 32;

/** The stream that the flags ask for. Throws `argument/invalid`. */
export function streamOf(base: DramBase, flags: MemoryFlags): StreamSpec {
  const { device, channels } = base;
  const kind = flags.pattern ?? DEFAULT_PATTERN;
  const { burstBytes } = device;
  const regionLog2 = regionOf(device, channels, flags);
  const stride = bytesFlag(flags.stride, '--stride');
  const isStrided = kind.replace('dependent-', '').startsWith('strided');
  if (stride !== undefined && !isStrided) {
    throw argument(
      `--stride does not go with --pattern ${kind.slice(0, 60)}`,
      'Leave it out, or take strided-read.',
    );
  }
  if (stride === undefined && /^(?:dependent-)?strided-(?:read|write)$/.test(kind)) {
    throw argument(`--pattern ${kind} needs --stride`, `Write --stride ${burstBytes * 16}, say.`);
  }
  return {
    kind,
    count: requestsOf(flags),
    burstBytes,
    regionLog2,
    seed: wholeFlag(flags.seed, '--seed', 2 ** 32 - 1) ?? 1,
    rowStrideBytes: rowStride(base),
    interval: wholeFlag(flags.interval, '--interval', 2 ** 20, 0) ?? 0,
    ...(stride === undefined ? {} : { strideBytes: stride }),
  };
}

/** Bytes of all channels. */
export function capacityOf(
  { counts, rowsPerBank, burstsPerRow, burstBytes }: DramDevice,
  channels: number,
): number {
  const { pseudoChannel, rank, stackId, bankGroup, bank } = counts;
  return (
    channels * pseudoChannel * rank * stackId * bankGroup * bank * rowsPerBank * burstsPerRow * burstBytes
  );
}

/** Bursts of the region as a power of two: as it was given, or as much of the memory as there is. */
function regionOf(device: DramDevice, channels: number, { region }: MemoryFlags): number {
  const given = bytesFlag(region, '--region');
  const bytes = given ?? capacityOf(device, channels);
  let log = 1;
  while (log < MOST_REGION && 2 ** (log + 1) * device.burstBytes <= bytes) log++;
  if (given === undefined || 2 ** log * device.burstBytes === given) return log;
  throw argument(
    `--region takes bursts of ${device.burstBytes} B times a power of two from 2 to 2^${MOST_REGION}, got ${given} B`,
    `Write --region ${2 ** log * device.burstBytes}, say.`,
  );
}

/** Bytes from a row to the next of the same bank. */
function rowStride({ device, policy, channels }: DramBase): number {
  if (device.rowsPerBank < 2) return device.burstBytes;
  const mapping = createAddressMapping(policy.addressMapping, device, channels);
  return Math.abs(mapping.encode(0, 0, 1, 0) - mapping.encode(0, 0, 0, 0)) * device.burstBytes;
}
