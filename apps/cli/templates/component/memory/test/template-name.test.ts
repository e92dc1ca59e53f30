import { Machine } from '@systole/core';
import type { Tally, Transaction } from '@systole/core';
import { checkComponent, formatReport } from '@systole/laws';
import { expect, it } from 'vitest';
import { templateName } from '../src/index.ts';

/** Transactions one after the other, on a component with its default parameters: words of 256 B, 1 GHz. */
function run(...transactions: readonly Transaction[]): Tally {
  const defaults = Object.entries(templateName.parameters).map(([name, { fallback }]) => [name, fallback]);
  const part = { name: 'memory', declaration: templateName, values: Object.fromEntries(defaults) };
  const tasks = transactions.map((transaction, index) => ({
    name: `access ${index}`,
    tag: 0,
    after: index === 0 ? [] : [index - 1],
    delay: 0,
    chunks: 1,
    stages: [{ component: 0, transaction, slots: 1 }],
  }));
  return new Machine([part], 1).run(tasks);
}

it('reads a word in a cycle and writes one in two, and then takes its latency', () => {
  expect(run({ kind: 'read', bytes: 1000 }).duration).toBe((4 * 1 + 2) * 1000);
  expect(run({ kind: 'write', bytes: 1000 }).duration).toBe((4 * 2 + 2) * 1000);
  expect(run({ kind: 'write', bytes: 1000 }, { kind: 'read', bytes: 1 }).duration).toBe((10 + 3) * 1000);
});

it('reads whole words, each run from a word of its own', () => {
  const runs = {
    base: 0,
    run: 10,
    stride: 4096,
    runs: 5,
    order: 'sequential',
    layout: 'interleaved',
  } as const;
  const tally = run({ kind: 'read', bytes: 50, pattern: runs });
  expect(tally.duration).toBe((5 + 2) * 1000);
  // Actions in the order of their declaration: bits read, bits written.
  expect([...tally.actions]).toEqual([5 * 256 * 8, 0]);
});

it('refuses what it cannot do, and says what to do instead', () => {
  expect(() => run({ kind: 'erase', bytes: 1 })).toThrow(
    'there is no transaction "erase"\n  Ask for read or write.',
  );
  const beyond = {
    base: 2 ** 23,
    run: 1,
    stride: 1,
    runs: 1,
    order: 'sequential',
    layout: 'interleaved',
  } as const;
  expect(() => run({ kind: 'read', bytes: 1, pattern: beyond })).toThrow(
    'reaches byte 8388609 of a memory of 8388608',
  );
});

it('keeps the laws', () => {
  const report = checkComponent(templateName, { runs: 100 });
  expect(report.isSound ? '' : formatReport(report)).toBe('');
});
