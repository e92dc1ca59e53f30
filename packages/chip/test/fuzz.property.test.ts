import { SystoleError } from '@systole/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chipHash, defineChip, describeChip, loadChip, resolveChip } from '../src/index.ts';
import type { ChipInput } from '../src/index.ts';
import { catalogue, outcome, SAMPLE } from './sample.ts';

const RUNS = 5000;
const LINES = SAMPLE.split('\n');

const scalar = fc.oneof(
  fc.constantFrom(
    '12 ns',
    '-1 ns',
    '0 ns',
    '1e300 s',
    '16 GT/s',
    '128 KiB',
    '0.9 pJ/bit',
    '3 %',
    '8',
    '0',
    '-8',
    '1.5',
    '1e30',
    '1e400',
    'true',
    'no',
    'null',
    '~',
    '',
    '.nan',
    '.inf',
    '[]',
    '{}',
    '[a, b]',
    '{ value: 3 }',
    '{ value: 3 ns, source: x }',
    'dram',
    'mac',
    'sram',
    'xbar.port',
    'wire.a',
    'wire.a.b',
    'memory/dram',
    'memory/sram',
    'compute/vector',
    'interconnect/crossbar',
    'interconnect/link',
    'compute/pim-bank',
    'slow',
    'gddr6-16000',
    'detailed',
    'published',
    '"\\u0000"',
    '*a',
    '&a 1',
    '!!js x',
    '"',
    "'",
    '__proto__',
    'constructor',
  ),
  fc.string({ maxLength: 12 }),
  fc.double().map(String),
);
const key = fc.oneof(
  fc.constantFrom(
    'type',
    'preset',
    'attach',
    'detail',
    'channels',
    'value',
    'source',
    'override',
    'from',
    'to',
    'lanes',
    'components',
    'connections',
    'clock',
    'name',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '0',
    '',
  ),
  fc.string({ maxLength: 8 }),
);
const line = fc.nat({ max: LINES.length - 1 });

type Edit = (lines: readonly string[]) => readonly string[];

const edit = fc.oneof<fc.Arbitrary<Edit>[]>(
  line.map((at) => (lines) => lines.filter((_, index) => index !== at)),
  line.map((at) => (lines) => [...lines.slice(0, at), lines[at] ?? '', ...lines.slice(at)]),
  fc.tuple(line, line).map(
    ([a, b]) =>
      (lines) =>
        lines.map((text, index) => (index === a ? (lines[b] ?? '') : index === b ? (lines[a] ?? '') : text)),
  ),
  // The value after the first colon of a line, whatever it was.
  fc.tuple(line, scalar).map(
    ([at, value]) =>
      (lines) =>
        lines.map((text, index) => (index === at ? text.replace(/:.*$/u, () => `: ${value}`) : text)),
  ),
  // One value inside a flow mapping.
  fc.tuple(line, fc.nat({ max: 5 }), scalar).map(
    ([at, which, value]) =>
      (lines) =>
        lines.map((text, index) => {
          let seen = 0;
          return index === at
            ? text.replace(/: [^,{}]+/gu, (found) => (seen++ === which ? `: ${value} ` : found))
            : text;
        }),
  ),
  fc.tuple(line, key, scalar).map(
    ([at, name, value]) =>
      (lines) =>
        lines.flatMap((text, index) =>
          index === at ? [text, `${/^ */u.exec(text)?.[0] ?? ''}${name}: ${value}`] : [text],
        ),
  ),
  fc.tuple(line, fc.constantFrom(' ns', ' GHz', ' KiB', ' pJ', ' V', '')).map(
    ([at, unit]) =>
      (lines) =>
        lines.map((text, index) => (index === at ? text.replace(/ (?:ns|GHz|KiB|mA|%)/u, unit) : text)),
  ),
  fc.tuple(line, fc.nat({ max: 40 }), fc.string({ maxLength: 3 })).map(
    ([at, column, junk]) =>
      (lines) =>
        lines.map((text, index) => (index === at ? text.slice(0, column) + junk + text.slice(column) : text)),
  ),
);

/** Whether a number that is none hides anywhere in plain data. */
function holdsNaN(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsNaN);
}

/** What is wrong with a chip that was accepted: nothing that is not a number, and a way or a typed error between any two. */
function faultsOf(chip: ReturnType<typeof resolveChip>): readonly string[] {
  const faults: string[] = [];
  if (holdsNaN(chip.parts.map(({ values, facts }) => [values, facts])))
    faults.push('a value is not a number');
  if (holdsNaN(describeChip(chip))) faults.push('the description holds what is not a number');
  if (chipHash(chip.spec).length !== 64) faults.push('it has no hash');
  for (const { name } of chip.parts) {
    for (const { name: other } of chip.parts) outcome(() => chip.route(name, other));
  }
  return faults;
}

/** What is wrong with a refusal: every problem says something, of some place. */
function faultsOfRefusal({ problems }: SystoleError, hasFile: boolean): readonly string[] {
  const faults = problems.length > 50 ? ['too many problems'] : [];
  for (const { message, place } of problems) {
    if (message === '') faults.push('a problem without words');
    if (hasFile && !(place?.file === 'chip.yaml' && (place.line ?? 0) > 0 && (place.column ?? 0) > 0)) {
      faults.push(`a problem without a place: ${message}`);
    }
  }
  return faults;
}

/** Runs to a chip or a refusal, and says what is wrong with either; anything else that is thrown comes through. */
function examine(
  run: () => ReturnType<typeof resolveChip>,
  hasFile: boolean,
): { readonly isChip: boolean; readonly faults: readonly string[] } {
  let chip: ReturnType<typeof resolveChip>;
  try {
    chip = run();
  } catch (error) {
    if (!(error instanceof SystoleError)) throw error;
    return { isChip: false, faults: faultsOfRefusal(error, hasFile) };
  }
  return { isChip: true, faults: faultsOf(chip) };
}

describe('a chip file that somebody mangled', () => {
  it('is a chip or a typed error with a place, never anything else', () => {
    let chips = 0;
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const text = edits.reduce<readonly string[]>((lines, change) => change(lines), LINES).join('\n');
        const { isChip, faults } = examine(
          () => resolveChip(loadChip(text, 'chip.yaml', catalogue), catalogue),
          true,
        );
        expect(faults).toEqual([]);
        if (isChip) chips += 1;
      }),
      { numRuns: RUNS, seed: 20_240_601 },
    );
    // The mutations are mild enough that both outcomes are met, so that neither half of the test is idle.
    expect(chips).toBeGreaterThan(0.05 * RUNS);
    expect(chips).toBeLessThan(0.6 * RUNS);
  });
});

describe('a chip made of arbitrary data', () => {
  const names = fc.constantFrom(
    'systole',
    'name',
    'clock',
    'components',
    'connections',
    'type',
    'memory/dram',
    'dram',
    'tRAS',
    'value',
    'from',
    'to',
    'lanes',
    'attach',
    'preset',
    'citations',
    'chip/1',
    '1 GHz',
    '__proto__',
  );
  const { data } = fc.letrec((tie) => ({
    data: fc.oneof(
      { depthSize: 'medium' },
      fc.anything({
        withBigInt: true,
        withDate: true,
        withMap: true,
        withSparseArray: true,
        withNullPrototype: true,
      }),
      names,
      fc.constant(() => 1),
      fc.constant(Symbol('x')),
      fc.array(tie('data'), { maxLength: 4 }),
      fc.dictionary(names, tie('data'), { maxKeys: 5 }),
    ),
  }));

  it('is a chip or a typed error', () => {
    const part = fc.option(data, { nil: undefined });
    fc.assert(
      fc.property(
        fc.record({
          name: part,
          clock: part,
          mapping: part,
          citations: part,
          components: part,
          connections: part,
        }),
        fc.dictionary(fc.constantFrom('dram', 'sram'), fc.dictionary(names, data)),
        fc.boolean(),
        (input, components, isPlausible) => {
          const chip = isPlausible ? { ...input, name: 'x', clock: '1 GHz', components } : input;
          // The type is what is being lied about.
          const { faults } = examine(
            () => resolveChip(defineChip(chip as unknown as ChipInput), catalogue),
            false,
          );
          expect(faults).toEqual([]);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
