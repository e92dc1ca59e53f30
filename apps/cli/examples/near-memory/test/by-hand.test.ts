import { Machine } from '@systole/core';
import type { ComponentDeclaration, ParameterValue, Task, Transaction } from '@systole/core';
import { describe, expect, it } from 'vitest';
import { bitSerial, sttMram } from '../src/index.ts';

const NS = 1000;

function machineOf(declaration: ComponentDeclaration, values: Record<string, ParameterValue>): Machine {
  const defaults = Object.entries(declaration.parameters).map(([name, { fallback }]) => [name, fallback]);
  return new Machine(
    [{ name: 'part', declaration, values: { ...Object.fromEntries(defaults), ...values } }],
    1,
  );
}

function task(transaction: Transaction, after: readonly number[] = []): Task {
  const stages = [{ component: 0, transaction, slots: 1 }];
  return { name: transaction.kind, tag: 0, after, delay: 0, chunks: 1, stages };
}

describe('stt-mram', () => {
  // 4 banks of 100 B a word; the port is too fast to matter.
  const memory = { capacity: 1e6, banks: 4, width: 100, portRate: 1e15 };
  const durationOf = (...tasks: readonly Task[]): number => machineOf(sttMram, memory).run(tasks).duration;
  const at = (kind: string, base: number, run: number, stride = run, runs = 1): Transaction => ({
    kind,
    bytes: run * runs,
    pattern: { base, run, stride, runs, order: 'sequential', layout: 'interleaved' },
  });

  it('reads a word of every bank in 3 ns, and writes it in 20', () => {
    expect(durationOf(task(at('read', 0, 400)))).toBe(3 * NS);
    expect(durationOf(task(at('write', 0, 400)))).toBe(20 * NS);
  });

  it('takes turns where words lie in one bank', () => {
    // Words 0, 4 and 8 are all of bank 0.
    expect(durationOf(task(at('read', 0, 100, 400, 3)))).toBe(9 * NS);
  });

  it('lets a read wait for the write of its bank, and of no other', () => {
    const write = task(at('write', 0, 100));
    expect(durationOf(write, task(at('read', 400, 100)))).toBe(23 * NS);
    expect(durationOf(write, task(at('read', 100, 100)))).toBe(20 * NS);
  });

  it('counts whole words', () => {
    const machine = machineOf(sttMram, memory);
    const { actions } = machine.run([task(at('read', 50, 100))]);
    // Bytes 50 to 150 lie in two words of 800 bits.
    expect(actions[machine.layout.actions.findIndex(({ name }) => name === 'read-bit')]).toBe(1600);
  });
});

describe('bit-serial', () => {
  const unit = { columns: 4, depth: 8, tableCycles: 4, pipelineDepth: 8, clock: 1e9 };
  const cyclesOf = (format: string): number =>
    machineOf(bitSerial, unit).run([
      task({ kind: 'matmul', bytes: 0, format, activationFormat: 'int8', dims: { m: 2, k: 16, n: 9 } }),
    ]).duration / NS;

  it('takes a cycle for every bit of the weights', () => {
    // 2 rows of 2 folds: tables of 4 cycles, 3 groups of columns, and the last sums take 8 more.
    expect(cyclesOf('int8')).toBe(2 * 2 * (4 + 3 * 8) + 8);
    expect(cyclesOf('int4')).toBe(2 * 2 * (4 + 3 * 4) + 8);
    expect(cyclesOf('int16')).toBe(2 * 2 * (4 + 3 * 16) + 8);
  });

  it('says what is useful and what only fills it', () => {
    const { usefulMacs, paddedMacs } = machineOf(bitSerial, unit).run([
      task({ kind: 'matmul', bytes: 0, format: 'int4', dims: { m: 2, k: 16, n: 9 } }),
    ]);
    expect(usefulMacs[0]).toBe(2 * 16 * 9);
    expect(paddedMacs[0]).toBe(2 * 16 * (12 - 9));
  });

  it('refuses what it cannot compute, and says what it can', () => {
    expect(() => cyclesOf('bf16')).toThrow(/int2, int4, int8, int16, and not in bf16/);
  });
});
