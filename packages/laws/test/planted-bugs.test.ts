import { describe, expect, it } from 'vitest';
import { checkComponent } from '../src/index.ts';
import type { ComponentCheckOptions, Counterexample, LawId } from '../src/index.ts';
import { beats, LATENCY, pipe, serveSoundly } from './support/broken.ts';
import { mapArbiter } from './support/map-arbiter.ts';
import { smallDram, smallDramProtocol } from './support/small-dram.ts';
import type { ComponentDeclaration } from '@systole/core';

/** How much is left of a counterexample: over all its lists of tasks, a transaction that stands alone being one of each. */
interface Size {
  readonly tasks: number;
  readonly chunks: number;
  readonly bytes: number;
}

interface Planted {
  readonly law: LawId;
  /** Anew for each check: some bugs remember what they did. */
  readonly make: () => ComponentDeclaration;
  readonly options?: ComponentCheckOptions;
  /** What is small for this bug: it cannot be seen with less tasks and chunks, and hardly with fewer bytes. */
  readonly small: Size;
}

const ONE: Size = { tasks: 1, chunks: 1, bytes: 1 };

/** The most that a cut of a sound pipe costs: its latency twice, and a beat that is not full. */
const SOUND_CUT = LATENCY + beats(1);

const planted: Readonly<Record<string, Planted>> = {
  'a transaction that ends before it starts': {
    law: 'component/causality',
    make: () =>
      pipe(({ host }, { token }) => {
        host.finish(token, host.now + 10, host.now + 5, host.now + 5);
        return host.now;
      }),
    small: ONE,
  },
  'a bandwidth above its peak': {
    law: 'component/physics',
    make: () =>
      pipe(({ host }, { token, bytes, freeAt }) => {
        const start = Math.max(host.now, freeAt);
        const end = start + beats(bytes) / 2;
        host.occupy(beats(bytes) / 2);
        host.finish(token, start, end + LATENCY, end + LATENCY);
        return end;
      }),
    // Half a beat is 8 B: with fewer, even half the time is no faster than the peak.
    small: { tasks: 1, chunks: 1, bytes: 9 },
  },
  'energy that does not add up': {
    law: 'component/energy',
    make: () => {
      let served = 0;
      // The price rises with use: what was done early is summed at what it costs late.
      const worn = pipe(
        (parts, chunk) => {
          served += 1;
          return serveSoundly(parts, chunk);
        },
        { actions: { bit: { help: 'moves a bit', unit: 'bit', energy: () => 8 + served } } },
      );
      return {
        ...worn,
        create(context) {
          served = 0;
          return worn.create(context);
        },
      };
    },
    small: ONE,
  },
  'an order that depends on a Map': {
    law: 'component/independence',
    make: mapArbiter,
    // One flow is seen first, and then two that meet.
    small: { tasks: 3, chunks: 3, bytes: 40 },
  },
  'a lost byte': {
    law: 'component/conservation',
    make: () =>
      pipe((parts, chunk) => {
        const freeAt = serveSoundly({ ...parts, host: { ...parts.host, count: () => {} } }, chunk);
        parts.host.count(parts.bytesIn, chunk.bytes);
        parts.host.count(parts.bytesOut, Math.max(0, chunk.bytes - 1));
        return freeAt;
      }),
    small: ONE,
  },
  'a negative action count': {
    law: 'component/conservation',
    make: () =>
      pipe((parts, chunk) => {
        parts.host.act(parts.bit, -1);
        return serveSoundly(parts, chunk);
      }),
    small: ONE,
  },
  'a time-origin dependence': {
    law: 'component/origin',
    make: () =>
      pipe((parts, chunk) => {
        const phase = parts.host.now % 3900;
        return serveSoundly(parts, { ...chunk, freeAt: Math.max(chunk.freeAt, parts.host.now + phase) });
      }),
    small: ONE,
  },
  'a leak of state between runs': {
    law: 'component/independence',
    make: () => {
      // What a machine has seen stays with it when it is put back into an earlier state.
      const known = new WeakMap<object, Set<number>>();
      return pipe((parts, chunk) => {
        const seen = known.get(parts) ?? new Set<number>();
        known.set(parts, seen);
        const isKnown = seen.has(chunk.transaction.bytes);
        seen.add(chunk.transaction.bytes);
        return serveSoundly(parts, { ...chunk, freeAt: chunk.freeAt + (isKnown ? 0 : 777) });
      });
    },
    small: { tasks: 2, chunks: 2, bytes: 2 },
  },
  'a chunk error beyond the declared one': {
    law: 'component/splitting',
    make: () =>
      pipe(
        (parts, chunk) => {
          const isCut = chunk.bytes < chunk.transaction.bytes;
          return serveSoundly(parts, { ...chunk, freeAt: chunk.freeAt + (isCut ? 3 * SOUND_CUT : 0) });
        },
        { cutOverhead: () => SOUND_CUT },
      ),
    small: { tasks: 1, chunks: 1, bytes: 2 },
  },
  'a protocol violation': {
    law: 'component/protocol',
    make: () => smallDram(false),
    options: { protocol: smallDramProtocol(false) },
    small: { tasks: 2, chunks: 2, bytes: 2 },
  },
};

function sizeOf(counterexample: Counterexample | undefined): Size {
  if (counterexample?.subject !== 'component') throw new TypeError('no counterexample of a component');
  const { stretches, transaction } = counterexample;
  const tasks = stretches.flat();
  const total = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);
  const alone = transaction === undefined ? 0 : 1;
  return {
    tasks: tasks.length + alone,
    chunks: total(tasks.map(({ chunks }) => chunks)) + alone,
    bytes:
      total(tasks.flatMap(({ stages }) => stages.map((stage) => stage.transaction.bytes))) +
      (transaction?.bytes ?? 0),
  };
}

describe('of ten planted bugs, each is caught, shrunk, and found again from what is printed', () => {
  it.each(Object.entries(planted))('%s', (_name, { law, make, options = {}, small }) => {
    const asked = { ...options, runs: 100, seed: 1 };
    const found = checkComponent(make(), asked).findings.find((finding) => finding.law === law);
    expect(found).toMatchObject({ law, outcome: 'broken' });

    const size = sizeOf(found?.counterexample);
    expect(size.tasks).toBeLessThanOrEqual(small.tasks);
    expect(size.chunks).toBeLessThanOrEqual(small.chunks);
    expect(size.bytes).toBeLessThanOrEqual(small.bytes);

    const printed = /run it again with seed (\d+), path "([\d:]+)"/.exec(found?.message ?? '');
    const [, seed, path = ''] = printed ?? [];
    const [again] = checkComponent(make(), { ...options, laws: [law], seed: Number(seed), path }).findings;
    expect(again).toMatchObject({ outcome: 'broken', runs: 1, path });
    expect(again?.cause).toBe(found?.cause);
    expect(again?.counterexample).toEqual(found?.counterexample);
  });

  it('which are ten', () => {
    expect(Object.keys(planted)).toHaveLength(10);
  });
});

describe('what is like a planted bug, and is none', () => {
  it('a cut that costs no more than is declared', () => {
    const { isSound, findings } = checkComponent(pipe(serveSoundly, { cutOverhead: () => SOUND_CUT }), {
      laws: ['component/splitting'],
    });
    expect([isSound, findings.length]).toEqual([true, 1]);
  });

  it('a memory that keeps its timing rules, and every other law', () => {
    const { findings, isSound } = checkComponent(smallDram(true), { protocol: smallDramProtocol(true) });
    expect(findings.map(({ law }) => law)).toContain('component/protocol');
    expect(isSound ? [] : findings.filter(({ outcome }) => outcome === 'broken')).toEqual([]);
  });
});
