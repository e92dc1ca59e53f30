import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baseUnit, describeForm, formatParameter, param, readParameter, show } from '../src/index.ts';
import type { Parameter, ParameterValue } from '../src/index.ts';

const time = param.quantity('time', 'a latency', { min: '1 ns', max: '1 us', default: '12 ns' });
const banks = param.integer('banks', { max: 64, default: 8, powerOfTwo: true });
const ways = param.integer('ways', { min: 0, max: 10 });
const policy = param.choice(['open', 'closed'], 'row policy', { default: 'open' });
const flag = param.flag('switch', { default: true });

describe('a parameter', () => {
  it('keeps its range and its default in base units', () => {
    expect(time).toMatchObject({
      form: { kind: 'quantity', dimension: 'time', min: 1000, max: 1_000_000 },
      fallback: 12_000,
      optional: false,
    });
    expect(param.optionalQuantity('area', 'area')).toMatchObject({ fallback: undefined, optional: true });
    expect(ways.fallback).toBeUndefined();
  });

  it('that is declared wrongly is a fault of its author', () => {
    expect(() => param.quantity('time', 'wrong', { default: '12 GHz' })).toThrow(TypeError);
  });
});

describe('reading', () => {
  it.each([
    [time, '12 ns', 12_000],
    [time, '0.5 us', 500_000],
    [banks, 16, 16],
    [banks, '32', 32],
    [ways, 0, 0],
    [ways, '-0', 0],
    [policy, 'closed', 'closed'],
    [flag, false, false],
    [flag, 'true', true],
  ] as const)('%# takes %s', (parameter, written, value) => {
    expect(readParameter(parameter, written)).toStrictEqual({ ok: true, value });
  });

  it.each([
    [time, '12 GHz', 'parameter/wrong-unit', /frequency.*expected a time/, /ns/],
    [time, 12, 'parameter/wrong-unit', /no unit/, /12 ns/],
    [time, true, 'parameter/wrong-type', /expected a time/, /12 ns/],
    [time, '1 ms', 'parameter/out-of-range', /expected 1 ns to 1 us, got 1 ms/, /most is 1 us/],
    [time, '-5 ns', 'parameter/out-of-range', /got -5 ns/, /least is 1 ns/],
    [banks, 12, 'parameter/out-of-range', /expected a power of two, got 12/, /Try 8 or 16/],
    [banks, 128, 'parameter/out-of-range', /expected 1 to 64, got 128/, /most is 64/],
    [banks, 0, 'parameter/out-of-range', /expected 1 to 64, got 0/, /least is 1/],
    [banks, 1.5, 'parameter/wrong-type', /expected a whole number, got 1.5/, /power of two/],
    [banks, '1e3', 'parameter/wrong-type', /got "1e3"/, /whole number from 1 to 64/],
    [banks, NaN, 'parameter/wrong-type', /got NaN/, /whole number/],
    [banks, [8], 'parameter/wrong-type', /got a list/, /whole number/],
    [policy, 'opened', 'parameter/out-of-range', /one of open, closed, got "opened"/, /Did you mean "open"/],
    [policy, 3, 'parameter/wrong-type', /expected a name, got 3/, /one of open, closed/],
    [flag, 'yes', 'parameter/wrong-type', /expected true or false, got "yes"/, /true or false/],
    [flag, null, 'parameter/wrong-type', /got nothing/, /true or false/],
  ] as const)('%# refuses %s', (parameter, written, code, message, hint) => {
    const result = readParameter(parameter, written);
    expect(result).toMatchObject({
      ok: false,
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });

  it('never throws, and gives only what lies in the range', () => {
    const isFit = ({ form }: Parameter, value: ParameterValue): boolean => {
      if (form.kind === 'choice') return form.choices.includes(String(value));
      if (form.kind === 'flag') return typeof value === 'boolean';
      return Number(value) >= form.min && Number(value) <= form.max && !Object.is(value, -0);
    };
    fc.assert(
      fc.property(fc.constantFrom(time, banks, ways, policy, flag), fc.anything(), (parameter, written) => {
        const result = readParameter(parameter, written);
        expect(result.ok ? isFit(parameter, result.value) : result.message !== '' && result.hint !== '').toBe(
          true,
        );
      }),
      { numRuns: 2000 },
    );
  });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999 }), (nanoseconds) => {
        const text = formatParameter(time, nanoseconds * 1000);
        expect(readParameter(time, text)).toEqual({ ok: true, value: nanoseconds * 1000 });
      }),
    );
  });
});

describe('in words', () => {
  it('a form says what it takes', () => {
    expect(describeForm(time.form)).toMatch(/^time from 1 ns to 1 us \(units: .*ns/);
    expect(describeForm(banks.form)).toBe('a whole number from 1 to 64, a power of two');
    expect(describeForm(policy.form)).toBe('one of open, closed');
    expect(describeForm(flag.form)).toBe('true or false');
  });

  it('a value is formatted in its unit, or as a dash', () => {
    expect(formatParameter(time, 12_000)).toBe('12 ns');
    expect(formatParameter(banks, 8)).toBe('8');
    expect(formatParameter(time, undefined)).toBe('—');
    expect([baseUnit(time.form), baseUnit(banks.form)]).toEqual(['ps', '']);
  });

  it('any value is shown in short', () => {
    expect(show('x'.repeat(100))).toHaveLength(63);
    expect([show(null), show({}), show([]), show(Symbol('s')), show(1n)]).toEqual([
      'nothing',
      'a group of keys',
      'a list',
      'Symbol(s)',
      '1',
    ]);
  });
});
