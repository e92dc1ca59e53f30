import { tensorBytes, visiblePairs } from '@systole/trace';
import type { AttentionOperator, MatmulOperator, TensorUse } from '@systole/trace';
import { bytesIn, elementBytes } from './element-bytes.ts';
import { homeOf, spreadOfUse } from './homes.ts';
import type { Homes } from './homes.ts';
import type { OperandFormats, ProductWork } from './product-work.ts';

/** Queries of a causal prefill are cut into this many groups at most, so that what the mask hides is mostly left out. */
const MAX_QUERY_GROUPS = 8;
/** Queries of a group at the least: small groups leave out more of what the mask hides, large ones fill an array better. */
export const QUERY_GROUPS = [64, 256] as const;

/** Of the first instance: where a later one of the same block begins makes no difference that matters. */
function addressOf(use: TensorUse, homes: Homes): number {
  return homes.addresses.get(use.tensor) ?? 0;
}

/** Where an operand that is streamed lies: at an address in a memory, or in several memories. */
function placeOf(use: TensorUse, homes: Homes): Omit<ProductWork['right'], 'bytes'> {
  const home = homeOf(use, homes);
  const spread = spreadOfUse(use, homes);
  return spread === undefined ? { home, base: addressOf(use, homes) } : { home, spread };
}

function formatsOf(left: TensorUse, right: TensorUse): OperandFormats {
  const { format } = right;
  return left.format === format ? { format } : { format, activationFormat: left.format };
}

function operand(uses: readonly TensorUse[], index: number): TensorUse {
  const use = uses[index];
  if (use === undefined)
    throw new TypeError(`an operator without operand ${index}: its block was not checked`);
  return use;
}

/**
 * A matmul as one product. When its left matrix does not stay in the buffer it is cut into groups of rows that do, and the right
 * matrix is streamed for each of them.
 */
export function matmulWork(operator: MatmulOperator, homes: Homes): readonly ProductWork[] {
  const { rows, inner, columns } = operator;
  const left = operand(operator.inputs, 0);
  const right = operand(operator.inputs, 1);
  const out = operand(operator.outputs, 0);
  const leftHome = homeOf(left, homes);
  const inBuffer = leftHome.name === homes.buffer.name;
  const row = inner * elementBytes(left.format);
  const tile = inBuffer ? rows : Math.min(rows, Math.max(1, Math.floor(homes.largestActivation / row)));
  const works: ProductWork[] = [];
  for (let start = 0; start < rows; start += tile) {
    const m = Math.min(tile, rows - start);
    works.push({
      label: rows > tile ? `rows from ${start}` : 'product',
      count: 1,
      product: { m, k: inner, n: columns },
      macs: m * inner * columns,
      formats: formatsOf(left, right),
      leftElement: elementBytes(left.format),
      rightElement: elementBytes(right.format),
      left: { home: leftHome, bytes: bytesIn(left.format, m * inner) },
      right: { bytes: tensorBytes(right), ...placeOf(right, homes) },
      result: { home: homeOf(out, homes), bytes: bytesIn(out.format, m * columns) },
    });
  }
  return works;
}

/** Queries of each sequence that are worked on together, and the tokens that they see between them. */
interface QueryGroup {
  readonly queries: number;
  /** Tokens up to the last query, and the tokens of them that any query of the group sees. */
  readonly context: number;
  readonly seen: number;
}

function queryGroups(operator: AttentionOperator, least: number): readonly QueryGroup[] {
  const { queries, context, causal, window = context } = operator;
  const count = causal ? Math.max(1, Math.min(MAX_QUERY_GROUPS, Math.floor(queries / least))) : 1;
  const size = Math.ceil(queries / count);
  const groups: QueryGroup[] = [];
  for (let start = 0; start < queries; start += size) {
    const mine = Math.min(size, queries - start);
    const last = causal ? context - queries + start + mine : context;
    groups.push({ queries: mine, context: last, seen: Math.min(last, causal ? window + mine - 1 : window) });
  }
  return groups;
}

/**
 * Attention as products, one for each sequence and key head: the query heads that share a key head are the rows. The cache is
 * the right matrix, keys transposed for the scores, values for the context.
 */
export function attentionWork(
  operator: AttentionOperator,
  homes: Homes,
  least: number,
): readonly ProductWork[] {
  const { sequences, heads, kvHeads, headDim, causal, window } = operator;
  const left = operand(operator.inputs, 0);
  const right = operand(operator.inputs, 1);
  const out = operand(operator.outputs, 0);
  const areScores = operator.kind === 'attention-scores';
  const count = sequences * kvHeads;
  const sharing = heads / kvHeads;
  return queryGroups(operator, least).map(({ queries, context, seen }): ProductWork => {
    const m = sharing * queries;
    const product = areScores ? { m, k: headDim, n: seen } : { m, k: seen, n: headDim };
    const pairs = visiblePairs({ queries, context, causal, ...(window === undefined ? {} : { window }) });
    return {
      label: areScores ? 'scores' : 'context',
      count,
      product,
      macs: sequences * heads * headDim * pairs,
      formats: formatsOf(left, right),
      leftElement: elementBytes(left.format),
      rightElement: elementBytes(right.format),
      left: { home: homeOf(left, homes), bytes: bytesIn(left.format, count * m * product.k) },
      right: { bytes: bytesIn(right.format, count * seen * headDim), ...placeOf(right, homes) },
      result: { home: homeOf(out, homes), bytes: bytesIn(out.format, count * m * product.n) },
    };
  });
}
