import { SystoleError } from '@systole/core';
import type { DramDevice } from '../../device/device.ts';
import { DramModel } from '../dram-model.ts';
import { dram } from '../dram.ts';
import type { DramValues } from '../parameters.ts';
import { DetailedDramModel } from './detailed-dram-model.ts';
import type { TimedListener } from './detailed-channel.ts';
import type { InMemoryListener } from './in-memory-commands.ts';
import { deviceOfValues, standardOf } from './device-of-values.ts';

/**
 * `memory/dram`, which at level detailed tells of each command when it is issued; the same in all else.
 *
 * @param onInMemory Is told of the commands of in-memory compute, which have names of their own (IN_MEMORY_COMMANDS).
 */
export function dramWithLog(onCommand: TimedListener, onInMemory?: InMemoryListener): typeof dram {
  return {
    ...dram,
    create: (context) =>
      context.values.detail === 'detailed'
        ? new DetailedDramModel(context, onCommand, onInMemory)
        : new DramModel(context),
  };
}

/** The device behind a command bus of the component at level detailed: its commands and timing in clock periods. */
export function dramDevice(values: DramValues): DramDevice {
  const standard = standardOf(values);
  if (standard !== undefined) return deviceOfValues(values, standard);
  throw new SystoleError({
    code: 'argument/invalid',
    message: `there is no standard "${values.standard}"`,
    hint: 'Take the name of one of the standards of memory/dram.',
  });
}
