import { exp2, log2 } from './binary-logarithm.ts';
import type { Kriging } from './kriging.ts';
import { logField } from './log-field.ts';
import type { FieldPlace, FieldShape } from './log-field.ts';
import type { SramArray, SramPoint, Subarray } from './sram-point.ts';

/** Calibrated, as the shapes of the other figures are. */
const SHAPE: FieldShape = {
  common: { variance: 7.2, reach: [10, 7.9] },
  own: { variance: 0.26, reach: [11, 5.7], node: 2.2 },
  slopes: 0.0097,
  nugget: 0.00001,
};

/** How much less an array of another cell says about a folding, in squared doublings of capacity, width or node. */
const OTHER_CELL = 4;

/**
 * The least time from an access to the next one. In CACTI it follows from the subarray alone (its rows and columns, at a node with a
 * cell), and jumps where the array is folded into other ones: so the folding is taken over from the arrays that are most alike,
 * and the time read for it.
 */
export class CycleTimes {
  readonly #points: readonly SramPoint[];
  #field: Kriging<FieldPlace> | undefined;

  constructor(points: readonly SramPoint[]) {
    this.#points = points;
  }

  /** ns */
  of(array: SramArray): number {
    const subarray = this.#subarrayOf(array);
    const { node, cell } = array;
    const known = this.#points.find(
      (point) => point.node === node && point.cell === cell && isSame(point.subarray, subarray),
    );
    return known?.figures.cycleTime ?? exp2(this.#fieldOf().at(placeOf(subarray, array)));
  }

  /** The subarray that arrays like this one have, each counting the less the less it is alike. */
  #subarrayOf({ capacity, width, node, cell }: SramArray): Subarray {
    const votes: { readonly subarray: Subarray; weight: number }[] = [];
    for (const { subarray, ...point } of this.#points) {
      const distance =
        log2(point.capacity / capacity) ** 2 +
        log2(point.width / width) ** 2 +
        log2(point.node / node) ** 2 +
        (point.cell === cell ? 0 : OTHER_CELL);
      const weight = 1 / (1 + distance) ** 4;
      const vote = votes.find((candidate) => isSame(candidate.subarray, subarray));
      if (vote === undefined) votes.push({ subarray, weight });
      else vote.weight += weight;
    }
    const [first] = votes;
    if (first === undefined) throw new TypeError('cycle times of no arrays');
    return votes.reduce((best, vote) => (vote.weight > best.weight ? vote : best), first).subarray;
  }

  /** Over rows and columns, for subarrays that are not known at this node with this cell. */
  #fieldOf(): Kriging<FieldPlace> {
    if (this.#field === undefined) {
      const different = this.#points.filter(
        (point, index) =>
          !this.#points
            .slice(0, index)
            .some(
              (other) =>
                other.node === point.node &&
                other.cell === point.cell &&
                isSame(other.subarray, point.subarray),
            ),
      );
      this.#field = logField(
        different.map((point) => placeOf(point.subarray, point)),
        different.map(({ figures }) => figures.cycleTime),
        SHAPE,
      );
    }
    return this.#field;
  }
}

function isSame(a: Subarray, b: Subarray): boolean {
  return a.rows === b.rows && a.columns === b.columns;
}

/** A subarray in doublings from one of 128 x 256. */
function placeOf({ rows, columns }: Subarray, { node, cell }: SramArray): FieldPlace {
  return { sizes: [log2(rows / 128), log2(columns / 256)], node: log2(node / 22), cell };
}
