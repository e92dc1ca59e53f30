import { SystoleError } from '@systole/core';
import { describe, expect, test } from 'vitest';
import { NEWTON_COMMANDS } from '../src/pim/newton/newton-commands.ts';
import type { NewtonDevice } from '../src/pim/newton/newton-device.ts';
import { newtonGemv, runNewton } from '../src/pim/newton/newton-gemv.ts';
import { NEWTON_HBM2, NEWTON_HBM2_DUAL } from '../src/pim/newton/newton-presets.ts';
import type { NewtonInstruction } from '../src/pim/newton/newton-program.ts';

const withoutRefresh = (device: NewtonDevice): NewtonDevice => ({
  ...device,
  timings: { ...device.timings, nREFI: 0 },
});
const single = withoutRefresh(NEWTON_HBM2);
const dual = withoutRefresh(NEWTON_HBM2_DUAL);

function run(program: readonly NewtonInstruction[], device = single) {
  const log: string[] = [];
  const listener = (tick: number, command: number, bank: number): void => {
    log.push(`${tick} ${NEWTON_COMMANDS[command] ?? '?'} ${bank}`);
  };
  return { result: runNewton(device, program, { listener }), log };
}

describe('one row', () => {
  const program: readonly NewtonInstruction[] = [
    { kind: 'gwrite', row: 0 },
    { kind: 'multiply', row: 1, columns: 32 },
  ];

  test('is opened group by group, the ranks side by side, and multiplied column by column', () => {
    const { log, result } = run(program);
    // The vector row: opened, and copied once nRCD has passed. Its row is in the way of the weights' row in that bank.
    expect(log.slice(0, 3)).toEqual(['2 ACT 0', '16 GWRITE 0', '112 PRE 0']);
    const groups = ['114 G_ACT 0', '115 G_ACT 16', '144 G_ACT 4', '145 G_ACT 20'];
    expect(log.slice(3, 7)).toEqual(groups);
    expect(log[10]).toBe('205 G_ACT 28');
    expect(log[11]).toBe('219 COMP 0');
    expect(log.at(-1)).toBe(`${219 + 31 * 2 + 2} READRES 0`);
    expect(result.cycles).toBe(219 + 64 + 16 + 1);
    expect(result.spent).toMatchObject({
      compute: 62,
      'activation-window': 91,
      'vector-write': 110,
      'mode-switch': 1,
    });
  });

  test('with a row buffer of its own leaves the vector row open, and bundles its columns', () => {
    const { log, result } = run(program, dual);
    expect(log.slice(0, 3)).toEqual(['2 ACT 0', '16 GWRITE 0', '113 G_ACT 0']);
    expect(log.at(-1)).toBe('218 COMPS_READRES 0');
    expect(result.commands).toMatchObject({ COMP: 32, READRES: 1, COMPS_READRES: 1 });
    expect(result.cycles).toBe(235);
  });
});

describe('matrix-vector products without refresh', () => {
  // Shapes that the reference does not have: tiles of 32 outputs, vector rows of 512 inputs, 16 to a column.
  const shapes: readonly (readonly [number, number, number])[] = [
    [64, 512, 1],
    [1000, 100, 1],
    [96, 2000, 1],
    [3000, 1536, 4],
    [33, 16, 1],
  ];
  test.each(shapes)('%i x %i on %i channels, one row buffer', (M, K, channels) => {
    const tiles = Math.ceil(M / (32 * channels));
    const chunks = Math.ceil(K / 512);
    let expected = 93 + 124 * (chunks - 1);
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      const columns = Math.ceil(Math.min(512, K - 512 * chunk) / 16);
      // The adder trees are six columns deep, which a single clock a column fills.
      expected += tiles * (143 + Math.max(2 * columns, 6));
    }
    const { cycles, commands } = newtonGemv(single, { M, K, channels });
    expect(cycles).toBe(expected);
    expect(commands.G_ACT).toBe(8 * tiles * chunks);
    expect(commands.READRES).toBe(tiles * chunks);
  });

  test.each(shapes)('%i x %i on %i channels, two row buffers: whatever the columns', (M, K, channels) => {
    const tiles = Math.ceil(M / (32 * channels));
    const chunks = Math.ceil(K / 512);
    expect(newtonGemv(dual, { M, K, channels }).cycles).toBe(92 + 143 * tiles * chunks + 93 * (chunks - 1));
  });
});

describe('refresh', () => {
  test('takes turns between the ranks, nREFI / 2 apart, each after its banks were closed', () => {
    const log: (readonly [number, string, number])[] = [];
    const listener = (tick: number, command: number, bank: number): void => {
      log.push([tick, NEWTON_COMMANDS[command] ?? '?', bank]);
    };
    newtonGemv(NEWTON_HBM2, { M: 4096, K: 512 }, { listener });
    const refreshes = log.filter(([, name]) => name === 'REF');
    expect(refreshes).toHaveLength(18);
    expect(refreshes.slice(0, 4).map(([, , bank]) => bank)).toEqual([0, 16, 0, 16]);
    for (const [place, [tick]] of refreshes.entries()) {
      expect(tick).toBeGreaterThanOrEqual(1950 * (place + 1));
      expect(tick).toBeLessThan(1950 * (place + 1) + 60);
    }
  });

  test('is a quarter to a third of the time of long products', () => {
    const shape = { M: 4096, K: 1024 };
    const longer = newtonGemv(NEWTON_HBM2, shape).cycles / newtonGemv(single, shape).cycles;
    expect(longer).toBeGreaterThan(1.32);
    expect(longer).toBeLessThan(1.36);
  });
});

test('which limit of activation power applies is a parameter', () => {
  const cyclesOf = (device: NewtonDevice): number => newtonGemv(device, { M: 3200, K: 512 }).cycles;
  const none = cyclesOf({ ...single, activationLimit: { kind: 'none' } });
  // 100 rows: with a window of 30, three more turns of it, where groups can otherwise be opened clock by clock.
  expect(cyclesOf(single) - none).toBe(100 * (3 * 30 + 1 - 7));
  const slower = cyclesOf({ ...single, activationLimit: { kind: 'slower-mac-rate', gap: 6 } });
  expect(slower - none).toBe(100 * 32 * 4);
});

test('energy is that of the commands of all channels, and two row buffers cost what their columns do', () => {
  const one = newtonGemv(single, { M: 32, K: 512 });
  expect(one.energy).toBeCloseTo((828 + 12_864 + 8 * 3312 + 32 * 3216 + 804) * 1e-12, 15);
  expect(newtonGemv(single, { M: 128, K: 512, channels: 4 }).energy).toBeCloseTo(4 * (one.energy ?? NaN), 15);
  expect(newtonGemv(dual, { M: 32, K: 512 }).energy).toBeCloseTo(one.energy ?? NaN, 15);
});

test('an empty program takes no time', () => {
  expect(run([]).result).toMatchObject({ cycles: 0, ideal: 0, commands: {} });
});

test('a program is taken as it is needed', () => {
  let taken = 0;
  function* program(): Generator<NewtonInstruction> {
    yield { kind: 'gwrite', row: 0 };
    for (; taken < 1000; taken += 1) yield { kind: 'multiply', row: 1 + (taken % 2), columns: 1 };
  }
  let most = 0;
  let rows = 0;
  const listener = (_: number, command: number): void => {
    if (NEWTON_COMMANDS[command] === 'READRES') rows += 1;
    most = Math.max(most, taken - rows);
  };
  runNewton(single, program(), { listener });
  expect(rows).toBe(1000);
  expect(most).toBeLessThanOrEqual(1);
});

describe('wrong inputs', () => {
  const shape = { M: 32, K: 32 };
  const withTimings = (timings: Partial<NewtonDevice['timings']>): NewtonDevice => ({
    ...single,
    timings: { ...single.timings, ...timings },
  });
  const wrong: readonly (readonly [string, () => unknown, RegExp])[] = [
    ['no outputs', () => newtonGemv(single, { M: 0, K: 1 }), /M must be a whole number from 1 on/],
    ['part of an input', () => newtonGemv(single, { M: 1, K: 1.5 }), /K must be/],
    ['too large a matrix', () => newtonGemv(single, { M: 2 ** 20, K: 2 ** 16 }), /rows of each bank/],
    [
      'nRC below nRAS',
      () => newtonGemv(withTimings({ nRC: 10 }), shape),
      /timings.nRC must be at least timings.nRAS/,
    ],
    [
      'no time between refreshes',
      () => newtonGemv(withTimings({ nREFI: 700 }), shape),
      /timings.nREFI leaves 350/,
    ],
    ['a gap that is no number', () => newtonGemv(withTimings({ nRP: NaN }), shape), /timings.nRP/],
    ['an unknown row', () => run([{ kind: 'gwrite', row: 40_000 }]), /row must be/],
    [
      'more columns than a row has',
      () => run([{ kind: 'multiply', row: 1, columns: 33 }]),
      /columns must be/,
    ],
    ['a bank that is not there', () => run([{ kind: 'gwrite', row: 0, bank: 32 }]), /bank must be/],
    [
      'columns that do not fill a row',
      () => newtonGemv({ ...single, columnBytes: 48 }, shape),
      /columnBytes/,
    ],
  ];
  test.each(wrong)('%s', (_, make, message) => {
    expect(make).toThrow(SystoleError);
    expect(make).toThrow(message);
  });
});
