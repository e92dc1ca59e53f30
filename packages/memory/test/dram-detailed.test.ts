import { Machine } from '@systole/core';
import type { AccessPattern, Part, Task, Transaction } from '@systole/core';
import { describe, expect, it } from 'vitest';
import { defaultPolicy } from '../src/controller/controller-policy.ts';
import type { RequestSource } from '../src/controller/request-source.ts';
import { runStream } from '../src/controller/run-stream.ts';
import { DEVICE_PRESETS } from '../src/device/device-presets.ts';
import { dramDevice, dramWithLog } from '../src/dram/detailed/dram-with-log.ts';
import { dram } from '../src/index.ts';
import type { DramValues } from '../src/index.ts';
import { RandomOrder } from '../src/dram/random-order.ts';
import { resolve } from './helpers/resolve.ts';
import { access, reason, sequence, statistic } from './helpers/run.ts';

type Written = Readonly<Record<string, string | number>>;

const PRESETS = Object.keys(DEVICE_PRESETS);

function valuesOf(preset: string, written: Written = {}): Part['values'] {
  return resolve(dram, [preset], { detail: 'detailed', ...written });
}

function machineOf(values: Part['values'], declaration = dram): Machine {
  return new Machine([{ name: 'dram', declaration, values }], 1);
}

function timeOf(values: Part['values'], transaction: Transaction, chunks = 1, slots = 1): number {
  expect(dram.conflicts(values as DramValues)).toEqual([]);
  return machineOf(values).run(sequence([transaction], chunks, slots)).duration;
}

/** Bursts of a pattern in order, as a stream of requests of one burst each. */
class PatternSource implements RequestSource {
  address = 0;
  readonly isWrite: boolean;
  readonly earliest = 0;
  readonly waitsForAll = false;
  readonly #pattern: AccessPattern;
  readonly #order: RandomOrder;
  #index = -1;

  constructor({ kind, pattern }: Transaction) {
    if (pattern === undefined) throw new RangeError('no pattern');
    this.isWrite = kind === 'write';
    this.#pattern = pattern;
    this.#order = new RandomOrder(pattern.runs, pattern.seed ?? 0);
  }

  next(): boolean {
    const { runs, run, stride, base, order } = this.#pattern;
    this.#index++;
    if (this.#index >= runs) return false;
    const place = order === 'random' ? this.#order.at(this.#index) : this.#index;
    this.address = base + place * stride;
    return run > 0;
  }
}

const bursts = (
  kind: 'read' | 'write',
  values: Part['values'],
  more: Partial<AccessPattern>,
): Transaction => {
  const burst = Number(values['burstBytes']);
  return access(kind, { run: burst, stride: burst, runs: 3000, ...more });
};

describe('level detailed of memory/dram', () => {
  it.each(PRESETS)('%s: reads take as long as the stream of their bursts in the controller', (preset) => {
    const values = valuesOf(preset);
    const shared = Number(values['pseudoChannels']);
    const device = dramDevice({ ...values, channels: shared } as DramValues);
    const isGrouped = device.counts.bankGroup > 1;
    // Where a preset counts banks as groups, they vary fastest too.
    const order = isGrouped || Number(values['bankGroups']) === 1 ? 'column bankGroup' : 'bank column';
    const fields =
      order === 'bank column' ? 'row column bank' : `row bank stackId rank ${order} pseudoChannel`;
    const policy = { ...defaultPolicy, readQueue: 32 * shared, addressMapping: `${fields} channel` };
    for (const pattern of [{}, { order: 'random' as const, stride: 37 * device.burstBytes, seed: 3 }]) {
      const read = bursts('read', values, pattern);
      const result = runStream({ device, policy, channels: 1 }, new PatternSource(read));
      const time = timeOf({ ...values, channels: shared }, read);
      // Of two channels on one bus, the one that is refused does not hold up the other.
      expect(Math.abs(time / result.time - 1)).toBeLessThanOrEqual(shared === 1 ? 0 : 0.05);
    }
  });

  it('makes a device that is the one of the preset, but for what parameters do not say', () => {
    for (const [name, preset] of Object.entries(DEVICE_PRESETS)) {
      const values = valuesOf(name);
      const device = dramDevice({ ...values, channels: preset.counts.pseudoChannel } as DramValues);
      expect([name, device.burstsPerRow, device.rowsPerBank]).toEqual([
        name,
        preset.burstsPerRow,
        preset.rowsPerBank,
      ]);
      expect([name, device.counts]).toEqual([name, preset.counts]);
      const both = ['nCL', 'nRL', 'nRCD', 'nRP', 'nRAS', 'nRC', 'nFAW', 'nBL', 'nREFI', 'nCCDL'].filter(
        (parameter) => preset.timings[parameter] !== undefined && device.timings[parameter] !== undefined,
      );
      const figures = ({ timings }: typeof preset): readonly (number | undefined)[] =>
        both.map((parameter) => timings[parameter]);
      expect(both.length).toBeGreaterThan(3);
      expect([name, ...figures(device)]).toEqual([name, ...figures(preset)]);
    }
  });

  it('lets a later arrival delay an earlier one', () => {
    const values = valuesOf('ddr4-8gb-x8-3200aa');
    const far = access('read', { base: 0, run: 64 * 400 });
    const near = access('read', { base: 64 * 4, run: 64 * 400 });
    const task = (name: string, transaction: Transaction, delay: number): Task => ({
      name,
      tag: 0,
      after: [],
      delay,
      chunks: 1,
      stages: [{ component: 0, transaction, slots: 1 }],
    });
    const ends = (tasks: readonly Task[]): ReadonlyMap<string, number> => {
      const seen = new Map<string, number>();
      const recorder = {
        chunk: (each: Task, ...rest: readonly unknown[]) => void seen.set(each.name, Number(rest[5])),
      };
      machineOf(values).run(tasks, { recorder });
      return seen;
    };
    const random = access('read', { run: 64, stride: 64 * 1001, runs: 300, order: 'random', seed: 4 });
    const alone = ends([task('first', random, 0)]).get('first') ?? 0;
    const beside = ends([task('first', random, 0), task('second', near, 1000)]);
    expect(beside.get('first')).toBeGreaterThan(alone);
    expect(ends([task('first', far, 0)]).get('first')).toBeLessThan(beside.get('second') ?? 0);
  });

  it('refreshes as time goes by, and not as a rate', () => {
    const values = valuesOf('ddr4-8gb-x8-3200aa');
    const commands = new Map<string, number>();
    const logged = dramWithLog((_time, command) => {
      const name = dramDevice(values as DramValues).standard.commands[command]?.name ?? '';
      commands.set(name, (commands.get(name) ?? 0) + 1);
    });
    const machine = machineOf(values, logged);
    const short = access('read', { run: 64 * 64 });
    machine.run(sequence([short]));
    expect(commands.get('REFab')).toBeUndefined();
    const long = machine.run(sequence([access('read', { run: 64 * 30_000 })]));
    expect(commands.get('REFab')).toBe(Math.floor(long.duration / 7_800_000));
    expect(timeOf({ ...values, refresh: 'none' }, access('read', { run: 64 * 30_000 }))).toBeLessThan(
      long.duration * 0.97,
    );
  });

  it('reads what a write has still to put there after the write', () => {
    const values = valuesOf('ddr4-8gb-x8-3200aa');
    const times: [string, number][] = [];
    const logged = dramWithLog((time, command) => {
      times.push([dramDevice(values as DramValues).standard.commands[command]?.name ?? '', time]);
    });
    const write = access('write', { run: 64 * 20 });
    const read = access('read', { run: 64 * 20 });
    const tasks = sequence([write, read]).map((task) => ({ ...task, after: [] }));
    const tally = machineOf(values, logged).run(tasks);
    const last = Math.max(...times.filter(([name]) => name === 'WR').map(([, time]) => time));
    const first = Math.min(...times.filter(([name]) => name === 'RD').map(([, time]) => time));
    expect(times.filter(([name]) => name === 'RD')).toHaveLength(20);
    expect(last).toBeLessThan(tally.duration);
    expect(first).toBeGreaterThan(0);
  });

  it('counts each burst once, and explains all of its time', () => {
    const machine = machineOf(valuesOf('hbm2-8gb-2000', { channels: 4 }));
    const tally = machine.run(
      sequence([access('write', { run: 32 * 1000 }), access('read', { run: 32 * 500 })]),
    );
    expect(statistic(machine, tally, 'columnWrites')).toBe(1000);
    expect(statistic(machine, tally, 'columnReads')).toBe(500);
    const spent = ['column', 'latency', 'command-wait'].map((name) => reason(machine, tally, name));
    const queue = reason(machine, tally, 'refresh');
    expect(spent.reduce((sum, time) => sum + time, queue)).toBe(tally.duration);
  });

  it.each<[Written, string]>([
    [{ pseudoChannels: 2, channels: 3 }, 'pseudoChannels'],
    [{ ranks: 3 }, 'ranks'],
    [{ stackLevels: 2 }, 'stackLevels'],
    [{ tRAS: '20 ns', tRC: '40 ns' }, 'tRAS'],
    [{ tRC: '40 ns' }, 'tRC'],
    [{ tRCDWR: '9 ns' }, 'tRCDWR'],
  ])('refuses %j', (written, parameter) => {
    const values = valuesOf('ddr4-8gb-x8-3200aa', written) as DramValues;
    const named = dram.conflicts(values).map((conflict) => conflict.parameter);
    expect(named).toContain(parameter);
    expect(dram.conflicts({ ...values, detail: 'fast' })).toEqual([]);
  });
});
