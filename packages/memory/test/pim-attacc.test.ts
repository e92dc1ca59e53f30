import { describe, expect, test } from 'vitest';
import { attAccAttention, attAccRows, isUniformAttention } from '../src/pim/attacc/attacc-attention.ts';
import type { AttAccAttention } from '../src/pim/attacc/attacc-attention.ts';
import { attAccRowTiming } from '../src/pim/attacc/attacc-device.ts';
import type { AttAccDevice } from '../src/pim/attacc/attacc-device.ts';
import { ATTACC_PRESETS, attAccPreset } from '../src/pim/attacc/attacc-presets.ts';
import type { AttAccRequest } from '../src/pim/attacc/attacc-request.ts';
import { runAttAcc } from '../src/pim/attacc/run-attacc.ts';
import type { ActivationLimit } from '../src/pim/activation-limit.ts';
import { idealStream } from '../src/pim/ideal-stream.ts';
import { PIM_REASONS } from '../src/pim/pim-result.ts';

const refreshed: AttAccDevice = ATTACC_PRESETS['attacc-hbm3'].device;
const powered: AttAccDevice = { ...refreshed, refresh: 'none' };
const free: AttAccDevice = { ...ATTACC_PRESETS['attacc-hbm3-npc'].device, refresh: 'none' };

const layer = (device: AttAccDevice, attention: AttAccAttention) =>
  runAttAcc(device, attAccAttention(device, attention), { isUniform: isUniformAttention(device, attention) });
const head = { heads: 16, headDim: 128 } as const;

describe('AttAcc', () => {
  test('takes what the closed forms of its simulator give', () => {
    for (const context of [512, 1024, 2048]) {
      const at = (device: AttAccDevice, level: AttAccAttention['level']) =>
        layer(device, { level, context, ...head }).cycles;
      expect(at(powered, 'bank')).toBe((240 * context) / 128 - 30);
      expect(at(free, 'bank')).toBe((178 * context) / 128 - 30);
      expect(at(powered, 'bank-group')).toBe((3104 * context) / 512 + 38);
      expect(at(powered, 'buffer')).toBe((8264 * context) / 512 + 26);
      // MACs of single banks are not limited.
      expect(at(free, 'buffer')).toBe((8264 * context) / 512 + 26);
    }
    for (const rows of [1, 5, 40]) {
      expect(runAttAcc(powered, attAccRows(powered, 32 * rows)).cycles).toBe(232 * (rows - 1) + 20 + 186);
      expect(runAttAcc(free, attAccRows(free, 32 * rows)).cycles).toBe(170 * (rows - 1) + 20 + 124);
    }
  });

  test('a head in some of the channels takes what one in each takes', () => {
    const attention: AttAccAttention = { level: 'bank', context: 700, heads: 5, headDim: 128 };
    expect(isUniformAttention(powered, attention)).toBe(false);
    expect(layer(powered, attention).cycles).toBe(layer(powered, { ...attention, heads: 16 }).cycles);
  });

  test('two heads of a channel overlap: less than twice as long as one', () => {
    const one = layer(powered, { level: 'bank', context: 2048, ...head });
    const two = layer(powered, { level: 'bank', context: 2048, headDim: 128, heads: 32 });
    expect(two.cycles).toBeLessThan(2 * one.cycles - 100);
    expect(two.commands.MACAB).toBe(2 * (one.commands.MACAB ?? 0) + 1);
    expect(two.commands.SFM).toBe(2);
  });

  test('says what is spent beyond the ideal stream, to the clock', () => {
    for (const device of [refreshed, powered, free]) {
      const { cycles, ideal, spent, overheads, commands } = runAttAcc(device, attAccRows(device, 3200));
      expect(ideal).toBe(idealStream([{ rows: 100, columns: 32 }], attAccRowTiming(device)));
      expect(PIM_REASONS.reduce((sum, reason) => sum + spent[reason], 0)).toBe(cycles);
      expect(PIM_REASONS.reduce((sum, reason) => sum + overheads[reason], 0)).toBe(cycles - ideal);
      // 31 gaps of a row that are two clocks longer.
      expect(overheads['activation-window']).toBe(device.activationLimit.kind === 'none' ? 0 : 100 * 31 * 2);
      expect(spent.refresh > 0).toBe((commands.REFab ?? 0) > 0);
    }
    const { overheads, commands } = runAttAcc(refreshed, attAccRows(refreshed, 3200));
    // Each refreshes both pseudo channels, and costs nRFC and a clock less the precharge that it hides.
    const refreshes = (commands.REFab ?? 0) / 2;
    expect(refreshes).toBe(4);
    expect(overheads.refresh + overheads['row-switch']).toBe(1 + 438 * refreshes);
  });

  test('waits for the activations of groups, or between MACs, where the device is said to', () => {
    const limits: Record<string, ActivationLimit> = {
      none: { kind: 'none' },
      'per bank group, 39': { kind: 'per-bank-group', window: 39 },
      'slower MACs, 6': { kind: 'slower-mac-rate', gap: 6 },
      'slower MACs, 7 and 8': { kind: 'slower-mac-rate', gap: 7, groupGap: 8 },
    };
    const lines: string[] = [];
    const cycles: Record<string, number> = {};
    for (const [name, activationLimit] of Object.entries(limits)) {
      const device = { ...free, activationLimit };
      const rows = runAttAcc(device, attAccRows(device, 3200));
      const groups = layer(device, { level: 'bank-group', context: 512, ...head });
      cycles[name] = rows.cycles;
      lines.push(`| ${name} | ${rows.cycles} | ${groups.cycles} |`);
    }
    console.info(
      ['| activation limit | 100 rows | a layer at the bank groups |', '| --- | --- | --- |', ...lines].join(
        '\n',
      ),
    );
    const base = cycles.none ?? 0;
    expect(cycles['per bank group, 39']).toBe(base + 100 * 3 * 39);
    expect(cycles['slower MACs, 6']).toBe(base + 100 * 31 * 2);
    expect(cycles['slower MACs, 7 and 8']).toBe(base + 100 * 31 * 3);
  });

  test('a barrier lets rows be opened ahead of it, and nothing else', () => {
    const program: AttAccRequest[] = [
      { kind: 'MAC_AB', row: 0 },
      { kind: 'BARRIER' },
      { kind: 'SFM' },
      { kind: 'MAC_SB', bank: 1, row: 0 },
    ];
    const clocks: number[] = [];
    runAttAcc(powered, program, { listener: (clock) => clocks.push(clock) });
    // ACTAB, MACAB 19 later, then softmax and, its row being open, the other MAC.
    expect(clocks).toEqual([1, 20, 21, 22]);
  });
});

describe('what AttAcc refuses', () => {
  const one = (request: AttAccRequest) => () => runAttAcc(powered, [request]);

  test.each([
    ['a bank that it has not', one({ kind: 'MAC_PB', bank: 64 }), 'bank 64'],
    ['a row that it has not', one({ kind: 'MAC_AB', row: 16384 }), 'row 16384'],
    ['a request that it has not', one({ kind: 'MAC_ALL' as 'MAC_AB' }), 'MAC_ALL'],
    ['a channel where all are to be the same', one({ kind: 'SFM', channel: 1 }), 'names a channel'],
    [
      'a channel that it has not',
      () => runAttAcc(powered, [{ kind: 'SFM', channel: 16 }], { isUniform: false }),
      'channel 16',
    ],
    ['no heads', () => layer(powered, { level: 'bank', context: 1, heads: 0, headDim: 128 }), 'heads'],
    ['a preset that it has not', () => attAccPreset('attac-hbm3'), 'attac-hbm3'],
    [
      'a refresh that never ends',
      () => runAttAcc({ ...refreshed, timings: { ...refreshed.timings, nREFI: 500 } }, []),
      'nREFI of 500',
    ],
    [
      'a timing that is no number',
      () => runAttAcc({ ...powered, timings: { ...powered.timings, nRP: 1.5 } }, []),
      'nRP',
    ],
  ])('%s', (_, run, message) => {
    expect(run).toThrow(message);
  });
});
