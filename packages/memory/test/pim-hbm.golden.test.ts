import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { hbmPimElementwiseCycles, hbmPimGemvCycles } from '../src/pim/hbm-pim/hbm-pim-cycles.ts';
import { HBM2_PIM, HBM2_PIM_2RANKS } from '../src/pim/hbm-pim/hbm-pim-presets.ts';
import { errorOf } from '../src/validation/case-error.ts';
import type { CaseError } from '../src/validation/case-error.ts';
import { hbmPimErrors } from '../src/validation/pim-hbm.ts';
import { pimCaseId } from '../src/validation/pim-reference.ts';
import type { PimReference } from '../src/validation/pim-reference.ts';
import { ErrorTable } from './helpers/error-table.ts';

const file = new URL('../reference/pim-gemv.json', import.meta.url);
const reference = JSON.parse(readFileSync(file, 'utf8')) as PimReference;
const cases = reference.cases.filter(({ peer }) => peer === 'PIMSimulator');
const errors: CaseError[] = [];

// PIMSimulator: https://github.com/SAITPublic/PIMSimulator at b464dde.
describe('HBM2-PIM beside PIMSimulator', () => {
  test.each(cases.map((each) => [pimCaseId(each), each] as const))('%s', (_, each) => {
    const found = hbmPimErrors(reference, each);
    errors.push(...found);
    // Kernels and the host's traffic, with and without refresh, one rank and two: all of it to the clock and the command.
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
      `| cycles, beside PIMSimulator | cases | range | mean |\n| --- | --- | --- | --- |\n${table.toString()}`,
    );
    const count = (quantity: string): number => errors.filter((each) => each.quantity === quantity).length;
    expect(count('cycles')).toBe(79);
    expect(count('readout')).toBeGreaterThan(30);
    for (const command of ['ACT', 'PRE', 'RD', 'WR', 'REF']) expect(count(command)).toBe(79);
    expect(Math.max(...errors.map((error) => Math.abs(errorOf(error))))).toBe(0);
  });
});

test('the closed forms are within 1 % of PIMSimulator, and exact without refresh', () => {
  const still = { ...HBM2_PIM, timings: { ...HBM2_PIM.timings, nREFI: 0 } };
  const devices = { pimsim: HBM2_PIM, 'pimsim-norefresh': still, 'pimsim-2ranks': HBM2_PIM_2RANKS };
  const table = new ErrorTable();
  for (const { config, rule, workload, cycles } of cases) {
    if (rule.endsWith('-host')) continue;
    const device = devices[config as keyof typeof devices];
    const sizes = workload as {
      kernel: 'gemv' | 'add' | 'relu';
      channels: number;
      out: number;
      in: number;
      elements: number;
    };
    const { kernel, ...shape } = sizes;
    const found =
      kernel === 'gemv'
        ? hbmPimGemvCycles(device, shape)
        : hbmPimElementwiseCycles(device, { kind: kernel, ...shape });
    table.add(config, found, cycles);
  }
  console.info(table.toString());
  expect(table.worst('pimsim-norefresh')).toBe(0);
  expect(table.worst('pimsim')).toBeLessThan(0.01);
  expect(table.worst('pimsim-2ranks')).toBeLessThan(0.01);
  expect(table.count('pimsim-norefresh')).toBeGreaterThan(25);
});
