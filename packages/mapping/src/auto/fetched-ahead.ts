import type { FeedMeter } from './feed.ts';
import type { Homes } from './homes.ts';
import type { UnitGroup } from './inventory.ts';
import type { Ahead, Piece } from './piece.ts';
import { groupPieces } from './product-pieces.ts';
import type { ProductWork } from './product-work.ts';
import { streamIn } from './streams.ts';
import { columnsOf } from './tiling.ts';

/** Pieces in which the beginning of a stream is fetched ahead of its stretch. */
const FETCH_CHUNKS = 16;

/** One product whose first chunks are fetched ahead, as many as fit. */
export function fetchedAhead(
  work: ProductWork,
  group: UnitGroup,
  kind: string,
  chunks: number,
  room: number,
  homes: Homes,
  feeds: FeedMeter,
): Ahead | undefined {
  const { count, product, right } = work;
  const used = Math.min(chunks, product.n);
  const first = Math.min(used, Math.floor((room * used) / Math.max(1, right.bytes)));
  if (count > 1 || first === 0) return undefined;
  const edge = Math.floor((product.n * first) / used);
  const head = columnsOf(work, 0, edge);
  const split = groupPieces(head, group, kind, first, homes, feeds);
  if (edge === 0 || split.some(({ gate }) => gate === 0)) return undefined;
  const rest =
    first === used
      ? []
      : groupPieces(columnsOf(work, edge, product.n), group, kind, used - first, homes, feeds);
  return {
    fetch: split.map((piece) => ({
      ...piece,
      // What comes in meanwhile may come in a few large pieces: nobody waits for the first of them.
      chunks: Math.min(piece.chunks, FETCH_CHUNKS),
      stages: piece.stages.slice(0, piece.gate),
      gate: 0,
      room: 0,
    })),
    pieces: [
      ...split.map((piece) => ({
        ...afterGate(piece),
        room: piece.stages[piece.gate - 1]?.transaction.bytes ?? 0,
      })),
      ...rest,
    ],
    bytes: head.right.bytes,
  };
}

/**
 * Several products of whose right operands the first `bytes` bytes are fetched ahead: exactly so many, whatever the sizes of the
 * products, so that the fetching is the same while these grow.
 */
export function cacheFetched(
  work: ProductWork,
  group: UnitGroup,
  kind: string,
  chunks: number,
  bytes: number,
  homes: Homes,
  feeds: FeedMeter,
): Ahead | undefined {
  const { count, right } = work;
  if (right.home.name === homes.buffer.name || bytes >= right.bytes) return undefined;
  const edge = Math.floor((bytes * count) / right.bytes);
  const [head, tail] = [columnsOf(work, 0, edge), columnsOf(work, edge, count)];
  const headChunks = Math.min(chunks, Math.ceil((chunks * edge) / count));
  // The beginning of the product at the edge is there as well.
  const rest = { ...tail, right: { ...tail.right, bytes: right.bytes - bytes } };
  const pieces = groupPieces(rest, group, kind, Math.max(1, chunks - headChunks), homes, feeds);
  const split = edge === 0 ? [] : groupPieces(head, group, kind, headChunks, homes, feeds);
  if ([...split, ...pieces].some(({ gate }) => gate === 0)) return undefined;
  const holders = split.length > 0 ? split.length : pieces.length;
  const held = Math.ceil(bytes / holders);
  return {
    fetch: [fetchPiece(right, bytes, homes)],
    pieces: [
      ...split.map((piece) => ({ ...afterGate(piece), room: held })),
      ...pieces.map((piece) => (split.length > 0 ? piece : { ...piece, room: piece.room + held })),
    ],
    bytes,
  };
}

/** Brings the first `bytes` bytes of an operand into the buffer. */
function fetchPiece({ home, base }: ProductWork['right'], bytes: number, homes: Homes): Piece {
  const pipeline = streamIn({ home, bytes, ...(base === undefined ? {} : { base }) }, homes);
  return {
    name: 'fetched ahead',
    chunks: Math.min(bytes, FETCH_CHUNKS),
    stages: pipeline.stages,
    gate: 0,
    after: [],
    room: 0,
  };
}

/** A piece whose stream is in the buffer already. */
function afterGate(piece: Piece): Piece {
  return { ...piece, name: `${piece.name}, fetched ahead`, stages: piece.stages.slice(piece.gate), gate: 0 };
}
