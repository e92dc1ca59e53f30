import { createAddressMapping } from '../../src/device/address-mapping.ts';
import { DeviceTiming } from '../../src/device/device-timing.ts';
import { createController } from '../../src/controller/create-controller.ts';
import { readStreamResult } from '../../src/controller/read-stream-result.ts';
import type { RequestSource } from '../../src/controller/request-source.ts';
import type { DetailedMemory } from '../../src/controller/run-stream.ts';
import type { StreamResult } from '../../src/controller/stream-result.ts';

/** Runs a stream tick by tick, none left out: slow, and plain enough to be believed. */
export function stepStream(
  { device, policy, channels }: DetailedMemory,
  source: RequestSource,
): StreamResult {
  const mapping = createAddressMapping(policy.addressMapping, device, channels);
  const controllers = Array.from({ length: channels }, (_, channel) =>
    createController(new DeviceTiming(device), policy, channel),
  );
  const waiting = (): number => controllers.reduce((sum, { waiting: count }) => sum + count, 0);
  const lastDone = (): number => Math.max(...controllers.map((controller) => controller.lastDone));
  let hasRequest = source.next();
  let tick = 0;
  while (hasRequest || waiting() > 0 || lastDone() > tick) {
    while (hasRequest && source.earliest <= tick) {
      if (source.waitsForAll && (waiting() > 0 || lastDone() > tick)) break;
      mapping.decode(source.address / device.burstBytes);
      const { channel, bank, row, column } = mapping;
      if (controllers[channel]?.offer(bank, row, column, source.isWrite, tick) !== true) break;
      hasRequest = source.next();
    }
    if (!hasRequest && waiting() === 0 && lastDone() <= tick) break;
    tick++;
    for (const controller of controllers) controller.advance(tick);
  }
  return readStreamResult(device, controllers, lastDone());
}
