import { SystoleError } from '@systole/core';
import type { DeviceTiming } from '../device/device-timing.ts';
import type { ChannelCommands } from './channel-commands.ts';
import type { ControllerPolicy } from './controller-policy.ts';

/** More requests in the queues of a channel are no hardware, and would take memory without bound. */
const MOST_SLOTS = 2 ** 22;

/** What the queues of a channel hold. */
export interface BankQueueSize {
  /** Command queues: one for each bank, or for each rank. */
  readonly queues: number;
  /** Requests that all queues of the channel hold together. */
  readonly slots: number;
}

/**
 * How many command queues a channel has, and what all its queues hold.
 *
 * @throws SystoleError where the device has commands that such a controller does not know, or the queues are too many.
 */
export function bankQueueSize(
  timing: DeviceTiming,
  commands: ChannelCommands,
  { readQueue, writeQueue, commandQueue, commandQueueOf = 'bank' }: ControllerPolicy,
): BankQueueSize {
  const { standard } = timing.device;
  if (standard.ticksPerClock !== 1 || standard.dataClock !== undefined || commands.activateSecond >= 0) {
    throw new SystoleError({
      code: 'model/unsupported',
      message: `a controller with bank queues knows no half clocks, split activates or data clocks, as ${standard.name} has`,
      place: { path: 'policy.kind' },
      hint: 'Use "shared-queues".',
    });
  }
  if (commandQueueOf !== 'bank' && commandQueueOf !== 'rank') {
    throw new SystoleError({
      code: 'parameter/out-of-range',
      message: `expected "bank" or "rank", got "${String(commandQueueOf).slice(0, 40)}"`,
      place: { path: 'policy.commandQueueOf' },
      hint: 'A command queue is of one bank unless it is said otherwise.',
    });
  }
  const queues = timing.nodesOf(commandQueueOf);
  const slots = readQueue + writeQueue + queues * commandQueue;
  if (slots <= MOST_SLOTS) return { queues, slots };
  throw new SystoleError({
    code: 'limit/exceeded',
    message: `${queues} command queues of ${commandQueue} hold more than ${MOST_SLOTS} requests`,
    place: { path: 'policy.commandQueue' },
    hint: 'Command queues have 4 to 64 entries.',
  });
}
