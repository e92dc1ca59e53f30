import { Machine } from '@systole/core';
import type { Tally, Transaction } from '@systole/core';
import { checkComponent, formatReport } from '@systole/laws';
import { expect, it } from 'vitest';
import { templateName } from '../src/index.ts';

/** One transfer on a component with its default parameters: 16 stations, 128 B a cycle, a cycle a hop, 1 GHz. */
function run(transaction: Transaction): Tally {
  const defaults = Object.entries(templateName.parameters).map(([name, { fallback }]) => [name, fallback]);
  const part = { name: 'line', declaration: templateName, values: Object.fromEntries(defaults) };
  const stages = [{ component: 0, transaction, slots: 1 }];
  return new Machine([part], 1).run([{ name: 'transfer', tag: 0, after: [], delay: 0, chunks: 1, stages }]);
}

it('takes a cycle for each beat and for each hop', () => {
  const dims = { source: 2, target: 12 };
  expect(run({ kind: 'transfer', bytes: 1000, dims }).duration).toBe((8 + 10) * 1000);
  // Copies follow one another.
  expect(run({ kind: 'transfer', bytes: 1000, dims: { ...dims, copies: 2 } }).duration).toBe(
    (16 + 10) * 1000,
  );
});

it('counts hops between the outermost stations that take part', () => {
  const hops = (dims: Record<string, number>): number | undefined =>
    (run({ kind: 'transfer', bytes: 1, dims }).actions[0] ?? 0) / 8;
  expect(hops({ source: 4, target: 4 })).toBe(0);
  expect(hops({ source: 4, sources: 2, target: 1, targets: 2 })).toBe(4);
  expect(hops({ source: 14, sources: 4, target: 8 })).toBe(15);
});

it('refuses what it cannot do, and says what to do instead', () => {
  expect(() => run({ kind: 'read', bytes: 1 })).toThrow(
    'there is no transaction "read"\n  Ask for transfer.',
  );
  expect(() => run({ kind: 'transfer', bytes: 1, dims: { source: 16 } })).toThrow(
    'Raise the parameter stations',
  );
  expect(() => run({ kind: 'transfer', bytes: 1, dims: { copies: 0 } })).toThrow('1 bytes in 0 copies');
});

it('keeps the laws', () => {
  const report = checkComponent(templateName, { runs: 100 });
  expect(report.isSound ? '' : formatReport(report)).toBe('');
});
