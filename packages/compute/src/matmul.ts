import { share, SystoleError } from '@systole/core';
import type { DimensionForm, Transaction, TransactionForm } from '@systole/core';

/** The longest side of a matrix. The square of it stays far below 2^53. */
const MAX_SIDE = 2 ** 24;

/** Bytes of one transaction, over all chunks. */
export const MAX_OPERAND_BYTES = 2 ** 40;

const SIDES: Readonly<Record<string, DimensionForm>> = {
  m: { min: 1, max: MAX_SIDE, help: 'rows of the left matrix and of the result' },
  k: { min: 1, max: MAX_SIDE, help: 'columns of the left matrix, rows of the right one' },
  n: { min: 1, max: MAX_SIDE, help: 'columns of the right matrix and of the result' },
};

/** A product of an m x k matrix and a k x n matrix. */
export interface MatmulShape {
  readonly m: number;
  readonly k: number;
  readonly n: number;
}

/** A matmul transaction with its defaults filled in. */
export interface Matmul extends MatmulShape {
  /** The side that chunks have a share of; all of them have the others whole. */
  readonly split: 'm' | 'n';
  /** Multiply-accumulates that the operator asks for, at most m x k x n. */
  readonly useful: number;
}

/** One chunk of a matmul: a matmul of its own, or nothing where there are more chunks than rows to share out. */
export interface MatmulChunk extends MatmulShape {
  readonly useful: number;
}

/** The form of a `matmul` for units that take whole matrix products. */
export function matmulForm(summary: string, formats: readonly string[]): TransactionForm {
  return {
    summary,
    dims: {
      ...SIDES,
      split: { min: 0, max: 1, help: 'what chunks have a share of: 0 rows m (the default), 1 columns n' },
    },
    bytes: {
      min: 0,
      max: MAX_OPERAND_BYTES,
      help: 'operands and results; the unit, not the port, sets the time',
    },
    pattern: false,
    formats,
  };
}

/**
 * Reads the sizes of a matmul. Throws `argument/invalid` for a size that is missing or out of range, and for more useful
 * multiply-accumulates than m x k x n; `limit/exceeded` when those pass 2^53 - 1.
 */
export function readMatmul(transaction: Transaction): Matmul {
  const { dims = {} } = transaction;
  const shape = {
    m: readSize('matmul', 'm', dims['m'], SIDES['m']),
    k: readSize('matmul', 'k', dims['k'], SIDES['k']),
    n: readSize('matmul', 'n', dims['n'], SIDES['n']),
  };
  const split = readSize('matmul', 'split', dims['split'] ?? 0, { min: 0, max: 1, help: '' });
  const useful = readUseful(transaction, countMacs(shape.m, shape.k, shape.n));
  return { ...shape, split: split === 0 ? 'm' : 'n', useful };
}

/** Chunk `chunk` of `chunks`: its share of the side that is split, and of the useful multiply-accumulates. */
export function chunkOf(matmul: Matmul, chunk: number, chunks: number): MatmulChunk {
  const { m, k, n, split, useful } = matmul;
  const whole = split === 'm' ? m : n;
  const size = share(whole, chunk, chunks);
  // The useful part goes with the rows or columns, so that no chunk has more of it than it computes.
  const before = sharesBefore(whole, chunk, chunks);
  const mine = sharesBefore(useful, before + size, whole) - sharesBefore(useful, before, whole);
  return split === 'm' ? { m: size, k, n, useful: mine } : { m, k, n: size, useful: mine };
}

/** What the pieces before piece `index` of `count` have of `total` together: floor(total x index / count). */
export function sharesBefore(total: number, index: number, count: number): number {
  const quotient = Math.floor(total / count);
  return quotient * index + Math.floor(((total - quotient * count) * index) / count);
}

/** The product of the sizes. Throws `limit/exceeded` past 2^53 - 1. */
export function countMacs(...sizes: readonly number[]): number {
  return checkedCount(
    sizes.reduce((product, size) => product * size, 1),
    'multiply-accumulates',
  );
}

/** `count`, unless it is past what is counted exactly. Throws `limit/exceeded`. */
export function checkedCount(count: number, what: string): number {
  if (count <= Number.MAX_SAFE_INTEGER) return count;
  throw new SystoleError({
    code: 'limit/exceeded',
    message: `${count} ${what} in one transaction: more than 2^53 - 1 cannot be counted exactly`,
    hint: 'Make several transactions of it.',
  });
}

/** The useful multiply-accumulates of a transaction that computes `macs`. Throws `argument/invalid` for more. */
export function readUseful({ kind, macs: asked }: Transaction, macs: number): number {
  const useful = asked ?? macs;
  if (Number.isInteger(useful) && useful >= 0 && useful <= macs) return useful;
  throw new SystoleError({
    code: 'argument/invalid',
    message: `a ${kind} of ${macs} multiply-accumulates is asked for ${useful} useful ones`,
    hint: 'Give macs as a whole number of at most the product of the sizes, or leave it out.',
  });
}

/** A size within its form. Throws `argument/invalid`. */
export function readSize(
  kind: string,
  name: string,
  value: number | undefined,
  form: DimensionForm | undefined,
): number {
  const { min, max } = form ?? { min: 1, max: MAX_SIDE };
  if (value !== undefined && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new SystoleError({
    code: 'argument/invalid',
    message: `${kind}: expected a whole number of ${name} from ${min} to ${max}, got ${value ?? 'nothing'}`,
    hint: 'A matmul takes m, k and n (and split), a dot takes count and k (and split).',
  });
}
