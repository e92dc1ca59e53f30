import { exp2, log2 } from './binary-logarithm.ts';
import { CACTI_POINTS } from './cacti-table.ts';
import { CycleTimes } from './cycle-times.ts';
import type { Kriging } from './kriging.ts';
import { logField } from './log-field.ts';
import type { FieldPlace, FieldShape } from './log-field.ts';
import type { SramArray, SramFigures, SramPoint, SramQuantity } from './sram-point.ts';

/** What is interpolated over capacity and width. The cycle time is not: it jumps with the folding. */
type FieldQuantity = Exclude<SramQuantity, 'cycleTime'>;

/** Calibrated: they give the points of `CACTI_POINTS` the greatest likelihood. */
const SHAPES: Readonly<Record<FieldQuantity, FieldShape>> = {
  accessTime: {
    common: { variance: 0.0093, reach: [6.3, 1.9] },
    own: { variance: 0.027, reach: [5.1, 5.6], node: 1.4 },
    slopes: 0.00031,
    nugget: 0.0021,
  },
  readEnergy: {
    common: { variance: 0.11, reach: [3.5, 0.9] },
    own: { variance: 0.017, reach: [7, 1.7], node: 0.9 },
    slopes: 0.0000095,
    nugget: 0.0093,
  },
  writeEnergy: {
    common: { variance: 0.038, reach: [4.9, 2.6] },
    own: { variance: 0.0038, reach: [0.37, 1.5], node: 0.82 },
    slopes: 0.00028,
    nugget: 0.0043,
  },
  leakage: {
    common: { variance: 0.012, reach: [7.9, 9.9] },
    own: { variance: 0.00072, reach: [8.5, 1.5], node: 0.22 },
    slopes: 0.016,
    nugget: 0.00063,
  },
  gateLeakage: {
    common: { variance: 0.00076, reach: [1.3, 7.5] },
    own: { variance: 1.2, reach: [20, 20], node: 0.14 },
    slopes: 0.00024,
    nugget: 0.0015,
  },
  area: {
    common: { variance: 0.031, reach: [1.5, 0.75] },
    own: { variance: 0.0039, reach: [0.41, 0.45], node: 1.3 },
    slopes: 0.0000061,
    nugget: 0.0022,
  },
};

/** An array in doublings from one of 128 KiB, 32 B and 22 nm. */
function placeOf({ capacity, width, node, cell }: SramArray): FieldPlace {
  return { sizes: [log2(capacity / 131_072), log2(width / 32)], node: log2(node / 22), cell };
}

/** The fields of a set of points, made when they are first asked for. */
class Fields {
  readonly #points: readonly SramPoint[];
  readonly #known = new Map<FieldQuantity, Kriging<FieldPlace>>();

  constructor(points: readonly SramPoint[]) {
    this.#points = points;
  }

  of(quantity: FieldQuantity): Kriging<FieldPlace> {
    const known = this.#known.get(quantity);
    if (known !== undefined) return known;
    const values = this.#points.map(({ figures }) => figures[quantity]);
    const field = logField(this.#points.map(placeOf), values, SHAPES[quantity]);
    this.#known.set(quantity, field);
    return field;
  }
}

const FIELDS = new Fields(CACTI_POINTS);
const CYCLES = new CycleTimes(CACTI_POINTS);

function figuresOf(cycleTime: number, logarithmOf: (quantity: FieldQuantity) => number): SramFigures {
  const figure = (quantity: FieldQuantity): number => exp2(logarithmOf(quantity));
  return {
    accessTime: figure('accessTime'),
    cycleTime,
    readEnergy: figure('readEnergy'),
    writeEnergy: figure('writeEnergy'),
    leakage: figure('leakage'),
    gateLeakage: figure('gateLeakage'),
    area: figure('area'),
  };
}

/**
 * The figures of an array: those of CACTI 7.0 where it is one of `CACTI_POINTS`, and interpolated between them elsewhere. Far from
 * all points it goes on in straight lines of the logarithms; it checks no ranges.
 */
export function arrayFigures(array: SramArray): SramFigures {
  const known = CACTI_POINTS[indexOfPoint(array)];
  if (known !== undefined) return known.figures;
  const place = placeOf(array);
  return figuresOf(CYCLES.of(array), (quantity) => FIELDS.of(quantity).at(place));
}

/** Which of `CACTI_POINTS` an array is; -1 for another one. */
export function indexOfPoint({ capacity, width, node, cell }: SramArray): number {
  return CACTI_POINTS.findIndex(
    (point) =>
      point.capacity === capacity && point.width === width && point.node === node && point.cell === cell,
  );
}

/** What `arrayFigures` would say of point `index` of `CACTI_POINTS` if that point were not known. */
export function figuresWithout(index: number): SramFigures {
  const point = CACTI_POINTS[index];
  const others = new CycleTimes(CACTI_POINTS.toSpliced(index, 1));
  return figuresOf(point === undefined ? NaN : others.of(point), (quantity) =>
    FIELDS.of(quantity).without(index),
  );
}
