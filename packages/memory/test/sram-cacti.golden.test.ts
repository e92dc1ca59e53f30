import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CACTI_POINTS } from '../src/sram/cacti-table.ts';
import { errorOf } from '../src/validation/case-error.ts';
import { sramErrors } from '../src/validation/sram.ts';
import type { SramReferenceRow } from '../src/validation/sram.ts';

const { rows } = JSON.parse(
  readFileSync(new URL('../reference/sram-cacti.json', import.meta.url), 'utf8'),
) as { rows: readonly SramReferenceRow[] };

const QUANTITIES = [
  'accessTime',
  'cycleTime',
  'readEnergy',
  'writeEnergy',
  'leakage',
  'gateLeakage',
  'area',
] as const;

/** Sizes of the errors of a quantity, least first. */
function errorsOf(cases: readonly SramReferenceRow[], quantity: string): readonly number[] {
  return cases
    .flatMap(sramErrors)
    .filter((found) => found.quantity === quantity)
    .map((found) => Math.abs(errorOf(found)))
    .sort((a, b) => a - b);
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.ceil(share * sorted.length) - 1] ?? NaN;

describe('SRAM against CACTI 7.0, each point left out in turn', () => {
  test('the table is the reference', () => {
    const table = CACTI_POINTS.map(({ capacity, width, node, cell, figures }) => ({
      capacity_bytes: capacity,
      access_width_bytes: width,
      tech_nm: node,
      cell,
      access_time_ns: figures.accessTime,
      cycle_time_ns: figures.cycleTime,
      read_energy_pj: figures.readEnergy,
      write_energy_pj: figures.writeEnergy,
      leakage_mw: figures.leakage,
      gate_leakage_mw: figures.gateLeakage,
      area_mm2: figures.area,
    }));
    const byPlace = (row: SramReferenceRow): string =>
      [row.cell, row.tech_nm, row.access_width_bytes, row.capacity_bytes].join();
    const found = new Map(table.map((row) => [byPlace(row), row]));
    expect(found.size).toBe(rows.length);
    for (const row of rows) expect(row).toMatchObject(found.get(byPlace(row)) ?? {});
  });

  test('errors of the points left out', () => {
    const table = QUANTITIES.map((quantity) => {
      const errors = errorsOf(rows, quantity);
      const [median, tail, worst] = [0.5, 0.9, 1].map((share) => quantile(errors, share));
      return { quantity, cases: errors.length, median, tail, worst };
    });
    const percent = (share = NaN): string => `${(share * 100).toFixed(1)} %`;
    console.log(
      table
        .map(
          (row) =>
            `| ${row.quantity} | ${percent(row.median)} | ${percent(row.tail)} | ${percent(row.worst)} |`,
        )
        .join('\n'),
    );
    const bound = (quantity: string): (typeof table)[number] | undefined =>
      table.find((row) => row.quantity === quantity);
    for (const { cases } of table) expect(cases).toBe(110);
    expect(bound('accessTime')?.median).toBeLessThan(0.02);
    expect(bound('leakage')?.median).toBeLessThan(0.015);
    expect(bound('gateLeakage')?.median).toBeLessThan(0.03);
    expect(bound('readEnergy')?.tail).toBeLessThan(0.16);
    expect(bound('writeEnergy')?.tail).toBeLessThan(0.11);
    expect(bound('area')?.tail).toBeLessThan(0.1);
    // More than half of the foldings are found, and with them the exact time.
    expect(bound('cycleTime')?.median).toBeLessThan(0.01);
    expect(bound('cycleTime')?.tail).toBeLessThan(0.4);
  });

  test('no cell, node or width alone makes the medians', () => {
    for (const part of ['itrs-hp', 'itrs-lop', 'itrs-lstp']) {
      const some = rows.filter(({ cell }) => cell === part);
      expect(quantile(errorsOf(some, 'accessTime'), 0.5)).toBeLessThan(0.03);
      expect(quantile(errorsOf(some, 'leakage'), 0.5)).toBeLessThan(0.03);
    }
  });
});
