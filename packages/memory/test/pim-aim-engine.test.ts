import { describe, expect, test } from 'vitest';
import { CommandEngine } from '../src/pim/command-engine.ts';
import type { EngineSpec } from '../src/pim/command-engine.ts';
import { idealStream, IdealRows, rowPeriod } from '../src/pim/ideal-stream.ts';

const spec: EngineSpec = {
  commands: [
    { name: 'OPEN', scope: 'bank' },
    { name: 'READ', scope: 'bank' },
    { name: 'ALL', scope: 'channel' },
  ],
  rules: [
    { from: ['OPEN'], to: ['OPEN'], scope: 'channel', gap: 'nRRD' },
    { from: ['OPEN'], to: ['OPEN'], scope: 'channel', gap: '2' },
    { from: ['OPEN'], to: ['READ'], scope: 'bank', gap: 'nRCD + 1' },
    { from: ['READ'], to: ['READ'], scope: 'bankGroup', gap: '4' },
    { from: ['READ'], to: ['ALL'], scope: 'channel', gap: 'max(nRRD, 9)' },
  ],
  timings: { nRRD: 5, nRCD: 10 },
  counts: { bankGroup: 2, bank: 2 },
};

describe('the gaps between commands', () => {
  test('hold in the node that two commands share, the longest of them', () => {
    const engine = new CommandEngine(spec);
    expect(engine.banks).toBe(4);
    expect(engine.earliest(0, 3)).toBe(-Infinity);
    engine.issue(0, 1, 100);
    expect([0, 1, 2, 3].map((bank) => engine.earliest(0, bank))).toEqual([105, 105, 105, 105]);
    expect([0, 1].map((bank) => engine.earliest(1, bank))).toEqual([-Infinity, 111]);
    engine.issue(1, 1, 120);
    expect([0, 1, 2].map((bank) => engine.earliest(1, bank))).toEqual([124, 124, -Infinity]);
    // What is for the whole channel minds its rules alone.
    expect(engine.earliest(2, -1)).toBe(129);
    engine.hold(1, 3, 200);
    expect([2, 3].map((bank) => engine.earliest(1, bank))).toEqual([-Infinity, 200]);
    expect(engine.commandCounts()).toEqual({ OPEN: 1, READ: 1 });
  });

  test('are refused where they name what is not there, or are none of these', () => {
    const withRule = (rule: EngineSpec['rules'][number]) => () =>
      new CommandEngine({ ...spec, rules: [rule] });
    expect(withRule({ from: ['OPNE'], to: ['READ'], scope: 'bank', gap: '1' })).toThrow('OPNE');
    expect(withRule({ from: ['OPEN'], to: ['READ'], scope: 'bank', gap: 'nRDC' })).toThrow('nRDC');
    expect(withRule({ from: ['OPEN'], to: ['OPEN'], scope: 'channel', gap: '9', window: 4 })).toThrow(
      'windows',
    );
  });
});

describe('the ideal stream', () => {
  const timing = { open: 10, pace: 2, toPrecharge: 4, precharge: 6, active: 20, cycle: 30 };

  test('a row takes its accesses, or what rows take at least', () => {
    expect(rowPeriod(1, timing)).toBe(30);
    expect(rowPeriod(6, timing)).toBe(30);
    expect(rowPeriod(20, timing)).toBe(10 + 38 + 4 + 6);
    expect(idealStream([{ rows: 3, columns: 20 }], timing)).toBe(2 * 58 + 10 + 38);
    expect(idealStream([], timing)).toBe(0);
  });

  test('is the same as it comes, access by access', () => {
    const rows = new IdealRows(timing);
    expect(rows.cycles).toBe(0);
    const stream = [
      { rows: 4, columns: 9 },
      { rows: 0, columns: 3 },
      { rows: 2, columns: 1 },
    ];
    let row = 0;
    for (const { rows: count, columns } of stream) {
      for (let i = 0; i < count; i++, row++) for (let c = 0; c < columns; c++) rows.access(row);
    }
    expect(rows.cycles).toBe(idealStream(stream, timing));
  });
});
