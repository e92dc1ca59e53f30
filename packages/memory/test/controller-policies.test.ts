import { SystoleError } from '@systole/core';
import { describe, expect, test } from 'vitest';
import { checkPolicy } from '../src/controller/check-policy.ts';
import { defaultPolicy } from '../src/controller/controller-policy.ts';
import type { ControllerPolicy } from '../src/controller/controller-policy.ts';
import type { RequestSource } from '../src/controller/request-source.ts';
import { runStream } from '../src/controller/run-stream.ts';
import type { StreamOptions } from '../src/controller/run-stream.ts';
import type { StreamResult } from '../src/controller/stream-result.ts';
import { devicePreset } from '../src/device/device-presets.ts';
import { createStream } from '../src/request/streams.ts';

const device = devicePreset('ddr4-8gb-x8-3200aa');
const unrefreshed: ControllerPolicy = { ...defaultPolicy, refresh: 'none' };

/** Bytes from a row of a bank to its next. */
const ROW = 64 * 128 * 16;

interface Request {
  readonly address: number;
  readonly isWrite?: boolean;
  readonly earliest?: number;
  readonly waitsForAll?: boolean;
}

function listSource(requests: readonly Request[]): RequestSource {
  const source = { address: 0, isWrite: false, earliest: 0, waitsForAll: false, next: () => false };
  let index = 0;
  source.next = () => {
    const request = requests[index++];
    if (request === undefined) return false;
    Object.assign(source, { isWrite: false, earliest: 0, waitsForAll: false, ...request });
    return true;
  };
  return source;
}

function run(requests: readonly Request[], policy = unrefreshed, options: StreamOptions = {}): StreamResult {
  return runStream({ device, policy, channels: 1 }, listSource(requests), options);
}

/** `tick NAME bank row column` of each command. */
function logOf(requests: readonly Request[], policy = unrefreshed): readonly string[] {
  const log: string[] = [];
  run(requests, policy, {
    onCommand: (tick, command, bank, row, column) => {
      log.push(`${tick} ${device.standard.commands[command]?.name} ${bank} ${row} ${column}`);
    },
  });
  return log;
}

describe('queues and policies', () => {
  test('tells of each command, in the order of time', () => {
    expect(logOf([{ address: 0 }, { address: 64 }, { address: ROW }])).toEqual([
      '1 ACT 0 0 -1',
      '23 RD 0 0 0',
      '31 RD 0 0 1',
      '53 PREpb 0 -1 -1',
      '75 ACT 0 1 -1',
      '97 RD 0 1 0',
    ]);
  });

  test('a read of an address that waits to be written is answered from the queue', () => {
    const result = run([{ address: 128, isWrite: true }, { address: 128 }]);
    expect(result).toMatchObject({ reads: 1, writes: 1, readsForwarded: 1 });
    expect(result.commands).toEqual({ ACT: 1, WR: 1 });
    expect(result.readLatency.most).toBe(1);
  });

  test('a second write to an address that waits to be written is merged with the first', () => {
    const result = run([
      { address: 128, isWrite: true },
      { address: 128, isWrite: true },
      { address: 192, isWrite: true },
    ]);
    expect(result).toMatchObject({ writes: 3, writesMerged: 1 });
    expect(result.commands).toEqual({ ACT: 1, WR: 2 });
  });

  test('with row hits first a row is kept for those that came no later; else a gap between them is enough to close it', () => {
    // Hits go on, one every 8 ticks from 23; from tick 53 on, the end of nRAS, the bank may be precharged between two of them.
    const quick = { ...device, timings: { ...device.timings, nRTP: 4 } };
    const requests = [
      ...Array.from({ length: 8 }, (_, index) => ({ address: index * 64 })),
      { address: ROW },
    ];
    const precharges = (scheduler: ControllerPolicy['scheduler']): readonly number[] => {
      const ticks: number[] = [];
      runStream({ device: quick, policy: { ...unrefreshed, scheduler }, channels: 1 }, listSource(requests), {
        onCommand: (tick, command) => {
          if (device.standard.commands[command]?.name === 'PREpb') ticks.push(tick);
        },
      });
      return ticks;
    };
    expect(precharges('fr-fcfs-row-hit')).toEqual([23 + 7 * 8 + 4]);
    expect(precharges('fr-fcfs')[0]).toBe(1 + 52);
  });

  test('a capped row is closed by the access after its last, or by a precharge', () => {
    const capped: ControllerPolicy = { ...unrefreshed, rowPolicy: 'closed-cap', rowCap: 2 };
    const four = run(
      Array.from({ length: 4 }, (_, index) => ({ address: index * 64 })),
      capped,
    );
    expect(four.commands).toEqual({ ACT: 2, RD: 3, RDA: 1 });
    // The third of each row precharges it; the fourth opens it again.
    expect(four.rowHits + four.rowMisses + four.rowConflicts).toBe(4);
    const two = run([{ address: 0 }, { address: 64 }, { address: 128, earliest: 2000 }], capped);
    expect(two.commands).toEqual({ ACT: 2, RD: 3, PREpb: 1 });
    expect(two.rowMisses).toBe(2);
  });

  test('a closed row policy precharges with the last access that hits', () => {
    const closed: ControllerPolicy = { ...unrefreshed, rowPolicy: 'closed' };
    const result = run(
      [{ address: 0 }, { address: 64 }, { address: 128 }, { address: ROW, earliest: 400 }],
      closed,
    );
    expect(result.commands).toEqual({ ACT: 2, RD: 2, RDA: 2 });
    expect(result).toMatchObject({ rowHits: 2, rowMisses: 2, rowConflicts: 0 });
  });

  test('writes wait until there are many of them, and then go until few are left', () => {
    const policy: ControllerPolicy = { ...unrefreshed, readQueue: 4, writeQueue: 10 };
    const requests = Array.from({ length: 60 }, (_, index) => ({
      address: index * 64,
      isWrite: index % 3 === 2,
    }));
    const kinds = logOf(requests, policy)
      .map((line) => line.split(' ')[1])
      .filter((name) => name === 'RD' || name === 'WR');
    const runs =
      kinds
        .join(' ')
        .match(/(WR ?)+/g)
        ?.map((text) => text.trim().split(' ').length) ?? [];
    // From above 8 down to below 2.
    expect(runs[0]).toBe(8);
    expect(kinds.filter((kind) => kind === 'WR')).toHaveLength(20);
  });

  test('requests come no earlier than they may, and those that wait for all wait for all', () => {
    const result = run([
      { address: 0, earliest: 1000 },
      { address: 64, waitsForAll: true },
    ]);
    // 1000 + 49, and then a hit of 22 + 4, seen a tick later.
    expect(result.ticks).toBe(1049 + 27);
    expect(result.readLatency).toMatchObject({ least: 27, most: 49 });
  });

  test('a full queue of one channel holds up the others', () => {
    const policy: ControllerPolicy = { ...unrefreshed, readQueue: 1 };
    const stream = (stride: number): StreamResult =>
      runStream(
        { device, policy, channels: 2 },
        createStream({
          kind: 'strided-read',
          count: 64,
          burstBytes: 64,
          regionLog2: 20,
          strideBytes: stride,
        }),
      );
    // The channel lies above the burst: a stride of two bursts stays in the first.
    const together = stream(64);
    const alone = stream(128);
    expect(together.ticks).toBeLessThan(alone.ticks);
    expect(together.banks.reduce((sum, { accesses }) => sum + accesses, 0)).toBe(64);
  });

  test('the refresh of single banks goes round, an interval each', () => {
    const hbm = devicePreset('hbm2-8gb-2000');
    const banks: number[] = [];
    const result = runStream(
      { device: hbm, policy: { ...defaultPolicy, refresh: 'per-bank' }, channels: 1 },
      createStream({ kind: 'random-read', count: 20_000, burstBytes: 32, regionLog2: 20 }),
      {
        onCommand: (_tick, command, bank) => {
          if (hbm.standard.commands[command]?.name === 'REFpb') banks.push(bank);
        },
      },
    );
    expect(banks.length).toBe(Math.floor((result.ticks - 1) / 122));
    expect(banks.slice(0, 64)).toEqual(Array.from({ length: 64 }, (_, index) => index % 32));
    expect(result.commands['REFab']).toBeUndefined();
  });

  test('an empty stream takes no time', () => {
    expect(run([])).toMatchObject({ ticks: 0, bytes: 0, reads: 0, commands: {} });
  });

  test('tells how far it is', () => {
    const reports: number[] = [];
    runStream(
      { device, policy: unrefreshed, channels: 1 },
      createStream({ kind: 'seq-read', count: 140_000, burstBytes: 64, regionLog2: 20 }),
      { onProgress: (requests) => reports.push(requests) },
    );
    expect(reports).toEqual([65_536, 131_072]);
  });
});

describe('a policy that cannot be', () => {
  const check = (part: Partial<ControllerPolicy>, channels = 1): SystoleError => {
    try {
      checkPolicy({ ...defaultPolicy, ...part }, device, channels);
    } catch (error) {
      if (error instanceof SystoleError) return error;
    }
    throw new Error('nothing was refused');
  };

  test.each([
    ['readQueue', { readQueue: 0 }],
    ['writeQueue', { writeQueue: 2.5 }],
    ['commandQueue', { commandQueue: NaN }],
    ['rowCap', { rowCap: -1 }],
    ['writeLowWatermark', { writeLowWatermark: 0.9 }],
    ['writeLowWatermark', { writeHighWatermark: 1.5 }],
    ['refresh', { refresh: 'per-bank' as const }],
  ])('names %s', (parameter, part) => {
    const { problems } = check(part);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.place?.path).toBe(parameter);
    expect(problems[0]?.hint).toBeDefined();
  });

  test('lists every problem', () => {
    expect(check({ readQueue: 0, writeQueue: 0 }, 0).problems).toHaveLength(3);
  });

  test('refuses a refresh that never ends', () => {
    const eager = { ...device, timings: { ...device.timings, nREFI: 300 } };
    const memory = { device: eager, policy: defaultPolicy, channels: 1 };
    const source = createStream({ kind: 'seq-read', count: 100_000, burstBytes: 64, regionLog2: 20 });
    expect(() => runStream(memory, source)).toThrow(/nREFI/);
  });
});
