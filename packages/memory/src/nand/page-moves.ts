import type { AccessPattern } from '@systole/core';
import type { Bytes, Picoseconds } from '@systole/units';
import type { ChannelRequest, HistoryTree } from './channel-history.ts';
import { transferTime } from './device.ts';
import type { Device } from './device.ts';
import type { PageSpread } from './page-load.ts';

/** A read or program of pages, and what it counts over all channels. */
export interface PageMove {
  readonly request: ChannelRequest;
  readonly pages: number;
  readonly erased: number;
  /** Time on the buses. */
  readonly busy: Picoseconds;
}

/** Moves that are remembered. */
const MAX_MOVES = 1 << 12;

/** The moves of one pattern, by where they begin and end. */
type MovesOfShape = Map<number, Map<number, PageMove>>;

/** Finds what a part of a pattern asks of the channels, which is the same each time. */
export class PageMoves {
  readonly #device: Device;
  readonly #tree: HistoryTree;
  readonly #byShape = new Map<string, MovesOfShape>();
  #byPattern = new WeakMap<AccessPattern, Map<PageSpread, readonly [MovesOfShape, MovesOfShape]>>();
  #size = 0;

  constructor(device: Device, tree: HistoryTree) {
    this.#device = device;
    this.#tree = tree;
  }

  /** Bytes `low` to `high` of a pattern, counted in the order of its runs. */
  find(spread: PageSpread, pattern: AccessPattern, low: Bytes, high: Bytes, isWrite: boolean): PageMove {
    const moves = this.#movesOf(spread, pattern)[isWrite ? 1 : 0];
    let known = moves.get(low);
    let move = known?.get(high);
    if (move !== undefined) return move;
    if (this.#size >= MAX_MOVES) {
      this.#size = 0;
      this.#byShape.clear();
      this.#byPattern = new WeakMap();
    }
    this.#size++;
    const key = `${isWrite ? 'program' : 'read'} ${low} ${high} of ${shapeOf(spread, pattern)}`;
    move = this.#make(this.#tree.idOf(key), spread, pattern, low, high, isWrite);
    known ??= new Map();
    known.set(high, move);
    moves.set(low, known);
    return move;
  }

  /** The reads and the programs of a pattern. */
  #movesOf(spread: PageSpread, pattern: AccessPattern): readonly [MovesOfShape, MovesOfShape] {
    let bySpread = this.#byPattern.get(pattern);
    if (bySpread === undefined) {
      bySpread = new Map();
      this.#byPattern.set(pattern, bySpread);
    }
    let both = bySpread.get(spread);
    if (both === undefined) {
      const shape = shapeOf(spread, pattern);
      both = [this.#shaped(`read ${shape}`), this.#shaped(`program ${shape}`)];
      bySpread.set(spread, both);
    }
    return both;
  }

  #shaped(shape: string): MovesOfShape {
    let moves = this.#byShape.get(shape);
    if (moves === undefined) {
      moves = new Map();
      this.#byShape.set(shape, moves);
    }
    return moves;
  }

  #make(
    id: number,
    spread: PageSpread,
    pattern: AccessPattern,
    low: Bytes,
    high: Bytes,
    isWrite: boolean,
  ): PageMove {
    const { blockPages, command, planeCommand } = this.#device;
    // Which pages share a command is not known yet: of the two times, the lesser is taken for each.
    const commanding = Math.min(command, planeCommand);
    let allPages = 0;
    let erased = 0;
    let busy = 0;
    const parts = spread.load(pattern, low, high).map((load) => {
      let pages = 0;
      for (const { row, count, bytes } of load.runs) {
        pages += count;
        busy += load.channels.length * count * (commanding + transferTime(this.#device, bytes));
        if (isWrite) {
          const blocks = Math.ceil((row + count) / blockPages) - Math.ceil(row / blockPages);
          erased += load.channels.length * blocks;
        }
      }
      allPages += pages * load.channels.length;
      return { load, pages };
    });
    const request: ChannelRequest = {
      id,
      jobs: (chunk) => parts.map(({ load, pages }) => ({ load, job: { chunk, pages, isWrite } })),
    };
    return { request, pages: allPages, erased, busy };
  }
}

function shapeOf(spread: PageSpread, pattern: AccessPattern): string {
  const { base, run, stride, runs, order, layout, seed = 0 } = pattern;
  return `${base} ${run} ${stride} ${runs} ${order} ${layout} ${seed} in ${spread.planes}`;
}
