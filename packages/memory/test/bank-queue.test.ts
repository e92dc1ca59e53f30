import { SystoleError } from '@systole/core';
import { describe, expect, test } from 'vitest';
import { BankQueueController } from '../src/controller/bank-queue-controller.ts';
import { defaultPolicy } from '../src/controller/controller-policy.ts';
import type { ControllerPolicy } from '../src/controller/controller-policy.ts';
import { runStream } from '../src/controller/run-stream.ts';
import type { StreamResult } from '../src/controller/stream-result.ts';
import { devicePreset } from '../src/device/device-presets.ts';
import { DeviceTiming } from '../src/device/device-timing.ts';
import type { DramDevice } from '../src/device/device.ts';
import { createStream } from '../src/request/streams.ts';

const DDR4 = devicePreset('ddr4-8gb-x8-3200aa');
const HBM2 = devicePreset('hbm2-8gb-2000');

function withTimings(timings: Readonly<Record<string, number>>): DramDevice {
  return { ...DDR4, timings: { ...DDR4.timings, ...timings } };
}

const policy: ControllerPolicy = {
  ...defaultPolicy,
  kind: 'bank-queues',
  refresh: 'none',
  writeHighWatermark: 1,
  writeLowWatermark: 0.25,
};

interface Logged {
  readonly tick: number;
  readonly name: string;
  readonly bank: number;
  readonly row: number;
}

/** Requests as bank, row, column and `W` for a write. */
type Request = readonly [bank: number, row: number, column: number, direction?: 'W'];

class Bench {
  readonly log: Logged[] = [];
  readonly done: [tag: number, tick: number][] = [];
  readonly controller: BankQueueController;
  tick = 0;
  #tag = 0;

  constructor(device: DramDevice, changes: Partial<ControllerPolicy> = {}) {
    this.controller = new BankQueueController(new DeviceTiming(device), { ...policy, ...changes }, 0, {
      onCommand: (tick, command, bank, row) => {
        this.log.push({ tick, name: device.standard.commands[command]?.name ?? '', bank, row });
      },
      onDone: (tag, tick) => this.done.push([tag, tick]),
    });
  }

  offer(...requests: readonly Request[]): readonly boolean[] {
    return requests.map(([bank, row, column, direction]) =>
      this.controller.offer(bank, row, column, direction === 'W', this.tick, this.#tag++),
    );
  }

  /** Runs every tick up to this one. */
  runTo(tick: number): this {
    while (this.tick < tick) this.controller.advance(++this.tick);
    return this;
  }

  get words(): readonly string[] {
    return this.log.map(({ name, bank, row }) => `${name} ${bank}${row >= 0 ? `:${row}` : ''}`);
  }

  ticksOf(name: string): readonly number[] {
    return this.log.filter((each) => each.name === name).map(({ tick }) => tick);
  }
}

function stream(
  device: DramDevice,
  kind: string,
  count: number,
  changes: Partial<ControllerPolicy> = {},
): StreamResult {
  const source = createStream({
    kind,
    count,
    burstBytes: device.burstBytes,
    regionLog2: 20,
    rowStrideBytes: device.burstBytes * 2 ** 13,
    seed: 5,
  });
  return runStream({ device, policy: { ...policy, ...changes }, channels: 1 }, source);
}

describe('the way of a request', () => {
  test('moves to its bank in its first tick, opens its row in the next, and reads nRCD later', () => {
    const bench = new Bench(DDR4);
    bench.offer([5, 7, 3]);
    bench.runTo(60);
    expect(bench.log).toEqual([
      { tick: 2, name: 'ACT', bank: 5, row: 7 },
      { tick: 24, name: 'RD', bank: 5, row: 7 },
    ]);
    expect(bench.done).toEqual([[0, 24 + 26]]);
    expect(bench.controller.lastDone).toBe(50);
    expect(bench.controller.activity.readLatency.summary()).toMatchObject({ count: 1, mean: 49 });
  });

  test('one row after another of a bank takes its row cycle: the closed form', () => {
    // 74 clocks a row; the first activate in tick 2, and the data of the last read 22 + 26 after its activate.
    expect(stream(DDR4, 'bank-conflict-read', 200, { addressMapping: 'RoBaRaCoCh' }).ticks).toBe(
      2 + 199 * 74 + 48,
    );
  });

  test('one request at a time waits for the whole way of the one before', () => {
    // Rows may be closed before the next request comes, so that no other time than these is in its way.
    const result = stream(withTimings({ nRAS: 40, nRC: 62 }), 'dependent-random-read', 100);
    const { rowHits, rowMisses, rowConflicts, ticks } = result;
    // A hit has its column command in the second tick; a closed row costs nRCD more, an open one nRP more again.
    expect(ticks).toBe(100 * 28 + (rowMisses + rowConflicts) * 22 + rowConflicts * 22);
    expect(rowHits + rowMisses + rowConflicts).toBe(100);
    expect(rowConflicts).toBeGreaterThan(50);
  });

  test('a queue that is full refuses, and only that', () => {
    const bench = new Bench(DDR4, { readQueue: 2, writeQueue: 1 });
    expect(bench.offer([0, 0, 0], [0, 0, 1], [0, 0, 2], [0, 0, 3, 'W'], [0, 0, 4, 'W'])).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
  });

  test('bank queues are asked in turn', () => {
    const bench = new Bench(HBM2);
    bench.offer([0, 1, 0], [4, 1, 0], [8, 1, 0], [12, 1, 0]);
    bench.runTo(30);
    expect(bench.words.filter((word) => word.startsWith('ACT'))).toEqual([
      'ACT 0:1',
      'ACT 4:1',
      'ACT 8:1',
      'ACT 12:1',
    ]);
  });
});

describe('command queues of ranks', () => {
  test('hold the requests of all banks, the first of which that may goes on', () => {
    const bench = new Bench(DDR4, { commandQueueOf: 'rank', commandQueue: 2 });
    bench.offer([0, 1, 0], [0, 2, 0], [4, 1, 0]);
    bench.runTo(200);
    // The request to bank 4 finds the queue full until the first has been read.
    expect(bench.words).toEqual(['ACT 0:1', 'RD 0:1', 'ACT 4:1', 'RD 4:1', 'PREpb 0', 'ACT 0:2', 'RD 0:2']);
    const room = new Bench(DDR4, { commandQueueOf: 'rank', commandQueue: 3 });
    room.offer([0, 1, 0], [0, 2, 0], [4, 1, 0]);
    room.runTo(200);
    expect(room.words.slice(0, 4)).toEqual(['ACT 0:1', 'ACT 4:1', 'RD 0:1', 'RD 4:1']);
  });

  test('take turns rank by rank', () => {
    const two: DramDevice = { ...DDR4, counts: { ...DDR4.counts, rank: 2 } };
    const bench = new Bench(two, { commandQueueOf: 'rank' });
    bench.offer([0, 1, 0]);
    bench.runTo(60);
    bench.offer(...[1, 2, 3].map((column): Request => [0, 1, column]), [16, 1, 0]);
    bench.runTo(200);
    expect(bench.words.slice(2)).toEqual(['RD 0:1', 'ACT 16:1', 'RD 0:1', 'RD 0:1', 'RD 16:1']);
  });

  test('are of banks or of ranks', () => {
    // A choice that the types do not have, as a file may.
    const commandQueueOf = 'channel' as 'bank';
    expect(() => new Bench(DDR4, { commandQueueOf })).toThrow('expected "bank" or "rank"');
  });
});

describe('rows', () => {
  const conflict: Request = [0, 2, 0];
  const hits = (count: number, from = 1): readonly Request[] =>
    Array.from({ length: count }, (_, index): Request => [0, 1, from + index]);

  test('one with requests that hit it stays open, until it has had four', () => {
    // A precharge may come sooner after a read than another read.
    const bench = new Bench(withTimings({ nRTP: 4 }));
    bench.offer([0, 1, 0]);
    bench.runTo(30);
    bench.offer(conflict, ...hits(6));
    bench.runTo(400);
    expect(bench.words.filter((word) => !word.startsWith('ACT')).join(', ')).toBe(
      'RD 0:1, RD 0:1, RD 0:1, RD 0:1, PREpb 0, RD 0:2, PREpb 0, RD 0:1, RD 0:1, RD 0:1',
    );
    // With nRTP above nCCDL each of the hits puts the precharge off.
    const late = new Bench(DDR4);
    late.offer([0, 1, 0]);
    late.runTo(30);
    late.offer(conflict, ...hits(6));
    late.runTo(400);
    expect(late.words.filter((word) => word === 'PREpb 0')).toHaveLength(1);
  });

  test('one that nothing hits is closed for the first request of its bank', () => {
    const bench = new Bench(DDR4);
    bench.offer([0, 1, 0]);
    bench.runTo(30);
    bench.offer(conflict);
    bench.runTo(120);
    expect(bench.words).toEqual(['ACT 0:1', 'RD 0:1', 'PREpb 0', 'ACT 0:2', 'RD 0:2']);
    // A precharge comes nRAS after its activate.
    expect(bench.ticksOf('PREpb')).toEqual([2 + 52]);
  });

  test('is closed by each access, or when none is left that hits it', () => {
    const each = new Bench(DDR4, { rowPolicy: 'closed-cap', rowCap: 1 });
    each.offer(...hits(2));
    expect(each.runTo(200).words).toEqual(['ACT 0:1', 'RDA 0:1', 'ACT 0:1', 'RDA 0:1']);
    const last = new Bench(DDR4, { rowPolicy: 'closed' });
    last.offer(...hits(3));
    expect(last.runTo(200).words).toEqual(['ACT 0:1', 'RD 0:1', 'RD 0:1', 'RDA 0:1']);
    const two = new Bench(DDR4, { rowPolicy: 'closed-cap', rowCap: 2 });
    two.offer(...hits(3));
    expect(two.runTo(200).words).toEqual(['ACT 0:1', 'RD 0:1', 'RDA 0:1', 'ACT 0:1', 'RD 0:1']);
  });
});

describe('writes', () => {
  test('are done in the tick after they came, and stay where they are when nothing pushes them on', () => {
    const bench = new Bench(DDR4);
    bench.offer([0, 1, 0, 'W'], [0, 1, 1, 'W']);
    bench.runTo(500);
    expect(bench.done).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(bench.words).toEqual([]);
    expect([bench.controller.waiting, bench.controller.lastDone]).toEqual([0, 1]);
  });

  test('are drained above the low watermark while no command waits', () => {
    const bench = new Bench(DDR4);
    bench.offer(...Array.from({ length: 9 }, (_, column): Request => [0, 1, column, 'W']));
    bench.runTo(500);
    expect(bench.ticksOf('WR')).toHaveLength(9);
    const few = new Bench(DDR4);
    few.offer(...Array.from({ length: 8 }, (_, column): Request => [0, 1, column, 'W']));
    expect(few.runTo(500).ticksOf('WR')).toHaveLength(0);
  });

  test('are drained from a full queue, reads waiting meanwhile', () => {
    const bench = new Bench(DDR4, { writeQueue: 2 });
    bench.offer([0, 1, 9], [0, 1, 0, 'W'], [4, 1, 1, 'W']);
    bench.runTo(100);
    expect(bench.words.slice(0, 2)).toEqual(['ACT 0:1', 'ACT 4:1']);
    expect(bench.ticksOf('WR')[0]).toBeLessThan(bench.ticksOf('RD')[0] ?? 0);
  });

  test('answer reads of their address in the next tick, and are merged with one another', () => {
    const bench = new Bench(DDR4);
    bench.offer([0, 1, 0, 'W'], [0, 1, 0, 'W'], [0, 1, 0]);
    expect(bench.done).toEqual([
      [0, 1],
      [1, 1],
      [2, 2],
    ]);
    const { activity } = bench.controller;
    expect([activity.writesMerged, activity.readsForwarded, activity.reads, activity.writes]).toEqual([
      1, 1, 1, 2,
    ]);
  });

  test('wait for an earlier read of their address', () => {
    const bench = new Bench(DDR4, { writeQueue: 1 });
    bench.offer([0, 1, 0], [0, 1, 0, 'W']);
    bench.runTo(200);
    expect(bench.words).toEqual(['ACT 0:1', 'RD 0:1', 'WR 0:1']);
  });

  test('do not wait for ever where their queue is full and the read could not move', () => {
    const bench = new Bench(DDR4, { writeQueue: 1, commandQueue: 1 });
    bench.offer([0, 1, 0, 'W']);
    bench.runTo(1);
    // The write has moved; these meet in queues that are full.
    bench.offer([0, 2, 0], [0, 3, 0], [0, 3, 0, 'W']);
    bench.runTo(600);
    expect(bench.words.filter((word) => /^(RD|WR)/.test(word))).toEqual([
      'WR 0:1',
      'RD 0:2',
      'RD 0:3',
      'WR 0:3',
    ]);
    expect(bench.controller.waiting).toBe(0);
  });
});

test('reads of an address share one command, each with its own latency', () => {
  const bench = new Bench(DDR4);
  bench.offer([0, 1, 0], [0, 1, 0]);
  bench.runTo(10);
  bench.offer([0, 1, 0]);
  expect(bench.controller.waiting).toBe(3);
  bench.runTo(60);
  expect(bench.ticksOf('RD')).toEqual([24]);
  expect(bench.done.toSorted()).toEqual([
    [0, 50],
    [1, 50],
    [2, 50],
  ]);
  expect(bench.controller.activity.readLatency.summary()).toMatchObject({ count: 3, least: 39, most: 49 });
  expect(bench.controller.waiting).toBe(0);
});

describe('refresh', () => {
  const ranks: DramDevice = { ...DDR4, counts: { ...DDR4.counts, rank: 2 } };

  test('goes from rank to rank, each once in nREFI', () => {
    const bench = new Bench(ranks, { refresh: 'all-bank' });
    bench.runTo(4 * 6240 + 10);
    expect(bench.log.map(({ name, bank, tick }) => [name, bank, tick])).toEqual([
      ['REFab', 0, 6241],
      ['REFab', 16, 12481],
      ['REFab', 0, 18721],
      ['REFab', 16, 24961],
    ]);
  });

  test('closes the rows of its rank first, whose queues wait, while the other rank goes on', () => {
    const bench = new Bench(ranks, { refresh: 'all-bank' });
    bench.runTo(6220);
    bench.offer([0, 1, 0], [3, 1, 0]);
    bench.runTo(6240);
    bench.offer([1, 1, 0], [17, 1, 0]);
    bench.runTo(8000);
    expect(bench.words).toEqual([
      'ACT 0:1',
      'ACT 3:1',
      'ACT 17:1',
      'RD 17:1',
      'PREpb 0',
      'PREpb 3',
      'REFab 0',
      'ACT 0:1',
      'ACT 1:1',
      'ACT 3:1',
      'RD 0:1',
      'RD 1:1',
      'RD 3:1',
    ]);
    const [refresh = 0] = bench.ticksOf('REFab');
    expect(bench.ticksOf('ACT')[3]).toBe(refresh + 576);
  });

  test('of single banks goes from group to group and lets the other banks go on', () => {
    const bench = new Bench(HBM2, { refresh: 'per-bank' });
    bench.runTo(4 * 3900);
    expect(new Set(bench.log.map(({ name }) => name))).toEqual(new Set(['REFpb']));
    const first = bench.log.filter(({ bank }) => bank < 16).map(({ bank }) => bank);
    expect(first.slice(0, 9)).toEqual([0, 4, 8, 12, 1, 5, 9, 13, 2]);
    // Every bank of both pseudo channels once in nREFI.
    expect(bench.log.filter(({ tick }) => tick <= 3900).length).toBeGreaterThan(30);
    expect(new Set(bench.log.slice(0, 32).map(({ bank }) => bank)).size).toBe(32);
    const busy = stream(HBM2, 'random-read', 3000, { refresh: 'per-bank' });
    const blocked = stream(HBM2, 'random-read', 3000, { refresh: 'all-bank' });
    expect(busy.commands.REFpb).toBeGreaterThan(10);
    expect(busy.ticks).toBeLessThan(blocked.ticks);
  });

  test('counts what is due: ticks over nREFI, of each rank', () => {
    const { commands, ticks } = stream(ranks, 'bank-conflict-read', 1000, { refresh: 'all-bank' });
    expect(commands.REFab).toBe(Math.floor((ticks - 1) / 6240));
  });
});

describe('buses', () => {
  test('of rows and columns take a command each in a tick, where there are both', () => {
    const bench = new Bench(HBM2);
    const requests = Array.from({ length: 32 }, (_, index): Request => [(index * 5) % 16, index % 3, index]);
    bench.offer(...requests);
    bench.runTo(600);
    const ticks = new Map<number, string[]>();
    for (const { tick, name } of bench.log) ticks.set(tick, [...(ticks.get(tick) ?? []), name.slice(0, 2)]);
    const shared = [...ticks.values()].filter((names) => names.length > 1);
    expect(shared.length).toBeGreaterThan(3);
    for (const names of shared) {
      expect(names).toHaveLength(2);
      expect(names.filter((name) => name === 'RD')).toHaveLength(1);
    }
  });

  test('one bus takes one command in a tick', () => {
    const bench = new Bench(DDR4);
    bench.offer(...Array.from({ length: 32 }, (_, index): Request => [(index * 5) % 16, index % 3, index]));
    bench.runTo(1500);
    expect(new Set(bench.log.map(({ tick }) => tick)).size).toBe(bench.log.length);
    expect(bench.ticksOf('RD')).toHaveLength(32);
  });
});

test.each(['lpddr5-8gb-x16-6400', 'hbm3-16gb-8hi-6400'])(
  '%s has commands that are not known here',
  (name) => {
    const device = devicePreset(name);
    const run = (): StreamResult => stream(device, 'seq-read', 1);
    expect(run).toThrow(SystoleError);
    expect(run).toThrow('Use "shared-queues"');
  },
);

test('queues that no hardware has are refused', () => {
  const run = (): StreamResult => stream(DDR4, 'seq-read', 1, { commandQueue: 65_536, readQueue: 65_536 });
  expect(run().reads).toBe(1);
  const wide: DramDevice = { ...DDR4, counts: { ...DDR4.counts, rank: 64 } };
  expect(() => stream(wide, 'seq-read', 1, { commandQueue: 65_536 })).toThrow('policy.commandQueue');
});
