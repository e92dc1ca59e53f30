import { suggestName } from '@systole/core';
import type { ParameterConflict } from '@systole/core';
import { LEVELS } from './level.ts';
import type { CommandEffect, DramStandard } from './standard.ts';

/** What a controller cannot do without; an activate may be split. */
const NEEDED: readonly (readonly CommandEffect[])[] = [
  ['activate', 'activate-first'],
  ['precharge'],
  ['read'],
  ['write'],
];

/**
 * What is wrong with a standard in itself: levels, commands and rules that do not fit together. Gaps are not read, since they
 * need the timings of a device.
 */
export function checkStandard(standard: DramStandard): readonly ParameterConflict[] {
  return [...levelConflicts(standard), ...commandConflicts(standard), ...ruleConflicts(standard)];
}

function levelConflicts({ levels }: DramStandard): readonly ParameterConflict[] {
  const ordered = LEVELS.filter((level) => levels.includes(level));
  const isOrdered = ordered.length === levels.length && ordered.every((level, at) => level === levels[at]);
  if (isOrdered && levels.includes('channel') && levels.includes('bank')) return [];
  return [
    {
      parameter: 'standard.levels',
      message: `levels are channel, bank and what lies between, outermost first; got ${levels.join(', ')}`,
      hint: `Choose from ${LEVELS.join(', ')}, in this order.`,
    },
  ];
}

function commandConflicts({
  name,
  levels,
  commands,
  ticksPerClock,
}: DramStandard): readonly ParameterConflict[] {
  const conflicts: ParameterConflict[] = [];
  const seen = new Set<string>();
  commands.forEach((command, at) => {
    const refuse = (message: string, hint: string): void => {
      conflicts.push({ parameter: `standard.commands[${at}]`, message: `${command.name}: ${message}`, hint });
    };
    if (seen.has(command.name))
      refuse('there is a command of this name already', 'Give every command its own name.');
    seen.add(command.name);
    if (!levels.includes(command.scope))
      refuse(`${name} has no level ${command.scope}`, suggestName(command.scope, levels));
    const ticks = (command.clocks ?? 1) * ticksPerClock;
    if (!Number.isInteger(ticks) || ticks < 1 || ticks > 64) {
      refuse(`takes ${command.clocks} clock periods, which is no whole number of steps`, 'Take 1.');
    }
  });
  for (const effects of NEEDED) {
    if (commands.some(({ effect }) => effects.includes(effect))) continue;
    const message = `no command of ${name} has the effect ${effects.join(' or ')}`;
    conflicts.push({ parameter: 'standard.commands', message, hint: 'Add such a command.' });
  }
  const isSplit = (effect: CommandEffect): boolean => commands.some((command) => command.effect === effect);
  if (isSplit('activate-first') !== isSplit('activate-second')) {
    const message = `an activate of ${name} has one half without the other`;
    conflicts.push({
      parameter: 'standard.commands',
      message,
      hint: 'Add activate-first and activate-second.',
    });
  }
  return conflicts;
}

function ruleConflicts({ name, levels, commands, rules }: DramStandard): readonly ParameterConflict[] {
  const conflicts: ParameterConflict[] = [];
  const names = commands.map((command) => command.name);
  rules.forEach(({ from, to, scope, window = 1 }, at) => {
    const refuse = (message: string, hint: string): void => {
      conflicts.push({ parameter: `standard.rules[${at}]`, message, hint });
    };
    for (const command of [...from, ...to]) {
      if (!names.includes(command))
        refuse(`${name} has no command "${command}"`, suggestName(command, names));
    }
    if (from.length === 0 || to.length === 0)
      refuse('a rule is between commands', 'Give some for from and for to.');
    if (!levels.includes(scope)) refuse(`${name} has no level "${scope}"`, suggestName(scope, levels));
    if (!Number.isInteger(window) || window < 1 || window > 1024) {
      refuse(
        `a window of ${window} commands`,
        'Give a whole number from 1 on: 4 for the four-activate window.',
      );
    }
  });
  return conflicts;
}
