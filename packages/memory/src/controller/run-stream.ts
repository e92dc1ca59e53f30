import { createAddressMapping } from '../device/address-mapping.ts';
import type { CommandListener } from '../device/command-log.ts';
import type { DramDevice } from '../device/device.ts';
import { DeviceTiming } from '../device/device-timing.ts';
import { checkPolicy } from './check-policy.ts';
import type { ControllerPolicy } from './controller-policy.ts';
import { createController } from './create-controller.ts';
import { readStreamResult } from './read-stream-result.ts';
import type { RequestSource } from './request-source.ts';
import { StreamDriver } from './stream-driver.ts';
import type { StreamResult } from './stream-result.ts';

/** A memory of one or several channels of a device, with a controller each. */
export interface DetailedMemory {
  readonly device: DramDevice;
  readonly policy: ControllerPolicy;
  readonly channels: number;
}

export interface StreamOptions {
  /** Is told of each command; nothing is kept. */
  readonly onCommand?: CommandListener;
  /** Whether the result is to say what the data buses waited for. */
  readonly explain?: boolean;
  /** Is told now and then how many requests were taken, and the tick. */
  readonly onProgress?: (requests: number, tick: number) => void;
}

/**
 * Runs a stream of requests through a memory, command by command, until all are done. Before each tick requests are offered in
 * their order until one is refused because the queue of its channel is full; it holds up all that follow, whatever their channel.
 *
 * @throws SystoleError where the policy or the mapping does not fit the device.
 */
export function runStream(
  { device, policy, channels }: DetailedMemory,
  source: RequestSource,
  options: StreamOptions = {},
): StreamResult {
  checkPolicy(policy, device, channels);
  const mapping = createAddressMapping(policy.addressMapping, device, channels);
  const controllers = Array.from({ length: channels }, (_, channel) =>
    createController(new DeviceTiming(device, options.explain === true), policy, channel, options),
  );
  const driver = new StreamDriver(controllers, mapping, source, device.burstBytes, options.onProgress);
  const ticks = driver.run();
  return readStreamResult(device, controllers, ticks);
}
