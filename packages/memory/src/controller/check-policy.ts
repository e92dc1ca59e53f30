import { SystoleError } from '@systole/core';
import type { Problem } from '@systole/core';
import type { DramDevice } from '../device/device.ts';
import type { ControllerPolicy } from './controller-policy.ts';

/** Queues longer than this are no hardware, and would take memory without bound. */
const MOST_ENTRIES = 65_536;
const MOST_CHANNELS = 4096;

const CHOICES = {
  kind: ['shared-queues', 'bank-queues'],
  scheduler: ['fr-fcfs', 'fr-fcfs-row-hit'],
  rowPolicy: ['open', 'closed', 'closed-cap'],
  refresh: ['none', 'all-bank', 'per-bank'],
} as const;

/**
 * Checks that a controller can work with a device. That the address mapping fits is checked where it is read.
 *
 * @throws SystoleError with every problem, each naming its parameter.
 */
export function checkPolicy(policy: ControllerPolicy, device: DramDevice, channels = 1): void {
  const problems: Problem[] = [];
  const refuse = (parameter: string, message: string, hint: string): void => {
    problems.push({
      code: 'parameter/out-of-range',
      message: `${parameter}: ${message}`,
      place: { path: parameter },
      hint,
    });
  };
  for (const [parameter, choices] of Object.entries(CHOICES)) {
    const value: string = policy[parameter as keyof typeof CHOICES];
    if (!choices.some((choice) => choice === value)) {
      refuse(parameter, `there is no "${String(value).slice(0, 40)}"`, `Take one of ${choices.join(', ')}.`);
    }
  }
  const whole = (parameter: string, value: number, most: number): void => {
    if (Number.isInteger(value) && value >= 1 && value <= most) return;
    refuse(parameter, `${value} is not a whole number from 1 to ${most}`, `Take one from 1 to ${most}.`);
  };
  whole('readQueue', policy.readQueue, MOST_ENTRIES);
  whole('writeQueue', policy.writeQueue, MOST_ENTRIES);
  whole('commandQueue', policy.commandQueue, MOST_ENTRIES);
  whole('rowCap', policy.rowCap, 2 ** 30);
  whole('channels', channels, MOST_CHANNELS);
  const { writeLowWatermark: low, writeHighWatermark: high } = policy;
  if (!(low >= 0 && low < high && high <= 1)) {
    refuse(
      'writeLowWatermark',
      `${low} is not from 0 to below writeHighWatermark, ${high}, which is at most 1`,
      'Take 0.2 and 0.8.',
    );
  }
  checkRefresh(policy, device, refuse);
  const [first, ...more] = problems;
  if (first !== undefined) throw new SystoleError(first, ...more);
}

function checkRefresh(
  { refresh }: ControllerPolicy,
  { standard, timings }: DramDevice,
  refuse: (parameter: string, message: string, hint: string) => void,
): void {
  if (refresh === 'none') return;
  const isPerBank = refresh === 'per-bank';
  const interval = isPerBank ? 'nREFIpb' : 'nREFI';
  const hint = isPerBank ? 'Take all-bank or none.' : 'Take none.';
  const has = (effect: string, isForBank: boolean): boolean =>
    standard.commands.some(
      (command) => command.effect === effect && (command.scope === 'bank') === isForBank,
    );
  if (!has('refresh', isPerBank)) {
    refuse('refresh', `${standard.name} has no command for "${refresh}"`, hint);
  } else if (!isPerBank && !has('precharge', false)) {
    refuse('refresh', `${standard.name} has no precharge of all banks, which "all-bank" needs`, hint);
  } else if (!((timings[interval] ?? NaN) >= 1)) {
    refuse('refresh', `"${refresh}" needs ${interval}, which the device does not give`, hint);
  }
}
