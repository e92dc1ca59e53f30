import { SystoleError } from '@systole/core';
import { describe, expect, test } from 'vitest';
import type { AccessRun } from '../src/pim/hbm-pim/access-run.ts';
import { HBM_PIM_COMMANDS } from '../src/pim/hbm-pim/hbm-pim-commands.ts';
import type { HbmPimDevice } from '../src/pim/hbm-pim/hbm-pim-device.ts';
import { hbmPimElementwise, hbmPimGemv, hbmPimHost } from '../src/pim/hbm-pim/hbm-pim-kernels.ts';
import { HBM2_PIM, HBM2_PIM_2RANKS } from '../src/pim/hbm-pim/hbm-pim-presets.ts';
import { runHbmPim } from '../src/pim/hbm-pim/run-hbm-pim.ts';

const still: HbmPimDevice = { ...HBM2_PIM, timings: { ...HBM2_PIM.timings, nREFI: 0 } };

function reads(bank: number, row: number, column: number, count: number, barrier = false): AccessRun {
  return { write: false, bank, row, column, count, purpose: 'host', barrier };
}

function run(runs: readonly AccessRun[], device = still) {
  const log: string[] = [];
  const listener = (tick: number, command: number, bank: number, row: number): void => {
    log.push(`${tick} ${HBM_PIM_COMMANDS[command] ?? '?'} ${bank}${row < 0 ? '' : ` r${row}`}`);
  };
  const result = runHbmPim(device, [{ name: 'all', runs: () => runs }], { listener });
  return { result, log };
}

describe('the controller', () => {
  test('reads a row: seen after a clock, open after nRCDRD, done after nRL, its data and a clock either side', () => {
    const { result, log } = run([reads(0, 5, 0, 3)]);
    expect(log.slice(0, 4)).toEqual(['1 ACT 0 r5', '15 RD 0 r5', '19 RD 0 r5', '23 RD 0 r5']);
    // The row is closed as soon as nobody wants it: nRAS after the ACT.
    expect(log[4]).toBe('34 PRE 0 r5');
    expect(result.cycles).toBe(23 + 20 + 2 + 2);
  });

  test('reads of different banks overtake one another, and one bank group waits longer than another', () => {
    const { log } = run([reads(0, 1, 0, 2), reads(1, 1, 0, 1), reads(4, 1, 0, 1)]);
    // A bank of another group may be opened nRRDS after, sooner than the neighbour; that one nRRDS later still.
    expect(log.slice(0, 3)).toEqual(['1 ACT 0 r1', '5 ACT 4 r1', '9 ACT 1 r1']);
    expect(log.slice(3, 7)).toEqual(['15 RD 0 r1', '19 RD 0 r1', '21 RD 4 r1', '23 RD 1 r1']);
  });

  test('nothing passes a barrier, but a row behind one that is next is opened', () => {
    const { log } = run([reads(0, 1, 0, 2, true), reads(4, 1, 0, 1)]);
    expect(log.slice(0, 5)).toEqual(['1 ACT 0 r1', '15 RD 0 r1', '16 ACT 4 r1', '19 RD 0 r1', '30 RD 4 r1']);
  });

  test('does not issue an access before an earlier one to the same burst', () => {
    const write: AccessRun = { ...reads(0, 1, 0, 1), write: true };
    const { log } = run([reads(0, 1, 0, 1), write]);
    // A write could come nRCDWR after the ACT, sooner than the read.
    expect(log.slice(0, 3)).toEqual(['1 ACT 0 r1', '15 RD 0 r1', '30 WR 0 r1']);
  });

  test('refreshes as soon as all banks are closed, and opens rows nRFC later', () => {
    const device = { ...still, timings: { ...still.timings, nREFI: 1000 } };
    const { log } = run(
      [reads(0, 1, 0, 32), ...Array.from({ length: 12 }, () => reads(0, 1, 0, 32))],
      device,
    );
    const at = log.findIndex((line) => line.includes('REF'));
    const clockOf = (line: string | undefined): number => Number(line?.split(' ')[0]);
    expect(clockOf(log[at])).toBe(clockOf(log[at - 1]) + 1);
    expect(clockOf(log[at])).toBeGreaterThanOrEqual(1000);
    expect(clockOf(log[at])).toBeLessThan(1010);
    expect(clockOf(log[at + 1])).toBe(clockOf(log[at]) + 350);
  });
});

describe('kernels', () => {
  // T = 331 + output tiles (341 even + 388 odd + 78): shapes that the reference does not have.
  test.each([
    [64, 128, 1],
    [320, 384, 1],
    [1024, 2048, 4],
    [5000, 3000, 32],
    [130, 1000, 1],
  ])('a matrix-vector product of %i x %i on %i channels', (out, inputs, channels) => {
    const result = hbmPimGemv(still, { out, in: inputs, channels });
    const outputTiles = Math.ceil(out / (64 * channels));
    const inputTiles = Math.ceil(inputs / 128);
    const tiles = 341 * Math.ceil(inputTiles / 2) + 388 * Math.floor(inputTiles / 2);
    expect(result.phases[0]?.cycles).toBe(331 + outputTiles * (tiles + 78));
    expect(result.commands.RD).toBeGreaterThanOrEqual(32 + 64 * outputTiles * inputTiles);
    expect(result.commands.REF).toBeUndefined();
  });

  test('the readout takes 181 clocks for an output tile and 128 for each further one', () => {
    for (const tiles of [1, 2, 5]) {
      expect(hbmPimGemv(still, { out: 64 * tiles, in: 256 }).phases[1]?.cycles).toBe(181 + 128 * (tiles - 1));
    }
  });

  test.each(['add', 'mul', 'relu'] as const)('%s takes the same for each tile', (kind) => {
    const [first, each] = kind === 'relu' ? [613, 204] : [731, 322];
    for (const tiles of [1, 3, 9]) {
      const { cycles } = hbmPimElementwise(still, { kind, elements: 2048 * 4 * tiles, channels: 4 });
      expect(cycles).toBe((first ?? 0) + (each ?? 0) * (tiles - 1));
    }
  });

  test('say what they wait for: all clocks, and what goes beyond the ideal stream', () => {
    const shape = { out: 512, in: 4096 };
    const { spent, overheads, cycles, ideal } = hbmPimGemv(HBM2_PIM, shape);
    const sum = (record: Readonly<Record<string, number>>): number =>
      Object.values(record).reduce((a, b) => a + b, 0);
    expect(sum(spent)).toBe(cycles);
    expect(sum(overheads)).toBe(cycles - ideal);
    // 8 output tiles of 32 input tiles of 64 reads: all of them but the first of a row at the pace of nCCDL.
    const undisturbed = hbmPimGemv(still, shape);
    expect(undisturbed.spent.compute).toBe(8 * 32 * 62 * 4);
    expect(undisturbed.ideal).toBe(ideal);
    // Two rows a tile: opened, 32 reads, closed; the last one is not closed.
    expect(ideal).toBe(8 * 32 * 2 * (14 + 31 * 4 + 3 + 14) - 17);
    expect(spent['vector-write']).toBeGreaterThan(8 * 32 * 28);
    expect(spent.refresh).toBeGreaterThan(0.08 * cycles);
    expect(overheads.compute).toBe(0);
  });

  test('channels that have less to read wait for those that have more', () => {
    const even = hbmPimHost(HBM2_PIM, { kind: 'relu', elements: 16 * 64 * 100, channels: 64 });
    const one = hbmPimHost(HBM2_PIM, { kind: 'relu', elements: 16 * 100, channels: 1 });
    expect(even.cycles).toBe(one.cycles);
    const uneven = hbmPimHost(HBM2_PIM, { kind: 'relu', elements: 16 * (64 * 100 - 1), channels: 64 });
    expect(uneven.cycles).toBe(even.cycles);
    expect(uneven.commands).toEqual(even.commands);
  });

  test('a second rank takes its turns to be refreshed', () => {
    const shape = { out: 512, in: 4096 };
    const [one, both] = [hbmPimGemv(HBM2_PIM, shape), hbmPimGemv(HBM2_PIM_2RANKS, shape)];
    expect(Math.abs((both.commands.REF ?? 0) - 2 * (one.commands.REF ?? 0))).toBeLessThanOrEqual(1);
    expect(Math.abs(both.cycles / one.cycles - 1)).toBeLessThan(0.01);
  });
});

describe('limits of activation power', () => {
  const shape = { out: 256, in: 2048 };
  const cyclesOf = (device: HbmPimDevice): number => hbmPimGemv(device, shape).phases[0]?.cycles ?? 0;

  test('opening bank groups one after the other delays each row by three windows', () => {
    const limited: HbmPimDevice = { ...still, activationLimit: { kind: 'per-bank-group', window: 30 } };
    const { spent } = hbmPimGemv(limited, shape);
    // Every second row of a tile is opened while nothing else is under way.
    expect(spent['activation-window']).toBeGreaterThanOrEqual(4 * 16 * 90);
    expect(cyclesOf(limited) - cyclesOf(still)).toBeGreaterThanOrEqual(4 * 16 * 90);
    expect(cyclesOf(limited) - cyclesOf(still)).toBeLessThanOrEqual(4 * (16 * 3 + 2) * 120);
  });

  test('a slower column pace lengthens every row', () => {
    const limited: HbmPimDevice = { ...still, activationLimit: { kind: 'slower-mac-rate', gap: 6 } };
    const { spent } = hbmPimGemv(limited, shape);
    expect(spent.compute).toBe(4 * 16 * 62 * 6);
  });
});

describe('wrong inputs', () => {
  const shape = { out: 64, in: 128 };
  const wrong: readonly (readonly [string, () => unknown, RegExp])[] = [
    ['no outputs', () => hbmPimGemv(still, { out: 0, in: 128 }), /out must be a whole number from 1 on/],
    ['half an input', () => hbmPimGemv(still, { out: 64, in: 0.5 }), /in must be a whole number/],
    ['no channels', () => hbmPimGemv(still, { ...shape, channels: 0 }), /channels/],
    ['too large a matrix', () => hbmPimGemv(still, { out: 2 ** 16, in: 2 ** 16 }), /rows of each bank/],
    [
      'too long a vector',
      () => hbmPimElementwise(still, { kind: 'add', elements: 2 ** 30 }),
      /rows of each bank/,
    ],
    [
      'an odd number of banks',
      () => hbmPimGemv({ ...still, banksPerGroup: 3 }, shape),
      /banksPerGroup must be even/,
    ],
    [
      'no time to refresh',
      () => hbmPimGemv({ ...still, timings: { ...still.timings, nREFI: 300 } }, shape),
      /nREFI/,
    ],
    ['nRC below nRAS', () => hbmPimGemv({ ...still, timings: { ...still.timings, nRC: 20 } }, shape), /nRC/],
    ['NaN', () => hbmPimGemv({ ...still, timings: { ...still.timings, nRP: NaN } }, shape), /timings.nRP/],
    ['a row that is not there', () => run([reads(0, 99_999, 0, 1)]), /row must be/],
    ['bursts past the end of a row', () => run([reads(0, 1, 30, 8)]), /column must be/],
  ];
  test.each(wrong)('%s', (_, make, message) => {
    expect(make).toThrow(SystoleError);
    expect(make).toThrow(message);
  });
});
