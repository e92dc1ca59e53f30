import { ClockDomain } from '@systole/core';
import type { SquareMillimetres, Watts } from '@systole/units';
import { estimateSram, sramComplaint } from './estimate-sram.ts';
import type { SramEstimate, SramShape } from './estimate-sram.ts';
import type { SramValues } from './parameters.ts';

const NANOMETRES_PER_MILLIMETRE = 1e6;
const BITS_PER_BYTE = 8;

/** What `memory/sram` works with: what was written, and from the node what was not. */
export interface SramFiguresInUse {
  /** Cycles from an access to its data, beyond those of `interval`. */
  readonly latency: number;
  /** Cycles that an access keeps the port of its bank. */
  readonly interval: number;
  /** fJ a bit of the width. */
  readonly readEnergy: number;
  readonly writeEnergy: number;
  readonly leakage: Watts;
  readonly area: SquareMillimetres | undefined;
}

const known = new WeakMap<object, SramFiguresInUse>();

/** The figures of a memory with these values. Values that are in conflict count as if they had no node. */
export function figuresInUse(values: SramValues): SramFiguresInUse {
  const before = known.get(values);
  if (before !== undefined) return before;
  const shape = shapeOf(values);
  const isKnown = shape !== undefined && sramComplaint(shape) === undefined;
  const figures = merge(values, isKnown ? estimateSram(shape) : undefined);
  known.set(values, figures);
  return figures;
}

/** What the figures of a memory are looked up by; `undefined` without a node. */
export function shapeOf(values: SramValues): SramShape | undefined {
  const { capacity, width, node, cell, ports, banks, buffers } = values;
  if (node === undefined) return undefined;
  // 22 nm and not the 22.000000000000004 nm that the product of doubles can be.
  const nanometres = Math.round(node * NANOMETRES_PER_MILLIMETRE * 1e6) / 1e6;
  return { capacity, width, node: nanometres, cell, ports, banks: banks * buffers };
}

function merge(values: SramValues, estimate: SramEstimate | undefined): SramFiguresInUse {
  const clock = new ClockDomain(values.clock);
  const cycles = (time: number): number => clock.cyclesIn(Math.ceil(time));
  const bits = values.width * BITS_PER_BYTE;
  const interval = values.interval ?? (estimate === undefined ? 1 : Math.max(1, cycles(estimate.cycleTime)));
  return {
    interval,
    latency:
      values.latency ?? (estimate === undefined ? 1 : Math.max(0, cycles(estimate.accessTime) - interval)),
    readEnergy: values.readEnergy ?? (estimate === undefined ? 0 : estimate.readEnergy / bits),
    writeEnergy: values.writeEnergy ?? (estimate === undefined ? 0 : estimate.writeEnergy / bits),
    leakage: values.leakage ?? (estimate === undefined ? 0 : estimate.leakage + estimate.gateLeakage),
    area: values.area ?? estimate?.area,
  };
}
