import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProblem, nearestName, suggestName, SystoleError } from '../src/index.ts';

describe('an error', () => {
  const first = {
    code: 'parameter/wrong-type',
    message: 'expected an integer, got "many"',
    place: { file: 'chip.yaml', line: 14, column: 9, path: 'components.dram.channels' },
    hint: 'Try 8 or 16.',
  } as const;

  it('says where, what and what next', () => {
    expect(formatProblem(first)).toBe(
      'chip.yaml:14:9  components.dram.channels: expected an integer, got "many"\n  Try 8 or 16.',
    );
    expect(formatProblem({ code: 'file/not-found', message: 'no such file' })).toBe('no such file');
    expect(formatProblem({ ...first, place: { path: 'clock' } })).toMatch(/^clock: expected/);
    expect(formatProblem({ code: 'yaml/syntax', message: 'odd', place: { file: 'a.yaml', line: 2 } })).toBe(
      'a.yaml:2  odd',
    );
  });

  it('carries every problem, the first as its own', () => {
    const error = new SystoleError(first, { code: 'chip/invalid', message: 'and this' });
    expect(error).toMatchObject({
      name: 'SystoleError',
      code: first.code,
      place: first.place,
      hint: first.hint,
    });
    expect(error.problems).toHaveLength(2);
    expect(error.message).toMatch(/^chip\.yaml[^]*and this$/);
    expect(new SystoleError({ code: 'chip/invalid', message: 'x' }).place).toEqual({});
  });
});

describe('the nearest name', () => {
  it.each([
    ['chanels', 'channels'],
    ['CHANNELS', 'channels'],
    ['tRDC', 'tRCD'],
    ['bank', 'banks'],
    ['zzzzz', undefined],
    ['', undefined],
  ])('to "%s" is %s', (name, nearest) => {
    expect(nearestName(name, ['channels', 'tRCD', 'banks'])).toBe(nearest);
  });

  it('is the name itself when it is known, and the first of equally near ones', () => {
    expect(nearestName('ab', ['aa', 'ab'])).toBe('ab');
    expect(nearestName('ac', ['aa', 'ab'])).toBe('aa');
  });

  it('is offered, or else what there is', () => {
    expect(suggestName('bank', ['banks'])).toBe('Did you mean "banks"?');
    expect(suggestName('zzzzzz', ['banks', 'rows'])).toBe('Choose one of: banks, rows.');
    expect(suggestName('x', [])).toBe('There is none to choose from.');
    const many = Array.from({ length: 20 }, (_, index) => `parameter-number-${index}`);
    expect(suggestName('zz', many)).toMatch(/parameter-number-11, … \(20 in all\)\.$/);
  });

  it('is found for any slip of one letter', () => {
    const known = ['channels', 'bandwidth', 'latency', 'frequency'];
    fc.assert(
      fc.property(
        fc.constantFrom(...known),
        fc.nat(20),
        fc.string({ minLength: 1, maxLength: 1 }),
        (name, at, letter) => {
          const place = at % name.length;
          expect(nearestName(name.slice(0, place) + letter + name.slice(place + 1), known)).toBe(name);
          expect(nearestName(name.slice(0, place) + name.slice(place + 1), known)).toBe(name);
        },
      ),
    );
  });

  it('takes any text, long ones quickly', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (name, known) => void suggestName(name, known)),
    );
    expect(suggestName('x'.repeat(1_000_000), ['banks'])).toBe('Choose one of: banks.');
  });
});
