import * as fc from 'fast-check';
import type { Parameter, Transaction } from '@systole/core';
import { alone, observe } from './bench.ts';
import type { Bench, ComponentSubject } from './bench.ts';
import { refusing } from './refusal.ts';
import { demand } from './report.ts';

/**
 * Transactions that are more work: twice the bytes and every size of the form at once, since sizes may depend on one
 * another (more rows of as many elements are shorter rows). Switches and the numbers and counts of ports stay.
 */
export function grown(
  subject: ComponentSubject,
  bench: Bench,
  transaction: Transaction,
): readonly Transaction[] {
  if (subject.grow !== undefined) return subject.grow(transaction);
  const { kind, bytes, pattern, dims = {} } = transaction;
  const form = bench.declaration.accepts[kind];
  if (form === undefined || bytes * 2 > form.bytes.max) return [];
  const sizes = Object.entries(form.dims).map(([name, size]): readonly [string, number, number] => {
    const isWork = size.max > 1 && size.below === undefined && size.atMost === undefined;
    const value = dims[name] ?? size.min;
    return [name, isWork ? value * 2 : value, size.max];
  });
  if (sizes.some(([, value, max]) => value > max)) return [];
  const more = {
    ...transaction,
    bytes: bytes * 2,
    dims: Object.fromEntries(sizes.map(([name, value]) => [name, value])),
  };
  return [pattern === undefined ? more : { ...more, pattern: { ...pattern, runs: pattern.runs * 2 } }];
}

const RATES: readonly string[] = ['frequency', 'bandwidth', 'pinRate'];

/** Throws `LawBroken` when the lower bound falls with more work, a lower rate or a longer time. */
export function checkBoundGrows(
  subject: ComponentSubject,
  bench: Bench,
  transaction: Transaction,
  which: number,
  eighths: number,
): void {
  const { declaration, values } = bench;
  const bound = refusing(() => declaration.lowerBound(transaction, values));
  for (const more of grown(subject, bench, transaction)) {
    const larger = declaration.lowerBound(more, values);
    demand(larger >= bound, () => `the bound falls from ${bound} to ${larger} ps for ${fc.stringify(more)}`);
  }
  const varied = Object.entries(declaration.parameters).filter(([, { form }]) => isRateOrTime(form));
  const [name, parameter] = varied[which % Math.max(1, varied.length)] ?? [];
  if (name === undefined || parameter?.form.kind !== 'quantity') return;
  const value = values[name];
  if (typeof value !== 'number') return;
  const scaled = Math.min(parameter.form.max, (value * eighths) / 8);
  const changed = { ...values, [name]: scaled };
  if (declaration.conflicts(changed).length > 0) return;
  const other = refusing(() => declaration.lowerBound(transaction, changed));
  const isRate = RATES.includes(parameter.form.dimension);
  demand(
    isRate ? other <= bound : other >= bound,
    () => `the bound goes from ${bound} to ${other} ps when ${name} goes from ${value} to ${scaled}`,
  );
}

function isRateOrTime(form: Parameter['form']): boolean {
  return form.kind === 'quantity' && (form.dimension === 'time' || RATES.includes(form.dimension));
}

/** Throws `LawBroken` when more work takes less time. */
export function checkTimeGrows(subject: ComponentSubject, bench: Bench, transaction: Transaction): void {
  const { duration } = observe(bench, alone(bench, transaction));
  for (const more of grown(subject, bench, transaction)) {
    const longer = durationOrRefused(bench, more);
    demand(
      longer === undefined || longer >= duration,
      () => `${duration} ps, and ${longer} ps for the larger ${fc.stringify(more)}`,
    );
  }
}

/** More work may be more than fits. */
function durationOrRefused(bench: Bench, transaction: Transaction): number | undefined {
  try {
    return observe(bench, alone(bench, transaction)).duration;
  } catch (error) {
    if (fc.PreconditionFailure.isFailure(error)) return undefined;
    throw error;
  }
}
