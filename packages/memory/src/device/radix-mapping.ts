import { LEVELS } from './level.ts';
import type { AddressField, AddressMapping, FieldHash, MappingPlan } from './mapping-plan.ts';

const FIELDS: readonly AddressField[] = [...LEVELS, 'row', 'column'];

/** A mapping where some field is no power of two: divisions with remainder instead of shifts. */
export class RadixMapping implements AddressMapping {
  channel = 0;
  bank = 0;
  row = 0;
  column = 0;
  readonly bursts: number;

  readonly #plan: MappingPlan;
  /** Of each piece, its field's place in FIELDS. */
  readonly #places: Int32Array;
  readonly #values = new Float64Array(FIELDS.length);

  constructor(plan: MappingPlan) {
    this.#plan = plan;
    this.bursts = plan.pieces.reduce((product, { size }) => product * size, 1);
    this.#places = Int32Array.from(plan.pieces, ({ field }) => FIELDS.indexOf(field));
  }

  decode(burst: number): void {
    const values = this.#values.fill(0);
    let rest = burst;
    for (let index = 0; index < this.#places.length; index++) {
      const piece = this.#plan.pieces[index];
      const place = this.#places[index] ?? 0;
      if (piece === undefined) continue;
      const above = Math.floor(rest / piece.size);
      values[place] = (values[place] ?? 0) + (rest - above * piece.size) * piece.weight;
      rest = above;
    }
    for (const hash of this.#plan.hashes) this.#hash(hash);
    this.channel = values[0] ?? 0;
    this.bank = 0;
    for (let level = 1; level < LEVELS.length; level++) {
      this.bank = this.bank * this.#sizeAt(level) + (values[level] ?? 0);
    }
    this.row = values[LEVELS.length] ?? 0;
    this.column = values[LEVELS.length + 1] ?? 0;
  }

  encode(channel: number, bank: number, row: number, column: number): number {
    const values = this.#values;
    values[0] = channel;
    let rest = bank;
    for (let level = LEVELS.length - 1; level >= 1; level--) {
      const size = this.#sizeAt(level);
      values[level] = rest % size;
      rest = Math.floor(rest / size);
    }
    values[LEVELS.length] = row;
    values[LEVELS.length + 1] = column;
    for (const hash of this.#plan.hashes.toReversed()) this.#hash(hash);
    let burst = 0;
    let unit = 1;
    this.#plan.pieces.forEach(({ size, weight }, index) => {
      burst += (Math.floor((values[this.#places[index] ?? 0] ?? 0) / weight) % size) * unit;
      unit *= size;
    });
    return burst;
  }

  #hash({ target, source, from }: FieldHash): void {
    const place = FIELDS.indexOf(target);
    const bits = Math.floor((this.#values[FIELDS.indexOf(source)] ?? 0) / 2 ** from);
    this.#values[place] = (this.#values[place] ?? 0) ^ (bits & (this.#plan.sizes[target] - 1));
  }

  #sizeAt(level: number): number {
    const name = LEVELS[level];
    return name === undefined ? 1 : this.#plan.sizes[name];
  }
}
