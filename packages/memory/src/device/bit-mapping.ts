import { LEVELS } from './level.ts';
import { bitsOf } from './mapping-plan.ts';
import type { AddressField, AddressMapping, MappingPlan } from './mapping-plan.ts';

/** Bits of an address that are taken as one integer. */
const WORD = 30;
const HALF = 2 ** WORD;

/** Bits from one integer to another: `((from >>> take) & mask) << put`. */
interface BitMove {
  readonly isHigh: boolean;
  readonly take: number;
  readonly mask: number;
  readonly put: number;
}

const CHANNEL = 0;
const BANK = 1;
const ROW = 2;
const COLUMN = 3;

/**
 * A mapping of fields that all are powers of two: shifts and masks of two integers of 30 bits. Runs once per request, so the
 * moves lie in one array of integers, four each, those of the channel first, then bank, row and column.
 */
export class BitMapping implements AddressMapping {
  channel = 0;
  bank = 0;
  row = 0;
  column = 0;
  readonly bursts: number;

  /** For each of channel, bank, row and column the end of its moves. */
  readonly #ends: Int32Array;
  readonly #moves: Int32Array;
  /** What is hashed: target, whether its source is the row, shift of the source, mask, shift into the target. */
  readonly #hashes: Int32Array;

  constructor({ pieces, hashes, sizes }: MappingPlan) {
    const moves: BitMove[][] = [[], [], [], []];
    let at = 0;
    for (const { field, size, weight } of pieces) {
      const [target, shift] = placeOf(field, sizes);
      let width = bitsOf(size);
      let put = shift + bitsOf(weight);
      // What lies across the border of the two integers is two moves.
      while (width > 0) {
        const part = at < WORD ? Math.min(width, WORD - at) : width;
        moves[target]?.push({ isHigh: at >= WORD, take: at % WORD, mask: 2 ** part - 1, put });
        at += part;
        put += part;
        width -= part;
      }
    }
    this.bursts = 2 ** at;
    let end = 0;
    this.#ends = Int32Array.from(moves, ({ length }) => (end += 4 * length));
    this.#moves = Int32Array.from(
      moves.flat().flatMap(({ isHigh, take, mask, put }) => [isHigh ? 1 : 0, take, mask, put]),
    );
    this.#hashes = Int32Array.from(
      hashes.flatMap(({ target, source, from }) => {
        const [index, shift] = placeOf(target, sizes);
        return [index, source === 'row' ? 1 : 0, from, sizes[target] - 1, shift];
      }),
    );
  }

  decode(burst: number): void {
    const high = Math.floor(burst / HALF);
    const low = burst - high * HALF;
    this.channel = this.#gather(CHANNEL, low, high);
    this.bank = this.#gather(BANK, low, high);
    this.row = this.#gather(ROW, low, high);
    this.column = this.#gather(COLUMN, low, high);
    if (this.#hashes.length > 0) this.#hash();
  }

  encode(channel: number, bank: number, row: number, column: number): number {
    this.channel = channel;
    this.bank = bank;
    this.row = row;
    this.column = column;
    // A hash changes no bit that it reads: the last one taken back first, all are taken back.
    this.#unhash();
    const high = this.#scatter(1);
    const burst = this.#scatter(0) + high * HALF;
    this.channel = channel;
    this.bank = bank;
    this.row = row;
    this.column = column;
    return burst;
  }

  #gather(target: number, low: number, high: number): number {
    const moves = this.#moves;
    const end = this.#ends[target] ?? 0;
    let value = 0;
    for (let at = target === 0 ? 0 : (this.#ends[target - 1] ?? 0); at < end; at += 4) {
      const word = moves[at] === 1 ? high : low;
      value |= ((word >>> (moves[at + 1] ?? 0)) & (moves[at + 2] ?? 0)) << (moves[at + 3] ?? 0);
    }
    return value;
  }

  #scatter(word: number): number {
    const moves = this.#moves;
    let target = 0;
    let value = 0;
    for (let at = 0; at < moves.length; at += 4) {
      while (at >= (this.#ends[target] ?? 0)) target++;
      if (moves[at] !== word) continue;
      const field = this.#valueOf(target);
      value += ((field >>> (moves[at + 3] ?? 0)) & (moves[at + 2] ?? 0)) * 2 ** (moves[at + 1] ?? 0);
    }
    return value;
  }

  #hash(): void {
    const hashes = this.#hashes;
    for (let at = 0; at < hashes.length; at += 5) this.#hashOne(at);
  }

  #unhash(): void {
    for (let at = this.#hashes.length - 5; at >= 0; at -= 5) this.#hashOne(at);
  }

  #hashOne(at: number): void {
    const hashes = this.#hashes;
    const source = hashes[at + 1] === 1 ? this.row : this.column;
    const bits = ((source >>> (hashes[at + 2] ?? 0)) & (hashes[at + 3] ?? 0)) << (hashes[at + 4] ?? 0);
    const target = hashes[at];
    if (target === BANK) this.bank ^= bits;
    else if (target === ROW) this.row ^= bits;
    else if (target === COLUMN) this.column ^= bits;
    else this.channel ^= bits;
  }

  #valueOf(target: number): number {
    if (target === BANK) return this.bank;
    if (target === ROW) return this.row;
    return target === COLUMN ? this.column : this.channel;
  }
}

/** In which of channel, bank, row and column a field lies, and from which bit on. */
function placeOf(field: AddressField, sizes: MappingPlan['sizes']): readonly [number, number] {
  if (field === 'channel') return [CHANNEL, 0];
  if (field === 'row') return [ROW, 0];
  if (field === 'column') return [COLUMN, 0];
  const inner = LEVELS.slice(LEVELS.indexOf(field) + 1);
  return [BANK, inner.reduce((shift, level) => shift + bitsOf(sizes[level]), 0)];
}
