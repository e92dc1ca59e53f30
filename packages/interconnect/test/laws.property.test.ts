import { bus, crossbar, dieToDie, flitRates, link } from '@systole/interconnect';
import { copyTally, Machine } from '@systole/core';
import type { ComponentDeclaration, Part, Task } from '@systole/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partOf } from './part-of.ts';
import { passages, transferTask } from './transfers.ts';

interface Case {
  readonly declaration: ComponentDeclaration;
  readonly part: fc.Arbitrary<Part>;
  readonly dims: (part: Part) => fc.Arbitrary<Record<string, number>>;
  /** ps that two halves may take beyond the whole. */
  readonly overhead: (part: Part) => number;
}

const megahertz = fc.integer({ min: 1, max: 5000 }).map((rate) => `${rate} MHz`);
const bytesOfWidth = fc.integer({ min: 1, max: 300 }).map((bits) => `${bits} b`);

function numberOf(part: Part, name: string): number {
  return Number(part.values[name]);
}

function ps(part: Part, cycles: number): number {
  return Math.ceil((cycles * 1e12) / numberOf(part, 'clock')) + 1;
}

const linkPart = fc
  .record({
    // Above what six of the largest transfers take all of event time for.
    bandwidth: fc.integer({ min: 20, max: 10 ** 12 }).map((rate) => `${rate * 1000} B/s`),
    latency: fc.nat(10_000).map((latency) => `${latency} ps`),
    protocolOverhead: fc.nat(900).map((permille) => permille / 1000),
    duplex: fc.constantFrom('full', 'half'),
  })
  .map((written) => partOf(link, written));

const dieToDiePart = fc
  .record({
    modules: fc.integer({ min: 1, max: 8 }),
    lanes: fc.integer({ min: 1, max: 80 }),
    laneRate: fc.integer({ min: 1, max: 64_000 }).map((rate) => `${rate} Mb/s`),
    flitBytes: fc.integer({ min: 21, max: 300 }),
    flitOverhead: fc.nat(20),
    latency: fc.nat(10_000).map((latency) => `${latency} ps`),
    creditLatency: fc.nat(10_000).map((latency) => `${latency} ps`),
    credits: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 20 })),
    duplex: fc.constantFrom('full', 'half'),
  })
  .map((written) => partOf(dieToDie, written));

const cases: Readonly<Record<string, Case>> = {
  link: {
    declaration: link as ComponentDeclaration,
    part: linkPart,
    dims: () => fc.record({ direction: fc.nat(1) }),
    overhead: () => 1,
  },
  'die-to-die': {
    declaration: dieToDie as ComponentDeclaration,
    part: dieToDiePart,
    dims: () => fc.record({ direction: fc.nat(1) }),
    // One flit more, which may have to wait for its credit and the latency of the first half.
    overhead: (part) => Math.ceil(flitRates(part.values as never).creditLoop) + numberOf(part, 'latency') + 3,
  },
  crossbar: {
    declaration: crossbar as ComponentDeclaration,
    part: fc
      .record({
        inputs: fc.integer({ min: 1, max: 9 }),
        outputs: fc.integer({ min: 1, max: 9 }),
        width: bytesOfWidth,
        clock: megahertz,
        latency: fc.nat(20),
        multicast: fc.boolean(),
      })
      .map((written) => partOf(crossbar, written)),
    dims: (part) =>
      fc.record({
        source: fc.nat(numberOf(part, 'inputs') - 1),
        sources: fc.integer({ min: 1, max: numberOf(part, 'inputs') }),
        target: fc.nat(numberOf(part, 'outputs') - 1),
        targets: fc.integer({ min: 1, max: numberOf(part, 'outputs') }),
        copies: fc.integer({ min: 1, max: 20 }),
      }),
    overhead: (part) => ps(part, 1),
  },
  bus: {
    declaration: bus as ComponentDeclaration,
    part: fc
      .record({
        masters: fc.integer({ min: 1, max: 9 }),
        width: fc.integer({ min: 1, max: 40 }),
        clock: megahertz,
        latency: fc.nat(20),
        arbitrationOverhead: fc.nat(5),
        beats: fc.integer({ min: 1, max: 100 }),
      })
      .map(({ width, beats, ...written }) =>
        partOf(bus, { ...written, width: `${width} B`, maxBurst: `${width * beats} B` }),
      ),
    dims: (part) =>
      fc.record({
        source: fc.nat(numberOf(part, 'masters') - 1),
        copies: fc.integer({ min: 1, max: 20 }),
      }),
    // One burst more, of which the beats are the same but for one that is not full.
    overhead: (part) => ps(part, numberOf(part, 'arbitrationOverhead') + 2),
  },
};

const bytes = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 10 ** 6 }));
const chunks = fc.integer({ min: 1, max: 12 });

describe.each(Object.entries(cases))(
  'interconnect/%s, laws',
  (_name, { declaration, part, dims, overhead }) => {
    const one = part.chain((unit) => fc.tuple(fc.constant(unit), dims(unit)));
    const load = part.chain((unit) => {
      const task = fc
        .record({
          bytes,
          dims: dims(unit),
          chunks,
          slots: fc.integer({ min: 1, max: 3 }),
          delay: fc.nat(50_000),
        })
        .map((some): Task => transferTask(some.bytes, some.dims, some));
      return fc.tuple(fc.constant(unit), fc.array(task, { minLength: 1, maxLength: 6 }));
    });

    it('never beats the bound of its facts, alone', () => {
      fc.assert(
        fc.property(one, bytes, chunks, ([unit, sizes], size, pieces) => {
          const task = transferTask(size, sizes, { chunks: pieces, slots: 2 });
          const { duration } = new Machine([unit], 1).run([task]);
          const bound = declaration.lowerBound(
            { kind: 'transfer', bytes: size, dims: sizes },
            unit.values as never,
          );
          expect(duration).toBeGreaterThanOrEqual(bound);
          const { bandwidth = 0, minimumLatency } = declaration.facts(unit.values as never);
          expect(bound).toBeGreaterThanOrEqual(minimumLatency + Math.floor((size / bandwidth) * 1e12));
        }),
      );
    });

    it('keeps causality, and the rate of the facts when many transfers meet', () => {
      fc.assert(
        fc.property(load, ([unit, tasks]) => {
          for (const { accepted, started, first, ended } of passages(unit, tasks)) {
            expect(accepted <= started && started <= first && first <= ended).toBe(true);
          }
          const tally = new Machine([unit], 1).run(tasks);
          const { bandwidth = 0, resources, minimumLatency } = declaration.facts(unit.values as never);
          expect(tally.bytes[0]).toBeLessThanOrEqual(
            (bandwidth * (tally.duration - minimumLatency) * 1.000001) / 1e12 + 1,
          );
          expect(tally.busy[0]).toBeLessThanOrEqual(tally.duration * resources);
        }),
      );
    });

    it('conserves bytes, and counts the same however transfers are cut', () => {
      fc.assert(
        fc.property(load, ([unit, tasks]) => {
          const { statistics } = new Machine([unit], 1).run(tasks);
          const entered = tasks.map((task) => task.stages[0]?.transaction);
          const sum = (copies: (d: Readonly<Record<string, number>>) => number): number =>
            entered.reduce((total, some) => total + (some?.bytes ?? 0) * copies(some?.dims ?? {}), 0);
          expect(statistics[0]).toBe(sum(() => 1));
          expect(statistics[1]).toBe(sum(({ copies = 1 }) => copies));
        }),
      );
    });

    it('explains every picosecond of the critical path', () => {
      fc.assert(
        fc.property(load, ([unit, tasks]) => {
          const machine = new Machine([unit], 1);
          const { path, duration } = machine.run(tasks);
          expect(path.reduce((total, some) => total + some, 0)).toBe(duration);
          expect(path[machine.layout.reasons.findIndex(({ name }) => name === 'service')]).toBe(0);
        }),
      );
    });

    it('takes never less time for more bytes', () => {
      fc.assert(
        fc.property(one, bytes, fc.integer({ min: 1, max: 1000 }), ([unit, sizes], size, more) => {
          const of = (some: number): number =>
            new Machine([unit], 1).run([transferTask(some, sizes)]).duration;
          expect(of(size + more)).toBeGreaterThanOrEqual(of(size));
        }),
      );
    });

    it('takes for two halves at least the whole, and at most that and one more rounding or burst', () => {
      fc.assert(
        fc.property(one, bytes, ([unit, sizes], half) => {
          const whole = new Machine([unit], 1).run([transferTask(2 * half, sizes)]).duration;
          const tasks = [transferTask(half, sizes), transferTask(half, sizes)];
          const both = new Machine([unit], 1).run(tasks).duration;
          expect(both).toBeGreaterThanOrEqual(whole);
          expect(both).toBeLessThanOrEqual(whole + overhead(unit));
        }),
      );
    });

    it('gives the same tally again, at any origin, and from a saved state', () => {
      fc.assert(
        fc.property(load, load, fc.nat(2 ** 31 - 1), ([unit, tasks], [, others], origin) => {
          const machine = new Machine([unit], 1);
          const first = copyTally(machine.run(tasks));
          expect(copyTally(new Machine([unit], 1).run(tasks, { origin: origin * 1_000_003 }))).toEqual(first);
          // What follows depends on the saved state alone, not on where it came from.
          const saved = machine.save();
          const next = (of: Machine): unknown => {
            try {
              return copyTally(of.run(others));
            } catch (error) {
              // The other tasks may name ports that this part does not have.
              return String(error);
            }
          };
          const restored = new Machine([unit], 1);
          restored.load(saved, 777);
          expect(next(restored)).toEqual(next(machine));
        }),
      );
    });
  },
);

describe('interconnect/link', () => {
  it('meets the bound of its facts in one piece, but for rounding', () => {
    fc.assert(
      fc.property(linkPart, bytes, (unit, size) => {
        const { duration } = new Machine([unit], 1).run([transferTask(size)]);
        const bound = link.lowerBound({ kind: 'transfer', bytes: size }, unit.values as never);
        expect(duration - bound).toBeLessThanOrEqual(2);
      }),
    );
  });
});

describe('interconnect/die-to-die', () => {
  it('meets the bound of its facts in one piece, but for the last burst of credits and rounding', () => {
    fc.assert(
      fc.property(dieToDiePart, bytes, (unit, size) => {
        const { duration } = new Machine([unit], 1).run([transferTask(size)]);
        const values = unit.values as never;
        const bound = dieToDie.lowerBound({ kind: 'transfer', bytes: size }, values);
        const { raw, flitBytes, sustained, payload } = flitRates(values);
        const credits = numberOf(unit, 'credits');
        const burst = sustained < payload ? Math.ceil((credits * flitBytes * 1e12) / raw) : 0;
        const rounds = burst === 0 ? 0 : Math.ceil(size / (credits * (payload / raw) * flitBytes));
        expect(duration - bound).toBeLessThanOrEqual(burst + rounds + 3);
      }),
    );
  });
});
