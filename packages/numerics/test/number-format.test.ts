import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NUMBER_FORMATS, findFormat, formatNames, storageBits } from '@systole/numerics';
import type { NumberFormat } from '@systole/numerics';

interface ReferenceFormat {
  readonly kind: string;
  readonly bits: number;
  readonly es?: number;
  readonly exponent_bits?: number;
  readonly mantissa_bits?: number;
}

interface ReferenceBlockFormat {
  readonly element: string;
  readonly block: number;
  readonly scale: string;
  readonly bits_per_element: number;
  readonly per_tensor_scale?: string;
}

// A cast, since the file is a fixture of this package with this shape.
const reference = JSON.parse(readFileSync(new URL('fixtures/formats.json', import.meta.url), 'utf8')) as {
  readonly formats: Readonly<Record<string, ReferenceFormat>>;
  readonly block_formats: Readonly<Record<string, ReferenceBlockFormat>>;
};

function formatOf(name: string): NumberFormat {
  const format = findFormat(name);
  if (format === undefined) throw new Error(`no format ${name}`);
  return format;
}

function referenceOf(name: string): ReferenceFormat {
  const entry = reference.formats[name];
  if (entry === undefined) throw new Error(`no reference for ${name}`);
  return entry;
}

/** The reference has a name for the scale of a block, which is no tensor format: it stands beside the elements. */
const scalars = Object.entries(reference.formats).filter(([, entry]) => entry.kind !== 'scale');

describe('number formats against the reference', () => {
  it.each(scalars)('%s has the same widths', (name, expected) => {
    const format = formatOf(name);
    expect({ kind: format.kind, bits: format.bits }).toEqual({ kind: expected.kind, bits: expected.bits });
    expect(format.exponentBits).toBe(expected.exponent_bits ?? expected.es);
    expect(format.mantissaBits).toBe(expected.mantissa_bits);
    expect(format.block).toBeUndefined();
  });

  it.each(Object.entries(reference.block_formats))('%s has the same blocks', (name, expected) => {
    const format = formatOf(name);
    const element = referenceOf(expected.element);
    expect(format.kind).toBe('block-float');
    expect(format.bits).toBe(element.bits);
    expect(format.exponentBits).toBe(element.exponent_bits);
    expect(format.mantissaBits).toBe(element.mantissa_bits);
    expect(format.block).toEqual({ elements: expected.block, scaleBits: referenceOf(expected.scale).bits });
    expect(storageBits(format, expected.block) / expected.block).toBe(expected.bits_per_element);
    const tensorScale =
      expected.per_tensor_scale === undefined ? undefined : formatOf(expected.per_tensor_scale);
    expect(format.tensorScaleBits).toBe(tensorScale?.bits);
  });

  it('leaves no format unchecked but those every language agrees on', () => {
    const checked = [...scalars, ...Object.entries(reference.block_formats)].map(
      ([name]) => formatOf(name).name,
    );
    expect(formatNames().filter((name) => !checked.includes(name))).toEqual(['fp32', 'int32', 'int16']);
    expect(['fp32', 'int32', 'int16'].map((name) => formatOf(name).bits)).toEqual([32, 32, 16]);
    expect(formatOf('fp32')).toMatchObject({ exponentBits: 8, mantissaBits: 23 });
  });
});

describe('the list of formats', () => {
  it('names each format once and says where it is defined', () => {
    expect(new Set(formatNames()).size).toBe(NUMBER_FORMATS.length);
    for (const format of NUMBER_FORMATS) {
      expect(findFormat(format.name)).toBe(format);
      expect(format.summary).not.toBe('');
      expect(format.source).not.toBe('');
    }
  });

  it('has a sign, an exponent and a fraction in every float, and no bit more', () => {
    const floats = NUMBER_FORMATS.filter((format) => format.mantissaBits !== undefined);
    expect(floats).toHaveLength(15);
    for (const { bits, exponentBits = 0, mantissaBits = 0 } of floats) {
      expect(bits).toBe(1 + exponentBits + mantissaBits);
    }
  });
});

describe('findFormat', () => {
  it.each([
    ['fp8', 'fp8-e4m3'],
    ['float16', 'fp16'],
    ['bfloat16', 'bf16'],
    ['float32', 'fp32'],
    ['float8_e4m3fn', 'fp8-e4m3'],
    ['float8_e5m2', 'fp8-e5m2'],
    ['FP16', 'fp16'],
    ['fp8_e5m2', 'fp8-e5m2'],
    ['mxfp8-e4m3', 'mxfp8'],
    ['MXFP6_E2M3', 'mxfp6'],
    ['fp4', 'fp4-e2m1'],
    ['posit16', 'posit16'],
  ])('reads %s as %s', (name, expected) => {
    expect(findFormat(name)?.name).toBe(expected);
  });

  it.each(['', 'fp6', 'fp64', 'fp 16', '__proto__', 'constructor', 'posit8_0'])(
    'does not know %j',
    (name) => {
      expect(findFormat(name)).toBeUndefined();
    },
  );
});
