import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { errorOf } from '../src/validation/case-error.ts';
import type { CaseError } from '../src/validation/case-error.ts';
import type { Dramsim3Case, Dramsim3Inis } from '../src/validation/dramsim3-case.ts';
import { runStreamCase } from '../src/validation/streams.ts';

interface Reference {
  readonly cases: readonly (Dramsim3Case | { readonly peer: 'ramulator2.1' })[];
  readonly dramsim3_parameters: Dramsim3Inis;
}

const file = new URL('../reference/streams.json', import.meta.url);
const reference = JSON.parse(readFileSync(file, 'utf8')) as Reference;
const cases = reference.cases.filter((each): each is Dramsim3Case => each.peer === 'dramsim3');
const results: CaseError[] = [];

/** The reference has latencies to 0.001 clocks; at the end it counts a clock more of a row that is open. */
const ROUNDING = 2e-5;
const EXACT = new Set(['cycles', 'ACT', 'RD', 'WR', 'PRE', 'REF']);

describe('detailed DRAM with bank queues beside DRAMsim3', () => {
  test.each(cases)('$id: $config.ini $stream.kind', (each) => {
    const errors = runStreamCase(each, reference.dramsim3_parameters);
    results.push(...errors);
    const off = errors.filter(
      (error) => Math.abs(errorOf(error)) > (EXACT.has(error.quantity) ? 0 : ROUNDING),
    );
    expect(off).toEqual([]);
  });

  test('every figure of every case was compared', () => {
    const groups = new Map<string, CaseError[]>();
    for (const error of results) groups.set(error.quantity, [...(groups.get(error.quantity) ?? []), error]);
    const lines = [...groups].map(([quantity, errors]) => {
      const worst = Math.max(...errors.map((error) => Math.abs(errorOf(error))));
      return `| ${quantity} | ${errors.length} | ${(worst * 100).toFixed(4)} % |`;
    });
    console.info(['| beside DRAMsim3 | cases | worst error |', '| --- | --- | --- |', ...lines].join('\n'));
    const reading = cases.filter(({ expected }) => typeof expected.avg_read_latency_cycles === 'number');
    const counts = [...groups].map(([quantity, errors]) => [quantity, errors.length]);
    const expected = [...groups.keys()].map((quantity) => [
      quantity,
      quantity === 'meanLatency' ? reading.length : cases.length,
    ]);
    expect(counts).toEqual(expected);
    expect([...groups.keys()]).toEqual(
      expect.arrayContaining([...EXACT, 'meanLatency', 'activateEnergy', 'backgroundEnergy', 'energy']),
    );
  });
});
