import type { ParameterConflict } from '@systole/core';
import { formatQuantity } from '@systole/units';
import type { Bytes, Femtojoules, Picoseconds, SquareMillimetres, Watts } from '@systole/units';
import { arrayFigures } from './array-figures.ts';
import { exp2, log2 } from './binary-logarithm.ts';
import type { SramArray } from './sram-point.ts';

/** What a memory is made of. */
export interface SramShape {
  readonly capacity: Bytes;
  /** Bytes of one access of a bank. */
  readonly width: Bytes;
  /** Feature size of the process in nm. */
  readonly node: number;
  readonly cell: SramArray['cell'];
  /** `single`: one port for reads and writes; `read-write`: one for each, with cells of two ports. */
  readonly ports: 'single' | 'read-write';
  /** Arrays that the capacity is dealt to, halves of a double buffer included. */
  readonly banks: number;
}

/** Figures of a memory by its shape. */
export interface SramEstimate {
  /** From an access to its data. */
  readonly accessTime: Picoseconds;
  /** The least time from an access of a bank to its next one. */
  readonly cycleTime: Picoseconds;
  /** Of one access of the width. */
  readonly readEnergy: Femtojoules;
  readonly writeEnergy: Femtojoules;
  /** Of all banks, at 350 K: below the threshold, and through gates. */
  readonly leakage: Watts;
  readonly gateLeakage: Watts;
  /** Of all banks, without what lies between them. */
  readonly area: SquareMillimetres;
  /** Where a rule stands for the table: which, and what it rests on. Empty inside the table's range. */
  readonly rules: readonly string[];
}

const KIBIBYTE = 1024;
/** The table's arrays, and how far their lines are followed. */
const CAPACITY = {
  tableMin: 8 * KIBIBYTE,
  tableMax: 8 * KIBIBYTE ** 2,
  min: KIBIBYTE,
  max: 64 * KIBIBYTE ** 2,
};
const WIDTH = { min: 8, max: 64 };
const NODE = { min: 7, tableMin: 22, tableMax: 45 };

/**
 * From 22 nm to 7 nm: the middle (geometric mean) of x0.35 to 0.5 for energies and of x0.6 to 0.75 for delays, rules of thumb;
 * nodes between them on the line of the logarithms.
 */
const TO_7_NM = { energy: 0.418, delay: 0.671 };
/** Published bit cells in um2, by nm. */
const BIT_CELLS = [
  [22, 0.092],
  [16, 0.07],
  [10, 0.0367],
  [7, 0.027],
] as const;

/**
 * A second port adds two wires of 2.5 F to a cell of 10 F x 14.6 F either way, as CACTI has it: the area grows with the cell,
 * wires and what drives them with its sides. Six transistors become eight.
 */
const SECOND_PORT = { area: ((10 + 5) * (14.6 + 5)) / (10 * 14.6), wire: 1.419, leakage: 8 / 6 };

/** What is wrong with a shape, by the parameter of `memory/sram`; `undefined` when its figures can be given. */
export function sramComplaint(shape: SramShape): ParameterConflict | undefined {
  const { node } = shape;
  if (!(node >= NODE.min && node <= NODE.tableMax)) {
    const message = `figures are known for ${NODE.min} nm to ${NODE.tableMax} nm, not for ${node} nm`;
    const hint = 'Take a node of that range, or leave it out and give latency, energies, leakage and area.';
    return { parameter: 'node', message, hint };
  }
  const { capacity } = arrayOf(shape).array;
  if (capacity >= CAPACITY.min && capacity <= CAPACITY.max) return undefined;
  const shown = (bytes: number): string => formatQuantity(bytes, 'data');
  return {
    parameter: 'capacity',
    message:
      `an array is of ${shown(CAPACITY.min)} to ${shown(CAPACITY.max)}, and ${shown(shape.capacity)} in ` +
      `${shape.banks} banks of ${shown(shape.width)} have ${shown(capacity)} each`,
    hint:
      capacity > CAPACITY.max
        ? 'Give it more banks.'
        : 'Give it fewer banks or a smaller width, or leave the node out and give the figures.',
  };
}

/**
 * Latency, energies, leakage and area of an SRAM from its shape: CACTI's arrays, interpolated. Of a memory wider than 64 B, arrays
 * of at most 64 B lie side by side; a narrower one than 8 B reads 8 B. The shape must have passed `sramComplaint`.
 */
export function estimateSram(shape: SramShape): SramEstimate {
  const { array, sides } = arrayOf(shape);
  const rules = [...rangeRules(array, shape)];
  const node = Math.max(NODE.tableMin, array.node);
  const figures = arrayFigures({ ...array, node });
  const scale = scalingTo(array.node);
  const isDual = shape.ports === 'read-write';
  const wire = isDual ? SECOND_PORT.wire : 1;
  const arrays = shape.banks * sides;
  const leaking = arrays * (isDual ? SECOND_PORT.leakage : 1);
  return {
    accessTime: figures.accessTime * 1e3 * scale.delay * wire,
    cycleTime: figures.cycleTime * 1e3 * scale.delay * wire,
    readEnergy: figures.readEnergy * 1e3 * sides * scale.energy * wire,
    writeEnergy: figures.writeEnergy * 1e3 * sides * scale.energy * wire,
    leakage: (figures.leakage / 1e3) * leaking,
    gateLeakage: (figures.gateLeakage / 1e3) * leaking,
    area: figures.area * arrays * scale.area * (isDual ? SECOND_PORT.area : 1),
    rules,
  };
}

/** One of the arrays of a memory, and how many of them make a bank. */
function arrayOf({ capacity, width, node, cell, banks }: SramShape): {
  readonly array: SramArray;
  readonly sides: number;
} {
  const sides = Math.ceil(width / WIDTH.max);
  const each = Math.max(WIDTH.min, width / sides);
  return { array: { capacity: capacity / (banks * sides), width: each, node, cell }, sides };
}

function* rangeRules(array: SramArray, { width, ports }: SramShape): Generator<string> {
  const { capacity, node, cell } = array;
  if (capacity < CAPACITY.tableMin || capacity > CAPACITY.tableMax) {
    yield `an array of ${formatQuantity(capacity, 'data')} lies beyond CACTI's of 8 KiB to 8 MiB: their lines, followed`;
  }
  if (width > WIDTH.max) yield `${width} B of width are arrays of at most ${WIDTH.max} B side by side`;
  if (width < WIDTH.min) yield `an access of ${width} B is one of ${WIDTH.min} B`;
  if (node < NODE.tableMin) {
    yield `${node} nm from 22 nm by rules of thumb (recalled): energies x0.35 to 0.5 and delays x0.6 to 0.75 down to 7 nm, area with the bit cell, leakage as at 22 nm`;
  }
  if (node > NODE.tableMin && cell !== 'itrs-hp') {
    yield `${cell} at ${node} nm from 22 nm, as itrs-hp changes between the nodes`;
  }
  if (node > NODE.tableMin && node !== 32 && node !== NODE.tableMax) {
    yield `${node} nm lies between CACTI's nodes of 22, 32 and 45 nm`;
  }
  if (ports === 'read-write') {
    yield 'a second port by the size of its cell (inferred): area x2.0, energies and times x1.4, leakage x1.3';
  }
}

function scalingTo(node: number): { readonly energy: number; readonly delay: number; readonly area: number } {
  if (node >= NODE.tableMin) return { energy: 1, delay: 1, area: 1 };
  const way = log2(NODE.tableMin / node) / log2(NODE.tableMin / NODE.min);
  const along = (from: number, to: number, share: number): number => from * exp2(log2(to / from) * share);
  for (const [index, [above, larger]] of BIT_CELLS.entries()) {
    const [below, smaller] = BIT_CELLS[index + 1] ?? [above, larger];
    if (node < below) continue;
    const share = below === above ? 0 : log2(above / node) / log2(above / below);
    return {
      energy: along(1, TO_7_NM.energy, way),
      delay: along(1, TO_7_NM.delay, way),
      area: along(larger, smaller, share) / BIT_CELLS[0][1],
    };
  }
  return { energy: TO_7_NM.energy, delay: TO_7_NM.delay, area: BIT_CELLS[3][1] / BIT_CELLS[0][1] };
}
