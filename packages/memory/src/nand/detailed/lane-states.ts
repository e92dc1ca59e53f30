import { NONE } from './operation-pool.ts';

/** What the array of a lane does. `HELD`: a page waits in the page register for the cache register, or for the bus. */
export const IDLE = 0;
export const COMMANDED = 1;
export const READING = 2;
export const HELD = 3;
export const PROGRAMMING = 4;
export const ERASING = 5;
export const SUSPENDING = 6;

/** What the command on the bus is for. */
export const ORDER_BEGIN = 0;
export const ORDER_SUSPEND = 1;
export const ORDER_RESUME = 2;
export const ORDER_STAGE = 3;

/** What the lanes of all channels do, as columns. */
export class LaneStates {
  readonly array: Uint8Array;
  readonly order: Uint8Array;
  /** Whether the command of the lane brings data. */
  readonly carries: Uint8Array;
  /** First operation of the group that the array has, of that whose data waits for it, and of that which gave way. */
  readonly group: Int32Array;
  readonly staged: Int32Array;
  readonly suspended: Int32Array;
  readonly arrayEnd: Float64Array;
  /** Ends of arrays that are stamped otherwise have been put off. */
  readonly stamp: Int32Array;
  /** Pages that have not left the register that faces the bus. */
  readonly outLeft: Int32Array;
  /** Since when the lane could begin an operation. */
  readonly readySince: Float64Array;
  /** How often the operation of the array gave way, the same of the one that has, since when, and what is left of it. */
  readonly suspensions: Int32Array;
  readonly suspendedTimes: Int32Array;
  readonly suspendedAt: Float64Array;
  readonly suspendedLeft: Float64Array;

  constructor(lanes: number) {
    this.array = new Uint8Array(lanes);
    this.order = new Uint8Array(lanes);
    this.carries = new Uint8Array(lanes);
    this.group = new Int32Array(lanes).fill(NONE);
    this.staged = new Int32Array(lanes).fill(NONE);
    this.suspended = new Int32Array(lanes).fill(NONE);
    this.arrayEnd = new Float64Array(lanes);
    this.stamp = new Int32Array(lanes);
    this.outLeft = new Int32Array(lanes);
    this.readySince = new Float64Array(lanes);
    this.suspensions = new Int32Array(lanes);
    this.suspendedTimes = new Int32Array(lanes);
    this.suspendedAt = new Float64Array(lanes);
    this.suspendedLeft = new Float64Array(lanes);
  }
}
