import type { DramDevice } from './device.ts';
import { evaluateGap } from './gap.ts';
import { LEVELS } from './level.ts';
import type { CommandEffect } from './standard.ts';

/** A rule as compiled: gaps in ticks, from the start of one command to the start of the other. */
export interface CompiledRule {
  readonly from: number;
  readonly to: number;
  /** Place in LEVELS. */
  readonly level: number;
  readonly gap: number;
  readonly window: number;
  readonly siblings: boolean;
  /** Whether it keeps the command bus free for a command of several slots; such rules are not in the standard's table. */
  readonly bus: boolean;
}

const ROW_EFFECTS: ReadonlySet<CommandEffect> = new Set<CommandEffect>([
  'activate',
  'activate-first',
  'activate-second',
  'precharge',
  'refresh',
]);

/**
 * The rules of a device in ticks: for each pair of commands, level and window the strictest, and none without effect.
 *
 * @param nodesOf Nodes of a level in the channel.
 * @throws SystoleError where a gap names an unknown parameter.
 */
export function compileRules(
  device: DramDevice,
  nodesOf: (level: number) => number,
): readonly CompiledRule[] {
  const { standard } = device;
  const indexOf = new Map(standard.commands.map((command, index) => [command.name, index]));
  const ticksOf = standard.commands.map((command) =>
    Math.ceil((command.clocks ?? 1) * standard.ticksPerClock),
  );
  const strictest = new Map<string, CompiledRule>();
  const add = (rule: CompiledRule): void => {
    // Without effect: commands are issued in the order of time, and a node without siblings holds none of them back.
    if (rule.gap <= 0) return;
    if (rule.siblings && nodesOf(rule.level) === nodesOf(rule.level - 1)) return;
    const key = [rule.from, rule.to, rule.level, rule.window, rule.siblings].join(' ');
    const known = strictest.get(key);
    if (known === undefined || known.gap < rule.gap) strictest.set(key, rule);
  };
  for (const rule of standard.rules) {
    const gap = Math.ceil(evaluateGap(rule.gap, device.timings) * standard.ticksPerClock);
    const siblings = rule.siblings === true;
    for (const fromName of rule.from) {
      for (const toName of rule.to) {
        const from = indexOf.get(fromName);
        const to = indexOf.get(toName);
        if (from === undefined || to === undefined) continue;
        add({
          from,
          to,
          level: outermost(LEVELS.indexOf(rule.scope), siblings, nodesOf),
          gap: gap + at(ticksOf, from) - at(ticksOf, to),
          window: rule.window ?? 1,
          siblings,
          bus: false,
        });
      }
    }
  }
  standard.commands.forEach((command, from) => {
    if (at(ticksOf, from) === 1) return;
    standard.commands.forEach((other, to) => {
      if (standard.rowBus && ROW_EFFECTS.has(command.effect) !== ROW_EFFECTS.has(other.effect)) return;
      add({ from, to, level: 0, gap: at(ticksOf, from), window: 1, siblings: false, bus: true });
    });
  });
  return [...strictest.values()];
}

/** The widest level with the same nodes, so that rules of levels that a device lacks share a look. */
function outermost(level: number, siblings: boolean, nodesOf: (level: number) => number): number {
  if (siblings) return level;
  let widest = level;
  while (widest > 0 && nodesOf(widest - 1) === nodesOf(widest)) widest--;
  return widest;
}

function at(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`no value ${index}`);
  return value;
}
