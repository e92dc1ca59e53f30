import type { DramDevice } from '../device/device.ts';
import type { RuleScope } from './jedec-rules.ts';

/** In which bank group, stack level and rank each bank of a channel lies. */
export class BankNodes {
  readonly banks: number;
  /** Banks with currents and a data bus (or the turn on one) of their own: ranks of every pseudo channel. */
  readonly ranks: number;
  readonly banksPerRank: number;
  readonly ranksPerBus: number;
  readonly stacksPerRank: number;
  readonly #groups: number;
  readonly #ofBank: Readonly<Record<RuleScope, Int32Array>>;
  readonly #stackOf: Int32Array;

  constructor({ counts }: DramDevice) {
    const banksPerGroup = counts.bank;
    const banksPerStack = banksPerGroup * counts.bankGroup;
    this.banksPerRank = banksPerStack * counts.stackId;
    this.ranksPerBus = counts.rank;
    this.stacksPerRank = counts.stackId;
    this.ranks = counts.pseudoChannel * counts.rank;
    this.banks = this.ranks * this.banksPerRank;
    this.#groups = this.banks / banksPerGroup;
    const nodes = (size: number): Int32Array =>
      Int32Array.from({ length: this.banks }, (_, bank) => Math.floor(bank / size));
    this.#ofBank = { bank: nodes(1), 'bank-group': nodes(banksPerGroup), rank: nodes(this.banksPerRank) };
    this.#stackOf = nodes(banksPerStack);
  }

  count(scope: RuleScope): number {
    if (scope === 'bank') return this.banks;
    return scope === 'rank' ? this.ranks : this.#groups;
  }

  /** The node of each bank. */
  of(scope: RuleScope): Int32Array {
    return this.#ofBank[scope];
  }

  /** The stack level of a bank, counted over the channel. */
  stackOf(bank: number): number {
    return this.#stackOf[bank] ?? 0;
  }

  rankOf(bank: number): number {
    return this.#ofBank.rank[bank] ?? 0;
  }
}
