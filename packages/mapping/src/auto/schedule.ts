import type { Task } from '@systole/core';
import { operatorKey } from '@systole/trace';
import type { Operator, TraceBlock } from '@systole/trace';
import type { MappedTask, Stretch } from '../mapping.ts';
import { inDependencyOrder, OPERATOR_KINDS } from '../operators.ts';
import type { Ahead, Piece } from './piece.ts';

/** Operators of a block that are put into one stretch at most. */
const MAX_OPERATORS = 256;
/** Streams before the ones whose room is taken that a stream waits for. */
const STREAMS_BACK = 32;

type Entry = readonly [index: number, operator: Operator];

/** The tasks of an operator, and a text that is equal for operators whose tasks are equal. */
export interface Builder {
  pieces(operator: Operator): readonly Piece[];
  /** The same with the beginning of its stream fetched before; undefined where nothing can be. */
  ahead(operator: Operator, room: number): Ahead | undefined;
  /** Bytes of an operator's stream that may be fetched while some operators before it run; 0 where that would gain nothing. */
  aheadRoom(operator: Operator, meanwhile: readonly Operator[]): number;
  /** Equal for operators of which the same is fetched ahead. */
  aheadKey(operator: Operator): string;
  key(operator: Operator): string;
}

/** A product whose stream begins a stretch earlier. */
interface Beginning {
  readonly entry: Entry;
  readonly ahead: Ahead;
}

/** Operators that run in one stretch, and what of the first product of the next stretch is fetched meanwhile. */
interface Segment {
  readonly entries: readonly Entry[];
  /** The first product, where its stream begins before the stretch. */
  readonly begun?: Beginning;
  /** The product of the next stretch whose stream begins in this one. */
  readonly next?: Beginning;
}

/**
 * A block in stretches. What follows the context of a token being generated is set apart from what is the same for every
 * token, so that only the former is simulated anew; a prefill is one stretch. Within a stretch operators overlap. While one stretch
 * runs, the stream of the first product of the next one begins, as far as half of the room for streams allows.
 */
export function scheduleBlock(block: TraceBlock, builder: Builder, streamRoom: number): readonly Stretch[] {
  return segmentsOf(block, builder).map((segment) => ({
    key: keyOf(segment, builder),
    tasks: () => tasksOf(segment, builder, streamRoom),
  }));
}

function segmentsOf(block: TraceBlock, builder: Builder): readonly Segment[] {
  const segments: Segment[] = [];
  for (const entries of partsOf(block)) {
    const before = segments.at(-1);
    const entry = entries.find(([, { kind }]) => STREAMING.has(kind));
    const beginning =
      before === undefined || entry === undefined || block.phase !== 'decode'
        ? undefined
        : beginningOf(entry, before, builder);
    if (before === undefined || beginning === undefined) {
      segments.push({ entries });
      continue;
    }
    segments[segments.length - 1] = { ...before, next: beginning };
    segments.push({ entries, begun: beginning });
  }
  return segments;
}

function beginningOf(entry: Entry, { entries }: Segment, builder: Builder): Beginning | undefined {
  const [, operator] = entry;
  const room = builder.aheadRoom(
    operator,
    entries.map(([, earlier]) => earlier),
  );
  const ahead = room > 0 ? builder.ahead(operator, room) : undefined;
  return ahead === undefined ? undefined : { entry, ahead };
}

function partsOf(block: TraceBlock): readonly (readonly Entry[])[] {
  const segments: Entry[][] = [];
  let grows = false;
  for (const entry of inDependencyOrder(block)) {
    const [, { kind }] = entry;
    const isGrowing = block.phase === 'decode' && GROWING.has(kind);
    const last = segments.at(-1);
    if (last === undefined || isGrowing !== grows || last.length >= MAX_OPERATORS) segments.push([entry]);
    else last.push(entry);
    grows = isGrowing;
  }
  return segments;
}

const GROWING: ReadonlySet<string> = new Set([
  'kv-append',
  'attention-scores',
  'softmax',
  'attention-context',
]);

const STREAMING: ReadonlySet<string> = new Set(['matmul', 'lm-head', 'attention-scores']);

function keyOf({ entries, begun, next }: Segment, builder: Builder): string {
  const places = new Map(entries.map(([, { id }], place) => [id, place]));
  const keys = entries.map(([index, operator]) => {
    const after = operator.after.map((id) => places.get(id)).filter((place) => place !== undefined);
    const ahead = operator === begun?.entry[1] ? ` but for ${begun.ahead.bytes} B` : '';
    return `${index} ${builder.key(operator)} after ${after.join(' ')}${ahead}`;
  });
  if (next !== undefined) {
    const [index, operator] = next.entry;
    keys.push(`fetching ${next.ahead.bytes} B of ${index} ${builder.aheadKey(operator)}`);
  }
  return keys.join('\n');
}

/** The key of an operator by itself; where a new key is written makes no difference. */
export function positionlessKey(operator: Operator): string {
  return operatorKey(operator.kind === 'kv-append' ? { ...operator, position: 0 } : operator);
}

function tasksOf(segment: Segment, builder: Builder, streamRoom: number): readonly MappedTask[] {
  const { entries, begun, next } = segment;
  const room = streamRoom - (next?.ahead.bytes ?? 0);
  const tasks: MappedTask[] = [];
  const doneBy = new Map<string, { readonly kind: string; readonly tasks: readonly number[] }>();
  const streams: { readonly room: number; readonly task: number }[] = [];
  const users = new Map<string, readonly number[]>();
  for (const [index, operator] of entries) {
    const base = tasks.length;
    const pieces = operator === begun?.entry[1] ? begun.ahead.pieces : builder.pieces(operator);
    const producers = operator.after.flatMap((id) => doneBy.get(id) ?? []);
    const waits = producers.flatMap((producer) => producer.tasks);
    // What a cache holds can be read only when it has been written, so that such a read does not run ahead.
    const stores = producers.filter(({ kind }) => kind === 'kv-append').flatMap((producer) => producer.tasks);
    const linked = linkPieces(pieces, base, waits, stores);
    for (const [place, piece] of pieces.entries()) {
      const task = linked[place];
      if (task === undefined) continue;
      const held = piece.room > 0 ? roomWaits(streams, piece.room, room) : [];
      const others = piece.exclusive === undefined ? [] : (users.get(piece.exclusive) ?? []);
      if (piece.room > 0) streams.push({ room: piece.room, task: tasks.length });
      tasks.push({
        ...task,
        after: [...new Set([...task.after, ...held, ...others])],
        name: `${operator.id}: ${piece.name}`,
        tag: OPERATOR_KINDS.indexOf(operator.kind),
        operator: index,
      });
    }
    for (const [place, { exclusive }] of pieces.entries()) {
      if (exclusive !== undefined) users.set(exclusive, [base + place]);
    }
    const awaited = pieces.flatMap(({ background }, place) => (background === true ? [] : [base + place]));
    doneBy.set(operator.id, { kind: operator.kind, tasks: awaited });
  }
  if (next !== undefined) {
    const [index, operator] = next.entry;
    for (const linked of linkPieces(next.ahead.fetch, tasks.length, [], [])) {
      tasks.push({
        ...linked,
        name: `${operator.id}: fetched ahead`,
        tag: OPERATOR_KINDS.indexOf(operator.kind),
        operator: index,
      });
    }
  }
  return tasks;
}

/**
 * Numbers pieces from `base` on. A piece with a gate starts when `stores` have ended, and passes its gate when `waits` have; one
 * without waits for all before it starts.
 */
export function linkPieces(
  pieces: readonly Piece[],
  base: number,
  waits: readonly number[],
  stores: readonly number[],
): readonly Pick<Task, 'chunks' | 'delay' | 'stages' | 'after'>[] {
  return pieces.map(({ chunks, stages, gate, after, background }) => {
    if (background === true) return { chunks, delay: 0, stages, after: [] };
    const all = [...waits, ...after.map((index) => base + index)];
    if (gate === 0 || all.length === 0) return { chunks, delay: 0, stages, after: all };
    return {
      chunks,
      delay: 0,
      stages: stages.map((stage, index) => (index === gate ? { ...stage, after: all } : stage)),
      after: stores,
    };
  });
}

/** The streams that have to end before the next one has room for its chunks beside those that are left. */
function roomWaits(
  streams: readonly { readonly room: number; readonly task: number }[],
  room: number,
  streamRoom: number,
): readonly number[] {
  let free = streamRoom - room;
  let kept = streams.length;
  while (kept > 0 && free - (streams[kept - 1]?.room ?? 0) >= 0) {
    kept--;
    free -= streams[kept]?.room ?? 0;
  }
  return streams.slice(Math.max(0, kept - STREAMS_BACK), kept).map(({ task }) => task);
}
