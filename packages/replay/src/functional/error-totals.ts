import { log10 } from './elementary.ts';

/** How far computed values are from exact ones. */
export interface ErrorFigures {
  readonly elements: number;
  /**
   * Signal to quantisation noise: 10 log10 (Σ exact² / Σ error²). Absent where there is no error, or nothing but error: `maxError`
   * tells the two apart.
   */
  readonly sqnrDb?: number;
  /** The largest distance of a computed value from the exact one. */
  readonly maxError: number;
  /** Of the angle between the two tensors as vectors; 1 where both are zero. */
  readonly cosine: number;
}

/** Sums over all values of some tensors. Values that are no numbers, or infinite, are counted and left out. */
export class ErrorTotals {
  #elements = 0;
  #signal = 0;
  #noise = 0;
  #computed = 0;
  #cross = 0;
  #max = 0;
  #notFinite = 0;

  /** Values that were computed and are no finite number. */
  get notFinite(): number {
    return this.#notFinite;
  }

  add(exact: Float64Array, computed: Float64Array): void {
    let signal = 0;
    let noise = 0;
    let power = 0;
    let cross = 0;
    for (let index = 0; index < exact.length; index++) {
      const wanted = exact[index] ?? 0;
      const got = computed[index] ?? 0;
      if (!Number.isFinite(got) || !Number.isFinite(wanted)) {
        this.#notFinite += 1;
        continue;
      }
      const error = got - wanted;
      signal += wanted * wanted;
      noise += error * error;
      power += got * got;
      cross += wanted * got;
      if (Math.abs(error) > this.#max) this.#max = Math.abs(error);
    }
    this.#elements += exact.length;
    this.#signal += signal;
    this.#noise += noise;
    this.#computed += power;
    this.#cross += cross;
  }

  figures(): ErrorFigures {
    const measurable = this.#noise > 0 && this.#signal > 0;
    return {
      elements: this.#elements,
      ...(measurable ? { sqnrDb: 10 * log10(this.#signal / this.#noise) } : {}),
      maxError: this.#max,
      cosine: this.#cosine(),
    };
  }

  #cosine(): number {
    if (this.#noise === 0) return 1;
    const norm = Math.sqrt(this.#signal) * Math.sqrt(this.#computed);
    // No angle has a cosine above 1, which the rounding of the sums could give it.
    return norm > 0 ? Math.min(1, Math.max(-1, this.#cross / norm)) : 0;
  }
}
