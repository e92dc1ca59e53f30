import { readDocument } from '@systole/document';
import type { NumericalError, Result } from '@systole/replay';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reportHtml } from '../src/html.ts';
import { reportText, resultCsv, resultJson } from '../src/index.ts';
import { readResult } from '../src/read.ts';
import { sampleResult } from './support/sample-result.ts';

const counts = { saturated: 0, overflowed: 0, notFinite: 0 };

const numericalError: NumericalError = {
  tensors: 'normal:1',
  digest: 'abc',
  scaling: { int8: 'a scale along each row' },
  outcomeOf: 'head.logits',
  outcome: { elements: 64, sqnrDb: 30.62, maxError: 0.0125, cosine: 0.9995, ...counts },
  tokens: { chosen: 4, agreeing: 3 },
  operators: [
    {
      operator: 'L{i}.attn.qkv',
      kind: 'matmul',
      count: 4,
      units: ['array', 'cores'],
      arithmetic: ['array: int8 × int8 into int32'],
      elements: 64,
      sqnrDb: 38.04,
      maxError: 0.5,
      cosine: 0.99999999,
      own: { elements: 64, maxError: 0, cosine: 1 },
      ...counts,
      overflowed: 12,
    },
  ],
};

const resultOf = (error: NumericalError): Result => ({ ...sampleResult(), numericalError: error });

describe('a result with a numerical error', () => {
  const result = resultOf(numericalError);

  it('says it in a sentence and in a row an operator, beside cycles and energy', () => {
    const text = reportText(result);
    expect(text).toContain(
      'Numerical error\nhead.logits on normal:1: SQNR 30.6 dB, largest error 0.0125, cosine 0.9995\n3 of 4 tokens',
    );
    expect(text).toMatch(
      /L\{i\}\.attn\.qkv +array \+ cores +38\.0 dB +exact +0\.5 +1 - 1\.0e-8 .* 12 overflowed/,
    );
    expect(text).toContain('int8 has a scale along each row');
    expect(reportHtml(result)).toContain('SQNR 30.6 dB');
    expect(resultCsv(result)).toContain('error,,matmul,L{i}.attn.qkv,overflowed,1,12');
    expect(reportText(sampleResult())).not.toContain('Numerical error');
  });

  it('is read back as it was written', () => {
    expect(readResult(readDocument(resultJson(result), 'r.json')).numericalError).toEqual(numericalError);
  });

  it('is shown whatever its figures are, in text that a terminal does not act upon', () => {
    const figures = {
      elements: fc.nat(),
      sqnrDb: fc.double({ min: -400, max: 400, noNaN: true }),
      maxError: fc.double({ min: 0, max: 1e30, noNaN: true }),
      cosine: fc.double({ min: -1, max: 1, noNaN: true }),
    };
    const troubles = { saturated: fc.nat(), overflowed: fc.nat(), notFinite: fc.nat() };
    const text = fc.string({ maxLength: 60, unit: 'binary' });
    const operator = fc.record({
      ...figures,
      ...troubles,
      operator: text,
      kind: text,
      count: fc.nat(),
      units: fc.array(text, { maxLength: 3 }),
      arithmetic: fc.array(text, { maxLength: 3 }),
      own: fc.record(figures, { requiredKeys: ['elements', 'maxError', 'cosine'] }),
    });
    fc.assert(
      fc.property(
        fc.record({
          tensors: text,
          digest: text,
          scaling: fc.dictionary(fc.string({ maxLength: 8 }), text, { maxKeys: 3, noNullPrototype: true }),
          outcomeOf: text,
          outcome: fc.record({ ...figures, ...troubles }),
          operators: fc.array(operator, { maxLength: 40 }),
        }),
        (error) => {
          const drawn = resultOf(error);
          for (const shown of [reportText(drawn), reportHtml(drawn)]) {
            for (const wrong of ['NaN', 'undefined', '\u001B', '\u202E'])
              expect(shown.includes(wrong)).toBe(false);
          }
        },
      ),
      { numRuns: 30 },
    );
  });
});
