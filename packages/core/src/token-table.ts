import { SystoleError } from './errors.ts';

/** A stretch with more chunks than this is cut smaller by its mapping, or it would not fit in memory. */
const MAX_TOKENS = 1 << 22;

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
      this.reasons = new Float64Array(capacity * this.reasonWidth);
    }
    this.size = count;
    this.ended.fill(-1, 0, count);
    this.accepted.fill(-1, 0, count);
    this.finished.fill(0, 0, count);
    this.reasons.fill(0, 0, count * this.reasonWidth);
  }
}
