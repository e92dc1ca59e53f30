import { describe, expect, it } from 'vitest';
import { devicePreset } from '../src/device/device-presets.ts';
import type { DramDevice } from '../src/device/device.ts';
import { ProtocolChecker } from '../src/protocol/check-commands.ts';
import type { ProtocolOptions } from '../src/protocol/check-commands.ts';
import { checkCommandLog } from '../src/protocol/check-command-log.ts';
import { CommandLogWriter, writeCommandLog } from '../src/protocol/write-command-log.ts';

type Line = readonly [tick: number, command: string, bank: number, row?: number];

function found(
  device: DramDevice,
  lines: readonly Line[],
  options: ProtocolOptions = { postponed: Infinity },
) {
  const checker = new ProtocolChecker(device, options);
  for (const [tick, name, bank, row = -1] of lines) {
    const command = device.standard.commands.findIndex((known) => known.name === name);
    checker.check(tick, command, bank, row, -1);
  }
  return checker.violations;
}

const rulesOf = (...args: Parameters<typeof found>): readonly string[] =>
  found(...args).map(({ rule }) => rule);

const ddr4 = devicePreset('ddr4-8gb-x8-3200aa');
const twoRanks: DramDevice = { ...ddr4, counts: { ...ddr4.counts, rank: 2 } };
const lpddr5 = devicePreset('lpddr5-8gb-x16-6400');
const hbm3 = devicePreset('hbm3-16gb-8hi-6400');
const ddr5 = devicePreset('ddr5-16gb-x8-4800an');
const hbm2 = devicePreset('hbm2-8gb-2000');

describe('states of banks', () => {
  it('wants a closed bank to open', () => {
    expect(
      found(ddr4, [
        [0, 'ACT', 3, 5],
        [1000, 'ACT', 3, 6],
      ]),
    ).toEqual([
      {
        rule: 'bank-closed',
        missing: 0,
        later: { tick: 1000, command: 'ACT', bank: 3 },
        earlier: { tick: 0, command: 'ACT', bank: 3 },
      },
    ]);
  });

  it('wants the right row to read and write', () => {
    expect(rulesOf(ddr4, [[0, 'RD', 3, 5]])).toEqual(['row-open']);
    expect(
      rulesOf(ddr4, [
        [0, 'ACT', 3, 5],
        [1000, 'RD', 3, 6],
      ]),
    ).toEqual(['row-open']);
    expect(
      rulesOf(ddr4, [
        [0, 'ACT', 3, 5],
        [1000, 'RDA', 3, 5],
        [2000, 'WR', 3, 5],
      ]),
    ).toEqual(['row-open']);
    expect(
      rulesOf(ddr4, [
        [0, 'ACT', 3, 5],
        [1000, 'PREab', 0],
        [2000, 'WR', 3, 5],
      ]),
    ).toEqual(['row-open']);
    expect(
      rulesOf(ddr4, [
        [0, 'ACT', 3, 5],
        [1000, 'RD', 3, 5],
      ]),
    ).toEqual([]);
  });

  it('wants closed banks to refresh, those of the rank alone', () => {
    expect(
      rulesOf(ddr4, [
        [0, 'ACT', 3, 5],
        [1000, 'REFab', 0],
      ]),
    ).toEqual(['banks-closed']);
    expect(
      rulesOf(twoRanks, [
        [0, 'ACT', 3, 5],
        [1000, 'REFab', 16],
      ]),
    ).toEqual([]);
    expect(
      rulesOf(lpddr5, [
        [0, 'ACT1', 3, 5],
        [1, 'ACT2', 3],
        [1000, 'REFpb', 3],
      ]),
    ).toEqual(['banks-closed']);
    expect(
      rulesOf(lpddr5, [
        [0, 'ACT1', 3, 5],
        [1, 'ACT2', 3],
        [1000, 'REFpb', 4],
      ]),
    ).toEqual([]);
  });

  it('takes a precharge of a closed bank', () => {
    expect(
      rulesOf(ddr4, [
        [0, 'PREpb', 3],
        [1000, 'PREab', 3],
      ]),
    ).toEqual([]);
  });
});

describe('split activates', () => {
  it('come in two halves, one pair at a time, the second in time', () => {
    expect(
      rulesOf(lpddr5, [
        [0, 'ACT1', 3, 5],
        [8, 'ACT2', 3],
      ]),
    ).toEqual([]);
    expect(
      found(lpddr5, [
        [0, 'ACT1', 3, 5],
        [10, 'ACT2', 3],
      ]),
    ).toMatchObject([{ rule: 'tAAD', missing: 2 }]);
    expect(rulesOf(lpddr5, [[0, 'ACT2', 3]])).toEqual(['split-activate']);
    expect(
      rulesOf(lpddr5, [
        [0, 'ACT1', 3, 5],
        [7, 'ACT1', 8, 5],
        [8, 'ACT2', 8],
      ]),
    ).toEqual(['split-activate']);
    expect(
      rulesOf(lpddr5, [
        [0, 'ACT1', 3, 5],
        [90, 'CAS_RD', 3],
        [91, 'RD', 3, 5],
      ]),
    ).toEqual(['split-activate']);
  });
});

describe('the data clock', () => {
  const opened: readonly Line[] = [
    [0, 'ACT1', 3, 5],
    [1, 'ACT2', 3],
  ];
  // nCL 17, burst 2, nWCKPST 1: it runs for 20 ticks after a read.
  it('is started before it is used, and runs on for a while', () => {
    expect(rulesOf(lpddr5, [...opened, [100, 'RD', 3, 5]])).toEqual(['tWCKPST']);
    expect(rulesOf(lpddr5, [...opened, [99, 'CAS_RD', 3], [100, 'RD', 3, 5], [120, 'RD', 3, 5]])).toEqual([]);
    expect(found(lpddr5, [...opened, [99, 'CAS_RD', 3], [100, 'RD', 3, 5], [121, 'RD', 3, 5]])).toMatchObject(
      [{ rule: 'tWCKPST', missing: 1 }],
    );
  });
});

describe('buses', () => {
  it('carry one command at a time', () => {
    expect(
      rulesOf(ddr4, [
        [0, 'ACT', 0, 5],
        [100, 'PREpb', 8],
        [100, 'RD', 0, 5],
      ]),
    ).toEqual(['command-bus']);
    // Two clock periods each.
    expect(
      rulesOf(ddr5, [
        [0, 'ACT', 0, 5],
        [100, 'RD', 0, 5],
        [101, 'PREpb', 8],
      ]),
    ).toEqual(['command-bus']);
    expect(
      rulesOf(ddr5, [
        [0, 'ACT', 0, 5],
        [100, 'RD', 0, 5],
        [102, 'PREpb', 8],
      ]),
    ).toEqual([]);
  });

  it('are two where a family has one for rows', () => {
    expect(
      rulesOf(hbm2, [
        [0, 'ACT', 0, 5],
        [100, 'ACT', 20, 5],
        [100, 'RD', 0, 5],
      ]),
    ).toEqual([]);
    expect(
      rulesOf(hbm2, [
        [0, 'ACT', 0, 5],
        [100, 'ACT', 20, 5],
        [101, 'PREpb', 9],
      ]),
    ).toEqual(['command-bus']);
  });

  it('take commands at one half of the clock, but for precharges', () => {
    expect(
      rulesOf(hbm3, [
        [1, 'ACT', 0, 5],
        [201, 'RD', 0, 5],
        [401, 'PREpb', 0],
        [800, 'PREpb', 1],
      ]),
    ).toEqual([]);
    expect(
      rulesOf(hbm3, [
        [1, 'ACT', 0, 5],
        [200, 'RD', 0, 5],
      ]),
    ).toEqual(['half-clock']);
  });

  it('carry one burst at a time, with a gap from rank to rank where one of them reads', () => {
    const opened: readonly Line[] = [
      [0, 'ACT', 0, 5],
      [100, 'ACT', 16, 5],
    ];
    const pair = (first: string, second: string, gap: number): readonly Line[] => [
      ...opened,
      [500, first, 0, 5],
      [500 + gap, second, 16, 5],
    ];
    // Bursts of 4, and 2 from rank to rank; read data after 22 ticks, write data after 16.
    expect(rulesOf(twoRanks, pair('RD', 'RD', 6))).toEqual([]);
    expect(rulesOf(twoRanks, pair('RD', 'RD', 5))).toEqual(['tCS']);
    expect(rulesOf(twoRanks, pair('RD', 'RD', 3))).toEqual(['data-bus']);
    expect(rulesOf(twoRanks, pair('WR', 'WR', 4))).toEqual([]);
    expect(rulesOf(twoRanks, pair('RD', 'WR', 12))).toEqual([]);
    expect(found(twoRanks, pair('RD', 'WR', 6))).toMatchObject([{ rule: 'data-bus', missing: 6 }]);
    expect(rulesOf(twoRanks, pair('WR', 'RD', 1))).toEqual([]);
  });

  it('keep the order of time', () => {
    expect(
      rulesOf(ddr4, [
        [100, 'PREpb', 0],
        [90, 'PREpb', 1],
      ]),
    ).toContain('order');
  });
});

describe('refresh', () => {
  const { nREFI = 0, nRFC = 0 } = ddr4.timings;
  const refreshes = (count: number, from = 1): readonly Line[] =>
    Array.from({ length: count }, (_, index): Line => [(from + index) * nREFI, 'REFab', 0]);

  it('may be put off by eight intervals', () => {
    expect(rulesOf(ddr4, [[9 * nREFI, 'REFab', 0]], {})).toEqual([]);
    expect(found(ddr4, [[9 * nREFI + 5, 'REFab', 0]], {})).toMatchObject([{ rule: 'tREFI', missing: 5 }]);
    expect(rulesOf(ddr4, [[2 * nREFI + 1, 'ACT', 0, 5]], { postponed: 1 })).toEqual(['tREFI']);
    expect(rulesOf(ddr4, [...refreshes(20), [29 * nREFI, 'ACT', 0, 5]], {})).toEqual([]);
    expect(rulesOf(ddr4, [...refreshes(20), [29 * nREFI + 1, 'ACT', 0, 5]], {})).toEqual(['tREFI']);
  });

  it('that was put off is made up for', () => {
    // Nine late, then one an interval: still eight behind, so that the tenth may not be put off.
    const late: readonly Line[] = [[9 * nREFI, 'REFab', 0], ...refreshes(5, 10)];
    expect(rulesOf(ddr4, [...late, [15 * nREFI + 1, 'ACT', 0, 5]], {})).toEqual(['tREFI']);
    const made = Array.from({ length: 9 }, (_, index): Line => [9 * nREFI + index * nRFC, 'REFab', 0]);
    expect(rulesOf(ddr4, [...made, [18 * nREFI, 'ACT', 0, 5]], {})).toEqual([]);
  });

  it('is of a bank alone where it is one bank that is refreshed', () => {
    const { nREFI: interval = 0 } = lpddr5.timings;
    const one: readonly Line[] = [[interval, 'REFpb', 3]];
    const later = 9 * interval + 10;
    expect(rulesOf(lpddr5, [...one, [later, 'ACT1', 3, 5], [later + 1, 'ACT2', 3]], {})).toEqual([]);
    expect(rulesOf(lpddr5, [...one, [later, 'ACT1', 4, 5], [later + 1, 'ACT2', 4]], {})).toEqual(['tREFI']);
  });
});

describe('a command log as text', () => {
  const act = ddr4.standard.commands.findIndex(({ name }) => name === 'ACT');
  const rd = ddr4.standard.commands.findIndex(({ name }) => name === 'RD');
  const entries = [
    { tick: 0, command: act, bank: 3, row: 5, column: -1, channel: 0 },
    { tick: 3, command: act, bank: 3, row: 5, column: -1, channel: 1 },
    { tick: 21, command: rd, bank: 3, row: 5, column: 9, channel: 0 },
  ];
  const text = [...writeCommandLog('ddr4-8gb-x8-3200aa', ddr4, entries)].join('');

  it('has a line for each command', () => {
    expect(text).toBe(
      '# device: ddr4-8gb-x8-3200aa\ntick,command,channel,bank,row,column\n0,ACT,0,3,5,\n3,ACT,1,3,5,\n21,RD,0,3,5,9\n',
    );
    let written = '';
    const writer = new CommandLogWriter('ddr4-8gb-x8-3200aa', ddr4, (piece) => (written += piece), 20);
    for (const { tick, command, bank, row, column, channel } of entries) {
      writer.add(tick, command, bank, row, column, channel);
    }
    writer.end();
    expect(written).toBe(text);
  });

  it('is checked channel by channel, whatever pieces it comes in', async () => {
    for (const size of [1, 7, 1000]) {
      const pieces: string[] = [];
      for (let at = 0; at < text.length; at += size) pieces.push(text.slice(at, at + size));
      const { commands, count, violations } = await checkCommandLog(pieces, devicePreset);
      expect({ commands, count }).toEqual({ commands: 3, count: 1 });
      expect(violations).toMatchObject([{ channel: 0, rule: 'tRCD', missing: 1 }]);
    }
  });

  it.each([
    ['', 1, 'no line of columns'],
    ['# device: ddr5-nothing\n', undefined, 'no DRAM preset'],
    ['tick,command\n', 1, 'expected the columns'],
    [text.replace('21,RD', '21,READ'), 5, 'no command "READ"'],
    [text.replace('21,RD', '2,RD'), 5, 'in the order of time'],
    [text.replace('21,RD', '-21,RD'), 5, 'as tick, found "-21"'],
    [text.replace('0,3,5,9', '0,3,NaN,9'), 5, 'as row, found "NaN"'],
    [text.replace('0,3,5,9', '0,3'), 5, 'expected 6 columns, found 4'],
    [text.replace('0,3,5,9', '0,16,5,9'), undefined, 'this device 16 banks'],
    [text.replace('0,3,5,9', '9999,3,5,9'), undefined, 'names channel 9999'],
    [`${text}${'1'.repeat(5000)}`, undefined, 'longer than 4096'],
  ])('refuses bad text with its line: %#', async (bad, line, message) => {
    const checked = checkCommandLog([bad], devicePreset, { file: 'log.csv' });
    await expect(checked).rejects.toThrow(message);
    await expect(checked).rejects.toMatchObject(
      line === undefined ? {} : { place: { file: 'log.csv', line } },
    );
  });
});
