import { expect, it } from 'vitest';
import { dram } from '../src/index.ts';
import { fidelityCases, fidelityError, summariseFidelity } from '../src/validation/fidelity.ts';
import type { FidelityCase, FidelitySummary } from '../src/validation/fidelity.ts';

/** Of all cases, every so many; `systole validate memory` takes all. */
const EVERY = 17;

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function line(group: string, { cases, median, p95, worst, mean }: FidelitySummary): string {
  return `| ${[group, cases, ...[median, p95, worst, mean].map(percent)].join(' | ')} |`;
}

/** The controller of a bus turns from reads to writes for all channels that share it; at level fast each does by itself. */
function isShared({ values, group }: FidelityCase): boolean {
  return group === 'streams-2r1w' && Number(values['pseudoChannels']) > 1;
}

it('level fast of memory/dram is near level detailed', () => {
  const cases = [...fidelityCases()].filter((_, index) => index % EVERY === 0);
  const errors = cases.map(fidelityError);
  const groups = [...new Set(errors.map(({ group }) => group))];
  const lines = groups.map((name) =>
    line(name, summariseFidelity(errors.filter(({ group }) => group === name))),
  );
  const all = summariseFidelity(errors);
  const shared = new Set(cases.filter(isShared).map(({ id }) => id));
  const apart = summariseFidelity(errors.filter(({ id }) => shared.has(id)));
  const others = summariseFidelity(errors.filter(({ id }) => !shared.has(id)));
  console.info(
    [
      '| fast beside detailed | cases | median | p95 | worst | mean |',
      '| --- | --- | --- | --- | --- | --- |',
      ...lines,
      line('reads and writes at once, shared controller', apart),
      line('all but these', others),
      line('all', all),
    ].join('\n'),
  );
  expect(all.cases).toBeGreaterThan(200);
  expect(all.median).toBeLessThanOrEqual(0.015);
  expect(all.p95).toBeLessThanOrEqual(1.2 * (dram.fastError?.share ?? 0));
  expect(others.worst).toBeLessThanOrEqual(dram.fastError?.worst ?? 0);
  expect(apart.worst).toBeLessThanOrEqual(0.28);
});
