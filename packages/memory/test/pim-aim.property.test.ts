import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { aimGemvCycles } from '../src/pim/closed-forms.ts';
import type { AimDevice } from '../src/pim/aim/aim-device.ts';
import { aimGemv } from '../src/pim/aim/aim-gemv.ts';
import type { AimInstruction } from '../src/pim/aim/aim-instruction.ts';
import { AIM_PRESETS } from '../src/pim/aim/aim-presets.ts';
import { AIM_COMMANDS, AIM_RULES } from '../src/pim/aim/aim-standard.ts';
import { runAim } from '../src/pim/aim/run-aim.ts';
import { PIM_REASONS } from '../src/pim/pim-result.ts';
import { brokenGaps } from './helpers/command-gaps.ts';
import type { LoggedCommand } from './helpers/command-gaps.ts';

const device = fc.constantFrom<AimDevice>(...Object.values(AIM_PRESETS).map((preset) => preset.device));
const limited = fc
  .tuple(
    device,
    fc.oneof(
      fc.constant({ kind: 'none' as const }),
      fc.record({ kind: fc.constant('per-bank-group' as const), window: fc.integer({ min: 1, max: 40 }) }),
      fc.record({ kind: fc.constant('slower-mac-rate' as const), gap: fc.integer({ min: 1, max: 12 }) }),
    ),
    fc.boolean(),
  )
  .map(([each, activationLimit, isRefreshed]): AimDevice => {
    const timings = isRefreshed ? { ...each.timings, nREFI: 900, nRFC: 100 } : each.timings;
    return { ...each, activationLimit, refresh: isRefreshed ? 'all-bank' : 'none', timings };
  });

const bank = fc.integer({ min: 0, max: 15 });
const row = fc.integer({ min: 0, max: 3 });
const size = fc.integer({ min: 1, max: 70 });
const instruction: fc.Arbitrary<AimInstruction> = fc.oneof(
  fc.record({
    opcode: fc.constantFrom('MAC_ABK', 'EWMUL', 'AF', 'WR_ABK'),
    row,
    size: fc.integer({ min: 1, max: 20 }),
  }),
  fc.record({
    opcode: fc.constantFrom('MAC_SBK', 'COPY_BKGB', 'COPY_GBBK', 'RD_SBK', 'WR_SBK'),
    row,
    bank,
    size,
  }),
  fc.record({ opcode: fc.constantFrom('WR_GB', 'WR_BIAS', 'RD_MAC', 'RD_AF'), size }),
  fc.record({ opcode: fc.constantFrom('SYNC', 'EWADD', 'WR_CFR') }),
);

test('whatever is asked for, no gap is cut short, each request is done once, and each clock has a reason', () => {
  fc.assert(
    fc.property(limited, fc.array(instruction, { maxLength: 25 }), (aim, program) => {
      const log: LoggedCommand[] = [];
      const { cycles, commands, spent, overheads, ideal } = runAim(aim, program, {
        listener: (clock, command, at) =>
          log.push({ clock, name: AIM_COMMANDS[command]?.name ?? '', bank: at }),
      });
      const { activationLimit: limit, timings } = aim;
      const all = {
        ...timings,
        nCCDMAC: limit.kind === 'slower-mac-rate' ? limit.gap : timings.nCCDL,
        nFAWG: limit.kind === 'per-bank-group' ? limit.window : timings.nRRDS,
      };
      const single = new Set(['ACT', 'PRE', 'MAC', 'RDCP', 'WRCP', 'RD', 'WR', 'ACT4']);
      // What is for all banks has no bank of its own, so that only rules of the channel hold for it.
      const forBanks = AIM_RULES.filter(
        ({ scope, from }) => scope === 'channel' || from.every((name) => single.has(name)),
      );
      expect(brokenGaps(log, forBanks, all, { bankGroup: 4, bank: 4 })).toEqual([]);
      const asked = (opcode: string) =>
        program.filter((each) => each.opcode === opcode).reduce((sum, each) => sum + (each.size ?? 1), 0);
      const pairs = {
        MAC_ABK: 'MAC16',
        MAC_SBK: 'MAC',
        RD_SBK: 'RD',
        WR_SBK: 'WR',
        WR_GB: 'WRGB',
        RD_MAC: 'RDMAC16',
      };
      for (const [opcode, command] of Object.entries(pairs))
        expect(commands[command] ?? 0).toBe(asked(opcode));
      expect(PIM_REASONS.reduce((sum, reason) => sum + spent[reason], 0)).toBe(cycles);
      expect(PIM_REASONS.reduce((sum, reason) => sum + overheads[reason], 0)).toBe(cycles - ideal);
      for (const reason of PIM_REASONS) expect(spent[reason]).toBeGreaterThanOrEqual(0);
      expect(log.every(({ clock }, i) => clock > (log[i - 1]?.clock ?? 0))).toBe(true);
    }),
    { numRuns: 300 },
  );
});

const shape = fc.record({
  M: fc.integer({ min: 1, max: 900 }),
  K: fc.integer({ min: 1, max: 9000 }),
  channels: fc.integer({ min: 1, max: 4 }),
  bias: fc.boolean(),
  order: fc.constantFrom('vector-stationary' as const, 'output-stationary' as const),
});

test('the closed form is what the commands take, whatever the preset and limit, where nothing is refreshed', () => {
  fc.assert(
    fc.property(limited, shape, (aim, gemv) => {
      const still = { ...aim, refresh: 'none' as const };
      expect(aimGemvCycles(still, gemv)).toBe(runAim(still, aimGemv(still, gemv)).cycles);
      const packed = { ...gemv, K: Math.min(gemv.K, 500), packed: true };
      expect(aimGemvCycles(still, packed)).toBe(runAim(still, aimGemv(still, packed)).cycles);
    }),
    { numRuns: 60 },
  );
});

test('with refresh the closed form is within 1 %', () => {
  const aim = AIM_PRESETS['aim-gddr6-refresh'].device;
  fc.assert(
    fc.property(shape, (gemv) => {
      const large = { ...gemv, M: gemv.M * 10 };
      const { cycles } = runAim(aim, aimGemv(aim, large));
      expect(Math.abs(aimGemvCycles(aim, large) / cycles - 1)).toBeLessThan(0.01);
    }),
    { numRuns: 25 },
  );
});
