import { log2 } from './binary-logarithm.ts';
import { Kriging } from './kriging.ts';
import type { Covariance } from './kriging.ts';

/** Where something is known: two sizes in doublings from usual ones, the node in doublings from 22 nm, and the cell. */
export interface FieldPlace {
  readonly sizes: readonly [number, number];
  readonly node: number;
  readonly cell: string;
}

/**
 * How the logarithm of a quantity departs from a line: how far, and over how many doublings of either size it stays alike. `common`
 * is shared by all cells and nodes (CACTI folds arrays of one size alike), `own` is of a cell and node, as are `slopes`, departures
 * from the line's slopes. `nugget` is the jump from one folding to the next.
 */
export interface FieldShape {
  readonly common: { readonly variance: number; readonly reach: readonly [number, number] };
  readonly own: {
    readonly variance: number;
    readonly reach: readonly [number, number];
    readonly node: number;
  };
  readonly slopes: number;
  readonly nugget: number;
}

/** Of the line: so large that the points alone say where it lies. */
const LINE_VARIANCE = 100;

/** The logarithm (to base 2) of a quantity over sizes, nodes and cells, from its values at some places. */
export function logField(
  places: readonly FieldPlace[],
  values: readonly number[],
  shape: FieldShape,
): Kriging<FieldPlace> {
  return new Kriging(places, values.map(log2), covarianceOf(shape), shape.nugget);
}

function covarianceOf({ common, own, slopes }: FieldShape): Covariance<FieldPlace> {
  return (a, b) => {
    const [x, y] = [a.sizes[0] - b.sizes[0], a.sizes[1] - b.sizes[1]];
    const near = (reach: readonly [number, number]): number => (x / reach[0]) ** 2 + (y / reach[1]) ** 2;
    const node = ((a.node - b.node) / own.node) ** 2;
    const line = a.sizes[0] * b.sizes[0] + a.sizes[1] * b.sizes[1];
    const shared = LINE_VARIANCE * (1 + line + a.node * b.node) + common.variance / (1 + near(common.reach));
    if (a.cell !== b.cell) return shared;
    return (
      shared +
      LINE_VARIANCE +
      own.variance / (1 + near(own.reach) + node) +
      (slopes * (1 + line)) / (1 + node)
    );
  };
}
