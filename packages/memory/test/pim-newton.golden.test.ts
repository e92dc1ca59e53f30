import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { newtonGemvCycles } from '../src/pim/newton/newton-cycles.ts';
import { NEWTON_HBM2, NEWTON_HBM2_DUAL } from '../src/pim/newton/newton-presets.ts';
import { errorOf } from '../src/validation/case-error.ts';
import type { CaseError } from '../src/validation/case-error.ts';
import { newtonErrors } from '../src/validation/pim-newton.ts';
import { pimCaseId } from '../src/validation/pim-reference.ts';
import type { PimReference } from '../src/validation/pim-reference.ts';
import { ErrorTable } from './helpers/error-table.ts';

const file = new URL('../reference/pim-gemv.json', import.meta.url);
const reference = JSON.parse(readFileSync(file, 'utf8')) as PimReference;
const cases = reference.cases.filter(({ config }) => config.startsWith('newton'));
const errors: CaseError[] = [];

// NewtonSim: https://github.com/casys-kaist/NeuPIMs at f299af3, extern/NewtonSim.
describe('Newton beside NewtonSim', () => {
  test.each(cases.map((each) => [pimCaseId(each), each] as const))('%s', (_, each) => {
    const found = newtonErrors(reference, each);
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
      `| cycles, beside NewtonSim | cases | range | mean |\n| --- | --- | --- | --- |\n${table.toString()}`,
    );
    const count = (quantity: string): number => errors.filter((each) => each.quantity === quantity).length;
    expect(count('cycles')).toBe(52);
    for (const command of ['G_ACT', 'COMP', 'GWRITE', 'READRES', 'ACT']) expect(count(command)).toBe(52);
    expect(count('REF')).toBeGreaterThan(20);
    expect(Math.max(...errors.map((error) => Math.abs(errorOf(error))))).toBe(0);
  });
});

test('the closed forms are within 2 % of NewtonSim, and exact without refresh', () => {
  const table = new ErrorTable();
  for (const device of [NEWTON_HBM2, NEWTON_HBM2_DUAL]) {
    const still = { ...device, timings: { ...device.timings, nREFI: 0 } };
    const config = `newton-${device.rowBuffers}`;
    for (const each of cases) {
      const { M, K } = each.workload as { M: number; K: number };
      if (each.config === config) table.add(config, newtonGemvCycles(device, { M, K }), each.cycles);
      if (each.config === `${config}-norefresh`)
        table.add('still', newtonGemvCycles(still, { M, K }), each.cycles);
    }
  }
  console.info(table.toString());
  expect(table.count('still')).toBe(26);
  expect(table.worst('still')).toBe(0);
  expect(table.worst('newton-single')).toBeLessThan(0.005);
  expect(table.worst('newton-dual')).toBeLessThan(0.02);
});
