import { describe, expect, test } from 'vitest';
import { aimRowTiming } from '../src/pim/aim/aim-device.ts';
import type { AimDevice } from '../src/pim/aim/aim-device.ts';
import { aimGemv, aimGemvRows, aimGemvShape } from '../src/pim/aim/aim-gemv.ts';
import type { AimGemv } from '../src/pim/aim/aim-gemv.ts';
import type { AimInstruction } from '../src/pim/aim/aim-instruction.ts';
import { AIM_PRESETS, aimPreset } from '../src/pim/aim/aim-presets.ts';
import { AIM_COMMANDS } from '../src/pim/aim/aim-standard.ts';
import { aimStream } from '../src/pim/aim/aim-streams.ts';
import { runAim } from '../src/pim/aim/run-aim.ts';
import type { ActivationLimit } from '../src/pim/activation-limit.ts';
import { idealStream, rowPeriod } from '../src/pim/ideal-stream.ts';
import { PIM_REASONS } from '../src/pim/pim-result.ts';

const aim = AIM_PRESETS['aim-gddr6'].device;
const gemv = (device: AimDevice, shape: AimGemv) =>
  runAim(device, aimGemv(device, shape), { channels: shape.channels ?? 1 });

describe('AiM', () => {
  test('takes what its published closed forms give, with vectors or sums that stay', () => {
    for (const [M, K] of [
      [64, 16],
      [160, 1024],
      [320, 2500],
      [48, 5000],
    ] as const) {
      const { groups, tiles } = aimGemvShape(aim, { M, K });
      const columns = Array.from({ length: tiles }, (_, k) => Math.min(64, Math.ceil((K - 1024 * k) / 16)));
      const sum = (f: (c: number) => number) => columns.reduce((total, c) => total + f(c), 0);
      const preset = 1 + sum((c) => 2 * c + groups * (158 + 2 * c));
      expect(gemv(aim, { M, K, bias: true }).cycles).toBe(preset);
      expect(gemv(aim, { M, K }).cycles).toBe(1 + sum((c) => 4 * c + 156 + (groups - 1) * (155 + 2 * c)));
      if (tiles === 1) continue;
      const kept = 1 + groups * (39 + 33 * (tiles - 1) + sum((c) => 4 * c + 117));
      expect(gemv(aim, { M, K, order: 'output-stationary' }).cycles).toBe(kept);
      expect(gemv(aim, { M, K, order: 'output-stationary', bias: true }).cycles).toBe(kept + 2 * groups);
    }
  });

  test('finds rows open that several groups share', () => {
    // 20 columns: three groups a row, of which two find it open.
    const [few, more] = [3, 6].map(
      (groups) => gemv(aim, { M: 16 * groups, K: 320, bias: true, packed: true }).cycles,
    );
    expect((more ?? 0) - (few ?? 0)).toBe(158 + 40 + 2 * (70 + 40));
  });

  test('channels that share the rows take what one takes with its share', () => {
    const eight = gemv(aim, { M: 2304, K: 768, channels: 8 });
    expect(eight.cycles).toBe(gemv(aim, { M: 288, K: 768 }).cycles);
    expect(eight.energy).toBeCloseTo(8 * (gemv(aim, { M: 288, K: 768 }).energy ?? 0), 15);
  });

  test('says what is spent beyond the ideal stream of rows, to the clock', () => {
    const { cycles, ideal, overheads, spent, commands } = gemv(aim, { M: 1600, K: 1600, bias: true });
    const rows = aimGemvRows(aim, { M: 1600, K: 1600 });
    expect(rows.slice(0, 2)).toEqual([
      { rows: 100, columns: 64 },
      { rows: 100, columns: 36 },
    ]);
    const packed = { M: 1000, K: 320, packed: true };
    expect(gemv(aim, packed).ideal).toBe(idealStream(aimGemvRows(aim, packed), aimRowTiming(aim)));
    expect(ideal).toBe(idealStream(rows, aimRowTiming(aim)));
    expect(PIM_REASONS.reduce((sum, reason) => sum + spent[reason], 0)).toBe(cycles);
    expect(PIM_REASONS.reduce((sum, reason) => sum + overheads[reason], 0)).toBe(cycles - ideal);
    // Two switches of modes for each group and tile, and one into the first.
    expect(commands.TMOD).toBe(401);
    expect(spent['mode-switch']).toBeGreaterThanOrEqual(401 * 32);
    expect(spent['mode-switch']).toBeLessThan(401 * 36);
    expect(spent['vector-write']).toBeGreaterThanOrEqual(2 * 100);
    expect(spent.refresh).toBe(0);
    expect(overheads.compute).toBe(0);
  });

  test('a stream of rows is the ideal stream but for the first clock and the end', () => {
    for (const columns of [1, 7, 64]) {
      const { cycles, ideal, spent } = runAim(aim, aimStream(aim, { kind: 'mac-rows', count: 50, columns }));
      expect(ideal).toBe(idealStream([{ rows: 50, columns }], aimRowTiming(aim)));
      expect(cycles - ideal).toBe(3);
      expect(spent['mode-switch']).toBe(0);
    }
  });

  test('a refresh costs its own time, the rows that it closes, and the way back to normal mode', () => {
    const refreshed = aimPreset('aim-gddr6-refresh');
    const still = gemv(aim, { M: 4096, K: 4096, bias: true });
    const { cycles, spent, commands, overheads } = gemv(refreshed, { M: 4096, K: 4096, bias: true });
    expect(commands.REFab).toBe(Math.floor(cycles / 3333));
    expect(spent.refresh).toBeGreaterThan(180 * (commands.REFab ?? 0));
    expect(cycles - still.cycles).toBeGreaterThan(200 * (commands.REFab ?? 0));
    expect(overheads.refresh).toBe(spent.refresh);
  });

  test('programs are read as they go', () => {
    let asked = 0;
    const clocks: number[] = [];
    function* program(): Generator<AimInstruction> {
      for (let row = 0; row < 200; row++) {
        asked++;
        yield { opcode: 'MAC_ABK', size: 64, row };
      }
    }
    const listener = (clock: number) => {
      // A queue of 33 and the instruction that waits for room: never far ahead of the commands.
      expect(asked * 64 - clocks.length).toBeLessThan(64 * 3);
      clocks.push(clock);
    };
    const { commands } = runAim(aim, program(), { listener });
    expect(clocks).toHaveLength((commands.MAC16 ?? 0) + (commands.ACT16 ?? 0) + (commands.PREA ?? 0));
    expect(clocks.every((clock, i) => i === 0 || clock > (clocks[i - 1] ?? 0))).toBe(true);
  });

  test('waits for the activations of groups, or between MACs, where the device is said to', () => {
    const limits: Record<string, ActivationLimit> = {
      none: { kind: 'none' },
      'per bank group, 30': { kind: 'per-bank-group', window: 30 },
      'slower MACs, 3': { kind: 'slower-mac-rate', gap: 3 },
      'slower MACs, 4': { kind: 'slower-mac-rate', gap: 4 },
    };
    const shape = { M: 1024, K: 1024, bias: true };
    const cycles = Object.fromEntries(
      Object.entries(limits).map(([name, activationLimit]) => [
        name,
        gemv({ ...aim, activationLimit }, shape),
      ]),
    );
    const base = cycles.none?.cycles ?? 0;
    console.info(
      ['| activation limit | cycles | more | window |', '| --- | --- | --- | --- |']
        .concat(
          Object.entries(cycles).map(
            ([name, { cycles: taken, spent }]) =>
              `| ${name} | ${taken} | ${((taken / base - 1) * 100).toFixed(1)} % | ${spent['activation-window']} |`,
          ),
        )
        .join('\n'),
    );
    // Four groups for each of 64 rows, three steps of 30 between them.
    const grouped = cycles['per bank group, 30'];
    expect((grouped?.cycles ?? 0) - base).toBe(64 * 90);
    expect(grouped?.overheads['activation-window']).toBe(64 * 90);
    expect(grouped?.commands).toMatchObject({ ACT4: 256, PREA: 63 });
    expect(grouped?.commands.ACT16).toBeUndefined();
    expect((cycles['slower MACs, 4']?.cycles ?? 0) - base).toBe(64 * 63 * 2);
    expect(cycles['slower MACs, 4']?.overheads['activation-window']).toBe(64 * 63 * 2);
    expect(cycles['slower MACs, 3']?.ideal).toBe(cycles.none?.ideal);
  });

  test('PIM-GPT’s memory spends more than a third of its time on switching modes, where AiM’s rules are taken', () => {
    const device = aimPreset('pim-gpt');
    const { cycles, ideal, spent } = gemv(device, { M: 1600, K: 1600, channels: 8 });
    expect(rowPeriod(64, aimRowTiming(device))).toBe(12 + 63 + 3 + 12);
    expect(spent['mode-switch'] / cycles).toBeGreaterThan(0.35);
    expect(ideal / cycles).toBeLessThan(0.6);
  });

  test('prices commands: a MAC of all banks as three reads, an activate of 16 banks as 16', () => {
    const { energies = {} } = aim;
    const pins = 256 * 5.5e-12;
    expect(energies.MAC16).toBeCloseTo(3 * ((energies.RD ?? 0) - pins), 18);
    expect(energies.ACT16).toBeCloseTo(16 * (energies.ACT ?? 0), 18);
    const { energy, commands } = gemv(aim, { M: 64, K: 64 });
    const expected = Object.entries(commands).reduce(
      (sum, [name, count]) => sum + count * (energies[name] ?? 0),
      0,
    );
    expect(energy).toBeCloseTo(expected, 15);
    for (const { sources } of Object.values(AIM_PRESETS)) {
      expect(sources.default.source).not.toBe('');
      expect(sources.energies?.confidence).toBe('secondary');
    }
  });

  test('a log names commands by their place', () => {
    const names: string[] = [];
    runAim(aim, aimStream(aim, { kind: 'bias-mac-rdmac-mac', count: 1, columns: 1 }), {
      listener: (_, command) => names.push(AIM_COMMANDS[command]?.name ?? ''),
    });
    const words = 'TMOD WRMAC16 TMOD ACT16 MAC16 TMOD RDMAC16 TMOD PREA ACT16 MAC16';
    expect(names.join(' ')).toBe(words);
  });
});

describe('what AiM refuses', () => {
  const one = (instruction: AimInstruction) => () => runAim(aim, [instruction]);

  test.each([
    ['a size of nothing', one({ opcode: 'WR_GB', size: 0 }), 'size 0'],
    ['a bank that it has not', one({ opcode: 'MAC_SBK', bank: 16 }), 'bank 16'],
    ['a row before the first', one({ opcode: 'MAC_ABK', row: -1 }), 'row -1'],
    ['an instruction that it has not', one({ opcode: 'MAC_ALL' as 'MAC_ABK' }), 'MAC_ALL'],
    ['a matrix of no rows', () => gemv(aim, { M: 0, K: 16 }), 'M must be'],
    ['rows that cannot be shared', () => gemv(aim, { M: 16, K: 2000, packed: true }), 'share a DRAM row'],
    ['a preset that it has not', () => aimPreset('aim-gdr6'), 'aim-gdr6'],
    [
      'a refresh that never ends',
      () => runAim({ ...aim, refresh: 'all-bank', timings: { ...aim.timings, nRFC: 4000 } }, []),
      'nREFI of 3333',
    ],
    [
      'a timing that is no number',
      () => runAim({ ...aim, timings: { ...aim.timings, nRP: NaN } }, []),
      'timings.nRP',
    ],
    [
      'rows that are never open for long enough',
      () =>
        runAim({ ...aim, refresh: 'all-bank', activationLimit: { kind: 'per-bank-group', window: 1500 } }, [
          { opcode: 'MAC_ABK' },
        ]),
      'leaves no time',
    ],
    [
      'a row that is open for longer than its cycle',
      () => runAim({ ...aim, timings: { ...aim.timings, nRAS: 100 } }, []),
      'nRC of 89',
    ],
    [
      'a window of nothing',
      () => runAim({ ...aim, activationLimit: { kind: 'per-bank-group', window: 0 } }, []),
      'window',
    ],
  ])('%s', (_, run, message) => {
    expect(run).toThrow(message);
  });
});
