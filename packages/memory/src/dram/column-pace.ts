import type { Picoseconds } from '@systole/units';
import type { Geometry, Timing } from './timing.ts';

/** How column accesses of one direction follow one another. */
export class ColumnPace {
  readonly isWrite: boolean;
  /** Command to data on the bus. */
  readonly latency: Picoseconds;
  /** Activate to command. */
  readonly opening: Picoseconds;
  /** Last command to precharge of its bank. */
  readonly toPrecharge: Picoseconds;
  /** Command to command, of two bank groups and of one. */
  readonly gap: Picoseconds;
  readonly groupGap: Picoseconds;
  /** Time of one turn through all bank groups. */
  readonly #turn: Picoseconds;

  constructor(geometry: Geometry, timing: Timing, isWrite: boolean) {
    this.isWrite = isWrite;
    this.latency = isWrite ? timing.tCWL : timing.tCL;
    this.opening = isWrite ? timing.tRCDWR : timing.tRCD;
    this.toPrecharge = isWrite ? timing.writeToPrecharge : timing.readToPrecharge;
    this.gap = isWrite ? timing.writeGap : timing.readGap;
    this.groupGap = isWrite ? timing.writeGroupGap : timing.readGroupGap;
    this.#turn = Math.max(geometry.groups * this.gap, this.groupGap);
  }

  /** From the first access of a visit to access `index`, with `rotation` bank groups in turn. */
  offset(index: number, rotation: number): Picoseconds {
    if (rotation === 1) return index * this.groupGap;
    const turns = Math.floor(index / rotation);
    return turns * this.#turn + (index - turns * rotation) * this.gap;
  }
}
