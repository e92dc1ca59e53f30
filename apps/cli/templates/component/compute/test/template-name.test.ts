import { Machine } from '@systole/core';
import type { Tally, Transaction } from '@systole/core';
import { checkComponent, formatReport } from '@systole/laws';
import { expect, it } from 'vitest';
import { templateName } from '../src/index.ts';

/** One product on a component with its default parameters, but for 16 lanes: 1 GHz, 4 cycles from operands to sum. */
function run(transaction: Transaction): Tally {
  const defaults = Object.entries(templateName.parameters).map(([name, { fallback }]) => [name, fallback]);
  const values = { ...Object.fromEntries(defaults), lanes: 16 };
  const stages = [{ component: 0, transaction, slots: 1 }];
  return new Machine([{ name: 'unit', declaration: templateName, values }], 1).run([
    { name: 'product', tag: 0, after: [], delay: 0, chunks: 1, stages },
  ]);
}

it('takes a cycle for each element of a row and turn of the lanes, and then its depth', () => {
  const tally = run({ kind: 'dot', bytes: 0, dims: { rows: 3, inner: 64, columns: 20 } });
  // 20 columns take 16 lanes two turns.
  expect(tally.duration).toBe((3 * 2 * 64 + 4) * 1000);
  expect(tally.usefulMacs[0]).toBe(3 * 64 * 20);
  expect(tally.paddedMacs[0]).toBe(3 * 64 * 12);
});

it('does no more useful work than it is asked for', () => {
  const dims = { rows: 2, inner: 8, columns: 16 };
  const tally = run({ kind: 'dot', bytes: 0, dims, macs: 100 });
  expect([tally.usefulMacs[0], tally.paddedMacs[0]]).toEqual([100, 256 - 100]);
  // Actions in the order of their declaration: multiply-accumulates, padding.
  expect([...tally.actions]).toEqual([100, 156]);
});

it('refuses what it cannot do, and says what to do instead', () => {
  const dims = { rows: 1, inner: 1, columns: 1 };
  expect(() => run({ kind: 'softmax', bytes: 0, dims })).toThrow('Ask for dot');
  expect(() => run({ kind: 'dot', bytes: 0, dims: { ...dims, rows: 0.5 } })).toThrow('no dot of 0.5 x 1 x 1');
  expect(() => run({ kind: 'dot', bytes: 0, dims, format: 'fp8' })).toThrow(
    'lanes of bf16 are given operands of fp8',
  );
  expect(() => run({ kind: 'dot', bytes: 0, dims, macs: 2 })).toThrow('asked for 2 useful ones');
});

it('keeps the laws', () => {
  const report = checkComponent(templateName, { runs: 100 });
  expect(report.isSound ? '' : formatReport(report)).toBe('');
});
