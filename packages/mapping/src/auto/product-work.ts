import type { ResolvedPart } from '@systole/chip';
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
  /** In which the unit computes. */
  readonly format: string;
  /** Bytes of one element of the left and of the right operand, as they are fed. */
  readonly leftElement: number;
  readonly rightElement: number;
  readonly right: { readonly home: ResolvedPart; readonly bytes: number; readonly base: number };
  readonly left: { readonly home: ResolvedPart; readonly bytes: number };
  readonly result: { readonly home: ResolvedPart; readonly bytes: number };
}
