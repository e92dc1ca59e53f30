import { SystoleError } from '@systole/core';
import type { DramDevice } from '../device/device.ts';
import { ProtocolChecker } from './check-commands.ts';
import type { ProtocolOptions } from './check-commands.ts';
import { CommandLogReader } from './read-command-log.ts';
import type { ProtocolViolation } from './violation.ts';

const MAX_CHANNELS = 4096;

/** What a checker says of the channels of a log together. */
export interface CheckedLog {
  readonly commands: number;
  readonly count: number;
  readonly violations: readonly (ProtocolViolation & { readonly channel: number })[];
}

/** Checks the commands of several channels of one device, each by itself. Its `add` is a command listener. */
export class ChannelsChecker {
  readonly #device: DramDevice;
  readonly #options: ProtocolOptions;
  readonly #checkers: (ProtocolChecker | undefined)[] = [];

  constructor(device: DramDevice, options: ProtocolOptions = {}) {
    this.#device = device;
    this.#options = options;
  }

  readonly add = (
    tick: number,
    command: number,
    bank: number,
    row: number,
    column: number,
    channel: number,
  ): void => {
    let checker = this.#checkers[channel];
    if (checker === undefined) {
      if (!(channel >= 0 && channel < MAX_CHANNELS)) {
        throw new SystoleError({
          code: 'argument/invalid',
          message: `a command log names channel ${channel}; there are at most ${MAX_CHANNELS}`,
          hint: 'Count channels from 0 on.',
        });
      }
      checker = new ProtocolChecker(this.#device, this.#options);
      this.#checkers[channel] = checker;
    }
    checker.check(tick, command, bank, row, column);
  };

  result(): CheckedLog {
    let [commands, count] = [0, 0];
    const violations: (ProtocolViolation & { readonly channel: number })[] = [];
    for (const [channel, checker] of this.#checkers.entries()) {
      if (checker === undefined) continue;
      commands += checker.commands;
      count += checker.count;
      for (const violation of checker.violations) violations.push({ ...violation, channel });
    }
    return { commands, count, violations };
  }
}

/** Checks a command log from pieces of its text. Throws as `CommandLogReader` does. */
export async function checkCommandLog(
  pieces: Iterable<string> | AsyncIterable<string>,
  deviceOf: (name: string) => DramDevice,
  options: ProtocolOptions & { readonly file?: string } = {},
): Promise<CheckedLog> {
  let checker: ChannelsChecker | undefined;
  const reader = new CommandLogReader(
    deviceOf,
    ({ tick, command, bank, row, column, channel }, device) => {
      checker ??= new ChannelsChecker(device, options);
      checker.add(tick, command, bank, row, column, channel);
    },
    options.file,
  );
  for await (const piece of pieces) reader.push(piece);
  reader.end();
  return checker?.result() ?? { commands: 0, count: 0, violations: [] };
}
