import { describe, expect, test } from 'vitest';
import { Machine, SystoleError } from '@systole/core';
import type { Transaction } from '@systole/core';
import { sram } from '../src/index.ts';
import { resolve } from './helpers/resolve.ts';
import { access, action, reason, sequence, statistic } from './helpers/run.ts';

const NS = 1000;

function machineOf(written: Readonly<Record<string, string | number>> = {}): Machine {
  const values = resolve(sram, [], {
    capacity: '64 KiB',
    width: '32 B',
    clock: '1 GHz',
    latency: 2,
    ...written,
  });
  return new Machine([{ name: 'sram', declaration: sram, values }], 1);
}

const plain = (kind: 'read' | 'write', bytes: number): Transaction => ({ kind, bytes });

describe('memory/sram', () => {
  test('an access takes a cycle, and its data comes a latency later', () => {
    expect(machineOf().run(sequence([plain('read', 32)])).duration).toBe((1 + 2) * NS);
    expect(machineOf().run(sequence([plain('read', 33)])).duration).toBe((2 + 2) * NS);
    expect(machineOf({ latency: 0 }).run(sequence([plain('read', 320)])).duration).toBe(10 * NS);
  });

  test('banks take accesses side by side', () => {
    expect(machineOf({ banks: 4 }).run(sequence([plain('read', 320)])).duration).toBe((3 + 2) * NS);
  });

  test('a stride that keeps to one bank gets the speed of one bank', () => {
    const machine = machineOf({ banks: 4 });
    const tally = machine.run(sequence([access('read', { run: 32, runs: 8, stride: 128 })]));
    expect(tally.duration).toBe((8 + 2) * NS);
    expect(statistic(machine, tally, 'conflictCycles')).toBe(6);
    const spread = machineOf({ banks: 4 }).run(sequence([access('read', { run: 32, runs: 8, stride: 160 })]));
    expect(spread.duration).toBe((2 + 2) * NS);
  });

  test('chunks are pipelined: the latency is paid once', () => {
    const machine = machineOf();
    const tally = machine.run(sequence([plain('read', 320)], 5, 3));
    expect(tally.duration).toBe((10 + 2) * NS);
    expect(tally.busy[0]).toBe(10 * NS);
  });

  test('one port takes turns, two ports work at once', () => {
    const both = [plain('read', 320), plain('write', 320)].map((transaction, index) => ({
      name: `${index}`,
      tag: 0,
      after: [],
      chunks: 1,
      delay: 0,
      stages: [{ component: 0, transaction, slots: 1 }],
    }));
    expect(machineOf().run(both).duration).toBe((20 + 2) * NS);
    expect(machineOf({ ports: 'read-write' }).run(both).duration).toBe((10 + 2) * NS);
  });

  test('what is counted', () => {
    const machine = machineOf();
    const tally = machine.run(sequence([plain('read', 40), plain('write', 32)]));
    expect(statistic(machine, tally, 'reads')).toBe(2);
    expect(statistic(machine, tally, 'writes')).toBe(1);
    expect(action(machine, tally, 'read-bit')).toBe(512);
    expect(action(machine, tally, 'write-bit')).toBe(256);
    expect(reason(machine, tally, 'access')).toBe(3 * NS);
    expect(reason(machine, tally, 'latency')).toBe(4 * NS);
  });

  test('energy, leakage and area are what was written', () => {
    const written = { readEnergy: '0.5 pJ/bit', leakage: '20 mW', area: '0.3 mm2', capacity: '1 MiB' };
    const values = resolve(sram, [], written);
    expect(sram.actions['read-bit']?.energy(values as never)).toBe(500);
    expect(sram.staticPower(values as never)).toBe(0.02);
    expect(sram.area(values as never)).toBe(0.3);
  });

  test('a clock whose period is no whole ps is never beaten', () => {
    const machine = machineOf({ clock: '1.1 GHz', latency: 0 });
    // 1100 cycles at 1.1 GHz are 1 us.
    expect(machine.run(sequence([plain('read', 1100 * 32)])).duration).toBe(1_000_000);
    expect(machineOf({ clock: '1.1 GHz', latency: 0 }).run(sequence([plain('read', 32)])).duration).toBe(910);
  });

  test.each([
    ['capacity/exceeded', access('read', { run: 32, base: 65_536 })],
    ['argument/invalid', access('write', { run: 0.5 })],
    ['argument/invalid', { ...access('read', { run: 32 }), bytes: 31 }],
    ['argument/invalid', { kind: 'erase', bytes: 32 }],
  ])('%s', (code, transaction) => {
    let thrown: unknown;
    try {
      machineOf().run(sequence([transaction]));
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(SystoleError);
    expect(thrown).toMatchObject({ code });
  });

  test('a stream without an address may be longer than the memory is large', () => {
    expect(machineOf().run(sequence([plain('read', 128 * 1024)])).duration).toBe((4096 + 2) * NS);
  });

  test('fractions of a byte are a conflict', () => {
    const values = resolve(sram, [], { capacity: '12 bit' });
    expect(sram.conflicts(values as never)).toHaveLength(1);
  });
});
