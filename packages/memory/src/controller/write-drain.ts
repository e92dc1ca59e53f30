import type { ControllerPolicy } from './controller-policy.ts';

/** Which of the two queues of a channel is served: writes are let wait until there are many, and then drained. */
export class WriteDrain {
  /** Whether writes are served, and not reads. */
  isOn = false;
  readonly #high: number;
  readonly #low: number;

  constructor({ writeHighWatermark, writeLowWatermark, writeQueue }: ControllerPolicy) {
    // Single precision, as in the peer: 0.8 of 10 is then a little more than 8.
    this.#high = Math.fround(Math.fround(writeHighWatermark) * writeQueue);
    this.#low = Math.fround(Math.fround(writeLowWatermark) * writeQueue);
  }

  /**
   * Serves writes when there are many of them or nothing else, and reads again when few are left.
   *
   * @returns Whether it is now the other queue that is served.
   */
  turn(reads: number, writes: number): boolean {
    if (this.isOn) {
      const areFew = writes < this.#low || writes === 0;
      if (!areFew || reads === 0) return false;
    } else if (writes <= this.#high && reads > 0) {
      return false;
    }
    this.isOn = !this.isOn;
    return true;
  }
}
