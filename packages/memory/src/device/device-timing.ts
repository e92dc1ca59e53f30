import { compileRules } from './compile-rules.ts';
import type { CompiledRule } from './compile-rules.ts';
import type { DramDevice } from './device.ts';
import { LEVELS } from './level.ts';
import type { Level } from './level.ts';
import type { CommandEffect } from './standard.ts';

/**
 * The timing rules of one channel, and when each allows a command. A tick is a clock period, or half of one where the
 * standard has those; a gap is rounded up to ticks and counts from the end of the one command to the end of the other.
 *
 * Every rule writes, when its first command is issued, the earliest tick of its second into the node that the two share, so
 * that a question costs one look per level.
 */
export class DeviceTiming {
  readonly device: DramDevice;
  readonly ticksPerClock: number;
  /** Banks of the channel. */
  readonly banks: number;
  readonly rules: readonly CompiledRule[];
  readonly #commands: number;
  /** Earliest tick, by node and command. */
  readonly #ready: Float64Array;
  /** Rule that set the earliest tick, by node and command; empty unless it was asked for. */
  readonly #why: Int16Array;
  /** Nodes of a level, and the first of them among all nodes; by level. */
  readonly #nodes: Int32Array;
  readonly #firstNode: Int32Array;
  /** Places in #ready that a command looks at: from #looksFrom[command] on, one row of `banks` per level. */
  readonly #looks: Int32Array;
  readonly #looksFrom: Int32Array;
  readonly #looksCount: Int32Array;
  /** Of these, the places at the two widest levels, by command and bank. */
  readonly #widest: Int32Array;
  /** Rules of a command without window, siblings or narrower nodes: the common case. */
  readonly #plainFrom: Int32Array;
  readonly #plainGap: Float64Array;
  readonly #plainRule: Int16Array;
  readonly #plainPlace: Int32Array;
  /** Rules of a command that need more than one store. */
  readonly #others: readonly (readonly number[])[];
  /** Ticks of the last commands of a rule with a window, by rule: a ring for each node. */
  readonly #rings: readonly (Float64Array | undefined)[];
  readonly #heads: readonly (Int32Array | undefined)[];
  readonly #scopes: Int32Array;
  /** Whether a command of a wide scope has rules within it, so that all its banks are to be asked. */
  readonly #asksAll: Uint8Array;

  /**
   * @param explain Whether `binding` is to be answered.
   * @throws SystoleError where a gap names an unknown parameter.
   */
  constructor(device: DramDevice, explain = false) {
    const { standard } = device;
    this.device = device;
    this.ticksPerClock = standard.ticksPerClock;
    const commands = standard.commands.length;
    this.#commands = commands;

    this.#nodes = new Int32Array(LEVELS.length);
    this.#firstNode = new Int32Array(LEVELS.length);
    let nodes = 1;
    let all = 0;
    LEVELS.forEach((level, index) => {
      if (index > 0) nodes *= device.counts[level];
      this.#nodes[index] = nodes;
      this.#firstNode[index] = all;
      all += nodes;
    });
    this.banks = nodes;
    const banks = nodes;
    this.#ready = new Float64Array(all * commands);
    this.#why = new Int16Array(explain ? all * commands : 0).fill(-1);

    this.rules = compileRules(device, (level) => this.#nodes[level] ?? 1);
    this.#scopes = Int32Array.from(standard.commands, (command) => LEVELS.indexOf(command.scope));
    this.#asksAll = new Uint8Array(commands);

    const looks: number[] = [];
    this.#looksFrom = new Int32Array(commands);
    this.#looksCount = new Int32Array(commands);
    for (let command = 0; command < commands; command++) {
      this.#looksFrom[command] = looks.length;
      const levels = [
        ...new Set(this.rules.filter(({ to }) => to === command).map(({ level }) => level)),
      ].sort((a, b) => b - a);
      this.#looksCount[command] = levels.length;
      for (const level of levels) {
        if (level > at(this.#scopes, command)) this.#asksAll[command] = 1;
        for (let bank = 0; bank < banks; bank++) looks.push(this.#place(level, bank, command));
      }
    }
    this.#looks = Int32Array.from(looks);
    this.#widest = new Int32Array(2 * commands * banks);
    for (let command = 0; command < commands; command++) {
      const count = at(this.#looksCount, command);
      for (let bank = 0; bank < banks; bank++) {
        for (const nth of [1, 2]) {
          const look = at(this.#looksFrom, command) + Math.max(0, count - nth) * banks + bank;
          // A command without rules looks at its own place at the channel, which nothing raises.
          this.#widest[2 * (command * banks + bank) + nth - 1] = count > 0 ? at(looks, look) : command;
        }
      }
    }

    const plainFrom: number[] = [];
    const plain: number[] = [];
    const others: number[][] = [];
    for (let command = 0; command < commands; command++) {
      plainFrom.push(plain.length);
      const more: number[] = [];
      this.rules.forEach((rule, index) => {
        if (rule.from !== command) return;
        const simple = rule.window === 1 && !rule.siblings && rule.level <= at(this.#scopes, command);
        (simple ? plain : more).push(index);
      });
      others.push(more);
    }
    plainFrom.push(plain.length);
    this.#plainFrom = Int32Array.from(plainFrom);
    this.#plainRule = Int16Array.from(plain);
    this.#plainGap = Float64Array.from(plain, (index) => this.#rule(index).gap);
    const places: number[] = [];
    for (const index of plain) {
      const { level, to } = this.#rule(index);
      for (let bank = 0; bank < banks; bank++) places.push(this.#place(level, bank, to));
    }
    this.#plainPlace = Int32Array.from(places);
    this.#others = others;
    this.#rings = this.rules.map(({ window, level }) =>
      window > 1 ? new Float64Array(at(this.#nodes, level) * window).fill(-Infinity) : undefined,
    );
    this.#heads = this.rules.map(({ window, level }) =>
      window > 1 ? new Int32Array(at(this.#nodes, level)) : undefined,
    );
  }

  /** Place of a command in the standard's list; -1 where it has none of that name. */
  command(name: string): number {
    return this.device.standard.commands.findIndex((command) => command.name === name);
  }

  /** The first command with this effect and scope; -1 where there is none. */
  commandFor(effect: CommandEffect, scope?: Level): number {
    return this.device.standard.commands.findIndex(
      (command) => command.effect === effect && (scope === undefined || command.scope === scope),
    );
  }

  /** Nodes of a level in the channel. */
  nodesOf(level: Level): number {
    return at(this.#nodes, LEVELS.indexOf(level));
  }

  /** The node of a level, counted over the channel, in which a bank lies. */
  nodeOf(level: Level, bank: number): number {
    return Math.floor(bank / (this.banks / this.nodesOf(level)));
  }

  /** Earliest tick at which every rule allows the command at a bank, or at the banks around it that it is for. */
  earliest(command: number, bank: number): number {
    if (this.#asksAll[command] === 1) return this.#earliestOfAll(command, bank);
    return this.#look(command, bank);
  }

  /** A tick that `earliest` is not below: what the command waits for together with most other banks. */
  sharedEarliest(command: number, bank: number): number {
    const place = 2 * (command * this.banks + bank);
    const first = this.#ready[this.#widest[place] ?? 0] ?? 0;
    const second = this.#ready[this.#widest[place + 1] ?? 0] ?? 0;
    return first > second ? first : second;
  }

  /** A command is issued: it holds back what the rules say. */
  issue(command: number, bank: number, tick: number): void {
    const { banks } = this;
    const from = this.#plainFrom[command] ?? 0;
    const end = this.#plainFrom[command + 1] ?? 0;
    const ready = this.#ready;
    for (let index = from; index < end; index++) {
      const place = this.#plainPlace[index * banks + bank] ?? 0;
      const next = tick + (this.#plainGap[index] ?? 0);
      if ((ready[place] ?? 0) < next) {
        ready[place] = next;
        if (this.#why.length > 0) this.#why[place] = this.#plainRule[index] ?? -1;
      }
    }
    const others = this.#others[command];
    if (others !== undefined && others.length > 0) this.#issueOthers(others, bank, tick);
  }

  /** Place in `rules` of the rule that sets `earliest`; -1 where none does. Only with `explain`. */
  binding(command: number, bank: number): number {
    const first = this.#looksFrom[command] ?? 0;
    let latest = 0;
    let rule = -1;
    for (let look = 0; look < (this.#looksCount[command] ?? 0); look++) {
      const place = this.#looks[first + look * this.banks + bank] ?? 0;
      const tick = this.#ready[place] ?? 0;
      if (tick > latest) {
        latest = tick;
        rule = this.#why[place] ?? -1;
      }
    }
    return rule;
  }

  /** What later commands may have to wait for, in ticks from `tick` on, as `load` takes it. */
  save(tick: number): number[] {
    const state: number[] = [];
    for (const ready of this.#ready) state.push(Math.max(0, ready - tick));
    // A ring is kept by the age of its entries; those of before its window count as none.
    this.rules.forEach(({ gap }, index) => {
      const ring = this.#rings[index];
      if (ring === undefined) return;
      for (const past of ring) state.push(past >= 0 && tick - past < gap ? tick - past : -1);
      state.push(...(this.#heads[index] ?? []));
    });
    return state;
  }

  /** Takes what `save` gave, as of `tick`, which has to be later than any gap is long. Returns how much of it that was. */
  load(state: readonly number[], tick: number): number {
    let at = 0;
    for (let place = 0; place < this.#ready.length; place++) {
      const left = state[at++] ?? 0;
      this.#ready[place] = left === 0 ? 0 : tick + left;
    }
    for (const [index, ring] of this.#rings.entries()) {
      const heads = this.#heads[index];
      if (ring === undefined || heads === undefined) continue;
      for (let entry = 0; entry < ring.length; entry++) {
        const age = state[at++] ?? -1;
        ring[entry] = age < 0 ? -Infinity : tick - age;
      }
      for (let node = 0; node < heads.length; node++) heads[node] = state[at++] ?? 0;
    }
    return at;
  }

  #look(command: number, bank: number): number {
    const { banks } = this;
    let place = (this.#looksFrom[command] ?? 0) + bank;
    let latest = 0;
    for (let left = this.#looksCount[command] ?? 0; left > 0; left--) {
      const tick = this.#ready[this.#looks[place] ?? 0] ?? 0;
      if (tick > latest) latest = tick;
      place += banks;
    }
    return latest;
  }

  #earliestOfAll(command: number, bank: number): number {
    const width = this.banks / at(this.#nodes, at(this.#scopes, command));
    const first = Math.floor(bank / width) * width;
    let latest = 0;
    for (let each = first; each < first + width; each++) latest = Math.max(latest, this.#look(command, each));
    return latest;
  }

  #issueOthers(others: readonly number[], bank: number, tick: number): void {
    for (const index of others) {
      const { level, window, siblings, from, to, gap } = this.#rule(index);
      const node = this.#nodeAt(level, bank);
      if (siblings) {
        const brothers = at(this.#nodes, level) / at(this.#nodes, level - 1);
        const eldest = Math.floor(node / brothers) * brothers;
        for (let other = eldest; other < eldest + brothers; other++) {
          if (other !== node) this.#raise(level, other, to, tick + gap, index);
        }
        continue;
      }
      // A command of a wide scope holds back every node beneath that scope.
      const width = Math.max(1, at(this.#nodes, level) / at(this.#nodes, at(this.#scopes, from)));
      const first = Math.floor(node / width) * width;
      for (let each = first; each < first + width; each++) {
        let past = tick;
        if (window > 1) past = this.#pastOf(index, each, window, tick);
        if (past >= 0) this.#raise(level, each, to, past + gap, index);
      }
    }
  }

  /** Tick of the `window`-th last command, this one counted; below 0 where there were not so many. */
  #pastOf(rule: number, node: number, window: number, tick: number): number {
    const ring = this.#rings[rule];
    const heads = this.#heads[rule];
    if (ring === undefined || heads === undefined) return -1;
    const head = heads[node] ?? 0;
    ring[node * window + head] = tick;
    const next = head + 1 === window ? 0 : head + 1;
    heads[node] = next;
    return ring[node * window + next] ?? -1;
  }

  #raise(level: number, node: number, command: number, tick: number, rule: number): void {
    const place = (at(this.#firstNode, level) + node) * this.#commands + command;
    if ((this.#ready[place] ?? 0) >= tick) return;
    this.#ready[place] = tick;
    if (this.#why.length > 0) this.#why[place] = rule;
  }

  #nodeAt(level: number, bank: number): number {
    return Math.floor((bank * at(this.#nodes, level)) / this.banks);
  }

  #place(level: number, bank: number, command: number): number {
    return (at(this.#firstNode, level) + this.#nodeAt(level, bank)) * this.#commands + command;
  }

  #rule(index: number): CompiledRule {
    const rule = this.rules[index];
    if (rule === undefined) throw new RangeError(`no rule ${index}`);
    return rule;
  }
}

function at(values: ArrayLike<number>, index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`no value ${index}`);
  return value;
}
