import type { ComponentDeclaration } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import type { ParameterValues } from './arbitrary-values.ts';
import { demand } from './report.ts';

/** A command as a model issued it. */
export interface Command {
  /** ps of event time. */
  readonly at: Picoseconds;
  /** As the standard names it: `ACT`, `RD`, `PRE`. */
  readonly name: string;
  /** Where, from the outside in: channel, rank, bank group, bank. */
  readonly place: readonly number[];
}

/**
 * A least time between two commands, as standards state them: a command of `to` comes no sooner than `gap` after the
 * `nth` last command of `from` in the same place, down to `depth` coordinates.
 *
 * tRRD is `{ from: ['ACT'], to: ['ACT'], depth: 1, gap: tRRD }` for places that begin with the channel; tFAW is the
 * same with `nth: 4` and the length of the window.
 */
export interface TimingRule {
  /** As the standard names it. */
  readonly name: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** Leading coordinates that both places share. 0 holds between any two places. */
  readonly depth: number;
  readonly gap: Picoseconds;
  /** Counts back from the later command; 1 when left out. */
  readonly nth?: number;
}

/** The commands of a component, and the rules that they have to keep. */
export interface Protocol {
  /** The component with a model that tells `log` of each command when it issues it, and is the same in all else. */
  instrument(log: (command: Command) => void): ComponentDeclaration;
  /** The standard's rules for these values. Must not be derived from the model's own schedule. */
  rules(values: ParameterValues): readonly TimingRule[];
  /**
   * What else is wrong with commands in the order of time, in words: states of banks, buses, refresh. For standards whose rules
   * are more than gaps; nothing when left out.
   */
  faults?(commands: readonly Command[], values: ParameterValues): readonly string[];
}

/** A rule that was broken, by which commands. */
export interface Violation {
  readonly rule: string;
  readonly earlier: Command;
  readonly later: Command;
  /** ps that were missing. */
  readonly missing: Picoseconds;
}

/**
 * Every violation of `rules` in a log of commands that is in the order of time. Looks at nothing but the log: where a rule
 * is named by its standard, this is the independent checker that the standard asks for.
 */
export function timingViolations(
  commands: readonly Command[],
  rules: readonly TimingRule[],
): readonly Violation[] {
  const found: Violation[] = [];
  for (const { name, from, to, depth, gap, nth = 1 } of rules) {
    const earlier = new Map<string, Command[]>();
    for (const later of commands) {
      const where = later.place.slice(0, depth).join(' ');
      const before = earlier.get(where) ?? [];
      const other = to.includes(later.name) ? before.at(-nth) : undefined;
      if (other !== undefined && later.at - other.at < gap) {
        found.push({ rule: name, earlier: other, later, missing: gap - (later.at - other.at) });
      }
      if (!from.includes(later.name)) continue;
      before.push(later);
      if (before.length > nth) before.shift();
      earlier.set(where, before);
    }
  }
  return found;
}

/** Throws `LawBroken` when a command is at no time, or breaks a rule of the standard. A model may plan ahead: its log is sorted. */
export function checkProtocol(
  commands: readonly Command[],
  protocol: Omit<Protocol, 'instrument'>,
  values: ParameterValues,
): void {
  for (const command of commands) {
    const isTime = Number.isSafeInteger(command.at) && command.at >= 0;
    demand(isTime, () => `${shown(command)} is at no time`);
  }
  const inOrder = [...commands].sort((a, b) => a.at - b.at);
  const [violation] = timingViolations(inOrder, protocol.rules(values));
  demand(violation === undefined, () => {
    if (violation === undefined) return '';
    const { rule, earlier, later, missing } = violation;
    return `${shown(later)} comes ${missing} ps too soon after ${shown(earlier)}: ${rule}`;
  });
  const [fault] = protocol.faults?.(inOrder, values) ?? [];
  demand(fault === undefined, () => fault ?? '');
}

function shown({ name, place, at }: Command): string {
  return `${name} at ${at} ps${place.length === 0 ? '' : ` in ${place.join('.')}`}`;
}
