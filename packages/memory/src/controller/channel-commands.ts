import { SystoleError } from '@systole/core';
import type { DeviceTiming } from '../device/device-timing.ts';

/** Places of the commands that a controller issues, in the list of the device's standard; -1 where it has none. */
export interface ChannelCommands {
  /** The activate, or the first half of one that is split. */
  readonly activate: number;
  readonly activateSecond: number;
  readonly precharge: number;
  readonly prechargeAll: number;
  readonly read: number;
  readonly write: number;
  readonly readPrecharge: number;
  readonly writePrecharge: number;
  readonly refreshAll: number;
  readonly refreshBank: number;
  readonly clockRead: number;
  readonly clockWrite: number;
}

/** @throws SystoleError where the standard lacks a command without which nothing can be read or written. */
export function channelCommands(timing: DeviceTiming): ChannelCommands {
  const { commands, name } = timing.device.standard;
  const find = (effect: string, isForBank?: boolean): number =>
    commands.findIndex(
      (command) =>
        command.effect === effect && (isForBank === undefined || (command.scope === 'bank') === isForBank),
    );
  const clock = find('clock');
  const plain = find('activate', true);
  const found: ChannelCommands = {
    activate: plain >= 0 ? plain : find('activate-first', true),
    activateSecond: plain >= 0 ? -1 : find('activate-second', true),
    precharge: find('precharge', true),
    prechargeAll: find('precharge', false),
    read: find('read', true),
    write: find('write', true),
    readPrecharge: find('read-precharge', true),
    writePrecharge: find('write-precharge', true),
    refreshAll: find('refresh', false),
    refreshBank: find('refresh', true),
    clockRead: find('clock-read') >= 0 ? find('clock-read') : clock,
    clockWrite: find('clock-write') >= 0 ? find('clock-write') : clock,
  };
  for (const needed of ['activate', 'precharge', 'read', 'write'] as const) {
    if (found[needed] >= 0) continue;
    throw new SystoleError({
      code: 'parameter/required',
      message: `the standard ${name} has no command that does "${needed}" for a bank`,
      place: { path: 'device.standard.commands' },
    });
  }
  return found;
}
