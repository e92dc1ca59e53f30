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
  /** Bank groups whose accesses in turn leave no room on the data bus, one access of each. */
  readonly groupsInTurn: number;
  /** Time of one turn through all bank groups. */
  readonly #turn: Picoseconds;

  constructor(geometry: Geometry, timing: Timing, isWrite: boolean) {
    this.isWrite = isWrite;
    this.latency = isWrite ? timing.tCWL : timing.tCL;
    this.opening = isWrite ? timing.tRCDWR : timing.tRCD;
    this.toPrecharge = isWrite ? timing.writeToPrecharge : timing.readToPrecharge;
    this.gap = isWrite ? timing.writeGap : timing.readGap;
    this.groupGap = isWrite ? timing.writeGroupGap : timing.readGroupGap;
    const most = this.gap > 0 ? Math.ceil(this.groupGap / this.gap) : 1;
    this.groupsInTurn = Math.min(geometry.columnGroups, most);
    this.#turn = Math.max(geometry.groups * this.gap, this.groupGap);
  }

  /** Time of one turn through `rotation` bank groups. */
  turnOf(rotation: number): Picoseconds {
    return rotation === 1 ? this.groupGap : this.#turn;
  }

  /** From the first access of a visit to access `index`, with `rotation` bank groups in turn. */
  offset(index: number, rotation: number): Picoseconds {
    if (rotation === 1) return index * this.groupGap;
    const turns = Math.floor(index / rotation);
    return turns * this.#turn + (index - turns * rotation) * this.gap;
  }
}
