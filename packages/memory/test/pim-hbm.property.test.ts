import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { HBM_PIM_COMMANDS } from '../src/pim/hbm-pim/hbm-pim-commands.ts';
import { hbmPimElementwiseCycles, hbmPimGemvCycles } from '../src/pim/hbm-pim/hbm-pim-cycles.ts';
import type { HbmPimDevice } from '../src/pim/hbm-pim/hbm-pim-device.ts';
import { hbmPimElementwise, hbmPimGemv, hbmPimHost } from '../src/pim/hbm-pim/hbm-pim-kernels.ts';
import { HBM2_PIM } from '../src/pim/hbm-pim/hbm-pim-presets.ts';
import type { HbmPimResult } from '../src/pim/hbm-pim/run-hbm-pim.ts';
import { anywhere, gapViolations, sameBank, within } from './helpers/gap-violations.ts';
import type { GapRule, LoggedCommand } from './helpers/gap-violations.ts';

const limits: fc.Arbitrary<HbmPimDevice['activationLimit']> = fc.oneof(
  fc.constant({ kind: 'none' } as const),
  fc.record({ kind: fc.constant('per-bank-group' as const), window: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constant('slower-mac-rate' as const), gap: fc.integer({ min: 1, max: 12 }) }),
);

/** Devices around the preset, with and without refresh. */
const devices: fc.Arbitrary<HbmPimDevice> = fc
  .record({
    nRCDRD: fc.integer({ min: 5, max: 30 }),
    nRCDWR: fc.integer({ min: 5, max: 30 }),
    nRP: fc.integer({ min: 5, max: 30 }),
    nRAS: fc.integer({ min: 31, max: 60 }),
    extra: fc.integer({ min: 0, max: 30 }),
    nCCDL: fc.integer({ min: 2, max: 8 }),
    nRTPL: fc.integer({ min: 1, max: 12 }),
    nWR: fc.integer({ min: 1, max: 30 }),
    nWTRL: fc.integer({ min: 1, max: 20 }),
    nRL: fc.integer({ min: 10, max: 30 }),
    nREFI: fc.constantFrom(0, 1500, 3900),
    ranks: fc.constantFrom(1, 2),
    limit: limits,
  })
  .map(({ extra, limit, ranks, ...some }) => ({
    ...HBM2_PIM,
    ranks,
    activationLimit: limit,
    timings: { ...HBM2_PIM.timings, ...some, nRC: some.nRAS + extra },
  }));

const kernels = fc.oneof(
  fc.record({
    kind: fc.constant('gemv' as const),
    out: fc.integer({ min: 1, max: 300 }),
    in: fc.integer({ min: 1, max: 900 }),
  }),
  fc.record({
    kind: fc.constantFrom('add' as const, 'mul' as const, 'relu' as const),
    elements: fc.integer({ min: 1, max: 20_000 }),
  }),
);
type Kernel = typeof kernels extends fc.Arbitrary<infer Value> ? Value : never;

function simulate(device: HbmPimDevice, kernel: Kernel, isHost: boolean, log: LoggedCommand[]): HbmPimResult {
  const listener = (tick: number, command: number, bank: number, row: number): void => {
    log.push({ tick, name: HBM_PIM_COMMANDS[command] ?? '?', bank, row });
  };
  if (isHost) return hbmPimHost(device, kernel, { listener });
  if (kernel.kind === 'gemv') return hbmPimGemv(device, kernel, { listener });
  return hbmPimElementwise(device, kernel, { listener });
}

function rulesOf({ timings, banksPerGroup }: HbmPimDevice): readonly GapRule[] {
  const { nRL, nWL, nBL, nRCDRD, nRCDWR, nRP, nRAS, nRC, nRRDS, nRRDL, nCCDL, nWR, nWTRL, nRTRS, nRFC } =
    timings;
  const group = within(banksPerGroup);
  const rule = (from: string, to: string, gap: number, node: GapRule['node']): GapRule => ({
    from,
    to,
    gap,
    node,
  });
  return [
    rule('ACT', 'RD', nRCDRD, sameBank),
    rule('ACT', 'WR', nRCDWR, sameBank),
    rule('ACT', 'PRE', nRAS, sameBank),
    rule('ACT', 'ACT', nRC, sameBank),
    rule('ACT', 'ACT', nRRDL, group),
    rule('ACT', 'ACT', nRRDS, anywhere),
    rule('PRE', 'ACT', nRP, sameBank),
    rule('WR', 'PRE', nWL + nBL + nWR, sameBank),
    rule('RD', 'PRE', nBL, sameBank),
    rule('RD', 'RD', nCCDL, group),
    rule('WR', 'WR', nCCDL, group),
    rule('RD', 'RD', nBL, anywhere),
    rule('RD', 'WR', nRL + nBL + nRTRS - nWL, anywhere),
    rule('WR', 'RD', nWL + nBL + nWTRL, anywhere),
    rule('REF', 'ACT', nRFC, anywhere),
  ];
}

/** Rows are open for accesses, closed for activates, and all closed for a refresh of the only rank; one command a clock. */
function stateViolations(log: readonly LoggedCommand[], ranks: number): string[] {
  const open = new Map<number, number>();
  const violations: string[] = [];
  let last = -1;
  for (const { tick, name, bank, row } of log) {
    if (tick <= last) violations.push(`${name} at ${tick} after ${last}`);
    last = tick;
    if (name === 'ACT') {
      if (open.has(bank)) violations.push(`ACT of open bank ${bank} at ${tick}`);
      open.set(bank, row);
    } else if (name === 'PRE') {
      if (!open.delete(bank)) violations.push(`PRE of closed bank ${bank} at ${tick}`);
    } else if (name === 'REF') {
      if (ranks === 1 && open.size > 0) violations.push(`REF with open banks at ${tick}`);
    } else if (open.get(bank) !== row) violations.push(`${name} of a row that is not open at ${tick}`);
  }
  return violations;
}

test('no command breaks a rule of the device, and each access is made once', () => {
  fc.assert(
    fc.property(devices, kernels, fc.boolean(), (device, kernel, isHost) => {
      const log: LoggedCommand[] = [];
      const { commands, cycles, spent, overheads, ideal } = simulate(device, kernel, isHost, log);
      // A refresh of another rank holds nothing back.
      const rules = rulesOf(device).filter(({ from }) => from !== 'REF' || device.ranks === 1);
      expect(gapViolations(log, rules)).toEqual([]);
      expect(stateViolations(log, device.ranks)).toEqual([]);
      const counted = Object.values(commands).reduce((sum, count) => sum + count, 0);
      expect(counted).toBe(log.length);
      const total = (record: Readonly<Record<string, number>>): number =>
        Object.values(record).reduce((sum, clocks) => sum + clocks, 0);
      expect(total(spent)).toBe(cycles);
      expect(total(overheads)).toBe(cycles - ideal);
      expect(Math.min(...Object.values(spent))).toBeGreaterThanOrEqual(0);
      expect(log.at(-1)?.tick ?? 0).toBeLessThan(cycles);
    }),
    { numRuns: 60 },
  );
});

test('accesses of kernels are those that the shape asks for', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 700 }),
      fc.integer({ min: 1, max: 1500 }),
      fc.constantFrom(1, 3, 8),
      (out, inputs, channels) => {
        const { commands } = hbmPimGemv(HBM2_PIM, { out, in: inputs, channels });
        const outputTiles = Math.ceil(out / (64 * channels));
        const inputTiles = Math.ceil(inputs / 128);
        const groups = Math.ceil(out / 8);
        // Channel 0 fills up first.
        const readout = 8 * (Math.floor(groups / (8 * channels)) * 8 + Math.min(8, groups % (8 * channels)));
        expect(commands.RD).toBe(32 + 64 * outputTiles * inputTiles + readout);
        expect(commands.WR).toBe(7 + outputTiles * (2 + 8 + 8 * inputTiles));
      },
    ),
    { numRuns: 40 },
  );
});

test('the closed forms are exact without refresh, on any device', () => {
  fc.assert(
    fc.property(devices, kernels, (generated, kernel) => {
      const device = { ...generated, timings: { ...generated.timings, nREFI: 0 } };
      const closed =
        kernel.kind === 'gemv' ? hbmPimGemvCycles(device, kernel) : hbmPimElementwiseCycles(device, kernel);
      expect(closed).toBe(simulate(device, kernel, false, []).phases[0]?.cycles);
    }),
    { numRuns: 60 },
  );
});

test('the closed forms are within 2 % with refresh', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 128, max: 4000 }), (out, inputs) => {
      const shape = { out, in: inputs };
      const simulated = hbmPimGemv(HBM2_PIM, shape).phases[0]?.cycles ?? 0;
      // A kernel that ends near a refresh may meet it or not.
      expect(Math.abs(hbmPimGemvCycles(HBM2_PIM, shape) - simulated)).toBeLessThanOrEqual(
        0.02 * simulated + 364,
      );
    }),
    { numRuns: 30 },
  );
});
