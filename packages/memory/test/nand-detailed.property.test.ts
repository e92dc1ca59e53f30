import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventQueue } from '@systole/core';
import type { Part } from '@systole/core';
import { nand } from '../src/index.ts';
import { FlashBackEnd } from '../src/nand/detailed/flash-back-end.ts';
import { PROGRAM, READ } from '../src/nand/detailed/operation-pool.ts';
import type { FlashSpec, Suspension } from '../src/nand/detailed/flash-spec.ts';
import { endTimes, machineOf, task } from './helpers/nand-machine.ts';
import { resolve } from './helpers/resolve.ts';
import { access } from './helpers/run.ts';
import { runSmall, SMALL_FLASH } from './helpers/small-flash.ts';
import type { SmallRequest } from './helpers/small-flash.ts';

const suspension: fc.Arbitrary<Suspension> = fc.record({
  time: fc.integer({ min: 1, max: 900_000 }),
  least: fc.nat(2_000_000),
  span: fc.nat(5_000_000),
  times: fc.integer({ min: 1, max: 3 }),
});

/** A suspension that is never worth it: nothing has as much left. */
const NEVER: Suspension = { time: 1, least: 1e12, span: 0, times: 1 };

/** Small flashes of every kind: what may overlap, in which order, with odd times. */
const specs: fc.Arbitrary<FlashSpec> = fc
  .record({
    channels: fc.integer({ min: 1, max: 3 }),
    chipsPerChannel: fc.integer({ min: 1, max: 3 }),
    diesPerChip: fc.integer({ min: 1, max: 2 }),
    planesPerDie: fc.integer({ min: 1, max: 3 }),
    bitsPerCell: fc.constantFrom(1, 2, 3),
    tR: fc.array(fc.nat(900_000), { minLength: 1, maxLength: 3 }),
    tPROG: fc.array(fc.nat(3_000_000), { minLength: 1, maxLength: 3 }),
    tBERS: fc.nat(9_000_000),
    tCBSY: fc.constantFrom(0, 3000),
    channelRate: fc.constantFrom(1e9, 333e6, 2.4e9),
    transferTime: fc.constantFrom<FlashSpec['transferTime']>('exact', 'whole-nanoseconds'),
    commandBus: fc.constantFrom<FlashSpec['commandBus']>('shared', 'separate'),
    multiPlane: fc.constantFrom<FlashSpec['multiPlane']>('none', 'aligned', 'independent'),
    dieInterleave: fc.boolean(),
    cacheRead: fc.boolean(),
    cacheProgram: fc.boolean(),
    oneShotProgram: fc.boolean(),
    programSuspend: suspension,
    eraseSuspend: suspension,
    arbitration: fc.constantFrom<FlashSpec['arbitration']>('data-first', 'command-first'),
    scheduling: fc.constantFrom<FlashSpec['scheduling']>('priority', 'reads-first', 'in-order'),
    eraseOrder: fc.constantFrom<FlashSpec['eraseOrder']>('block', 'first-page'),
    laneOrder: fc.constantFrom<FlashSpec['laneOrder']>('round-robin', 'oldest'),
    scanDepth: fc.constantFrom(1, 4, 64),
  })
  .map((drawn) => ({
    ...SMALL_FLASH,
    ...drawn,
    dieInterleave: drawn.dieInterleave || drawn.multiPlane === 'independent',
  }));

/** Requests in the lower half of the smallest of these flashes, so that writes take other blocks. */
const streams: fc.Arbitrary<readonly SmallRequest[]> = fc
  .array(
    fc.record({
      address: fc.nat(1800),
      bytes: fc.integer({ min: 1, max: 500 }),
      isWrite: fc.boolean(),
      gap: fc.constantFrom(0, 0, 100, 4000),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((requests) => {
    let at = 0;
    return requests.map(({ gap, ...request }) => ({ ...request, at: (at += gap) }));
  });

const depths = fc.record({
  queueDepth: fc.constantFrom(1, 3, 64),
  placement: fc.constantFrom('striped', 'first-touch'),
});

describe('a flash back end', () => {
  test('answers every request, moves every byte, and no array or bus works for longer than there is time', () => {
    fc.assert(
      fc.property(specs, streams, depths, (spec, requests, options) => {
        const result = runSmall(spec, requests, options as { queueDepth: number; placement: 'striped' });
        const reads = requests.filter(({ isWrite }) => isWrite !== true);
        const sum = (list: readonly SmallRequest[]): number =>
          list.reduce((all, { bytes }) => all + bytes, 0);
        expect(result.requests).toBe(requests.length);
        expect(result.counts.bytesOut).toBe(sum(reads));
        expect(result.counts.bytesIn).toBe(sum(requests) - sum(reads));
        expect(result.counts.suspendProgram + result.counts.suspendErase).toBe(result.counts.resume);
        for (const { erase, program, read } of result.dies) {
          // Planes that read each for itself are several arrays of a die.
          const arrays = spec.multiPlane === 'independent' ? spec.planesPerDie : 1;
          expect(erase + program + read).toBeLessThanOrEqual(arrays + 1e-9);
        }
        const { array, command, data, queue } = result.bus;
        expect(Math.min(array, command, data, queue)).toBeGreaterThanOrEqual(0);
        for (const times of Object.values(result.operationTimes)) {
          for (const time of Object.values(times)) expect(time).toBeGreaterThanOrEqual(0);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('explains every ps of its operations: with one request at a time, they are the latencies of pages', () => {
    fc.assert(
      fc.property(specs, fc.nat(17), (spec, page) => {
        const result = runSmall(spec, [{ address: page * 100, bytes: 100 }]);
        const { array, busBusy, command, dieBusy, suspended, transfer } = result.operationTimes.read;
        expect(array + busBusy + command + dieBusy + suspended + transfer).toBe(result.readLatency.mean);
        expect(busBusy + dieBusy + suspended).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  test('is deterministic', () => {
    fc.assert(
      fc.property(specs, streams, (spec, requests) => {
        expect(runSmall(spec, requests)).toEqual(runSmall(spec, requests));
      }),
      { numRuns: 50 },
    );
  });

  test('does not take longer with a cache register, for reads of one page after another', () => {
    fc.assert(
      fc.property(specs, fc.integer({ min: 1, max: 1800 }), (spec, bytes) => {
        const plain = { ...spec, arbitration: 'command-first', tCBSY: 0 } as const;
        const time = (cacheRead: boolean): number =>
          runSmall({ ...plain, cacheRead }, [{ address: 0, bytes }]).time;
        // A page that is read earlier may be on the bus when a command comes: one transfer, or one command, is lost at most.
        const slack = 100 * 3003 + 10_000 + spec.planesPerDie * 5000;
        expect(time(true)).toBeLessThanOrEqual(time(false) + slack);
      }),
      { numRuns: 300 },
    );
  });
});

interface Span {
  readonly from: number;
  readonly to: number;
  readonly of: string;
}

/** Whether spans that belong to one resource overlap; those that begin together as one command are one. */
function overlaps(spans: readonly Span[]): boolean {
  const byResource = new Map<string, Map<string, Span>>();
  for (const span of spans) {
    const known = byResource.get(span.of) ?? new Map<string, Span>();
    byResource.set(span.of, known.set(`${span.from} ${span.to}`, span));
  }
  return [...byResource.values()].some((known) => {
    const sorted = [...known.values()].sort((one, other) => one.from - other.from || one.to - other.to);
    return sorted.some(({ from }, index) => index > 0 && from < (sorted[index - 1]?.to ?? 0));
  });
}

describe('a log of operations', () => {
  test('shows one thing at a time on a bus, and in an array', () => {
    const operations = fc.array(
      fc.record({
        kind: fc.constantFrom(READ, READ, PROGRAM),
        die: fc.nat(),
        plane: fc.nat(),
        row: fc.nat(17),
      }),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(specs, operations, (drawn, asked) => {
        const spec = { ...drawn, programSuspend: NEVER, eraseSuspend: NEVER };
        const events = new EventQueue();
        const begun = new Map<string, number>();
        const spans: Span[] = [];
        let done = 0;
        const backEnd: FlashBackEnd = new FlashBackEnd(spec, events, {
          done: () => done++,
          part: (index, part, isOver, now) => {
            if (!isOver) return void begun.set(`${index} ${part}`, now);
            const { die, plane, tag } = backEnd.pool;
            const channel = tag[index] ?? 0;
            const chip = spec.dieInterleave
              ? (die[index] ?? 0)
              : Math.floor((die[index] ?? 0) / spec.diesPerChip);
            const array = spec.multiPlane === 'independent' ? `${chip}.${plane[index] ?? 0}` : `${chip}`;
            const isData = spec.commandBus === 'separate' && part === 'move';
            const of =
              part === 'array' ? `array ${channel}.${array}` : `bus ${channel} ${isData ? 'data' : ''}`;
            spans.push({ from: begun.get(`${index} ${part}`) ?? NaN, to: now, of });
          },
        });
        for (const [age, { die, kind, plane, row }] of asked.entries()) {
          const channel = age % spec.channels;
          const at = {
            channel,
            die: die % (spec.chipsPerChannel * spec.diesPerChip),
            plane: plane % spec.planesPerDie,
            block: Math.floor(row / 6),
            page: row % 6,
          };
          backEnd.submit(kind, at, 100, channel, age, false, 0);
        }
        while (events.next()) backEnd.handle();
        expect(done).toBe(asked.length);
        expect(spans.every(({ from, to }) => from <= to)).toBe(true);
        expect(overlaps(spans)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});

const eighth = fc.integer({ min: 4, max: 16 });

/** Dies of the catalogue with times and counts from half to double, and any policy. */
const values: fc.Arbitrary<Part['values']> = fc
  .record({
    preset: fc.constantFrom(...Object.keys(nand.presets)),
    channels: eighth,
    chips: fc.integer({ min: 1, max: 6 }),
    read: eighth,
    rate: eighth,
    command: eighth,
    multiPlane: fc.constantFrom('none', 'aligned', 'independent'),
    arbitration: fc.constantFrom('command-first', 'data-first'),
    cacheRead: fc.boolean(),
  })
  .map(({ preset, channels, chips, command, rate, read, ...policy }) => {
    const base = resolve(nand, [preset]);
    return {
      ...base,
      ...policy,
      channels,
      chipsPerChannel: chips,
      tR: Math.round((Number(base['tR']) * read) / 8),
      channelRate: (Number(base['channelRate']) * rate) / 8,
      commandOverhead: Math.round((Number(base['commandOverhead']) * command) / 8),
      coresPerDie: 1,
    };
  });

const moves = fc
  .record({
    kind: fc.constantFrom<'read' | 'write'>('read', 'read', 'write'),
    run: fc.constantFrom(4096, 16_384, 65_536, 1 << 20),
    runs: fc.integer({ min: 1, max: 100 }),
    gap: fc.constantFrom(0, 0, 4096, 100_000),
    order: fc.constantFrom<'sequential' | 'random'>('sequential', 'random'),
    layout: fc.constantFrom<'interleaved' | 'local'>('interleaved', 'local'),
    base: fc.nat(1 << 20),
    seed: fc.nat(99),
  })
  .map(({ gap, kind, run, runs, ...pattern }) =>
    access(kind, { ...pattern, run, runs: Math.min(runs, Math.floor((1 << 23) / run)), stride: run + gap }),
  );

describe('fast against detailed', () => {
  test('median below 1 %, 95th percentile below 6 % of times alone and of mixes', () => {
    const cases = fc.record({
      values,
      asked: fc.array(fc.record({ move: moves, delay: fc.nat(1e9) }), { minLength: 1, maxLength: 3 }),
    });
    const errors = fc.sample(cases, { numRuns: 200, seed: 42 }).map(({ asked, values: drawn }) => {
      const tasks = asked.map(({ delay, move }, index) => task(`${index}`, move, { delay, chunks: 2 }));
      const [fast = 0, detailed = 0] = ['fast', 'detailed'].map((detail) =>
        Math.max(...Object.values(endTimes(machineOf({ ...drawn, detail }), tasks))),
      );
      return Math.abs(fast / detailed - 1);
    });
    errors.sort((one, other) => one - other);
    const at = (share: number): number => errors[Math.floor(share * (errors.length - 1))] ?? NaN;
    const shown = [0.5, 0.9, 0.95, 1].map((share) => `${share * 100} %: ${(at(share) * 100).toFixed(2)} %`);
    console.info(`fast against detailed, ${errors.length} cases: ${shown.join(', ')}`);
    expect(at(0.5)).toBeLessThan(0.01);
    expect(at(0.95)).toBeLessThan(0.06);
  });
});
