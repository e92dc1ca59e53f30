/** How alike the values of a field are at two places: the covariance of what is not known of them. */
export type Covariance<Place> = (a: Place, b: Place) => number;

/**
 * Interpolation of a field from its values at scattered places, by the weights that give the least expected squared error when
 * the field's covariance is as said (kriging, also known as Gaussian process regression): C. K. I. Williams and
 * C. E. Rasmussen, Gaussian Processes for Machine Learning, 2006, sections 2.2 and 5.4.2.
 */
export class Kriging<Place> {
  readonly #places: readonly Place[];
  readonly #values: readonly number[];
  readonly #covariance: Covariance<Place>;
  /** The lower Cholesky factor of the covariances of the values, row after row. */
  readonly #factor: Float64Array;
  /** The covariances' inverse times the values. */
  readonly #weights: Float64Array;

  /** `nugget` is the variance of a value about the smooth field. */
  constructor(
    places: readonly Place[],
    values: readonly number[],
    covariance: Covariance<Place>,
    nugget: number,
  ) {
    this.#places = places;
    this.#values = values;
    this.#covariance = covariance;
    this.#factor = factorOf(places, covariance, nugget);
    this.#weights = this.#solve(Float64Array.from(values));
  }

  /** The expected value at a place. */
  at(place: Place): number {
    let sum = 0;
    for (const [index, other] of this.#places.entries()) {
      sum += this.#covariance(place, other) * (this.#weights[index] ?? 0);
    }
    return sum;
  }

  /** What `at` would say of the place of value `index` if that value were not known. */
  without(index: number): number {
    const unit = new Float64Array(this.#places.length);
    unit[index] = 1;
    const precision = this.#solve(unit)[index] ?? 1;
    return (this.#values[index] ?? 0) - (this.#weights[index] ?? 0) / precision;
  }

  /** Solves the covariances x = `right`, which it overwrites. */
  #solve(right: Float64Array): Float64Array {
    const n = this.#places.length;
    const factor = this.#factor;
    for (let i = 0; i < n; i++) {
      let sum = right[i] ?? 0;
      for (let j = 0; j < i; j++) sum -= (factor[i * n + j] ?? 0) * (right[j] ?? 0);
      right[i] = sum / (factor[i * n + i] ?? 1);
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = right[i] ?? 0;
      for (let j = i + 1; j < n; j++) sum -= (factor[j * n + i] ?? 0) * (right[j] ?? 0);
      right[i] = sum / (factor[i * n + i] ?? 1);
    }
    return right;
  }
}

function factorOf<Place>(
  places: readonly Place[],
  covariance: Covariance<Place>,
  nugget: number,
): Float64Array {
  const n = places.length;
  const factor = new Float64Array(n * n);
  for (const [i, a] of places.entries()) {
    for (const [j, b] of places.entries()) {
      if (j > i) break;
      let sum = covariance(a, b) + (i === j ? nugget : 0);
      for (let k = 0; k < j; k++) sum -= (factor[i * n + k] ?? 0) * (factor[j * n + k] ?? 0);
      factor[i * n + j] = i === j ? Math.sqrt(sum) : sum / (factor[j * n + j] ?? 1);
    }
  }
  return factor;
}
