import { Machine } from '@systole/core';
import type { AccessPattern, Part, Tally, Task, Transaction } from '@systole/core';
import { dram } from '../../src/index.ts';
import { resolve } from './resolve.ts';

/** A machine with one DRAM, and with one in-memory unit attached to it where a declaration is given. */
export function dramMachine(
  presets: readonly string[],
  written: Readonly<Record<string, string | number>> = {},
  unit?: Part,
): Machine {
  const memory = { name: 'dram', declaration: dram, values: resolve(dram, presets, written) };
  return new Machine(unit === undefined ? [memory] : [{ ...memory, attached: unit.name }, unit], 1);
}

/** Tasks of one stage on component 0, each after the one before. */
export function sequence(transactions: readonly Transaction[], chunks = 1, slots = 1): Task[] {
  return transactions.map((transaction, index) => ({
    name: `${index}`,
    tag: 0,
    after: index === 0 ? [] : [index - 1],
    chunks,
    delay: 0,
    stages: [{ component: 0, transaction, slots }],
  }));
}

export function access(
  kind: 'read' | 'write',
  pattern: Partial<AccessPattern> & { run: number },
): Transaction {
  const whole: AccessPattern = {
    base: 0,
    stride: pattern.run,
    runs: 1,
    order: 'sequential',
    layout: 'interleaved',
    ...pattern,
  };
  return { kind, bytes: whole.run * whole.runs, pattern: whole };
}

/** A statistic of component 0. */
export function statistic(machine: Machine, tally: Tally, name: string): number {
  const index = machine.layout.statistics.findIndex(
    (column) => column.component === 0 && column.name === name,
  );
  return tally.statistics[index] ?? NaN;
}

/** What the critical path spent on a reason of component 0. */
export function reason(machine: Machine, tally: Tally, name: string): number {
  const index = machine.layout.reasons.findIndex((column) => column.component === 0 && column.name === name);
  return tally.path[index] ?? NaN;
}

export function action(machine: Machine, tally: Tally, name: string): number {
  const index = machine.layout.actions.findIndex((column) => column.component === 0 && column.name === name);
  return tally.actions[index] ?? NaN;
}
