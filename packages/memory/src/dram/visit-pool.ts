import type { Picoseconds } from '@systole/units';
import type { AccessStream } from './access-stream.ts';

/** A visit that has not been activated by the scheduler: it hit. */
export const NOT_ACTIVATED = -1;

/** Why an activate was not issued earlier. */
export const HELD_BY_NOTHING = 0;
export const HELD_BY_BANK = 1;
export const HELD_BY_WINDOW = 2;

/** The visits that a controller holds, oldest first, as columns of typed arrays. */
export class VisitPool {
  size = 0;
  readonly group: Int32Array;
  readonly width: Int32Array;
  readonly rotation: Int32Array;
  readonly bank: Int32Array;
  readonly row: Float64Array;
  readonly bursts: Float64Array;
  /** When the controller took it up. */
  readonly admitted: Float64Array;
  /** When its last bank was activated for it. */
  readonly activatedAt: Float64Array;
  /** What held that activate back. */
  readonly heldBy: Int32Array;
  /** Its bursts that have left the queue because an activate was issued for them. */
  readonly freed: Int32Array;

  constructor(size: number) {
    this.group = new Int32Array(size);
    this.width = new Int32Array(size);
    this.rotation = new Int32Array(size);
    this.bank = new Int32Array(size);
    this.row = new Float64Array(size);
    this.bursts = new Float64Array(size);
    this.admitted = new Float64Array(size);
    this.activatedAt = new Float64Array(size);
    this.heldBy = new Int32Array(size);
    this.freed = new Int32Array(size);
  }

  clear(): void {
    this.size = 0;
  }

  /** Adds the current visit of `stream`. */
  add(stream: AccessStream, time: Picoseconds): void {
    const visit = this.size++;
    this.group[visit] = stream.group;
    this.width[visit] = stream.width;
    this.rotation[visit] = stream.rotation;
    this.bank[visit] = stream.bank;
    this.row[visit] = stream.row;
    this.bursts[visit] = stream.bursts;
    this.admitted[visit] = time;
    this.activatedAt[visit] = NOT_ACTIVATED;
    this.heldBy[visit] = HELD_BY_NOTHING;
    this.freed[visit] = 0;
  }

  remove(visit: number): void {
    this.size--;
    if (visit === this.size) return;
    const next = visit + 1;
    const end = this.size + 1;
    this.group.copyWithin(visit, next, end);
    this.width.copyWithin(visit, next, end);
    this.rotation.copyWithin(visit, next, end);
    this.bank.copyWithin(visit, next, end);
    this.row.copyWithin(visit, next, end);
    this.bursts.copyWithin(visit, next, end);
    this.admitted.copyWithin(visit, next, end);
    this.activatedAt.copyWithin(visit, next, end);
    this.heldBy.copyWithin(visit, next, end);
    this.freed.copyWithin(visit, next, end);
  }

  /** Whether a held visit wants this row of this bank. */
  wants(group: number, bank: number, row: number, groups: number): boolean {
    for (let visit = 0; visit < this.size; visit++) {
      const slot = (group - (this.group[visit] ?? 0) + groups) % groups;
      if (this.bank[visit] === bank && this.row[visit] === row && slot < (this.width[visit] ?? 0))
        return true;
    }
    return false;
  }

  /** Moves everything later by `delay` and on by `rows`. */
  shift(delay: Picoseconds, rows: number): void {
    for (let visit = 0; visit < this.size; visit++) {
      this.row[visit] = (this.row[visit] ?? 0) + rows;
      this.admitted[visit] = (this.admitted[visit] ?? 0) + delay;
      if (this.activatedAt[visit] !== NOT_ACTIVATED) {
        this.activatedAt[visit] = (this.activatedAt[visit] ?? 0) + delay;
      }
    }
  }

  /** The earliest time at which a held visit was taken up, or `time` where none is held. */
  earliestAdmitted(time: Picoseconds): Picoseconds {
    let earliest = time;
    for (let visit = 0; visit < this.size; visit++)
      earliest = Math.min(earliest, this.admitted[visit] ?? time);
    return earliest;
  }

  /** Appends the held visits as seen from `time` and `row`. */
  describe(time: Picoseconds, row: number, into: number[]): void {
    for (let visit = 0; visit < this.size; visit++) {
      const activated = this.activatedAt[visit] ?? NOT_ACTIVATED;
      into.push(this.group[visit] ?? 0, this.width[visit] ?? 0, this.bank[visit] ?? 0);
      into.push((this.row[visit] ?? 0) - row, this.bursts[visit] ?? 0);
      into.push(this.heldBy[visit] ?? 0, this.freed[visit] ?? 0);
      into.push(
        (this.admitted[visit] ?? 0) - time,
        activated === NOT_ACTIVATED ? Infinity : activated - time,
      );
    }
  }
}
