import { PipelineBuilder } from '@systole/mapping';
import { softmaxElements, tensorBytes } from '@systole/trace';
import type { AttentionOperator, MatmulOperator, Operator, TensorUse } from '@systole/trace';
import type { Piece } from './piece.ts';
import { homeOf, unitFor } from './site.ts';
import type { Site } from './site.ts';

/** Work on activations goes through a unit in pieces of about this size, so that reading and computing overlap. */
const CHUNK_BYTES = 64 * 1024;

/** All operators but matrix products. */
type FunctionOperator = Exclude<Operator, MatmulOperator | AttentionOperator>;

/** What a unit is asked for: the kind of transaction and its sizes. */
interface Work {
  readonly kind: string;
  readonly dims: Readonly<Record<string, number>>;
}

/** Functions of the vector unit, and what only moves data. */
export function functionPieces(operator: FunctionOperator, site: Site): readonly Piece[] {
  const { inputs, outputs } = operator;
  if (operator.kind !== 'kv-append') return [functionPiece(workOf(operator), inputs, outputs, site)];
  // New keys, then new values, from where they were computed to behind those of their sequence.
  return inputs.flatMap((input, index) => {
    const out = outputs[index];
    return out === undefined ? [] : [copyPiece(input, out, site)];
  });
}

/** One function on the first unit that takes it: operands from their memories, results to theirs. */
export function functionPiece(
  work: Work,
  operands: readonly TensorUse[],
  results: readonly TensorUse[],
  site: Site,
): Piece {
  const unit = unitFor(work.kind, site).name;
  const pipeline = new PipelineBuilder(site.chip);
  const read = byHome(operands, site);
  const written = byHome(results, site);
  for (const [home, bytes] of read) pipeline.at(home, { kind: 'read', bytes }).move(home, unit, bytes);
  const moved = sum([...read.values(), ...written.values()]);
  pipeline.at(unit, { ...work, bytes: moved });
  for (const [home, bytes] of written) pipeline.move(unit, home, bytes).at(home, { kind: 'write', bytes });
  // Rows and elements are shared out over chunks, and a chunk has one of them at least.
  const smallest = Math.min(work.dims['rows'] ?? Infinity, work.dims['elements'] ?? 1);
  const chunks = Math.min(Math.max(1, Math.ceil(moved / CHUNK_BYTES)), smallest);
  return { name: work.kind, chunks, stages: pipeline.stages };
}

function copyPiece(input: TensorUse, out: TensorUse, site: Site): Piece {
  const [from, to] = [homeOf(input, site).name, homeOf(out, site).name];
  const bytes = tensorBytes(out);
  const pipeline = new PipelineBuilder(site.chip)
    .at(from, { kind: 'read', bytes: tensorBytes(input) })
    .move(from, to, bytes)
    .at(to, { kind: 'write', bytes });
  return { name: 'append', chunks: 1, stages: pipeline.stages };
}

function workOf(operator: Exclude<FunctionOperator, { kind: 'kv-append' }>): Work {
  switch (operator.kind) {
    case 'softmax':
      return {
        kind: 'softmax',
        dims: { rows: operator.rows, elements: softmaxElements(operator), scaled: 1 },
      };
    case 'layernorm':
    case 'rmsnorm':
      return {
        kind: operator.kind,
        dims: { rows: operator.rows, elements: operator.rows * operator.length },
      };
    case 'sample':
      return { kind: 'argmax', dims: { rows: operator.rows, elements: operator.rows * operator.length } };
    case 'rope':
      return { kind: 'rope', dims: { elements: operator.rows * operator.length } };
    case 'embedding':
      return { kind: 'gather', dims: { elements: operator.rows * operator.length, tables: operator.tables } };
    default:
      return { kind: operator.kind, dims: { elements: operator.elements } };
  }
}

/** Bytes by the memory that they are in. */
function byHome(uses: readonly TensorUse[], site: Site): ReadonlyMap<string, number> {
  const homes = new Map<string, number>();
  for (const use of uses) {
    const { name } = homeOf(use, site);
    homes.set(name, (homes.get(name) ?? 0) + tensorBytes(use));
  }
  return homes;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
