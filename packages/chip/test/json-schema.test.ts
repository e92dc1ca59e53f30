import { createCatalogue } from '@systole/core';
import { DIMENSIONS, parseQuantity, unitsOf } from '@systole/units';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chipJsonSchema, loadChip } from '../src/index.ts';
import { quantitySchema } from '../src/parameter-schema.ts';
import { catalogue, edited, problemsOf, SAMPLE } from './sample.ts';
import { isValid } from './validate.ts';

const schema = chipJsonSchema(catalogue);

/** The data of a chip file, by way of the loader's own reader. */
async function dataOf(text: string): Promise<unknown> {
  const { readDocument } = await import('@systole/document');
  return readDocument(text, 'chip.yaml').value;
}

interface Sample {
  readonly node: Readonly<Record<string, unknown>>;
  readonly sample: unknown;
}

/** Every default and example in a schema, with the schema that it belongs to. */
function samplesIn(part: unknown): readonly Sample[] {
  if (typeof part !== 'object' || part === null) return [];
  const node = part as Sample['node'];
  const own = [
    ...(node['default'] === undefined ? [] : [node['default']]),
    ...(Array.isArray(node['examples']) ? node['examples'] : []),
  ];
  return [...own.map((sample: unknown) => ({ node, sample })), ...Object.values(node).flatMap(samplesIn)];
}

describe('chipJsonSchema', () => {
  it('accepts a chip that the loader accepts', async () => {
    expect(isValid(schema, await dataOf(SAMPLE))).toBe(true);
    expect(isValid(schema, loadChip(SAMPLE, 'chip.yaml', catalogue))).toBe(true);
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
  });

  it.each([
    ['type: memory/sram', 'type: memory/srma'],
    ['tRAS: 33 ns', 'tRAS: 33 ns\n    chanels: 4'],
    ['tRAS: 33 ns', 'tRAS: 33 GHz'],
    ['tRAS: 33 ns', 'tRAS: 33'],
    ['value: 8,', 'value: 12,'],
    ['value: 8,', 'value: 128,'],
    ['{ value: 8, ', '{ '],
    ['confidence: secondary, note', 'confidence: paper, note'],
    ['confidence: secondary, note', 'trust: secondary, note'],
    ['slow]', 'slwo]'],
    ['detail: detailed', 'detail: full'],
    ['capacity: 128 KiB', 'capacity: 128 KiB\n    detail: detailed'],
    ['    capacity: 128 KiB\n', ''],
    ['capacity: 128 KiB', 'capacity: 128 KiB\n    attach: mac'],
    ['refresh: false', 'refresh: 0'],
    ['derating: 150 %', 'derating: 1.5 ns'],
    ['derating: 150 %', 'derating: -1'],
    ['lanes: 8', 'lanes: 0'],
    ['lanes: 8', 'width: 8'],
    ['to: xbar, lanes: 2', 'lanes: 2'],
    ['clock: 1 GHz', 'clock: 1 ns'],
    ['clock: 1 GHz', 'clok: 1 GHz'],
    ['name: sample-pim', 'name: Sample'],
    ['systole: chip/1', 'systole: chip/2'],
    ['exact: true', 'exact: [1]'],
    ['  mac:\n', '  Mac: { type: compute/pim-bank }\n  mac:\n'],
  ])('refuses %j -> %j, as the loader does', async (passage, replacement) => {
    const text = edited(passage, replacement);
    expect(problemsOf(() => loadChip(text, 'chip.yaml', catalogue)).length).toBeGreaterThan(0);
    expect(isValid(schema, await dataOf(text))).toBe(false);
  });

  it('says of each parameter what it means, takes and is when left out', () => {
    const text = JSON.stringify(schema);
    for (const declaration of catalogue.components) {
      expect(text).toContain(declaration.summary);
      for (const { help } of Object.values(declaration.parameters)) expect(text).toContain(help);
    }
    expect(schema).toMatchObject({
      $defs: {
        'memory/dram': {
          required: ['type'],
          properties: {
            rowBytes: {
              default: '2 KiB',
              description: 'Size of a row. Takes data from 64 B to 64 KiB (units: B, kB, KB, MB, GB, TB).',
            },
            channels: { default: 2, anyOf: [{ enum: [1, 2, 4, 8, 16, 32, 64] }, {}] },
            policy: { default: 'open', anyOf: [{ enum: ['open', 'closed'] }, {}] },
            detail: { enum: ['fast', 'detailed'] },
          },
        },
        'memory/sram': { required: ['type', 'capacity'], properties: { detail: { enum: ['fast'] } } },
      },
    });
  });

  it('has defaults and examples that it accepts itself', () => {
    const samples = samplesIn(schema);
    expect(samples.length).toBeGreaterThan(15);
    expect(samples.filter(({ node, sample }) => !isValid(node, sample, schema))).toEqual([]);
  });

  it('has a place for an empty catalogue', async () => {
    const empty = chipJsonSchema(createCatalogue([]));
    expect(isValid(empty, await dataOf(SAMPLE))).toBe(false);
  });
});

describe('quantitySchema', () => {
  it('accepts a text exactly when it is a quantity of the dimension', () => {
    const number = fc.oneof(
      fc.constantFrom(
        '12',
        '-1',
        '0.5',
        '.5',
        '1e3',
        '1.5e-3',
        '+2',
        '1,5',
        '0x10',
        '',
        'NaN',
        '1.',
        '1e',
        '--1',
      ),
      fc.nat().map(String),
    );
    const unit = fc.oneof(
      fc.constantFrom(...DIMENSIONS.flatMap(unitsOf)),
      fc.constantFrom('', 'nss', 'n s', 'NS'),
    );
    const space = fc.constantFrom('', ' ', '  ');
    fc.assert(
      fc.property(fc.constantFrom(...DIMENSIONS), number, space, unit, (dimension, digits, gap, name) => {
        const text = digits + gap + name;
        const isQuantity = parseQuantity(text, dimension).ok;
        expect(isValid(quantitySchema(dimension, -1e300, 1e300), text), `${text} as ${dimension}`).toBe(
          isQuantity,
        );
      }),
      { numRuns: 5000 },
    );
  });
});
