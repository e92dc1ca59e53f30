import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { errorOf } from '../src/validation/case-error.ts';
import type { CaseError } from '../src/validation/case-error.ts';
import { aimErrors } from '../src/validation/pim-aim.ts';
import { pimCaseId } from '../src/validation/pim-reference.ts';
import type { PimReference } from '../src/validation/pim-reference.ts';
import { ErrorTable } from './helpers/error-table.ts';

const file = new URL('../reference/pim-gemv.json', import.meta.url);
const reference = JSON.parse(readFileSync(file, 'utf8')) as PimReference;
const cases = reference.cases.filter(({ peer }) => peer === 'aim_simulator');
const errors: CaseError[] = [];

// aim_simulator: https://github.com/arkhadem/aim_simulator at 0f28a07; with refresh, its refreshes made to come.
describe('GDDR6-AiM beside aim_simulator', () => {
  test.each(cases.map((each) => [pimCaseId(each), each] as const))('%s', (_, each) => {
    const found = aimErrors(reference, each);
    errors.push(...found);
    for (const { quantity, simulated, reference: expected } of found) {
      expect({ quantity, value: simulated }).toEqual({ quantity, value: expected });
    }
  });

  test('the table of errors has every case', () => {
    const table = new ErrorTable();
    for (const each of errors.filter(({ quantity }) => quantity === 'cycles')) {
      table.add(each.group, each.simulated, each.reference);
    }
    console.info(
      `| cycles, beside aim_simulator | cases | range | mean |\n| --- | --- | --- | --- |\n${table.toString()}`,
    );
    const count = (quantity: string): number => errors.filter((each) => each.quantity === quantity).length;
    expect(count('cycles')).toBe(342);
    expect(count('ACT16')).toBeGreaterThan(330);
    expect(count('REFab')).toBeGreaterThan(100);
    expect(Math.max(...errors.map((error) => Math.abs(errorOf(error))))).toBe(0);
  });
});
