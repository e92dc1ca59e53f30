import { describe, expect, test } from 'vitest';
import { ErrorTable } from './helpers/error-table.ts';
import { GEMV_CASES, groupOf, simulate } from './helpers/gemv-cases.ts';

/** Cases, and the largest error in per cent, rounded up from what was found; the README explains them. */
const BOUNDS: readonly (readonly [group: string, cases: number, bound: number])[] = [
  ['aim SV bias', 39, 0],
  ['aim SV plain', 26, 0.7],
  ['aim SO bias', 39, 0.5],
  ['aim SO plain', 26, 0.7],
  ['aim SV bias, refreshed often', 29, 2.4],
  ['aim SV plain, refreshed often', 15, 2.1],
  ['aim SO bias, refreshed often', 29, 2.4],
  ['aim SO plain, refreshed often', 15, 1.9],
  ['aim SV bias, refreshed seldom', 35, 7.2],
  ['aim SV plain, refreshed seldom', 11, 6.7],
  ['aim SO bias, refreshed seldom', 35, 7.6],
  ['aim SO plain, refreshed seldom', 11, 7],
  ['aim-micro-mac-rows', 14, 0.01],
  ['aim-micro-wr-gb', 1, 0.01],
  ['attacc-macab-stream', 8, 2.5],
  ['attacc-macab-stream, refreshed seldom', 8, 12.6],
  ['newton-gemv', 13, 33],
  ['pimsim-gemv-pim', 21, 14.5],
  ['pimsim-gemv-pim, refreshed often', 4, 9.2],
  ['pimsim-gemv-pim, refreshed seldom', 17, 11.3],
];

describe('in-memory compute against public simulators', () => {
  const table = new ErrorTable();
  const exact: string[] = [];
  for (const item of GEMV_CASES) {
    const simulated = simulate(item, 'fast');
    table.add(groupOf(item), simulated, item.cycles);
    if (simulated === item.cycles) exact.push(groupOf(item));
  }
  console.info(`clocks against clocks: cases, errors, mean error\n${table.toString()}`);

  test.each(BOUNDS)('%s: %i cases within %s %%', (group, count, bound) => {
    expect(table.count(group)).toBe(count);
    expect(table.worst(group) * 100).toBeLessThanOrEqual(bound);
  });

  test('every case is bounded', () => {
    expect(BOUNDS.reduce((sum, [, count]) => sum + count, 0)).toBe(GEMV_CASES.length);
  });

  test('a vector-stationary GEMV with bias takes exactly the clocks of the reference', () => {
    expect(exact.filter((group) => group === 'aim SV bias')).toHaveLength(table.count('aim SV bias'));
  });
});
