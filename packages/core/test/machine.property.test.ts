import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Machine } from '../src/index.ts';
import type { Part, Task } from '../src/index.ts';
import { fifo, Log, partOf, serviceOf, sharing, shortestFirst, task } from './support/servers.ts';

interface Pipeline {
  readonly chunks: number;
  readonly delay: number;
  readonly stages: readonly { readonly service: number; readonly slots: number }[];
}

const arbitraryPipeline: fc.Arbitrary<Pipeline> = fc.record({
  chunks: fc.integer({ min: 1, max: 12 }),
  delay: fc.nat(50),
  stages: fc.array(fc.record({ service: fc.nat(400), slots: fc.integer({ min: 1, max: 4 }) }), {
    minLength: 1,
    maxLength: 5,
  }),
});

function taskOf({ chunks, delay, stages }: Pipeline, name = 't'): Task {
  return task(
    name,
    stages.map(({ service, slots }, component) => ({
      component,
      slots,
      transaction: { kind: 'work', bytes: 0, dims: { service } },
    })),
    chunks,
    { delay },
  );
}

/**
 * The same pipeline as a recurrence, without events: a chunk is served when the stage before has given it, the server is
 * free, and the chunk `slots` before it has left the next stage (at the last stage, this one).
 */
function maxPlus(pipeline: Pipeline): readonly (readonly number[])[] {
  const { chunks, delay, stages } = pipeline;
  const ends: number[][] = stages.map(() => []);
  const [form] = [taskOf(pipeline)];
  for (let chunk = 0; chunk < chunks; chunk++) {
    for (const [s, { slots }] of stages.entries()) {
      const transaction = form.stages[s]?.transaction;
      const service = transaction === undefined ? 0 : serviceOf(transaction, chunk, chunks);
      const given = s === 0 ? delay : (ends[s - 1]?.[chunk] ?? 0);
      const free = ends[s]?.[chunk - 1] ?? 0;
      const room = ends[s === stages.length - 1 ? s : s + 1]?.[chunk - slots] ?? 0;
      ends[s]?.push(Math.max(given, free, room) + service);
    }
  }
  return ends;
}

describe('the machine', () => {
  it('agrees with the max-plus recurrence over random pipelines of servers', () => {
    fc.assert(
      fc.property(arbitraryPipeline, (pipeline) => {
        const parts = pipeline.stages.map((_, index) => partOf(`s${index}`, fifo));
        const ends: number[][] = pipeline.stages.map(() => []);
        const tally = new Machine(parts, 1).run([taskOf(pipeline)], {
          recorder: {
            chunk(_task, stage, chunk, _accepted, _started, _first, ended) {
              const row = ends[stage.component];
              if (row !== undefined) row[chunk] = ended;
            },
          },
        });
        const expected = maxPlus(pipeline);
        expect(ends).toEqual(expected);
        expect(tally.duration).toBe(expected.at(-1)?.at(-1));
      }),
      { numRuns: 1000 },
    );
  });

  const servers = [fifo, shortestFirst, sharing] as const;
  interface Workload {
    readonly parts: readonly Part[];
    readonly tasks: readonly Task[];
  }
  /** Several tasks over shared components of any kind, each after some earlier ones. */
  const arbitraryWorkload: fc.Arbitrary<Workload> = fc
    .array(fc.record({ server: fc.nat(2), lanes: fc.integer({ min: 1, max: 3 }) }), {
      minLength: 1,
      maxLength: 4,
    })
    .chain((kinds) =>
      fc.record({
        parts: fc.constant(
          kinds.map(({ server, lanes }, index) =>
            server === 0
              ? partOf(`s${index}`, fifo, { lanes, setup: lanes })
              : partOf(`s${index}`, servers[server] ?? fifo),
          ),
        ),
        tasks: fc
          .array(
            fc.record({
              chunks: fc.integer({ min: 1, max: 5 }),
              delay: fc.nat(30),
              tag: fc.nat(2),
              after: fc.array(fc.nat(20), { maxLength: 2 }),
              stages: fc.array(
                fc.record({
                  component: fc.nat(kinds.length - 1),
                  slots: fc.integer({ min: 1, max: 3 }),
                  transaction: fc.record({
                    kind: fc.constant('work'),
                    bytes: fc.nat(500),
                    macs: fc.nat(500),
                    dims: fc.record({ service: fc.nat(300) }),
                  }),
                }),
                { minLength: 1, maxLength: 4 },
              ),
            }),
            { minLength: 1, maxLength: 6 },
          )
          .map((tasks) =>
            tasks.map((form, index) => ({
              ...form,
              name: `t${index}`,
              after: [...new Set(form.after.filter((earlier) => earlier < index))],
            })),
          ),
      }),
    );

  it('keeps causality, and the path adds up to the duration, whatever contends', () => {
    fc.assert(
      fc.property(arbitraryWorkload, ({ parts, tasks }) => {
        const endOf = new Map<string, number>();
        let last = 0;
        const tally = new Machine(parts, 3).run(tasks, {
          recorder: {
            chunk({ name, stages, after, delay }, stage, chunk, accepted, started, first, ended) {
              expect(accepted <= started && started <= first && first <= ended).toBe(true);
              expect(ended).toBeGreaterThanOrEqual(last);
              last = ended;
              const s = stages.indexOf(stage);
              const given = s === 0 ? 0 : (endOf.get(`${name}.${s - 1}.${chunk}`) ?? Infinity);
              expect(given).toBeLessThanOrEqual(accepted);
              for (const input of after) expect(endOf.get(`t${input}`)).toBeLessThanOrEqual(accepted - delay);
              endOf.set(`${name}.${s}.${chunk}`, ended);
              endOf.set(name, ended);
            },
          },
        });
        const chunks = tasks.reduce((sum, form) => sum + form.chunks * form.stages.length, 0);
        expect(endOf.size).toBe(chunks + tasks.length);
        expect(tally.duration).toBe(last);
        expect(tally.path.reduce((sum, ps) => sum + ps, 0)).toBe(last);
        expect(tally.path.every((ps) => ps >= 0)).toBe(true);
        const bytes = tasks
          .flatMap(({ stages }) => stages)
          .reduce((sum, { transaction }) => sum + transaction.bytes, 0);
        expect(tally.bytes.reduce((sum, count) => sum + count, 0)).toBe(bytes);
      }),
      { numRuns: 400 },
    );
  });

  it('gives the same to the byte twice over, and at any time of origin', () => {
    fc.assert(
      fc.property(arbitraryWorkload, fc.nat(1_000_000_000), ({ parts, tasks }, origin) => {
        const [here, there] = [new Log(), new Log()];
        const machine = new Machine(parts, 3);
        const first = structuredClone(machine.run(tasks, { recorder: here }));
        const again = machine.run(tasks, { recorder: there, origin });
        expect(again).toEqual(first);
        expect(there.ends.map((end) => end - origin)).toEqual(here.ends);
        expect(new Machine(parts, 3).run(tasks)).toEqual(first);
      }),
      { numRuns: 200 },
    );
  });
});
