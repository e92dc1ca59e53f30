import { SystoleError } from '@systole/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chipHash, defineChip, describeChip, loadChip, resolveChip } from '../src/index.ts';
import type { ChipInput } from '../src/index.ts';
import { catalogue, SAMPLE } from './sample.ts';

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

function check(run: () => ReturnType<typeof resolveChip>): 'chip' | 'refused' {
  let chip: ReturnType<typeof resolveChip>;
  try {
    chip = run();
  } catch (error) {
    if (!(error instanceof SystoleError)) throw error;
    expect(error.problems.length).toBeLessThanOrEqual(50);
    for (const { message } of error.problems) expect(message).not.toBe('');
    return 'refused';
  }
  expect(
    holdsNaN(
      chip.parts.map(({ values, facts, area, staticPower }) => [values, facts, area ?? 0, staticPower]),
    ),
  ).toBe(false);
  expect(holdsNaN(describeChip(chip))).toBe(false);
  expect(chipHash(chip.spec)).toHaveLength(64);
  for (const { name } of chip.parts) {
    for (const { name: other } of chip.parts) {
      try {
        chip.route(name, other);
      } catch (error) {
        if (!(error instanceof SystoleError)) throw error;
      }
    }
  }
  return 'chip';
}

describe('a chip file that somebody mangled', () => {
  it('is a chip or a typed error with a place, never anything else', () => {
    const seen = { chip: 0, refused: 0 };
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const text = edits.reduce<readonly string[]>((lines, change) => change(lines), LINES).join('\n');
        const outcome = check(() => {
          try {
            return resolveChip(loadChip(text, 'chip.yaml', catalogue), catalogue);
          } catch (error) {
            if (error instanceof SystoleError) {
              for (const { place } of error.problems) {
                expect(place?.file).toBe('chip.yaml');
                expect(place?.line).toBeGreaterThan(0);
                expect(place?.column).toBeGreaterThan(0);
              }
            }
            throw error;
          }
        });
        seen[outcome] += 1;
      }),
      { numRuns: 5000, seed: 20_240_601 },
    );
    // The mutations are mild enough that both outcomes are met, so that neither half of the test is idle.
    expect(seen.chip).toBeGreaterThan(200);
    expect(seen.refused).toBeGreaterThan(2000);
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
          check(() => resolveChip(defineChip(chip as unknown as ChipInput), catalogue));
        },
      ),
      { numRuns: 3000 },
    );
  });
});
