import type { Bytes } from '@systole/units';

/**
 * What an address stream needs, without listing addresses: `runs` contiguous pieces of `run` bytes each, the
 * first at `base`, the starts `stride` bytes apart.
 *
 * `layout` says how the device spreads the bytes: `interleaved` puts consecutive bursts on different channels,
 * as an address mapping for bandwidth does; `local` keeps each run inside one lane (whatever works alone) and
 * gives the next run to the next lane, as a placement for in-memory compute does.
 */
export interface AccessPattern {
  readonly base: Bytes;
  readonly run: Bytes;
  readonly stride: Bytes;
  readonly runs: number;
  readonly order: 'sequential' | 'random';
  readonly layout: 'interleaved' | 'local';
  /** Seeds the order of a `random` pattern. */
  readonly seed?: number;
}

/**
 * A request to a component. `kind` is one of those that the component's declaration accepts; `dims` holds the
 * sizes that this kind asks for, under the names of the declaration.
 */
export interface Transaction {
  readonly kind: string;
  /** Payload through the component's port, over all chunks. */
  readonly bytes: Bytes;
  /** Useful multiply-accumulates, over all chunks; what the operator asks for, without padding. */
  readonly macs?: number;
  /** The number format of the elements, such as `bf16`; of two operands, that of the stored one: weights, keys, values. */
  readonly format?: string;
  /** Of two operands, the number format of the one that streams by. Without it, it is that of `format`. */
  readonly activationFormat?: string;
  readonly pattern?: AccessPattern;
  readonly dims?: Readonly<Record<string, number>>;
}

/** One kind of transaction that a component accepts: enough to document it, check it and generate it. */
export interface TransactionForm {
  readonly summary: string;
  /** Sizes of this kind, each with its range. */
  readonly dims: Readonly<Record<string, DimensionForm>>;
  /** Range of the payload; `of: 'chunk'` when a device takes the whole range in every chunk. */
  readonly bytes: DimensionForm;
  readonly pattern: boolean;
  /** Number formats that it takes, or none where it does not look at formats. */
  readonly formats: readonly string[];
}

/** A size: range, unit and meaning. `multipleOf` is 1 unless said otherwise. */
export interface DimensionForm {
  readonly min: number;
  readonly max: number;
  readonly help: string;
  readonly multipleOf?: number;
  /** The integer parameter that the size must stay below, as a port number stays below the number of ports. */
  readonly below?: string;
  /** The integer parameter that the size may reach but not pass. */
  readonly atMost?: string;
}

/**
 * The part of a whole-number `total` that falls to piece `index` of `count`: pieces differ by at most one and add
 * up to the total.
 */
export function share(total: number, index: number, count: number): number {
  if (count === 1) return total;
  // floor(total * (index + 1) / count) - floor(total * index / count), without leaving the safe integers.
  const quotient = Math.floor(total / count);
  const rest = total - quotient * count;
  return quotient + Math.floor((rest * (index + 1)) / count) - Math.floor((rest * index) / count);
}
