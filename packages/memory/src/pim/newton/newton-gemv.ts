import type { CommandListener } from '../../device/command-log.ts';
import { createPimResult } from '../pim-result.ts';
import type { PimResult } from '../pim-result.ts';
import { NewtonChannel } from './newton-channel.ts';
import { NEWTON_COMMANDS } from './newton-commands.ts';
import { checkNewtonDevice } from './newton-device.ts';
import type { NewtonDevice } from './newton-device.ts';
import { newtonGemvProgram } from './newton-program.ts';
import type { NewtonInstruction, NewtonShape } from './newton-program.ts';

export interface NewtonOptions {
  /** Is told of each command of one channel; its numbers are places in NEWTON_COMMANDS. */
  readonly listener?: CommandListener;
  /** Channels that all do the same; 1 when left out. They count for the energy. */
  readonly channels?: number;
}

/** Runs a program, taken as it is needed, on each channel of a device. */
export function runNewton(
  device: NewtonDevice,
  program: Iterable<NewtonInstruction>,
  { listener, channels = 1 }: NewtonOptions = {},
): PimResult {
  checkNewtonDevice(device);
  const channel = new NewtonChannel(device, listener);
  const cycles = channel.run(program);
  const commands: Record<string, number> = {};
  for (const [place, name] of NEWTON_COMMANDS.entries()) {
    const count = channel.counts[place] ?? 0;
    if (count > 0) commands[name] = count;
  }
  return createPimResult({
    cycles,
    clockPeriod: device.clockPeriod,
    channels,
    commands,
    spent: channel.spent,
    ideal: channel.ideal,
    ...(device.energies === undefined ? {} : { energies: device.energies }),
  });
}

/** A matrix-vector product on the channels of a device. */
export function newtonGemv(
  device: NewtonDevice,
  shape: NewtonShape,
  options: Pick<NewtonOptions, 'listener'> = {},
): PimResult {
  return runNewton(device, newtonGemvProgram(device, shape), { ...options, channels: shape.channels ?? 1 });
}
