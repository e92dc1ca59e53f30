/** The nodes of a channel at which commands are kept apart: all of it, a rank, a bank group, a bank. */
export type GapScope = 'channel' | 'rank' | 'group' | 'bank';

/**
 * One of `to` comes no sooner than `gap` clock periods after one of `from`, where both are in the same node of `scope`.
 * `from` and `to` are names of commands.
 */
export interface ScopedGap {
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly scope: GapScope;
  readonly gap: number;
}

/** Nodes of each level in one of the level above. Banks are counted over all levels, the innermost fastest. */
export interface BankTree {
  readonly ranks: number;
  readonly groups: number;
  readonly banks: number;
}

/**
 * When commands may come next: for every node, the earliest clock of every command. A gap between other nodes of a level
 * (from bank group to bank group) is one of the level above, which is exact as long as the inner gap is not the shorter one.
 */
export class ScopedGaps {
  readonly #earliest: Float64Array;
  readonly #commands: number;
  readonly #bankBase: number;
  readonly #groupBase: number;
  readonly #banksPerGroup: number;
  readonly #banksPerRank: number;
  /** Of each command: the node level, the command that it holds back, and the gap, in threes. */
  readonly #effects: readonly Int32Array[];

  constructor(commands: readonly string[], gaps: readonly ScopedGap[], tree: BankTree) {
    const groups = tree.ranks * tree.groups;
    this.#commands = commands.length;
    this.#banksPerGroup = tree.banks;
    this.#banksPerRank = tree.groups * tree.banks;
    this.#groupBase = 1 + tree.ranks;
    this.#bankBase = 1 + tree.ranks + groups;
    this.#earliest = new Float64Array((this.#bankBase + groups * tree.banks) * commands.length);
    this.#effects = commands.map((from) => Int32Array.from(effectsOf(from, commands, gaps)));
  }

  /** A command was issued at a clock to a bank, or to a node that the bank is in. */
  note(command: number, bank: number, at: number): void {
    const effects = this.#effects[command] ?? NONE;
    const earliest = this.#earliest;
    for (let i = 0; i < effects.length; i += 3) {
      const level = effects[i] ?? 0;
      const slot = this.#node(level, bank) * this.#commands + (effects[i + 1] ?? 0);
      const time = at + (effects[i + 2] ?? 0);
      if (time > (earliest[slot] ?? 0)) earliest[slot] = time;
    }
  }

  /** The earliest clock at which a command may go to a bank. */
  readyAt(command: number, bank: number): number {
    const commands = this.#commands;
    const earliest = this.#earliest;
    const rank = 1 + ((bank / this.#banksPerRank) | 0);
    const group = this.#groupBase + ((bank / this.#banksPerGroup) | 0);
    let ready = earliest[command] ?? 0;
    const ofRank = earliest[rank * commands + command] ?? 0;
    if (ofRank > ready) ready = ofRank;
    const ofGroup = earliest[group * commands + command] ?? 0;
    if (ofGroup > ready) ready = ofGroup;
    const ofBank = earliest[(this.#bankBase + bank) * commands + command] ?? 0;
    return ofBank > ready ? ofBank : ready;
  }

  #node(level: number, bank: number): number {
    if (level === 0) return 0;
    if (level === 1) return 1 + ((bank / this.#banksPerRank) | 0);
    return level === 2 ? this.#groupBase + ((bank / this.#banksPerGroup) | 0) : this.#bankBase + bank;
  }
}

const NONE = new Int32Array(0);
const SCOPES: readonly GapScope[] = ['channel', 'rank', 'group', 'bank'];

function effectsOf(from: string, commands: readonly string[], gaps: readonly ScopedGap[]): number[] {
  const effects: number[] = [];
  for (const gap of gaps) {
    if (!gap.from.includes(from)) continue;
    for (const to of gap.to) effects.push(SCOPES.indexOf(gap.scope), commands.indexOf(to), gap.gap);
  }
  return effects;
}
