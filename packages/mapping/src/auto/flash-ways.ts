import type { ResolvedPart } from '@systole/chip';
import { formatQuantity } from '@systole/units';
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
import type { Ahead, Candidate, Piece, Probe, Refusal, Ways } from './piece.ts';
import type { ProductWork } from './product-work.ts';
import { groupPieces } from './product-pieces.ts';
import { reach, transferBound, writeResult } from './streams.ts';
import { columnsOf, largestChunk } from './tiling.ts';

/** Ways to share that are simulated, the fastest by expectation first. */
const MOST_SIMULATED = 4;
/** Groups of rows that show the pace of many. */
const PROBE_GROUPS = 2;
/** Chunks in which rounds pass, so that partial sums are added while later rounds are read. */
const MAX_CHUNKS = 64;
/** Chunks in which raw pages are read, where the room does not ask for more. */
const MAX_RAW_CHUNKS = 128;

/** Chunks of partial sums in the buffer: one is added while the next one comes. */
const SUMS_AT_ONCE = 2;

/** Bytes of the buffer for partial sums: what an activation may take, as they become one. */
function sumsRoom({ largestActivation }: Homes): number {
  return largestActivation;
}

/** What a product in a flash is done with. */
interface FlashSite {
  readonly flash: FlashDevice;
  /** Adds the partial sums. */
  readonly vector: ResolvedPart;
  /** Computes what is read raw, where there is such a unit. */
  readonly raw?: { readonly group: UnitGroup; readonly kind: string };
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
    else candidates.push(...candidatesOf(works, { flash, vector, raw: { group, kind } }, homes, feeds));
  }
  if (candidates.length === 0) candidates.push(...candidatesOf(works, { flash, vector }, homes, feeds));
  if (candidates.length + refusals.length === 0) {
    const room = formatQuantity(sumsRoom(homes), 'data');
    return closed(
      `"${homes.buffer.name}" has ${room} for the partial sums of a round: give it more`,
      cores.name,
    );
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
  const { flash, raw } = site;
  const { n } = first.product;
  const sum = sumBytes(first, flash);
  // Groups of rows of one operator are alike but for the last, which may be smaller: they are shared alike.
  const shares = roundShares(flash, flashProduct(first, flash)).filter(
    ({ flashRows, tile }) =>
      (raw !== undefined || flashRows === n) &&
      tile.height * sum * flash.shape.channels <= sumsRoom(homes) / SUMS_AT_ONCE,
  );
  return shares.slice(0, MOST_SIMULATED).map((share, index) => {
    const all = works.map((work) => ({ work, share }));
    const piecesOf = (some: readonly SharedWork[]): readonly Piece[] =>
      inOrder(some.map((shared) => sharedPieces(shared, site, homes, feeds)));
    const { tile, across, kept, down } = share;
    const name = raw?.group.name ?? '';
    const rest = n > share.flashRows ? `, ${n - share.flashRows} of ${n} columns on ${name}` : '';
    return {
      id: `flash:${flash.part.name}:${name}:${index}`,
      unit: rest === '' ? flash.cores.name : `${flash.cores.name} with ${name}`,
      tiling: `${kept * across} of ${down * across} rounds of ${tile.height} × ${tile.width} in the flash${rest}`,
      bound: all.reduce((sum, shared) => sum + boundOf(shared, flash), 0),
      pieces: () => piecesOf(all),
      probe: () => probeOf(all, piecesOf),
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

/** Of many groups of rows the first two: the others take as long as the second adds. */
function probeOf(
  all: readonly SharedWork[],
  piecesOf: (some: readonly SharedWork[]) => readonly Piece[],
): Probe {
  if (all.length <= PROBE_GROUPS) return { pieces: piecesOf(all), scale: 1 };
  const pace = { pieces: piecesOf(all.slice(0, 1)), times: all.length - PROBE_GROUPS };
  return { pieces: piecesOf(all.slice(0, PROBE_GROUPS)), scale: 1, pace };
}

/** The longer of two lower bounds: array reads one after another, raw pages through the channels. */
function boundOf({ work, share }: SharedWork, { shape, part }: FlashDevice): number {
  const { kept, across, flashRows } = share;
  const raw = work.right.bytes * ((work.product.n - flashRows) / work.product.n);
  return Math.max(kept * across * work.product.m * shape.pageTime, transferBound(part, raw));
}

/** Pieces of several groups of rows: the cores take one group after another, the other pieces wait for their own inputs only. */
function inOrder(groups: readonly (readonly Piece[])[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let before: number | undefined;
  for (const group of groups) {
    const base = pieces.length;
    for (const piece of group) {
      const isCores = piece.exclusive !== undefined;
      const after = piece.after.map((index) => base + index);
      if (isCores && before !== undefined) after.push(before);
      if (isCores) before = pieces.length;
      pieces.push({ ...piece, after });
    }
  }
  return pieces;
}

function sharedPieces(shared: SharedWork, site: FlashSite, homes: Homes, feeds: FeedMeter): readonly Piece[] {
  const core = corePiece(shared, site, homes);
  const work = rawWork(shared);
  if (work === undefined || site.raw === undefined) return [core];
  const { group, kind } = site.raw;
  return [core, ...groupPieces(work, group, kind, rawChunks(work, site.flash, group, homes), homes, feeds)];
}

/** The same with pages that are read raw before the cores have their input. */
function sharedAhead(
  shared: SharedWork,
  site: FlashSite,
  room: number,
  homes: Homes,
  feeds: FeedMeter,
): Ahead | undefined {
  const work = rawWork(shared);
  if (work === undefined || site.raw === undefined) return undefined;
  const { group, kind } = site.raw;
  const chunks = rawChunks(work, site.flash, group, homes);
  const ahead = fetchedAhead(work, group, kind, chunks, room, homes, feeds);
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
function rawChunks(
  { right, product }: ProductWork,
  { shape }: FlashDevice,
  group: UnitGroup,
  homes: Homes,
): number {
  const { channels, pageBytes } = shape;
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
  const least = Math.ceil((returned * SUMS_AT_ONCE) / sumsRoom(homes));
  const chunks = Math.min(rounds, Math.max(least, Math.min(MAX_CHUNKS, kept * m)));
  return {
    name: 'in the flash',
    chunks,
    stages: pipeline.stages,
    gate: 0,
    after: [],
    room: 0,
    // The cores take one product after another; what they send back has the room of one of them.
    exclusive: part.name,
  };
}
