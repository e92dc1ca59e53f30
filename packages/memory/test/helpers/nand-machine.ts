import { Machine } from '@systole/core';
import type { Part, Task, Transaction } from '@systole/core';
import { nand } from '../../src/index.ts';
import { resolve } from './resolve.ts';

export type Written = Readonly<Record<string, string | number | boolean>>;

/** A machine with one NAND memory, and with one in-memory unit attached to it where there is one. */
export function nandMachine(presets: readonly string[], written: Written = {}, unit?: Part): Machine {
  return machineOf(resolve(nand, presets, written), unit);
}

export function machineOf(
  values: Part['values'],
  unit?: Part,
  declaration: Part['declaration'] = nand,
): Machine {
  const memory = { name: 'nand', declaration, values };
  return new Machine(unit === undefined ? [memory] : [{ ...memory, attached: unit.name }, unit], 1);
}

export interface ComputeSizes {
  readonly rounds: number;
  readonly channels: number;
  readonly cores: number;
  readonly inputBytes: number;
  readonly resultBytes: number;
  readonly pagesPerCore?: number;
}

/** A page-compute for the 16-bit test unit. */
export function pageCompute(dims: ComputeSizes): Transaction {
  const bytes = (dims.inputBytes + dims.resultBytes) * dims.rounds * dims.channels;
  return { kind: 'page-compute', bytes, format: 'bf16', dims: { ...dims } };
}

/** A task on its own, of one stage on component 0, that starts at `delay`. */
export function task(name: string, transaction: Transaction, more: Partial<Task> = {}): Task {
  const stages = [{ component: 0, transaction, slots: 2 }];
  return { name, tag: 0, after: [], chunks: 1, delay: 0, stages, ...more };
}

/** Runs `tasks` and returns when the last chunk of each has ended, by name. */
export function endTimes(machine: Machine, tasks: readonly Task[]): Readonly<Record<string, number>> {
  const ends: Record<string, number> = {};
  machine.run(tasks, {
    recorder: {
      chunk({ name }, _stage, _chunk, _accepted, _started, _first, ended) {
        ends[name] = ended;
      },
    },
  });
  return ends;
}

/**
 * A flash that can be followed by hand: one channel of two dies of two planes, pages of 100 B at 1 ns a byte, array reads
 * of 1 us, programs of 5 us, erases of 20 us for blocks of four pages, commands of 10 ns.
 */
export const SMALL_NAND: Written = {
  channels: 1,
  chipsPerChannel: 2,
  diesPerChip: 1,
  planesPerDie: 2,
  pageBytes: '100 B',
  spareBytes: '10 B',
  pagesPerBlock: 4,
  blocksPerPlane: 16,
  bitsPerCell: 1,
  tR: '1 us',
  tPROG: '5 us',
  tBERS: '20 us',
  channelRate: '1 GT/s',
  channelPins: 8,
  commandOverhead: '10 ns',
  multiPlane: 'none',
  cacheRead: false,
  readSlice: '0 B',
};
