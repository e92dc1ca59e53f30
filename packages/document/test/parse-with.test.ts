import { SystoleError } from '@systole/core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseWith, readDocument } from '../src/index.ts';

const memory = z.strictObject({
  type: z.literal('memory/hbm'),
  channels: z.int().min(1).max(32),
  rate: z.string().optional(),
});
const compute = z.strictObject({ type: z.literal('compute/array'), rows: z.int().min(1) });
const chip = z.strictObject({
  name: z.string().min(1),
  mode: z.enum(['fast', 'detailed']).default('fast'),
  clock: z.union([z.string(), z.number()]).optional(),
  components: z.record(z.string(), z.discriminatedUnion('type', [memory, compute])),
  links: z.array(z.tuple([z.string(), z.string()])).optional(),
  even: z
    .int()
    .refine((value) => value % 2 === 0, 'expected an even number')
    .optional(),
});

function problems(text: string, schema: z.ZodType = chip): SystoleError['problems'] {
  try {
    parseWith(readDocument(text, 'chip.yaml'), schema, {
      value: 'chip/invalid',
      unknownKey: 'chip/unknown-key',
    });
  } catch (error) {
    if (error instanceof SystoleError) return error.problems;
    throw error;
  }
  throw new Error('accepted');
}

describe('parseWith', () => {
  it('gives what the schema makes of a good document', () => {
    const text = 'name: tiny\ncomponents:\n  dram: {type: memory/hbm, channels: 8}\n';
    expect(parseWith(readDocument(text, 'chip.yaml'), chip, 'chip/invalid')).toEqual({
      name: 'tiny',
      mode: 'fast',
      components: { dram: { type: 'memory/hbm', channels: 8 } },
    });
  });

  it('says what was found, what was expected, and where', () => {
    const text = 'name: tiny\ncomponents:\n  dram:\n    type: memory/hbm\n    channels: many\n';
    expect(problems(text)).toEqual([
      {
        code: 'chip/invalid',
        message: 'expected a whole number, found "many"',
        place: { file: 'chip.yaml', line: 5, column: 15, path: 'components.dram.channels' },
      },
    ]);
  });

  it('points at an unknown key and offers the nearest of the keys that fit there', () => {
    const text = 'name: tiny\ncomponents:\n  dram:\n    type: memory/hbm\n    chanels: 8\n    channels: 8\n';
    expect(problems(text)).toEqual([
      {
        code: 'chip/unknown-key',
        message: 'there is no such key here',
        place: { file: 'chip.yaml', line: 5, column: 5, path: 'components.dram.chanels' },
        hint: 'Did you mean "channels"?',
      },
    ]);
    const rows = problems('name: tiny\ncomponents:\n  dram: {type: compute/array, rows: 1, chanels: 8}\n');
    expect(rows[0]?.hint).toBe('Choose one of: type, rows.');
  });

  it('reports all problems in the order of the text', () => {
    const text =
      'name: ""\nmode: fsat\ncomponents:\n  a: {type: memory/hmb}\n  b: {type: memory/hbm, channels: 99}\n';
    expect(problems(text).map(({ place, message, hint }) => [place?.path, message, hint])).toEqual([
      ['name', 'expected text of at least 1 characters, found ""', undefined],
      ['mode', 'expected one of fast, detailed, found "fsat"', 'Did you mean "fast"?'],
      [
        'components.a.type',
        'expected one of memory/hbm, compute/array, found "memory/hmb"',
        'Did you mean "memory/hbm"?',
      ],
      ['components.b.channels', 'expected a number of at most 32, found 99', undefined],
    ]);
  });

  it('places a missing value at the key of the mapping that lacks it', () => {
    expect(problems('name: tiny\ncomponents:\n  dram:\n    type: memory/hbm\n')).toMatchObject([
      {
        message: 'expected a whole number; it is missing',
        place: { line: 3, column: 3, path: 'components.dram.channels' },
      },
    ]);
    expect(problems('')).toMatchObject([{ message: 'expected a mapping, found nothing' }]);
  });

  it('says all that a union would take', () => {
    expect(problems('name: x\ncomponents: {}\nclock: [1]')).toMatchObject([
      { message: 'expected text or a number, found a list of 1', place: { line: 3, column: 8 } },
    ]);
  });

  it('explains the branch of a union that the value got into', () => {
    const schema = z.union([z.string(), z.strictObject({ a: z.number() })]);
    expect(problems('a: x', schema)).toMatchObject([
      { message: 'expected a number, found "x"', place: { path: 'a' } },
    ]);
  });

  it('reports lists, tuples and refinements', () => {
    const text = 'name: x\ncomponents: {}\nlinks:\n  - [a, 1]\neven: 3\n';
    expect(problems(text)).toMatchObject([
      { message: 'expected text, found 1', place: { line: 4, column: 9, path: 'links[0][1]' } },
      { message: 'expected an even number', place: { line: 5, column: 7, path: 'even' } },
    ]);
  });

  it('reports a key that a record does not take', () => {
    const schema = z.record(z.string().regex(/^[a-z]+$/), z.number());
    expect(problems('ok: 1\nB2: 2', schema)).toMatchObject([{ place: { line: 2, path: 'B2' } }]);
  });

  it('does not flood', () => {
    const text = Array.from({ length: 500 }, (_, n) => `- x${n}`).join('\n');
    expect(problems(text, z.array(z.number()))).toHaveLength(50);
  });
});
