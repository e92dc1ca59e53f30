import { channelShare, checkFits, hostRuns, hostStreams } from './host-program.ts';
import type { HostStream } from './host-program.ts';
import type { HbmPimDevice } from './hbm-pim-device.ts';
import { elementwiseKernel, gemvKernel, gemvReadout, readoutGroups } from './kernels.ts';
import type { HbmPimElementwiseShape, HbmPimGemvShape } from './kernels.ts';
import { runHbmPim } from './run-hbm-pim.ts';
import type { HbmPimOptions, HbmPimPhase, HbmPimResult } from './run-hbm-pim.ts';

type Listening = Pick<HbmPimOptions, 'listener'>;

/**
 * A matrix-vector product in the banks (phase `kernel`), and reading its sums (phase `readout`). Weights lie in the banks
 * already. A sum is a burst of partial sums, which the host adds up.
 */
export function hbmPimGemv(
  device: HbmPimDevice,
  shape: HbmPimGemvShape,
  options: Listening = {},
): HbmPimResult {
  const kernel = { name: 'kernel', runs: () => gemvKernel(device, shape) };
  const readout = {
    name: 'readout',
    runs: (channel: number) => gemvReadout(device, shape, channel),
    alike: (channel: number) => `${readoutGroups(device, shape, channel)}`,
  };
  return runHbmPim(device, [kernel, readout], { ...options, channels: shape.channels ?? 1 });
}

/** A sum, a product or a rectifier of vectors that lie in the banks, its result in the banks. */
export function hbmPimElementwise(
  device: HbmPimDevice,
  shape: HbmPimElementwiseShape,
  options: Listening = {},
): HbmPimResult {
  const kernel = { name: 'kernel', runs: () => elementwiseKernel(device, shape) };
  return runHbmPim(device, [kernel], { ...options, channels: shape.channels ?? 1 });
}

/** The memory traffic of a host that does the same by itself: reads of all operands in address order, then the writes. */
export function hbmPimHost(
  device: HbmPimDevice,
  shape: ({ readonly kind: 'gemv' } & HbmPimGemvShape) | HbmPimElementwiseShape,
  options: Listening = {},
): HbmPimResult {
  const channels = shape.channels ?? 1;
  const [reads, writes] = hostStreams(device, ...elementsOf(shape));
  checkFits(device, channelShare(writes, channels, 0)[1]);
  const phase = (name: string, stream: HostStream): HbmPimPhase => ({
    name,
    runs: (channel) => hostRuns(device, stream, channels, channel),
    alike: (channel) => channelShare(stream, channels, channel).join(),
  });
  return runHbmPim(device, [phase('reads', reads), phase('writes', writes)], { ...options, channels });
}

/** Elements read and written. */
function elementsOf(
  shape: ({ readonly kind: 'gemv' } & HbmPimGemvShape) | HbmPimElementwiseShape,
): [number, number] {
  if (shape.kind === 'gemv') return [shape.out * shape.in + shape.in, shape.out];
  return [shape.elements * (shape.kind === 'relu' ? 1 : 2), shape.elements];
}
