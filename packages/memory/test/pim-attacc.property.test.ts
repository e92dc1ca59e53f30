import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { attAccAttentionCycles, attAccRowsCycles } from '../src/pim/closed-forms.ts';
import { attAccAttention, attAccRows, isUniformAttention } from '../src/pim/attacc/attacc-attention.ts';
import { attAccPace } from '../src/pim/attacc/attacc-device.ts';
import type { AttAccDevice } from '../src/pim/attacc/attacc-device.ts';
import { ATTACC_PRESETS } from '../src/pim/attacc/attacc-presets.ts';
import type { AttAccRequest } from '../src/pim/attacc/attacc-request.ts';
import { ATTACC_COMMANDS, ATTACC_RULES } from '../src/pim/attacc/attacc-standard.ts';
import { runAttAcc } from '../src/pim/attacc/run-attacc.ts';
import { PIM_REASONS } from '../src/pim/pim-result.ts';
import { brokenGaps } from './helpers/command-gaps.ts';
import type { LoggedCommand } from './helpers/command-gaps.ts';

const device = fc
  .record({
    activationLimit: fc.oneof(
      fc.constant({ kind: 'none' as const }),
      fc.record({ kind: fc.constant('per-bank-group' as const), window: fc.integer({ min: 1, max: 40 }) }),
      fc.record({ kind: fc.constant('slower-mac-rate' as const), gap: fc.integer({ min: 1, max: 8 }) }),
    ),
    refresh: fc.constantFrom('none' as const, 'all-bank' as const),
  })
  .map((own): AttAccDevice => ({ ...ATTACC_PRESETS['attacc-hbm3'].device, ...own }));

const row = fc.integer({ min: 0, max: 2 });
const someBank = fc.integer({ min: 0, max: 31 });
const move = fc.record({
  kind: fc.constantFrom('WR_GB' as const, 'MV_SB' as const, 'MV_GB' as const),
  bank: someBank,
});
const other = fc.constantFrom<AttAccRequest>({ kind: 'SFM' }, { kind: 'BARRIER' });
const program = fc.oneof(
  ...[
    fc.record({ kind: fc.constant('MAC_AB' as const), row }),
    fc.record({ kind: fc.constant('MAC_SB' as const), row, bank: fc.integer({ min: 0, max: 3 }) }),
    fc.record({ kind: fc.constant('MAC_PB' as const), row, bank: someBank }),
  ].map((mac) => fc.array(fc.oneof({ weight: 4, arbitrary: mac }, move, other), { maxLength: 120 })),
);

test('whatever is asked for, no gap is cut short, each request is done once, and each clock has a reason', () => {
  fc.assert(
    fc.property(device, program, (each, requests) => {
      // Refreshes come often, and between the requests.
      const busy = { ...each, timings: { ...each.timings, nREFI: 600, nRFC: 150 } };
      const log: LoggedCommand[] = [];
      const { cycles, commands, spent, overheads, ideal } = runAttAcc(busy, requests, {
        listener: (clock, command, bank) =>
          log.push({ clock, name: ATTACC_COMMANDS[command]?.name ?? '', bank }),
      });
      const { allBank, sameBank } = attAccPace(busy);
      const limit = busy.activationLimit;
      const nACTAB = limit.kind === 'per-bank-group' ? 3 * limit.window : 0;
      const timings = { ...busy.timings, nCCDAB: allBank, nCCDSB: sameBank, nACTAB };
      // Softmax minds no more than the channel.
      const rules = ATTACC_RULES.map((rule) => ({ ...rule, to: rule.to.filter((name) => name !== 'SFM') }));
      const counts = { pseudoChannel: 2, rank: 2, bankGroup: 4, bank: 4 };
      expect(brokenGaps(log, rules, timings, counts)).toEqual([]);
      const pairs = {
        MAC_AB: 'MACAB',
        MAC_SB: 'MACSB',
        MAC_PB: 'MACPB',
        WR_GB: 'WRGB',
        MV_SB: 'MVSB',
        SFM: 'SFM',
      };
      for (const [kind, command] of Object.entries(pairs)) {
        expect(commands[command] ?? 0).toBe(requests.filter((request) => request.kind === kind).length);
      }
      expect(PIM_REASONS.reduce((sum, reason) => sum + spent[reason], 0)).toBe(cycles);
      expect(PIM_REASONS.reduce((sum, reason) => sum + overheads[reason], 0)).toBe(cycles - ideal);
      for (const reason of PIM_REASONS) expect(spent[reason]).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 300 },
  );
});

test('the closed form of rows is what the commands take, with refresh and without', () => {
  fc.assert(
    fc.property(device, fc.integer({ min: 0, max: 20_000 }), (each, macs) => {
      expect(attAccRowsCycles(each, macs)).toBe(runAttAcc(each, attAccRows(each, macs)).cycles);
    }),
    { numRuns: 60 },
  );
});

test('the closed form of a layer is what its commands take, and within 1 % with refresh', () => {
  const presets = Object.values(ATTACC_PRESETS).flatMap((preset): AttAccDevice[] => [
    preset.device,
    { ...preset.device, refresh: 'none' },
  ]);
  const layer = fc.oneof(
    fc.record({
      level: fc.constant('bank' as const),
      context: fc.integer({ min: 1, max: 60_000 }),
      heads: fc.integer({ min: 1, max: 16 }),
    }),
    fc.record({
      level: fc.constantFrom('bank-group' as const, 'buffer' as const),
      context: fc.integer({ min: 1, max: 14_000 }),
      heads: fc.constant(16),
    }),
    fc.record({
      level: fc.constant('bank' as const),
      context: fc.integer({ min: 100, max: 500 }),
      heads: fc.integer({ min: 17, max: 200 }),
    }),
  );
  fc.assert(
    fc.property(fc.constantFrom(...presets), layer, (each, sizes) => {
      const attention = { ...sizes, headDim: 128 };
      const options = { isUniform: isUniformAttention(each, attention) };
      const { cycles } = runAttAcc(each, attAccAttention(each, attention), options);
      const found = attAccAttentionCycles(each, attention);
      expect(Math.abs(found / cycles - 1)).toBeLessThanOrEqual(each.refresh === 'none' ? 0 : 0.01);
    }),
    { numRuns: 25 },
  );
});
