import { SystoleError } from '@systole/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateGap, namesInGap } from '../src/device/gap.ts';

const TIMINGS: Readonly<Record<string, number>> = { nCL: 22, nBL: 4, nCWL: 16, nACT: 1.5 };

/** An expression and its value, worked out beside one another. */
interface Term {
  readonly text: string;
  readonly value: number;
}

const { term } = fc.letrec<{ term: Term }>((tie) => ({
  term: fc.oneof(
    { depthSize: 'small' },
    fc.nat(100).map((value) => ({ text: String(value), value })),
    fc.constantFrom(...Object.keys(TIMINGS)).map((text) => ({ text, value: TIMINGS[text] ?? 0 })),
    fc
      .tuple(tie('term'), tie('term'))
      .map(([a, b]) => ({ text: `${a.text}+(${b.text})`, value: a.value + b.value })),
    fc
      .tuple(tie('term'), tie('term'))
      .map(([a, b]) => ({ text: `${a.text} - (${b.text})`, value: a.value - b.value })),
    fc.tuple(fc.nat(9), tie('term')).map(([a, b]) => ({ text: `${a} * (${b.text})`, value: a * b.value })),
    fc
      .tuple(tie('term'), tie('term'))
      .map(([a, b]) => ({ text: `max(${a.text}, ${b.text})`, value: Math.max(a.value, b.value) })),
  ),
}));

function outcomeOf(action: () => number): string {
  try {
    return String(action());
  } catch (error) {
    return error instanceof SystoleError ? 'SystoleError' : String(error);
  }
}

describe('a gap', () => {
  test('is the value of its expression', () => {
    fc.assert(
      fc.property(
        term.filter(({ text }) => text.length <= 1000),
        ({ text, value }) => {
          expect(evaluateGap(text, TIMINGS)).toBeCloseTo(value, 6);
        },
      ),
      { numRuns: 300 },
    );
  });

  test.each([
    ['nCL + nBL + 2 - nCWL', 12],
    ['2 + 3 * 4', 14],
    ['nCL - nBL - nCWL', 2],
    ['-nBL + 5', 1],
    ['1.5*2', 3],
    ['max(nBL, 5, 4)', 5],
  ])('%s is %d', (text, value) => {
    expect(evaluateGap(text, TIMINGS)).toBe(value);
  });

  test('names the timing that is missing, and the nearest that there is', () => {
    expect(() => evaluateGap('nCL + nBLx', TIMINGS)).toThrow(/nBLx is missing[^]*Did you mean "nBL"/);
    expect(() => evaluateGap('toString', TIMINGS)).toThrow(SystoleError);
  });

  test.each([
    '',
    '   ',
    'nCL +',
    '+ nCL',
    '(nCL',
    'nCL)',
    'max(nCL',
    'max(',
    'nCL nBL',
    'nCL / 2',
    '1..2',
    'nCL;',
  ])('"%s" is refused', (text) => {
    expect(() => evaluateGap(text, TIMINGS)).toThrow(SystoleError);
  });

  test('whatever is written, it is a value or a typed error', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'nCLB +-*(),max12.'), maxLength: 30 }), (text) => {
        expect(outcomeOf(() => evaluateGap(text, TIMINGS))).toMatch(/^(?:-?[\d.]+|SystoleError)$/);
      }),
      { numRuns: 500 },
    );
    expect(() => evaluateGap('('.repeat(900), TIMINGS)).toThrow(SystoleError);
    expect(() => evaluateGap('1+'.repeat(900), TIMINGS)).toThrow(SystoleError);
  });

  test('its names are each listed once', () => {
    expect(namesInGap('nCL + max(nBL, 2) - nCL')).toEqual(['nCL', 'nBL']);
  });
});
