import type { Level } from './level.ts';

/** A field of a burst's address: a level, or the row of the bank or the burst of the row. */
export type AddressField = Level | 'row' | 'column';

/** From addresses to banks and rows, and back. One object that is moved on, so that nothing is made per address. */
export interface AddressMapping {
  /** Of the address that was decoded last. */
  readonly channel: number;
  /** Counted over all levels of the channel, the innermost fastest. */
  readonly bank: number;
  readonly row: number;
  /** Burst of the row. */
  readonly column: number;
  /** Bursts of all channels. */
  readonly bursts: number;
  /**
   * Finds where a burst lies, and sets the fields above.
   *
   * @param burst Byte address divided by the bytes of a burst; one from `bursts` on wraps around.
   */
  decode(burst: number): void;
  /** The burst, from 0 to `bursts` - 1, that lies there. */
  encode(channel: number, bank: number, row: number, column: number): number;
}

/** A piece of a field, as wide as `size` values of it. */
export interface FieldPiece {
  readonly field: AddressField;
  readonly size: number;
  /** What one step of this piece adds to the field. */
  readonly weight: number;
}

/** Bits of `target` that bits of `source`, from `from` on, are added to (exclusive or). */
export interface FieldHash {
  readonly target: AddressField;
  readonly source: 'row' | 'column';
  readonly from: number;
}

/** An order of fields, least significant first, with sizes, and what is hashed. */
export interface MappingPlan {
  readonly pieces: readonly FieldPiece[];
  readonly hashes: readonly FieldHash[];
  readonly sizes: Readonly<Record<AddressField, number>>;
}

/** Whether a count, at most 2^31, is 1, 2, 4, … */
export function isPowerOfTwo(count: number): boolean {
  return Number.isInteger(count) && count >= 1 && count <= 2 ** 31 && (count & (count - 1)) === 0;
}

/** Bits that a power of two, at most 2^31, takes up. */
export function bitsOf(power: number): number {
  return 31 - Math.clz32(power);
}
