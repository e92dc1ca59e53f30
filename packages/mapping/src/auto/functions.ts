import type { ResolvedPart } from '@systole/chip';
import { tensorBytes } from '@systole/trace';
import type { EmbeddingOperator, KvAppendOperator, MatmulOperator, TensorUse } from '@systole/trace';
import { workOf } from '../in-memory/vector.ts';
import type { VectorOperator, VectorWork } from '../in-memory/vector.ts';
import { dealt } from '../tiers/spread.ts';
import { PipelineBuilder } from '../pipeline.ts';
import { homeOf, spreadOfUse } from './homes.ts';
import type { Homes } from './homes.ts';
import { unitGroups } from './inventory.ts';
import type { Candidate, Piece, Refusal, Ways } from './piece.ts';
import { reach, transferBound, writeResult } from './streams.ts';
import type { Source } from './streams.ts';

/** Work on activations goes through a unit in pieces of about this size, so that reading and computing overlap. */
const FUNCTION_CHUNK = 512 * 1024;
const MAX_FUNCTION_CHUNKS = 16;

/** What a function of a vector unit reads and writes. */
export interface FunctionTask {
  readonly work: VectorWork;
  readonly operands: readonly Source[];
  /** Gains and biases, which may be fetched before the operands are there. */
  readonly parameters: Source;
  readonly result: Source;
}

/** The ways to do a function of a vector unit. */
export function functionWays(operator: VectorOperator, homes: Homes): Ways {
  const work = workOf(operator);
  const outputs = operator.outputs.map((use) => source(use, homes));
  const result = sumOf(outputs, homes);
  const isSoftmax = operator.kind === 'softmax';
  // What a causal mask hides is neither read nor written.
  const visible = isSoftmax ? (work.dims['elements'] ?? 0) / (operator.rows * operator.length) : 1;
  const shown = ({ home, bytes }: Source): Source => ({ home, bytes: Math.ceil(bytes * visible) });
  return waysOf(operator.kind, homes, {
    work,
    operands: operator.inputs
      .filter(({ role }) => role === 'activation')
      .map((use) => shown(source(use, homes))),
    parameters: {
      home: homes.vectors,
      bytes: sum(operator.inputs.filter(({ role }) => role === 'weight')),
    },
    result: shown(result),
  });
}

/** The addition of a bias vector to the result of a matmul. Throws nothing; an empty list when no unit adds. */
export function biasPieces(operator: MatmulOperator, homes: Homes): readonly Piece[] {
  const out = operator.outputs[0];
  const bias = operator.inputs[2];
  if (!operator.bias || out === undefined || bias === undefined) return [];
  const elements = operator.rows * operator.columns;
  const unit = unitGroups(homes.chip, 'accumulate')[0]?.units[0];
  if (unit === undefined) return [];
  const result = source(out, homes);
  const parameters = { home: homes.vectors, bytes: tensorBytes(bias) };
  const work = { kind: 'accumulate', dims: { elements, terms: 2 } };
  return [functionPiece(unit, { work, operands: [result], parameters, result }, homes)];
}

/** Rows of the embedding tables, read, added where there are several tables, and put where they are used. */
export function embeddingWays(operator: EmbeddingOperator, homes: Homes): Ways {
  const { rows, length, tables } = operator;
  const table = operator.inputs.find(({ role }) => role === 'weight');
  const out = operator.outputs[0];
  if (table === undefined || out === undefined) return { candidates: [], refusals: [] };
  const result = source(out, homes);
  const run = Math.max(1, Math.ceil(tensorBytes({ ...table, shape: [1, length] })));
  const bytes = run * rows * tables;
  const home = homeOf(table, homes);
  const pattern = {
    base: 0,
    run,
    stride: run,
    runs: rows * tables,
    order: 'sequential',
    layout: homes.site?.device.part.name === home.name ? 'local' : 'interleaved',
  } as const;
  const read = (): PipelineBuilder =>
    new PipelineBuilder(homes.chip).at(home.name, { kind: 'read', bytes, pattern });
  const piece = (pipeline: PipelineBuilder): readonly Piece[] => [
    { name: 'rows', chunks: 1, stages: pipeline.stages, gate: 0, after: [], room: 0 },
  ];
  const bound = transferBound(home, bytes);
  if (tables === 1) {
    const direct = reach(homes.chip, home, result.home);
    if (direct !== undefined) return { candidates: [], refusals: [{ unit: home.name, reason: direct }] };
    const pieces = (): readonly Piece[] =>
      piece(
        read()
          .move(home.name, result.home.name, bytes)
          .at(result.home.name, { kind: 'write', bytes: result.bytes }),
      );
    return { candidates: [whole('rows', home.name, 'one table', bound, pieces)], refusals: [] };
  }
  return perUnit('gather', homes, [home, result.home], (unit) =>
    whole('gather', unit.name, `${tables} tables`, bound, () => {
      const pipeline = read()
        .move(home.name, unit.name, bytes)
        .at(unit.name, { kind: 'gather', bytes, dims: { elements: rows * length, tables } });
      writeResult(pipeline, unit, result);
      return piece(pipeline);
    }),
  );
}

/** New keys and values, written behind those of their sequences. */
export function appendWays(operator: KvAppendOperator, homes: Homes): Ways {
  const refusal = reach(homes.chip, homes.buffer, homes.kv);
  if (refusal !== undefined) return { candidates: [], refusals: [{ unit: homes.kv.name, reason: refusal }] };
  const pieces = (): readonly Piece[] =>
    operator.inputs.flatMap((input, index): readonly Piece[] => {
      const out = operator.outputs[index];
      if (out === undefined) return [];
      const from = homeOf(input, homes);
      const spread = spreadOfUse(out, homes) ?? [{ home: homes.kv, bytes: 1 }];
      const pipeline = new PipelineBuilder(homes.chip).at(from.name, {
        kind: 'read',
        bytes: tensorBytes(input),
      });
      for (const { home, bytes } of dealt(tensorBytes(out), spread, 1)) {
        pipeline.move(from.name, home.name, bytes).at(home.name, { kind: 'write', bytes });
      }
      return [
        {
          name: index === 0 ? 'keys' : 'values',
          chunks: 1,
          stages: pipeline.stages,
          gate: 0,
          after: [],
          room: 0,
        },
      ];
    });
  const bound = transferBound(homes.kv, sum(operator.outputs));
  return {
    candidates: [whole('append', homes.kv.name, 'a run for each sequence', bound, pieces)],
    refusals: [],
  };
}

function waysOf(kind: string, homes: Homes, task: FunctionTask): Ways {
  const { operands, parameters, result } = task;
  const homesUsed = [...operands, ...(parameters.bytes > 0 ? [parameters] : []), result].map(
    ({ home }) => home,
  );
  const moved = [...operands, parameters, result];
  const bound = Math.max(...moved.map(({ home, bytes }) => transferBound(home, bytes)));
  return perUnit(task.work.kind, homes, homesUsed, (unit) =>
    whole(kind, unit.name, `${chunksOf(task)} ${chunksOf(task) === 1 ? 'chunk' : 'chunks'}`, bound, () => [
      functionPiece(unit, task, homes),
    ]),
  );
}

/** One way for each kind of unit that takes `kind` and is joined to the memories that it needs. */
function perUnit(
  kind: string,
  homes: Homes,
  memories: readonly ResolvedPart[],
  way: (unit: ResolvedPart) => Candidate,
): Ways {
  const candidates: Candidate[] = [];
  const refusals: Refusal[] = [];
  for (const { units, name } of unitGroups(homes.chip, kind)) {
    const unit = units[0];
    if (unit === undefined) continue;
    const reason = memories.map((memory) => reach(homes.chip, memory, unit)).find((why) => why !== undefined);
    if (reason === undefined) candidates.push(way(unit));
    else refusals.push({ unit: name, reason });
  }
  if (candidates.length + refusals.length === 0) {
    refusals.push({
      unit: 'the chip',
      reason: `no unit takes "${kind}": add a compute/vector and connect it`,
    });
  }
  return { candidates, refusals };
}

function whole(
  id: string,
  unit: string,
  tiling: string,
  bound: number,
  pieces: () => readonly Piece[],
): Candidate {
  return { id: `${id}:${unit}`, unit, tiling, bound, pieces, probe: () => ({ pieces: pieces(), scale: 1 }) };
}

/** One function on one unit: operands from their memories, parameters first, the result to its own. */
export function functionPiece(unit: ResolvedPart, task: FunctionTask, homes: Homes): Piece {
  const { work, operands, parameters, result } = task;
  const pipeline = new PipelineBuilder(homes.chip);
  if (parameters.bytes > 0) {
    pipeline
      .at(parameters.home.name, { kind: 'read', bytes: parameters.bytes })
      .move(parameters.home.name, unit.name, parameters.bytes);
  }
  const gate = pipeline.stages.length;
  let moved = result.bytes;
  for (const { home, bytes } of byHome(operands)) {
    pipeline.at(home.name, { kind: 'read', bytes }).move(home.name, unit.name, bytes);
    moved += bytes;
  }
  pipeline.at(unit.name, { ...work, bytes: moved });
  writeResult(pipeline, unit, result);
  return { name: work.kind, chunks: chunksOf(task), stages: pipeline.stages, gate, after: [], room: 0 };
}

/** Rows and elements are shared out over chunks, and a chunk has one of them at least. */
function chunksOf({ work, operands, result }: FunctionTask): number {
  const bytes = operands.reduce((total, operand) => total + operand.bytes, result.bytes);
  const smallest = Math.min(work.dims['rows'] ?? Infinity, work.dims['elements'] ?? 1);
  return Math.max(1, Math.min(Math.ceil(bytes / FUNCTION_CHUNK), MAX_FUNCTION_CHUNKS, smallest));
}

function source(use: TensorUse, homes: Homes): Source {
  return { home: homeOf(use, homes), bytes: tensorBytes(use) };
}

/** Several results of one operator go to the memory of the largest of them. */
function sumOf(sources: readonly Source[], homes: Homes): Source {
  const largest = sources.reduce<Source>((a, b) => (b.bytes > a.bytes ? b : a), {
    home: homes.buffer,
    bytes: 0,
  });
  return { home: largest.home, bytes: sources.reduce((total, { bytes }) => total + bytes, 0) };
}

function byHome(sources: readonly Source[]): readonly Source[] {
  const homes = new Map<string, Source>();
  for (const { home, bytes } of sources) {
    homes.set(home.name, { home, bytes: (homes.get(home.name)?.bytes ?? 0) + bytes });
  }
  return [...homes.values()];
}

function sum(uses: readonly TensorUse[]): number {
  return uses.reduce((bytes, use) => bytes + tensorBytes(use), 0);
}
