import { SystoleError } from '@systole/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkDevice } from '../src/device/check-device.ts';
import { deviceOf } from '../src/device/device-of.ts';
import type { DeviceSpec } from '../src/device/device-of.ts';
import { DEVICE_PRESETS, devicePreset } from '../src/device/device-presets.ts';

const DDR4 = devicePreset('ddr4-8gb-x8-3200aa');

const SPEC: DeviceSpec = {
  standard: 'DDR4',
  clockPeriod: 625,
  counts: { rank: 2, bankGroup: 4, bank: 4 },
  rowsPerBank: 65_536,
  rowBytes: 8192,
  burstBytes: 64,
  dataPins: 64,
  timings: DDR4.timings,
};

/** The parameters that are named for a spec. */
function parametersOf(spec: DeviceSpec): readonly (string | undefined)[] {
  try {
    deviceOf(spec);
    return [];
  } catch (error) {
    if (!(error instanceof SystoleError)) throw error;
    // A problem without words or a next step counts as one without a parameter.
    return error.problems.map(({ place, hint, message }) => (hint && message ? place?.path : undefined));
  }
}

function withTimings(changes: Readonly<Record<string, number>>): DeviceSpec {
  return { ...SPEC, timings: { ...SPEC.timings, ...changes } };
}

describe('a device of one’s own', () => {
  test('is built when nothing is wrong', () => {
    expect(deviceOf(SPEC)).toEqual({ ...DDR4, counts: { ...DDR4.counts, rank: 2 } });
  });

  test.each([
    ['tRAS below tRCD + tRTP', withTimings({ nRAS: 33 }), ['timings.nRAS']],
    ['tRC two below tRAS + tRP', withTimings({ nRC: 72 }), ['timings.nRC']],
    ['no time between refreshes', withTimings({ nREFI: 575 }), ['timings.nREFI']],
    ['tFAW below tRRD', withTimings({ nFAW: 3 }), ['timings.nFAW']],
    ['tCCD_L below tCCD_S', withTimings({ nCCDL: 3 }), ['timings.nCCDL']],
    ['a burst of no time', withTimings({ nBL: 0 }), ['timings.nBL']],
    ['NaN', withTimings({ nRP: NaN }), ['timings.nRP']],
    ['half a clock period', withTimings({ nRP: 22.5 }), ['timings.nRP']],
    ['below 0', withTimings({ nRP: -1 }), ['timings.nRP']],
    ['infinity', withTimings({ nRFC: Infinity }), ['timings.nRFC']],
    ['zero banks', { ...SPEC, counts: { bankGroup: 4, bank: 0 } }, ['counts.bank']],
    ['half a rank', { ...SPEC, counts: { rank: 0.5 } }, ['counts.rank']],
    ['a level that the standard lacks', { ...SPEC, counts: { pseudoChannel: 2 } }, ['counts.pseudoChannel']],
    ['no rows', { ...SPEC, rowsPerBank: 0 }, ['rowsPerBank']],
    ['a row that is no whole number of bursts', { ...SPEC, rowBytes: 8200 }, ['burstBytes']],
    ['a bus that does not divide the burst', { ...SPEC, dataPins: 24 }, ['dataPins']],
    ['no clock', { ...SPEC, clockPeriod: 0 }, ['clockPeriod']],
    ['a standard that there is not', { ...SPEC, standard: 'DDR44' }, ['standard']],
    ['two at once', withTimings({ nRP: NaN, nCL: -3 }), ['timings.nCL', 'timings.nRP']],
  ] as const)('%s is named', (_, spec, expected) => {
    expect([...parametersOf(spec)].toSorted()).toEqual(expected);
  });

  test('a timing that is missing is named', () => {
    const { nRCD: _, ...timings } = SPEC.timings;
    expect(parametersOf({ ...SPEC, timings })).toEqual(['timings.nRCD']);
  });

  test('half clock periods are fine where the standard has them', () => {
    const hbm = devicePreset('hbm3-16gb-8hi-6400');
    expect(checkDevice({ ...hbm, timings: { ...hbm.timings, nRP: 26.5 } })).toEqual([]);
  });

  test('a bank refresh that comes faster than the banks allow is named', () => {
    const lpddr = devicePreset('lpddr5-8gb-x16-6400');
    const problems = checkDevice({ ...lpddr, timings: { ...lpddr.timings, nREFIpb: 71 } });
    expect(problems.map(({ parameter }) => parameter)).toEqual(['timings.nREFIpb']);
  });

  test('whatever the numbers, the answer is a list of problems with words', () => {
    const number = fc.oneof(
      fc.integer({ min: -2, max: 200 }),
      fc.double(),
      fc.constantFrom(NaN, Infinity, 2 ** 60),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(DEVICE_PRESETS)),
        fc.nat(40),
        number,
        fc.record({ rank: number, bank: number }, { requiredKeys: [] }),
        (device, index, value, counts) => {
          const names = Object.keys(device.timings);
          const name = names[index % names.length] ?? '';
          const problems = checkDevice({
            ...device,
            counts: { ...device.counts, ...counts },
            timings: { ...device.timings, [name]: value },
          });
          for (const { parameter, message, hint } of problems) {
            expect(parameter).not.toBe('');
            expect(message).not.toMatch(/undefined/);
            expect(hint).not.toBe('');
          }
          const isRight =
            Number.isInteger(value * device.standard.ticksPerClock) && value >= 0 && value <= 2 ** 24;
          const isNamed = problems.some(({ parameter }) => parameter === `timings.${name}`);
          expect(isRight || isNamed).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a standard of one’s own', () => {
  const { standard } = DDR4;
  const [activate] = standard.commands;
  if (activate === undefined) throw new Error('DDR4 has commands');

  test.each([
    ['levels out of order', { levels: ['rank', 'channel', 'bankGroup', 'bank'] }, ['standard.levels']],
    ['two commands of a name', { commands: [...standard.commands, activate] }, ['standard.commands[8]']],
    [
      'half a slot',
      { commands: [{ ...activate, clocks: 1.5 }, ...standard.commands.slice(1)] },
      ['standard.commands[0]'],
    ],
    [
      'one half of an activate',
      { commands: [{ ...activate, effect: 'activate-first' }, ...standard.commands.slice(1)] },
      ['standard.commands'],
    ],
    [
      'a rule of no command',
      { rules: [{ from: ['ACTT'], to: ['RD'], scope: 'bank', gap: 'nRCD' }] },
      ['standard.rules[0]'],
    ],
    [
      'a rule at no level of it',
      { rules: [{ from: ['ACT'], to: ['RD'], scope: 'stackId', gap: 'nRCD' }] },
      ['standard.rules[0]'],
    ],
    [
      'a window of none',
      { rules: [{ from: ['ACT'], to: ['ACT'], scope: 'rank', gap: 'nFAW', window: 0 }] },
      ['standard.rules[0]'],
    ],
    [
      'a gap that cannot be read',
      { rules: [{ from: ['ACT'], to: ['RD'], scope: 'bank', gap: 'nRCD +' }] },
      ['standard.rules'],
    ],
    [
      'a gap of an unknown timing',
      { rules: [{ from: ['ACT'], to: ['RD'], scope: 'bank', gap: 'nRCDX' }] },
      ['timings.nRCDX'],
    ],
  ] as const)('%s is named', (_, changes, expected) => {
    expect(parametersOf({ ...SPEC, standard: { ...standard, ...changes } })).toEqual(expected);
  });
});
