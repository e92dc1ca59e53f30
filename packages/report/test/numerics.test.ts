import { describe, expect, it } from 'vitest';
import { numberErrorsHtml } from '../src/html.ts';
import {
  exactnessJson,
  exactnessText,
  numberConversionCsv,
  numberConversionText,
  numberErrorsCsv,
  numberErrorsJson,
  numberErrorsText,
  numberFormatCsv,
  numberFormatText,
} from '../src/index.ts';
import type {
  ExactnessReport,
  FormatError,
  NumberConversions,
  NumberErrors,
  NumberFormatTable,
  TensorFormats,
} from '../src/index.ts';

const NASTY = '<b>\u001B[31m=x,"y"\u202E';

const error = (format: string, change: Partial<FormatError> = {}): FormatError => ({
  format,
  scale: 'fp32 per row',
  bitsPerElement: 4.25,
  isExact: false,
  sqnr: 20,
  maximum: 0.12345,
  mean: 0.01,
  rootMeanSquare: 0.02,
  bias: -0.001,
  cosine: 0.99,
  saturated: 1234,
  toZero: 5,
  notFinite: 0,
  clampedScales: 0,
  poisonedBlocks: 0,
  relative: [1, 0.5, 0.1],
  ...change,
});

const TENSOR: TensorFormats = {
  tensor: 'w',
  shape: [2, 512],
  axis: 1,
  elements: 1024,
  notANumber: 0,
  infinite: 0,
  largest: 3.14159,
  rootMeanSquare: 1,
  exponents: [-2, -1, 0],
  counts: [1, 2, 3],
  formats: [error('int4'), error('mxfp8', { sqnr: 40, cosine: 0.99995, bitsPerElement: 8.25 })],
};

const ERRORS: NumberErrors = {
  systole: 'number-errors/1',
  source: 'weights.safetensors',
  rounding: 'nearest-even',
  overflow: 'saturate',
  tensors: [TENSOR],
};

const { sqnr: _sqnr, ...unmeasured } = error('fp32', { isExact: true, maximum: 0, mean: 0, cosine: 1 });

describe('errors of number formats', () => {
  it('read as a table with bars of SQNR', () => {
    const text = numberErrorsText(ERRORS);
    expect(text).toContain('w · 2 x 512, 1,024 values, largest 3.14, root mean square 1\n');
    expect(text).toMatch(/^int4 +fp32 per row +4\.25 +20\.00 +0\.123 +0\.01 +0\.9900 +1,234 +5 +0 +█{12}$/m);
    expect(text).toMatch(/^mxfp8 .* 40\.00 .* 1 - 5\.0e-5 .* █{24}$/m);
  });

  it('show what is exact, and what is worse than nothing, without a number that there is none of', () => {
    const odd: NumberErrors = {
      ...ERRORS,
      tensors: [
        {
          ...TENSOR,
          formats: [
            unmeasured,
            { ...unmeasured, isExact: false, format: 'int2', notFinite: 1024 },
            error('x', { sqnr: -3 }),
          ],
        },
      ],
    };
    const text = numberErrorsText(odd);
    expect(text).toMatch(/^fp32 .* exact .* █{24}$/m);
    expect(text).toMatch(/^int2 .* — +— +— +— .* 1,024$/m);
    expect(text).toMatch(/^x .* -3\.00 /m);
    for (const view of [numberErrorsHtml(odd), numberErrorsCsv(odd), numberErrorsJson(odd)]) {
      expect(view).not.toMatch(/NaN|Infinity|undefined/);
    }
    expect(numberErrorsText({ ...ERRORS, tensors: [] })).toContain('weights.safetensors');
  });

  it('draw ratio, price and place of errors, the same each time', () => {
    const page = numberErrorsHtml(ERRORS);
    expect(page.match(/<svg /g)).toHaveLength(3);
    expect(page).toContain('2^-2');
    expect(numberErrorsHtml(ERRORS)).toBe(page);
    const many = {
      ...ERRORS,
      tensors: Array.from({ length: 12 }, (_, index) => ({ ...TENSOR, tensor: `t${index}` })),
    };
    expect(numberErrorsHtml(many).match(/<svg /g)).toHaveLength(3 * 8);
    const none = {
      ...TENSOR,
      elements: 0,
      exponents: [],
      counts: [],
      formats: [{ ...unmeasured, relative: [] }],
    };
    expect(numberErrorsHtml({ ...ERRORS, tensors: [none] })).not.toMatch(/NaN|undefined/);
  });

  it('say what became of NaN, infinities and scales', () => {
    const poisoned = {
      ...TENSOR,
      notANumber: 1,
      infinite: 2,
      formats: [error('mxfp4', { poisonedBlocks: 1, clampedScales: 2 })],
    };
    const text = numberErrorsText({ ...ERRORS, tensors: [poisoned] });
    expect(text).toContain('The tensor has 1 NaN and 2 infinities.');
    expect(text).toContain('mxfp4: 2 scales beyond the range of scales.');
    expect(text).toContain('mxfp4: 1 block with NaN or infinity became NaN.');
  });

  it('are nothing that steers a terminal, a browser or a spreadsheet', () => {
    const nasty = {
      ...ERRORS,
      source: NASTY,
      tensors: [{ ...TENSOR, tensor: NASTY, formats: [error(NASTY, { scale: NASTY }), error('__proto__')] }],
    };
    for (const character of ['\u001B', '\u202E']) {
      expect(numberErrorsText(nasty)).not.toContain(character);
      expect(numberErrorsHtml(nasty)).not.toContain(character);
    }
    expect(numberErrorsHtml(nasty)).not.toMatch(/<b>\S*=x/);
    expect(numberErrorsCsv({ ...ERRORS, tensors: [{ ...TENSOR, tensor: '=1+1' }] })).toContain("'=1+1");
  });
});

describe('codes and conversions', () => {
  const table: NumberFormatTable = {
    systole: 'number-format/1',
    format: {
      name: 'posit4_0',
      family: 'posit',
      bits: 4,
      bitsPerElement: 4,
      largest: 4,
      smallest: 0.25,
      nan: 8,
    },
    digits: 1,
    codes: [
      {
        code: 8,
        value: 'NaR',
        fields: [
          { name: 'sign', bits: '1' },
          { name: 'regime', bits: '000' },
        ],
      },
      {
        code: 15,
        value: -0.25,
        fields: [
          { name: 'sign', bits: '1' },
          { name: 'regime', bits: '001' },
        ],
      },
      { code: 0, value: '-Infinity', fields: [] },
    ],
    ranges: [{ from: 2 ** -10, to: 3, values: 7, step: 2 ** -12, isRelative: true }],
    notes: ['a note'],
  };

  it('reads as text and CSV', () => {
    const text = numberFormatText(table);
    expect(text).toContain('posit4_0 · posit, 4 bits, magnitudes 0.25 to 4, NaR is 0x8');
    expect(text).toMatch(/^ +2\^-10 +3 +7 +2\^-12 of the power of two$/m);
    expect(text).toMatch(/^ 0x8 +1 +000 +NaR$/m);
    expect(text).toMatch(/-inf$/m);
    expect(numberFormatCsv(table)).toBe(
      "code,hex,sign,regime,value\n8,0x8,1,000,NaR\n15,0xf,1,001,-0.25\n0,0x0,,,'-inf\n",
    );
    expect(numberFormatCsv({ ...table, codes: [] })).toBe(
      `from,to,values,step,relative\n${2 ** -10},3,7,${2 ** -12},1\n`,
    );
  });

  it('shows where a value came to lie', () => {
    const conversions: NumberConversions = {
      systole: 'number-conversions/1',
      rounding: 'nearest-even',
      overflow: 'saturate',
      conversions: [
        {
          typed: NASTY,
          input: 0.3,
          format: 'int4',
          bits: 4,
          code: 1,
          fields: [{ name: 'integer', bits: '0001' }],
          value: 0.25,
          error: -0.05,
          relative: 1 / 6,
          below: { code: 1, value: 0.25 },
          above: { code: 2, value: 'Infinity' },
          isBeyond: true,
          scale: 0.25,
        },
        {
          typed: 'nan',
          input: 'NaN',
          format: 'bf16',
          bits: 16,
          code: 0x7fc0,
          fields: [],
          value: 'NaN',
          isBeyond: false,
        },
      ],
      notes: [NASTY],
    };
    const text = numberConversionText(conversions);
    expect(text).toMatch(/int4 +0x1 +0001 +0\.25 +0\.25 \(beyond\) +-0\.05 +16\.67 % +0\.25 0x1 +inf 0x2$/m);
    expect(text).toMatch(/^ *nan +bf16 +0x7fc0 +— +NaN +— +— +— +—$/m);
    expect(text).not.toContain('\u001B');
    expect(numberConversionCsv(conversions).split('\n')[2]).toBe('nan,NaN,bf16,32704,,NaN,,,,,0');
  });
});

describe('exactness', () => {
  const report: ExactnessReport = {
    systole: 'exactness/1',
    name: 'numerics',
    rows: [
      { file: 'a.json', format: 'int4', operation: 'add', compared: 1000, wrong: 0 },
      {
        file: 'a.json',
        format: NASTY,
        operation: 'add',
        compared: 2,
        wrong: 1,
        firstWrong: '1, 1: expected 2, came 3',
      },
    ],
    compared: 1002,
    wrong: 1,
    missing: ['b.json'],
    skipped: ['c.json'],
  };

  it('counts what differs and says the first of it', () => {
    const text = exactnessText(report);
    expect(text).toMatch(/^a\.json +int4 +add +1,000 +0$/m);
    expect(text).toContain('1 of 1,002 results differs from the reference.');
    expect(text).toContain('1, 1: expected 2, came 3');
    expect(text).toMatch(/^Not there: b\.json\.$/m);
    expect(text).not.toContain('\u001B');
    expect(exactnessText({ ...report, rows: [], compared: 0, wrong: 0 })).toContain('Nothing was compared.');
    expect(JSON.parse(exactnessJson(report))).toEqual(report);
  });
});
