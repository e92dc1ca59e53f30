import { SystoleError } from './errors.ts';

/** A stretch with more chunks than this is cut smaller by its mapping, or it would not fit in memory. */
const MAX_TOKENS = 1 << 22;

/** Chunks of a component that are looked at for the one that made another wait: as many as it may serve at once. */
const LOOK_BACK = 16;

/**
 * What is known of every chunk at every stage of a stretch, in typed arrays: tokens are indices. Kept for the whole
 * stretch, since the critical path is walked backwards at its end.
 */
export class TokenTable {
  size = 0;
  task = new Int32Array(0);
  stage = new Int32Array(0);
  chunk = new Int32Array(0);
  /** The token whose end let this one be accepted, or -1. */
  cause = new Int32Array(0);
  accepted = new Float64Array(0);
  started = new Float64Array(0);
  /** When the first result is there. */
  first = new Float64Array(0);
  /** When the last result is there; -1 until the model has said so. */
  ended = new Float64Array(0);
  finished = new Uint8Array(0);
  /** The chunk that the same component served just before this one, and whose end let it start; or -1. */
  blocker = new Int32Array(0);
  /** The chunk of the same component whose service was settled before this one's, or -1. */
  settledBefore = new Int32Array(0);
  /** [token][reason]: ps of service. */
  reasons = new Float64Array(0);
  readonly reasonWidth: number;

  constructor(reasonWidth: number) {
    this.reasonWidth = reasonWidth;
  }

  /** Makes room for exactly `count` tokens, all unused. */
  reset(count: number): void {
    if (count > MAX_TOKENS) {
      throw new SystoleError({
        code: 'limit/exceeded',
        message: `one stretch of work has ${count} chunks, the most is ${MAX_TOKENS}`,
        hint: 'Shorten the prompt, or choose a mapping with larger tiles.',
      });
    }
    if (count > this.task.length) {
      const capacity = Math.max(count, this.task.length * 2, 256);
      this.task = new Int32Array(capacity);
      this.stage = new Int32Array(capacity);
      this.chunk = new Int32Array(capacity);
      this.cause = new Int32Array(capacity);
      this.accepted = new Float64Array(capacity);
      this.started = new Float64Array(capacity);
      this.first = new Float64Array(capacity);
      this.ended = new Float64Array(capacity);
      this.finished = new Uint8Array(capacity);
      this.blocker = new Int32Array(capacity);
      this.settledBefore = new Int32Array(capacity);
      this.reasons = new Float64Array(capacity * this.reasonWidth);
    }
    this.size = count;
    this.ended.fill(-1, 0, count);
    this.accepted.fill(-1, 0, count);
    this.finished.fill(0, 0, count);
    this.reasons.fill(0, 0, count * this.reasonWidth);
  }

  /**
   * Notes when a chunk is served, and finds what it waited for: of the chunks that its component settled lately
   * (`last` is the latest of them, or -1), the one that ended when this one started.
   */
  settle(token: number, last: number, start: number, first: number, end: number): void {
    this.started[token] = start;
    this.first[token] = first;
    this.ended[token] = end;
    this.settledBefore[token] = last;
    let blocker = start > (this.accepted[token] ?? 0) ? last : -1;
    for (let looked = 0; blocker >= 0 && this.ended[blocker] !== start; looked++) {
      blocker = looked < LOOK_BACK ? (this.settledBefore[blocker] ?? -1) : -1;
    }
    this.blocker[token] = blocker;
  }
}
