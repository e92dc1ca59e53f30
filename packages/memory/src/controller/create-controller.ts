import type { DeviceTiming } from '../device/device-timing.ts';
import { BankQueueController } from './bank-queue-controller.ts';
import type { ChannelActivity } from './channel-activity.ts';
import type { ChannelController, ChannelOptions } from './channel-controller.ts';
import type { ControllerPolicy } from './controller-policy.ts';
import type { FrFcfsController } from './fr-fcfs-controller.ts';
import { OneBusController } from './one-bus-controller.ts';
import { SplitActivateController } from './split-activate-controller.ts';
import type { WaitLog } from './wait-log.ts';
import { TwoBusController } from './two-bus-controller.ts';

/** The controller of a channel, by its queues, what buses the device has and how its rows are activated. */
export function createController(
  timing: DeviceTiming,
  policy: ControllerPolicy,
  channel: number,
  options: ChannelOptions = {},
): ChannelController & { readonly activity: ChannelActivity; readonly waits?: WaitLog | undefined } {
  if (policy.kind === 'bank-queues') return new BankQueueController(timing, policy, channel, options);
  return createSharedQueues(timing, policy, channel, options);
}

/** The controller with a read and a write queue for all banks. */
export function createSharedQueues(
  timing: DeviceTiming,
  policy: ControllerPolicy,
  channel: number,
  options: ChannelOptions = {},
): FrFcfsController {
  const { standard } = timing.device;
  if (standard.rowBus) return new TwoBusController(timing, policy, channel, options);
  const isSplit = standard.commands.some(
    ({ effect }) => effect === 'activate-first' || effect.startsWith('clock'),
  );
  if (isSplit) return new SplitActivateController(timing, policy, channel, options);
  return new OneBusController(timing, policy, channel, options);
}
