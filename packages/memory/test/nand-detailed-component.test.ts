import { describe, expect, test } from 'vitest';
import { nand } from '../src/index.ts';
import { endTimes, nandMachine, pageCompute, SMALL_NAND, task } from './helpers/nand-machine.ts';
import { pimUnit } from './helpers/pim-unit.ts';
import { resolve } from './helpers/resolve.ts';
import { access } from './helpers/run.ts';

describe('memory/nand at level detailed', () => {
  const detailed = { ...SMALL_NAND, detail: 'detailed' };

  test('answers as the fast level where nothing is to be chosen', () => {
    for (const bytes of [100, 350, 2000]) {
      const read = [task('read', { kind: 'read', bytes })];
      expect(endTimes(nandMachine([], detailed), read)).toEqual(endTimes(nandMachine([], SMALL_NAND), read));
    }
    // An erase has a command of its own here: 10 ns more than at the fast level.
    expect(endTimes(nandMachine([], detailed), [task('one', { kind: 'write', bytes: 100 })])).toEqual({
      one: 20 * 1000 + 100_000 + 25_000_000,
    });
  });

  test('a suspended program lets a read go first', () => {
    const tasks = [
      task('write', { kind: 'write', bytes: 100 }),
      task('read', access('read', { base: 200, run: 100 }), { delay: 22_000_000 }),
    ];
    const plain = endTimes(nandMachine([], detailed), tasks);
    const suspending = endTimes(nandMachine([], { ...detailed, programSuspend: '500 ns' }), tasks);
    expect(plain['read']).toBe(25_120_000 + 1_110_000);
    expect(suspending['read']).toBe(22_000_000 + 10_000 + 500_000 + 1_110_000);
  });

  test('refuses read-compute, and says why', () => {
    const unit = pimUnit({ interval: 1000, drain: 0, accumulators: 4 });
    const sizes = { rounds: 1, channels: 1, cores: 1, inputBytes: 2, resultBytes: 2 };
    const machine = nandMachine([], { ...detailed, vectorBuffer: '64 B' }, unit);
    expect(() => endTimes(machine, [task('compute', pageCompute(sizes))])).toThrowError(
      expect.objectContaining({
        code: 'argument/invalid',
        message: expect.stringContaining('level fast') as string,
      }) as Error,
    );
  });

  test('a further page of a command takes its own time, at both levels', () => {
    for (const detail of ['fast', 'detailed']) {
      const values = { ...SMALL_NAND, detail, multiPlane: 'aligned', planeOverhead: '25 ns' };
      // Pages 0 and 2 are on both planes of die 0.
      const read = access('read', { base: 0, run: 100, stride: 200, runs: 2 });
      expect(endTimes(nandMachine([], values), [task('read', read)])).toEqual({
        read: (35 + 1000 + 200) * 1000,
      });
    }
  });

  test('a page that is cut at the start of a write goes before the whole ones behind it', () => {
    const written = access('write', { base: 50, run: 350 });
    for (const detail of ['fast', 'detailed']) {
      const values = { ...SMALL_NAND, detail, multiPlane: 'aligned', chipsPerChannel: 1 };
      const { write } = endTimes(nandMachine([], values), [task('write', written)]);
      // One erase of both planes, and two programs of both: pages 0 to 3 in two rows.
      expect(write).toBeLessThan(20_000_000 + 2 * 5_500_000);
    }
  });

  test('has the choice among its parameters', () => {
    expect(resolve(nand, [])['detail']).toBe('fast');
    expect(nand.fastError?.share).toBe(0.06);
  });
});
