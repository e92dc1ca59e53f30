import { expect, it } from 'vitest';
import { errorOf } from '../src/validation/case-error.ts';
import { inMemoryFidelityCases, inMemoryFidelityError } from '../src/validation/fidelity-in-memory.ts';
import { summariseFidelity } from '../src/validation/fidelity.ts';

/** Of all cases, every so many; `systole validate memory` takes all. */
const EVERY = 7;

it('in-memory compute at level fast of memory/dram is near level detailed', () => {
  const errors = [...inMemoryFidelityCases()]
    .filter(({ group }, index) => group === 'vectors' || index % EVERY === 0)
    .map(inMemoryFidelityError);
  const streams = errors.filter(({ group }) => group !== 'vectors');
  const vectors = errors.filter(({ group }) => group === 'vectors');
  const { cases, median, p95, worst } = summariseFidelity(streams);
  console.info(`in-memory compute, fast beside detailed: ${JSON.stringify({ cases, median, p95, worst })}`);
  expect(cases).toBeGreaterThan(300);
  expect(median).toBeLessThanOrEqual(0.02);
  expect(p95).toBeLessThanOrEqual(0.1);
  expect(worst).toBeLessThanOrEqual(0.13);
  // Level fast stops vectors for refreshes, which hold back activates alone.
  expect(summariseFidelity(vectors).worst).toBeLessThanOrEqual(0.14);
  expect(Math.min(...vectors.map(errorOf))).toBeGreaterThanOrEqual(-0.01);
});
