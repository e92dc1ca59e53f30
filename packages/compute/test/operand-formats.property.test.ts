import { flashCore, pimBank, simdMac, systolic, systolicCycles } from '@systole/compute';
import { Machine } from '@systole/core';
import type { ComponentDeclaration, Task, Transaction } from '@systole/core';
import { findFormat, isExactIn, NUMBER_FORMATS } from '@systole/numerics';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partOf } from './part-of.ts';
import type { Written } from './part-of.ts';
import { multiply, stepWeightStationary } from './stepped-array.ts';

const elements = NUMBER_FORMATS.filter(({ block }) => block === undefined).map(({ name }) => name);
const format = fc.constantFrom(...elements);
const size = fc.integer({ min: 1, max: 40 });
const sizes = fc.record({ m: size, k: size, n: size });
const passes = fc.integer({ min: 1, max: 16 });

const unit: fc.Arbitrary<readonly [ComponentDeclaration, Written]> = fc.oneof(
  fc
    .record({
      rows: fc.integer({ min: 1, max: 9 }),
      columns: fc.integer({ min: 1, max: 9 }),
      macsPerPe: fc.integer({ min: 1, max: 4 }),
      doubleBuffered: fc.boolean(),
      dataflow: fc.constantFrom('weight-stationary', 'input-stationary', 'output-stationary'),
      format,
    })
    .map((written) => [systolic as ComponentDeclaration, written] as const),
  fc
    .record({
      lanes: fc.integer({ min: 1, max: 30 }),
      arrangement: fc.constantFrom('inner', 'outputs'),
      packing: fc.constantFrom('linear', 'none'),
      kinds: fc.constantFrom('same', 'all'),
      format,
    })
    .map((written) => [simdMac as ComponentDeclaration, written] as const),
);

function run(declaration: ComponentDeclaration, written: Written, transaction: Transaction) {
  const machine = new Machine([partOf(declaration, { ...written, clock: '1 GHz' })], 1);
  const stages = [{ component: 0, transaction, slots: 1 }];
  const task: Task = { name: 'matmul', tag: 0, after: [], chunks: 1, delay: 0, stages };
  const tally = machine.run([task]);
  const energy = machine.layout.actions.reduce(
    (total, action, index) => total + action.energy * (tally.actions[index] ?? 0),
    0,
  );
  return { duration: tally.duration, useful: tally.usefulMacs[0] ?? 0, energy };
}

const matmul = (dims: Readonly<Record<string, number>>, formats: Partial<Transaction> = {}): Transaction => ({
  kind: 'matmul',
  bytes: 0,
  dims,
  ...formats,
});

describe('operands of other formats, laws', () => {
  it('lists every format that is widened exactly, none faster than what holds it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<ComponentDeclaration>(
          systolic as ComponentDeclaration,
          flashCore as ComponentDeclaration,
          pimBank as ComponentDeclaration,
        ),
        format,
        (declaration, name) => {
          const rates = (widens: boolean): Readonly<Record<string, number>> =>
            declaration.facts(partOf(declaration, { format: name, widens }).values).macsPerSecond ?? {};
          const own = findFormat(name);
          const held = elements.filter((inner) => {
            const found = findFormat(inner);
            return found !== undefined && own !== undefined && isExactIn(found, own);
          });
          expect(Object.keys(rates(true)).toSorted()).toEqual(held.toSorted());
          expect(Object.keys(rates(false))).toEqual([name]);
          expect(new Set(Object.values(rates(true)))).toEqual(new Set([rates(false)[name]]));
        },
      ),
    );
  });

  it('is never faster with widened operands than with those of its own format, nor cheaper', () => {
    fc.assert(
      fc.property(unit, sizes, format, format, ([declaration, written], dims, stored, streaming) => {
        const own = findFormat(String(written['format']));
        const [left, right] = [findFormat(stored), findFormat(streaming)];
        fc.pre(own !== undefined && left !== undefined && right !== undefined);
        fc.pre(left !== right && isExactIn(left, own) && isExactIn(right, own));
        const widening = { ...written, widens: true };
        const widened = matmul(dims, { format: stored, activationFormat: streaming });
        expect(run(declaration, widening, widened)).toEqual(run(declaration, written, matmul(dims)));
      }),
    );
  });

  it('takes a wide activation at most as many times as long as it has passes, and at least the bound', () => {
    fc.assert(
      fc.property(
        unit,
        sizes,
        fc.constantFrom('int8', 'fp8-e4m3', 'posit8', 'int4', 'fp4-e2m1'),
        fc.constantFrom('int16', 'fp16', 'bf16'),
        passes,
        ([declaration, written], dims, name, activationFormat, count) => {
          const of = { ...written, format: name, wideActivationPasses: count };
          const wide = matmul(dims, { activationFormat, format: name });
          const [once, several] = [run(declaration, of, matmul(dims)), run(declaration, of, wide)];
          expect(several.useful).toBe(once.useful);
          expect(several.duration).toBeGreaterThanOrEqual(once.duration);
          expect(several.duration).toBeLessThanOrEqual(count * once.duration);
          expect(several.energy).toBeCloseTo(count * once.energy, 3);
          const { values } = partOf(declaration, { ...of, clock: '1 GHz' });
          expect(several.duration).toBeGreaterThanOrEqual(declaration.lowerBound(wide, values));
          const rate = declaration.facts(values).wideMacsPerSecond?.[activationFormat] ?? 0;
          expect(several.useful).toBeLessThanOrEqual((rate * several.duration * (1 + 1e-9)) / 1e12);
          // More work is more time, in passes too.
          const more = run(declaration, of, matmul({ ...dims, m: dims.m + 1 }, wide));
          expect(more.duration).toBeGreaterThanOrEqual(several.duration);
        },
      ),
    );
  });

  it('takes the cycles in which an array that steps register by register has added up the halves', () => {
    const side = fc.integer({ min: 1, max: 7 });
    fc.assert(
      fc.property(side, side, side, side, side, fc.nat(65_535), (m, k, n, rows, columns, seed) => {
        let state = seed + 1;
        const value = (): number => (state = (state * 48_271) % 2_147_483_647) % 65_536;
        const left = Array.from({ length: m }, () => Array.from({ length: k }, value));
        const right = Array.from({ length: k }, () => Array.from({ length: n }, () => value() % 256));
        // Each row of 16 bits enters as the wave of its high halves and that of its low ones.
        const halves = left.flatMap((row) => [row.map((x) => x >> 8), row.map((x) => x & 255)]);
        const cost = systolicCycles(
          { m, k, n },
          { rows, columns, dataflow: 'weight-stationary', doubleBuffered: true, passes: 2 },
        );
        const streamAt = Array.from({ length: cost.folds }, (_, fold) => rows + fold * Math.max(2 * m, rows));
        // A tile loads behind the one before as soon as this one is in use.
        const loadAt = streamAt.map((_, fold) => streamAt[fold - 1] ?? 0);
        const { product, lastCycle } = stepWeightStationary(halves, right, rows, columns, loadAt, streamAt);
        const summed = left.map((_, row) =>
          (product[2 * row] ?? []).map(
            (high, column) => high * 256 + (product[2 * row + 1]?.[column] ?? NaN),
          ),
        );
        expect(summed).toEqual(multiply(left, right));
        expect(lastCycle).toBe(cost.lastCycle);
      }),
    );
  });
});
