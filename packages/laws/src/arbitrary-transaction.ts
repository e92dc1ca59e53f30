import * as fc from 'fast-check';
import type { AccessPattern, ComponentDeclaration, DimensionForm, Transaction } from '@systole/core';
import { arbitraryFormats } from './arbitrary-formats.ts';
import type { ParameterValues } from './arbitrary-values.ts';

/** Sizes go up to 2 to this: large enough for many rows and bursts, small enough for many cases. */
const MAX_BITS = 15;
const MAX_RUNS = 48;

/**
 * A transaction of any kind that a component accepts, from the forms alone: sizes within their ranges (small ones as
 * likely as large ones), multiples and port numbers as declared, patterns that hold the payload, and for kinds with formats
 * sometimes activations of another one than the stored operand has.
 */
export function arbitraryTransaction(
  declaration: ComponentDeclaration,
  values: ParameterValues,
): fc.Arbitrary<Transaction> {
  const kinds = Object.entries(declaration.accepts);
  const facts = declaration.facts(values);
  const { capacity = Infinity } = facts;
  return fc.constantFrom(...kinds).chain(([kind, form]) => {
    const dims = Object.entries(form.dims).map(
      ([name, size]) => [name, arbitrarySize(size, values)] as const,
    );
    const formats = form.formats.length === 0 ? fc.constant({}) : arbitraryFormats(facts, form.formats);
    const payload: fc.Arbitrary<{ bytes: number; pattern?: AccessPattern }> = form.pattern
      ? fc.oneof(arbitraryPattern(capacity), arbitraryBytes(form.bytes, values, capacity))
      : arbitraryBytes(form.bytes, values);
    return fc
      .tuple(fc.record<Record<string, number>>(Object.fromEntries(dims)), payload, formats)
      .map(([sizes, carried, named]) => ({ kind, dims: sizes, ...carried, ...named }));
  });
}

function arbitraryBytes(
  form: DimensionForm,
  values: ParameterValues,
  capacity = Infinity,
): fc.Arbitrary<{ bytes: number }> {
  return arbitrarySize({ ...form, max: Math.min(form.max, capacity) }, values).map((bytes) => ({ bytes }));
}

function arbitrarySize(form: DimensionForm, values: ParameterValues): fc.Arbitrary<number> {
  const { min, multipleOf = 1 } = form;
  const limit = (name: string | undefined): number => {
    const value = name === undefined ? undefined : values[name];
    return typeof value === 'number' ? value : Infinity;
  };
  const max = Math.min(form.max, limit(form.below) - 1, limit(form.atMost));
  const least = Math.ceil(min / multipleOf);
  const most = Math.max(least, Math.floor(max / multipleOf));
  return fc
    .integer({ min: 0, max: MAX_BITS })
    .chain((bits) => fc.integer({ min: least, max: Math.min(most, least + 2 ** bits - 1) }))
    .map((multiple) => multiple * multipleOf);
}

function arbitraryPattern(capacity: number): fc.Arbitrary<{ bytes: number; pattern: AccessPattern }> {
  return fc
    .record({
      run: fc.integer({ min: 1, max: Math.max(1, Math.min(4096, capacity)) }),
      gap: fc.integer({ min: 0, max: 4096 }),
      runs: fc.integer({ min: 1, max: MAX_RUNS }),
      base: fc.integer({ min: 0, max: 65_536 }),
      order: fc.constantFrom('sequential' as const, 'random' as const),
      layout: fc.constantFrom('interleaved' as const, 'local' as const),
      seed: fc.nat(1000),
    })
    .map(({ run, gap, runs: wanted, base: wantedBase, ...rest }) => {
      const stride = run + gap;
      const runs = Math.max(1, Math.min(wanted, Math.floor(capacity / stride)));
      const base = Math.max(0, Math.min(wantedBase, capacity - (runs - 1) * stride - run));
      return { bytes: run * runs, pattern: { base, run, stride, runs, ...rest } };
    });
}
