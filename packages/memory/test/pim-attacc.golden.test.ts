import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { errorOf } from '../src/validation/case-error.ts';
import type { CaseError } from '../src/validation/case-error.ts';
import { attAccErrors } from '../src/validation/pim-attacc.ts';
import { pimCaseId } from '../src/validation/pim-reference.ts';
import type { PimReference } from '../src/validation/pim-reference.ts';
import { ErrorTable } from './helpers/error-table.ts';

const file = new URL('../reference/pim-gemv.json', import.meta.url);
const reference = JSON.parse(readFileSync(file, 'utf8')) as PimReference;
const cases = reference.cases.filter(({ peer }) => peer === 'AttAcc ramulator');
const errors: CaseError[] = [];

// AttAcc's simulator: https://github.com/scale-snu/attacc_simulator at c600051, on Ramulator 2 at b7c7027.
describe('HBM3 with attention units beside AttAcc', () => {
  test.each(cases.map((each) => [pimCaseId(each), each] as const))('%s', (_, each) => {
    const found = attAccErrors(reference, each);
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
      `| cycles, beside AttAcc ramulator | cases | range | mean |\n| --- | --- | --- | --- |\n${table.toString()}`,
    );
    const count = (quantity: string): number => errors.filter((each) => each.quantity === quantity).length;
    expect(count('cycles')).toBe(46);
    for (const command of ['MACAB', 'MACSB', 'MACPB']) expect(count(command)).toBeGreaterThan(8);
    expect(count('REFab')).toBeGreaterThan(10);
    expect(Math.max(...errors.map((error) => Math.abs(errorOf(error))))).toBe(0);
  });
});
