import type { ResolvedPart } from '@systole/chip';
import type { Spread } from '../tiers/spread.ts';
import type { Product } from './feed.ts';

/**
 * Matrix products that share no operand, `count` times m × k times k × n. The right ones stream through the unit, the left
 * ones are waited for.
 */
export interface ProductWork {
  readonly label: string;
  readonly count: number;
  readonly product: Product;
  /** Useful multiply-accumulates of all products. */
  readonly macs: number;
  /** Of the right operand, which is stored, and of the left one, which streams by. */
  readonly formats: OperandFormats;
  /** Bytes of one element of the left and of the right operand, as they are fed. */
  readonly leftElement: number;
  readonly rightElement: number;
  /** Without a base, it is read from wherever its memory has it at hand. */
  readonly right: Streamed;
  readonly left: { readonly home: ResolvedPart; readonly bytes: number };
  readonly result: { readonly home: ResolvedPart; readonly bytes: number };
}

/** An operand that is there before its operator starts. */
export interface Streamed {
  /** Its memory; of several, the one that holds most of it. */
  readonly home: ResolvedPart;
  readonly bytes: number;
  readonly base?: number;
  /** Its memories, where it is dealt to several. */
  readonly spread?: Spread;
}

/** The formats of two operands, as a transaction names them; that of the activation is left out where both are the same. */
export interface OperandFormats {
  readonly format: string;
  readonly activationFormat?: string;
}
