import { expect, it } from 'vitest';
import { fidelityCases, fidelityError, summariseFidelity } from '../src/validation/fidelity.ts';
import type { FidelitySummary } from '../src/validation/fidelity.ts';

/** Of all cases, every so many; `systole validate memory` takes all. */
const EVERY = 17;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function line(group: string, { cases, median, p95, worst, mean }: FidelitySummary): string {
  return `| ${[group, cases, ...[median, p95, worst, mean].map(percent)].join(' | ')} |`;
}

it('level fast of memory/dram is near level detailed', () => {
  const errors = [...fidelityCases()].filter((_, index) => index % EVERY === 0).map(fidelityError);
  const groups = [...new Set(errors.map(({ group }) => group))];
  const lines = groups.map((name) =>
    line(name, summariseFidelity(errors.filter(({ group }) => group === name))),
  );
  // Runs with a bank each: level fast serves one after another, where the queue holds two of two bank groups.
  const apart = errors.filter(({ group }) => group.startsWith('local'));
  const others = errors.filter(({ group }) => !group.startsWith('local'));
  const summary = summariseFidelity(others);
  console.info(
    [
      '| fast beside detailed | cases | median | p95 | worst | mean |',
      '| --- | --- | --- | --- | --- | --- |',
      ...lines,
      line('all but local', summary),
      line('all', summariseFidelity(errors)),
    ].join('\n'),
  );
  expect(summary.cases).toBeGreaterThan(150);
  expect(summary.median).toBeLessThanOrEqual(0.03);
  expect(summary.p95).toBeLessThanOrEqual(0.1);
  expect(summariseFidelity(apart).worst).toBeLessThanOrEqual(1);
});
