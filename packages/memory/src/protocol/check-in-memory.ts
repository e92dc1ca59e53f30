import type { Picoseconds } from '@systole/units';
import type { DramValues } from '../dram/parameters.ts';
import { burstTime } from '../dram/timing.ts';

/** A command of in-memory compute that came too soon or found the wrong state. */
export interface InMemoryViolation {
  /** The parameter, such as `tRCDMac`, or the state that is asked for: `row-open`, `row-closed`, `array`, `buffers`. */
  readonly rule: string;
  readonly command: string;
  readonly time: Picoseconds;
  readonly channel: number;
  /** ps by which it came too soon or too late; 0 where it is wrong at any time. */
  readonly missing: Picoseconds;
}

/** What a channel has done last, in ps. */
interface Past {
  /** By bank; of a command for all of them in every one. */
  readonly row: Int32Array;
  readonly activated: Float64Array;
  readonly precharged: Float64Array;
  activate: number;
  mac: number;
  write: number;
  read: number;
  refreshed: number;
  switched: number;
  isBufferMode: boolean;
  /** Until when the refreshes so far suffice. */
  covered: number;
}

const KEPT = 100;
/** Refreshes that may be put off. */
const POSTPONED = 8;
/** Edges of the clock are whole ps. */
const ROUNDING = 1;
const CLOSED = -1;

/**
 * Holds the commands of in-memory compute of one memory against what its parameters say, each rule for itself: it shares
 * nothing with what issues them. Commands are named PIM_ACT and so on. Refresh is judged for memories that do nothing else
 * meanwhile.
 */
export class InMemoryChecker {
  commands = 0;
  count = 0;
  readonly violations: InMemoryViolation[] = [];
  readonly #values: DramValues;
  readonly #banks: number;
  readonly #past = new Map<number, Past>();

  constructor(values: DramValues) {
    this.#values = values;
    this.#banks = values.bankGroups * values.banksPerGroup;
  }

  /**
   * Takes the next command of a channel; those of the array come in the order of time.
   *
   * @param bank -1 where it is for all that take part.
   * @param column For an activate, how many banks it opens.
   */
  add(time: Picoseconds, command: string, bank: number, row: number, column: number, channel: number): void {
    const { tCCDS } = this.#values;
    let past = this.#past.get(channel);
    if (past === undefined) {
      past = this.#begin(time);
      this.#past.set(channel, past);
    }
    this.commands++;
    const isAfter = (rule: string, earlier: Picoseconds, gap: Picoseconds | undefined): void => {
      const missing = earlier + (gap ?? 0) - time;
      if (missing > ROUNDING) this.#report(rule, command, time, channel, missing);
    };
    const needs = (rule: string, isRight: boolean): void => {
      if (!isRight) this.#report(rule, command, time, channel, 0);
    };
    const overdue = time - past.covered - POSTPONED * this.#values.tREFI;
    if (this.#values.refresh !== 'none' && overdue > 0) {
      this.#report('tREFI', command, time, channel, overdue);
      past.covered = time;
    }
    switch (command) {
      case 'PIM_ACT':
        this.#activate(past, time, [bank, column, row], isAfter, needs);
        break;
      case 'PIM_MAC':
        needs('array', !past.isBufferMode || this.#hasOneMode());
        needs('row-open', past.row.includes(row));
        isAfter('tRCDMac', past.activate, this.#values.tRCDMac ?? this.#values.tRCD);
        isAfter('tCCDMac', past.mac, (this.#values.tCCDMac ?? tCCDS) * this.#values.macSlowdown);
        isAfter('modeSwitch', past.switched, this.#values.modeSwitch);
        past.mac = time;
        break;
      case 'PIM_PRE':
        this.#precharge(past, time, bank, isAfter);
        break;
      case 'PIM_REF':
        needs('array', !past.isBufferMode || this.#hasOneMode());
        needs(
          'row-closed',
          past.row.every((open) => open === CLOSED),
        );
        isAfter('tRP', Math.max(...past.precharged), this.#values.tRP);
        isAfter('tRFC', past.refreshed, this.#values.tRFC);
        past.refreshed = time;
        past.covered = Math.min(past.covered, time + POSTPONED * this.#values.tREFI) + this.#values.tREFI;
        break;
      case 'PIM_WR':
      case 'PIM_RD':
        this.#pass(past, time, command, isAfter, needs);
        break;
      case 'PIM_MODE':
        isAfter('modeSwitch', past.switched, this.#values.modeSwitch);
        past.isBufferMode = !past.isBufferMode;
        past.switched = time;
        break;
      default:
        needs('command', false);
    }
  }

  #activate(
    past: Past,
    time: Picoseconds,
    [bank, count, row]: readonly [number, number, number],
    isAfter: After,
    needs: Needs,
  ): void {
    const { tRP, tRC, tRFC, tFAW, tRRDS } = this.#values;
    const first = Math.max(0, bank);
    const end = first + count;
    for (let each = first; each < end; each++) {
      needs('row-closed', past.row[each] === CLOSED);
      isAfter('tRP', past.precharged[each] ?? -Infinity, tRP);
      isAfter('tRC', past.activated[each] ?? -Infinity, tRC);
      past.row[each] = row;
      past.activated[each] = time;
    }
    isAfter('tRFC', past.refreshed, tRFC);
    needs('array', !past.isBufferMode || this.#hasOneMode());
    if (bank >= 0) isAfter('tFAW', past.activate, Math.max(tFAW, tRRDS));
    past.activate = time;
  }

  #precharge(past: Past, time: Picoseconds, bank: number, isAfter: After): void {
    const { tRAS, tRTP, tPrechargeStep } = this.#values;
    const first = Math.max(0, bank);
    const end = bank < 0 ? this.#banks : bank + 1;
    isAfter('tRTP', past.mac, tRTP);
    if (bank > 0) isAfter('tPrechargeStep', past.precharged[bank - 1] ?? -Infinity, tPrechargeStep);
    for (let each = first; each < end; each++) {
      if (past.row[each] !== CLOSED) isAfter('tRAS', past.activated[each] ?? -Infinity, tRAS);
      past.row[each] = CLOSED;
      past.precharged[each] = time;
    }
  }

  #pass(past: Past, time: Picoseconds, command: string, isAfter: After, needs: Needs): void {
    const { tBufferWrite, tResultRead, tCCDS, resultReads, clockPeriod } = this.#values;
    // Presets give clock periods in whole ps, so that a burst may be a little longer than its periods.
    const burst = Math.floor(burstTime(this.#values) - clockPeriod / 16);
    const isWrite = command === 'PIM_WR';
    // Sums that are read while the banks compute on need no switch.
    if (isWrite || resultReads === 'exclusive') {
      needs('buffers', past.isBufferMode || this.#hasOneMode());
      isAfter('modeSwitch', past.switched, this.#values.modeSwitch);
    }
    if (isWrite) {
      isAfter('tBufferWrite', past.write, Math.max(burst, tBufferWrite ?? tCCDS));
      past.write = time;
    } else {
      isAfter('tResultRead', past.read, Math.max(burst, tResultRead ?? tCCDS));
      past.read = time;
    }
  }

  /** Whether switching is nothing that is told of. */
  #hasOneMode(): boolean {
    return this.#values.modeSwitch === 0;
  }

  #begin(time: Picoseconds): Past {
    return {
      row: new Int32Array(this.#banks).fill(CLOSED),
      activated: new Float64Array(this.#banks).fill(-Infinity),
      precharged: new Float64Array(this.#banks).fill(-Infinity),
      activate: -Infinity,
      mac: -Infinity,
      write: -Infinity,
      read: -Infinity,
      refreshed: -Infinity,
      switched: -Infinity,
      isBufferMode: false,
      covered: time + this.#values.tREFI,
    };
  }

  #report(rule: string, command: string, time: number, channel: number, missing: number): void {
    this.count++;
    if (this.violations.length < KEPT) this.violations.push({ rule, command, time, channel, missing });
  }
}

type After = (rule: string, earlier: Picoseconds, gap: Picoseconds | undefined) => void;
type Needs = (rule: string, isRight: boolean) => void;
