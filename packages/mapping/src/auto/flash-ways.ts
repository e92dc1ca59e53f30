import type { ResolvedPart } from '@systole/chip';
import { coreTime } from '../in-flash/flash-device.ts';
import type { FlashDevice } from '../in-flash/flash-device.ts';
import { roundShares } from '../in-flash/round-shares.ts';
import type { FlashProduct, RoundShare } from '../in-flash/round-shares.ts';
import { PipelineBuilder } from '../pipeline.ts';
import type { FeedMeter } from './feed.ts';
import { fetchedAhead } from './fetched-ahead.ts';
import type { Homes } from './homes.ts';
import { formatRefusal, operandRate, unitGroups } from './inventory.ts';
import type { UnitGroup } from './inventory.ts';
import { matrixGroups, refuse } from './matrix-units.ts';
import type { Ahead, Candidate, Piece, Refusal, Ways } from './piece.ts';
import type { ProductWork } from './product-work.ts';
import { groupPieces } from './product-pieces.ts';
import { reach, transferBound, writeResult } from './streams.ts';
import { columnsOf, largestChunk } from './tiling.ts';

/** Ways to share that are simulated, the fastest by expectation first. */
const MOST_SIMULATED = 4;
/** Chunks in which rounds pass, so that partial sums are added while later rounds are read. */
const MAX_CHUNKS = 64;
/** Chunks in which raw pages are read, where the room does not ask for more. */
const MAX_RAW_CHUNKS = 128;

/** What a product in a flash is done with. */
interface FlashSite {
  readonly flash: FlashDevice;
  /** Adds the partial sums. */
  readonly vector: ResolvedPart;
  /** Computes what is read raw. */
  readonly group: UnitGroup;
  readonly kind: string;
}

/** A product and the way that it is shared. */
interface SharedWork {
  readonly work: ProductWork;
  readonly share: RoundShare;
}

/**
 * Products with matrices that lie in a flash whose dies compute: the cores do some rows of tiles, round by round, while other
 * units compute on pages that are read raw in the gaps of the channels.
 */
export function flashWays(works: readonly ProductWork[], homes: Homes, feeds: FeedMeter): Ways {
  const closed = (reason: string, unit = 'cores in a flash'): Ways => ({
    candidates: [],
    refusals: [{ unit, reason }],
  });
  const { flash } = homes;
  const first = works[0];
  if (flash === undefined) {
    const { noFlash } = homes;
    return noFlash === undefined ? { candidates: [], refusals: [] } : closed(noFlash);
  }
  const { cores, part } = flash;
  if (first === undefined || first.right.home.name !== part.name) {
    return closed(`the operand is not in "${part.name}": its cores compute only on its pages`, cores.name);
  }
  if (operandRate(cores, first.formats) === 0) return closed(formatRefusal(cores, first.formats), cores.name);
  const vector = unitGroups(homes.chip, 'accumulate')[0]?.units[0];
  if (vector === undefined) return closed('no unit adds the partial sums: add a compute/vector', cores.name);
  const way =
    reach(homes.chip, homes.buffer, part) ??
    reach(homes.chip, part, homes.buffer) ??
    reach(homes.chip, homes.buffer, vector);
  if (way !== undefined) return closed(way, cores.name);
  const candidates: Candidate[] = [];
  const refusals: Refusal[] = [];
  for (const [group, kind] of matrixGroups(homes)) {
    const refusal = refuse(group, kind, works, homes);
    if (refusal !== undefined) refusals.push({ unit: `${cores.name} with ${group.name}`, reason: refusal });
    else candidates.push(...candidatesOf(works, { flash, vector, group, kind }, homes, feeds));
  }
  return { candidates, refusals };
}

function candidatesOf(
  works: readonly ProductWork[],
  site: FlashSite,
  homes: Homes,
  feeds: FeedMeter,
): readonly Candidate[] {
  const [first] = works;
  if (first === undefined) return [];
  const { flash, group } = site;
  // Groups of rows of one operator are alike but for the last, which may be smaller: they are shared alike.
  const shares = roundShares(flash, flashProduct(first, flash)).slice(0, MOST_SIMULATED);
  return shares.map((share, index) => {
    const all = works.map((work) => ({ work, share }));
    const pieces = (): readonly Piece[] =>
      inOrder(all.map((shared) => sharedPieces(shared, site, homes, feeds)));
    const { tile, across, kept, down } = share;
    const columns = first.product.n - share.flashRows;
    const raw = columns > 0 ? `, ${columns} of ${first.product.n} columns on ${group.name}` : '';
    return {
      id: `flash:${flash.part.name}:${group.name}:${index}`,
      unit: columns > 0 ? `${flash.cores.name} with ${group.name}` : flash.cores.name,
      tiling: `${kept * across} of ${down * across} rounds of ${tile.height} × ${tile.width} in the flash${raw}`,
      bound: all.reduce((sum, shared) => sum + boundOf(shared, flash), 0),
      pieces,
      probe: () => ({ pieces: pieces(), scale: 1 }),
      ahead: (room) =>
        works.length > 1 ? undefined : sharedAhead({ work: first, share }, site, room, homes, feeds),
    };
  });
}

function flashProduct(work: ProductWork, flash: FlashDevice): FlashProduct {
  const { product, formats, rightElement, leftElement } = work;
  return {
    rows: product.n,
    columns: product.k,
    vectors: product.m,
    bytes: { weight: rightElement, input: leftElement, result: sumBytes(work, flash) },
    pageCompute: coreTime(flash, operandRate(flash.cores, formats), rightElement),
  };
}

/** Bytes of a partial sum as it leaves a die: in the format of the cores, or in that of the result where it is wider. */
function sumBytes({ product, result }: ProductWork, flash: FlashDevice): number {
  return Math.max(flash.resultBytes, Math.ceil(result.bytes / (product.m * product.n)));
}

/** The longer of two lower bounds: array reads one after another, raw pages through the channels. */
function boundOf({ work, share }: SharedWork, { shape, part }: FlashDevice): number {
  const { kept, across, flashRows } = share;
  const raw = work.right.bytes * ((work.product.n - flashRows) / work.product.n);
  return Math.max(kept * across * work.product.m * shape.pageTime, transferBound(part, raw));
}

/** Pieces of several groups of rows: the cores take one group after another, and each waits for its own inputs only. */
function inOrder(groups: readonly (readonly Piece[])[]): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const group of groups) {
    const base = pieces.length;
    pieces.push(...group.map((piece) => ({ ...piece, after: piece.after.map((index) => base + index) })));
  }
  return pieces;
}

function sharedPieces(shared: SharedWork, site: FlashSite, homes: Homes, feeds: FeedMeter): readonly Piece[] {
  const core = corePiece(shared, site, homes);
  const raw = rawWork(shared);
  if (raw === undefined) return [core];
  return [core, ...groupPieces(raw, site.group, site.kind, rawChunks(raw, site, homes), homes, feeds)];
}

/** The same with pages that are read raw before the cores have their input. */
function sharedAhead(
  shared: SharedWork,
  site: FlashSite,
  room: number,
  homes: Homes,
  feeds: FeedMeter,
): Ahead | undefined {
  const raw = rawWork(shared);
  if (raw === undefined) return undefined;
  const { group, kind } = site;
  const ahead = fetchedAhead(raw, group, kind, rawChunks(raw, site, homes), room, homes, feeds);
  return ahead === undefined
    ? undefined
    : { ...ahead, pieces: [corePiece(shared, site, homes), ...ahead.pieces] };
}

/** The columns that the cores leave to others; undefined when they do all of them. */
function rawWork({ work, share }: SharedWork): ProductWork | undefined {
  const { n } = work.product;
  if (share.flashRows === n) return undefined;
  const rest = columnsOf(work, share.flashRows, n);
  // The pages that are read raw lie beside those of the cores, wherever planes are free.
  const { base: _base, ...right } = rest.right;
  return { ...rest, label: `${work.label}, read raw`, right };
}

/** Chunks of whole stripes of pages, one on every channel, as far as the room for streams allows. */
function rawChunks({ right, product }: ProductWork, { flash, group }: FlashSite, homes: Homes): number {
  const { channels, pageBytes } = flash.shape;
  const stripes = Math.ceil(right.bytes / (channels * pageBytes));
  const units = group.units.length;
  const least = Math.ceil(right.bytes / largestChunk(units, homes));
  return Math.min(product.n, Math.max(least, Math.min(MAX_RAW_CHUNKS, Math.ceil(stripes / units))));
}

/**
 * The rounds of the cores: inputs go to the flash, partial sums of every channel and tile come back and are added, a row of tiles
 * after another.
 */
function corePiece({ work: all, share }: SharedWork, { flash, vector }: FlashSite, homes: Homes): Piece {
  const work = columnsOf(all, 0, share.flashRows);
  const { chip, buffer } = homes;
  const { shape, part } = flash;
  const sum = sumBytes(all, flash);
  const { product, left, result, formats, leftElement } = work;
  const { tile, across, kept } = share;
  const { m, n } = product;
  const rounds = kept * across * m;
  const inputBytes = Math.ceil((Math.min(tile.width, product.k) * leftElement) / shape.channels);
  const resultBytes = Math.min(tile.height, n) * sum;
  const sent = inputBytes * shape.channels * rounds;
  const returned = resultBytes * shape.channels * rounds;
  const terms = across * shape.channels;
  const read = m * n * terms * sum;
  const pipeline = new PipelineBuilder(chip)
    .at(left.home.name, { kind: 'read', bytes: sent })
    .move(left.home.name, part.name, sent)
    .at(part.name, {
      kind: 'page-compute',
      bytes: sent + returned,
      ...formats,
      macs: work.macs,
      dims: { rounds, channels: shape.channels, cores: shape.cores, inputBytes, resultBytes },
    })
    .move(part.name, buffer.name, returned)
    .at(buffer.name, { kind: 'write', bytes: returned })
    .at(buffer.name, { kind: 'read', bytes: read })
    .move(buffer.name, vector.name, read)
    .at(vector.name, { kind: 'accumulate', bytes: read + result.bytes, dims: { elements: m * n, terms } });
  writeResult(pipeline, vector, result);
  return {
    name: 'in the flash',
    chunks: Math.min(kept * m, Math.max(MAX_CHUNKS, Math.ceil((2 * returned) / homes.largestActivation))),
    stages: pipeline.stages,
    gate: 0,
    after: [],
    room: 0,
  };
}
