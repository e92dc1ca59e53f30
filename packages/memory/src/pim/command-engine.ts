import { SystoleError, suggestName } from '@systole/core';
import { evaluateGap } from '../device/gap.ts';
import type { Level } from '../device/level.ts';
import { LEVELS } from '../device/level.ts';
import type { TimingRule } from '../device/standard.ts';

/** A command of a device, as far as gaps go. */
export interface EngineCommand {
  readonly name: string;
  /** The innermost level whose gaps it minds: `channel` for one that all banks obey at once. */
  readonly scope: Level;
}

export interface EngineSpec {
  readonly commands: readonly EngineCommand[];
  readonly rules: readonly TimingRule[];
  readonly timings: Readonly<Record<string, number>>;
  /** Nodes of each level in one node of the level above, within a channel. Levels that are left out have one. */
  readonly counts: Readonly<Partial<Record<Level, number>>>;
}

/**
 * The gaps between the commands of one channel: when each command may come next, in each node of each level that has rules
 * of its own. Commands are numbers, their places in the list that it is made with. Banks are counted over all levels of the
 * channel, the innermost fastest; -1 stands for a command that is for the whole channel.
 */
export class CommandEngine {
  /** Of each command, how many were issued. */
  readonly counts: Float64Array;
  readonly names: readonly string[];
  readonly banks: number;
  readonly #size: number;
  /** Levels with rules, the channel first. */
  readonly #levels: number;
  /** Earliest clock by level, node and command; where each level begins, and the node of a bank in it. */
  readonly #ready: Float64Array;
  readonly #base: Int32Array;
  readonly #nodeOf: Int32Array;
  /** How many of the levels a command minds. */
  readonly #depth: Int32Array;
  /** Followers of each command by level: where its list begins, and the commands and gaps in it. */
  readonly #first: Int32Array;
  readonly #follower: Int32Array;
  readonly #gap: Float64Array;

  constructor(spec: EngineSpec) {
    const { commands, rules, timings } = spec;
    const size = commands.length;
    this.names = commands.map(({ name }) => name);
    this.counts = new Float64Array(size);
    const indexOf = (name: string, where: string): number => {
      const index = this.names.indexOf(name);
      if (index >= 0) return index;
      throw new SystoleError({
        code: 'argument/invalid',
        message: `${where}: there is no command "${name}"`,
        hint: suggestName(name, this.names),
      });
    };
    const countOf = (level: Level) => spec.counts[level] ?? 1;
    this.banks = LEVELS.reduce((product, level) => product * (level === 'channel' ? 1 : countOf(level)), 1);
    const levels = LEVELS.filter(
      (level) => level === 'channel' || rules.some(({ scope }) => scope === level),
    );
    this.#levels = levels.length;
    this.#size = size;
    this.#base = new Int32Array(levels.length);
    this.#nodeOf = new Int32Array(levels.length * this.banks);
    let nodes = 0;
    levels.forEach((level, l) => {
      const inner = LEVELS.slice(LEVELS.indexOf(level) + 1).reduce(
        (product, name) => product * countOf(name),
        1,
      );
      this.#base[l] = nodes * size;
      for (let bank = 0; bank < this.banks; bank++)
        this.#nodeOf[l * this.banks + bank] = Math.floor(bank / inner);
      nodes += this.banks / inner;
    });
    this.#ready = new Float64Array(nodes * size).fill(-Infinity);
    this.#depth = Int32Array.from(commands, ({ scope }) => {
      const innermost = LEVELS.indexOf(scope);
      return levels.filter((level) => LEVELS.indexOf(level) <= innermost).length;
    });

    // Of several rules for the same two commands in the same scope, the longest gap is what holds.
    const gaps = Array.from({ length: levels.length * size }, () => new Map<number, number>());
    rules.forEach((rule, place) => {
      const where = `rule ${place + 1} (${rule.from.join(', ')})`;
      if (rule.window !== undefined || rule.siblings !== undefined) {
        throw new SystoleError({
          code: 'argument/invalid',
          message: `${where}: windows and rules between siblings are not for in-memory compute commands`,
        });
      }
      const gap = evaluateGap(rule.gap, timings);
      for (const from of rule.from) {
        const list = gaps[levels.indexOf(rule.scope) * size + indexOf(from, where)];
        for (const to of rule.to) {
          const index = indexOf(to, where);
          list?.set(index, Math.max(gap, list.get(index) ?? 0));
        }
      }
    });
    this.#first = new Int32Array(gaps.length + 1);
    gaps.forEach((list, i) => (this.#first[i + 1] = (this.#first[i] ?? 0) + list.size));
    this.#follower = Int32Array.from(gaps.flatMap((list) => [...list.keys()]));
    this.#gap = Float64Array.from(gaps.flatMap((list) => [...list.values()]));
  }

  /** Earliest clock at which the command may be issued to the bank, or to the channel where `bank` is -1. */
  earliest(command: number, bank: number): number {
    const ready = this.#ready;
    let earliest = ready[command] ?? 0;
    if (bank < 0) return earliest;
    const depth = this.#depth[command] ?? 0;
    for (let level = 1; level < depth; level++) {
      const node = this.#nodeOf[level * this.banks + bank] ?? 0;
      const at = ready[(this.#base[level] ?? 0) + node * this.#size + command] ?? 0;
      if (at > earliest) earliest = at;
    }
    return earliest;
  }

  /** Counts the command, and makes those wait that have to come later than it. */
  issue(command: number, bank: number, clock: number): void {
    this.counts[command] = (this.counts[command] ?? 0) + 1;
    const ready = this.#ready;
    const levels = bank < 0 ? 1 : this.#levels;
    for (let level = 0; level < levels; level++) {
      const list = level * this.#size + command;
      const end = this.#first[list + 1] ?? 0;
      let i = this.#first[list] ?? 0;
      if (i === end) continue;
      const node = bank < 0 ? 0 : (this.#nodeOf[level * this.banks + bank] ?? 0);
      const base = (this.#base[level] ?? 0) + node * this.#size;
      for (; i < end; i++) {
        const at = base + (this.#follower[i] ?? 0);
        const next = clock + (this.#gap[i] ?? 0);
        if (next > (ready[at] ?? 0)) ready[at] = next;
      }
    }
  }

  /** Makes the command wait until `clock` in its own node of the bank, beyond what rules say. */
  hold(command: number, bank: number, clock: number): void {
    const level = (this.#depth[command] ?? 1) - 1;
    const node = this.#nodeOf[level * this.banks + bank] ?? 0;
    const at = (this.#base[level] ?? 0) + node * this.#size + command;
    if (clock > (this.#ready[at] ?? 0)) this.#ready[at] = clock;
  }

  /** Commands that were issued, by name. */
  commandCounts(): Record<string, number> {
    const result: Record<string, number> = {};
    this.names.forEach((name, i) => {
      const count = this.counts[i] ?? 0;
      if (count > 0) result[name] = count;
    });
    return result;
  }
}
