import type { Level } from '../level.ts';
import type { CommandEffect, DramCommand } from '../standard.ts';
import { PLAIN } from './rule.ts';

/** Clock periods on the command bus of those commands that take more or less than one. */
export type CommandClocks = Readonly<Record<string, number>>;

/** A command in words. */
export function command(
  name: string,
  effect: CommandEffect,
  scope: Level,
  clocks: CommandClocks = {},
): DramCommand {
  const time = clocks[name];
  return time === undefined ? { name, effect, scope } : { name, effect, scope, clocks: time };
}

/** Commands of most standards. `scope` is what the commands for all banks are for. */
export function plainCommands(
  scope: Level,
  clocks: CommandClocks = {},
  words = PLAIN,
): readonly DramCommand[] {
  return [
    command(words.activate, 'activate', 'bank', clocks),
    command('PREpb', 'precharge', 'bank', clocks),
    command('PREab', 'precharge', scope, clocks),
    command(words.read, 'read', 'bank', clocks),
    command(words.write, 'write', 'bank', clocks),
    command(words.readPrecharge, 'read-precharge', 'bank', clocks),
    command(words.writePrecharge, 'write-precharge', 'bank', clocks),
    command('REFab', 'refresh', scope, clocks),
  ];
}
