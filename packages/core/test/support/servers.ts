import { defineComponent, param, share } from '../../src/index.ts';
import type { ComponentModel, Part, Stage, Task, Token, Transaction } from '../../src/index.ts';

/** ps of service of one chunk: the chunk's share of `dims.service`, which is over all chunks. */
export function serviceOf(transaction: Transaction, chunk: number, chunks: number): number {
  return share(transaction.dims?.['service'] ?? 0, chunk, chunks);
}

const SERVICE_FORM = {
  summary: 'Takes a time.',
  dims: { service: { min: 0, max: 1_000_000, help: 'ps over all chunks' } },
  bytes: { min: 0, max: 1_000_000, help: 'payload' },
  pattern: false,
  formats: [],
};

/** First come, first served by `lanes` lanes; each chunk takes one, the one that is free first. */
export const fifo = defineComponent({
  type: 'test/fifo',
  role: 'compute',
  summary: 'First come, first served.',
  parameters: {
    lanes: param.integer('Served at once', { max: 16, default: 1 }),
    setup: param.integer('ps of each chunk before its service', { min: 0, max: 1000, default: 0 }),
    price: param.integer('fJ a chunk', { min: 0, max: 1000, default: 3 }),
  },
  ports: {},
  accepts: { work: SERVICE_FORM },
  reasons: { setup: 'Getting ready' },
  statistics: { chunks: { unit: 'chunks', help: 'Chunks that were served' } },
  actions: { serve: { help: 'Serves a chunk', unit: 'chunk', energy: (values) => values.price } },
  facts: (values) => ({ minimumLatency: values.setup, resources: values.lanes }),
  lowerBound: (transaction, values) =>
    values.setup + Math.floor((transaction.dims?.['service'] ?? 0) / values.lanes),
  create({ values, host, action, statistic, reason }): ComponentModel {
    const freeAt = new Float64Array(values.lanes);
    const [serve, served, setup] = [action('serve'), statistic('chunks'), reason('setup')];
    return {
      accept(token, transaction, chunk, chunks) {
        let lane = 0;
        for (let other = 1; other < freeAt.length; other++) {
          if ((freeAt[other] ?? 0) < (freeAt[lane] ?? 0)) lane = other;
        }
        const start = Math.max(host.now, freeAt[lane] ?? 0);
        const end = start + values.setup + serviceOf(transaction, chunk, chunks);
        freeAt[lane] = end;
        host.act(serve, 1);
        host.count(served, 1);
        host.occupy(end - start);
        host.macs(share(transaction.macs ?? 0, chunk, chunks), 1);
        host.spend(token, setup, values.setup);
        host.finish(token, start, end, end);
      },
      save: (now) => Array.from(freeAt, (time) => Math.max(0, time - now)),
      load: (state, now) => freeAt.forEach((_, lane) => (freeAt[lane] = now + (state[lane] ?? 0))),
    };
  },
});

/** One server that takes the shortest waiting chunk next, so that a later arrival overtakes an earlier one. */
export const shortestFirst = defineComponent({
  type: 'test/shortest-first',
  role: 'memory',
  summary: 'The shortest waiting chunk is served next.',
  parameters: {},
  ports: {},
  accepts: { work: SERVICE_FORM },
  actions: { serve: { help: 'Serves a chunk', unit: 'chunk', energy: () => 1 } },
  facts: () => ({ minimumLatency: 0, resources: 1 }),
  lowerBound: (transaction) => transaction.dims?.['service'] ?? 0,
  create({ host, action }): ComponentModel {
    const waiting: { readonly token: Token; readonly service: number }[] = [];
    const serve = action('serve');
    let busyUntil = 0;
    return {
      accept(token, transaction, chunk, chunks) {
        waiting.push({ token, service: serviceOf(transaction, chunk, chunks) });
        host.wakeAt(Math.max(host.now, busyUntil), 0);
      },
      wake() {
        if (host.now < busyUntil) return;
        waiting.sort((a, b) => a.service - b.service);
        const next = waiting.shift();
        if (next === undefined) return;
        busyUntil = host.now + next.service;
        host.attribute(next.token);
        host.act(serve, 1);
        host.finish(next.token, host.now, busyUntil, busyUntil);
        if (waiting.length > 0) host.wakeAt(busyUntil, 0);
      },
      save: () => [],
      load: () => {
        busyUntil = 0;
      },
    };
  },
});

/** Serves all chunks at once, each at an equal share of its rate, so that a later arrival delays an earlier one. */
export const sharing = defineComponent({
  type: 'test/sharing',
  role: 'interconnect',
  summary: 'Processor sharing.',
  parameters: {},
  ports: {},
  accepts: { work: SERVICE_FORM },
  facts: () => ({ minimumLatency: 0, resources: 1 }),
  lowerBound: (transaction) => transaction.dims?.['service'] ?? 0,
  create({ host }): ComponentModel {
    let active: { readonly token: Token; readonly start: number; left: number }[] = [];
    let since = 0;
    let latest = 0;
    const progress = (): void => {
      for (const entry of active) {
        // A wake is at the whole ps after the work is done.
        entry.left = Math.max(0, entry.left - (host.now - since) / active.length);
      }
      since = host.now;
    };
    const plan = (): void => {
      const least = Math.min(...active.map(({ left }) => left));
      // A newer plan makes an older wake stale: its tag is no longer the latest.
      if (active.length > 0) host.wakeAt(host.now + Math.ceil(least * active.length), ++latest);
    };
    return {
      accept(token, transaction, chunk, chunks) {
        progress();
        active.push({ token, start: host.now, left: serviceOf(transaction, chunk, chunks) });
        plan();
      },
      wake(tag) {
        if (tag !== latest) return;
        progress();
        for (const { token, start, left } of active) {
          if (left < 1e-9) host.finish(token, start, host.now, host.now);
        }
        active = active.filter(({ left }) => left >= 1e-9);
        plan();
      },
      save: () => [],
      load: (_, now) => {
        since = now;
      },
    };
  },
});

export function partOf(name: string, declaration: Part['declaration'], values: Part['values'] = {}): Part {
  const defaults = Object.entries(declaration.parameters).map(([key, { fallback }]) => [key, fallback]);
  return { name, declaration, values: { ...Object.fromEntries(defaults), ...values } };
}

/** A stage whose every chunk takes `service` ps, when there are `chunks` of them. */
export function stage(component: number, service: number, chunks: number, slots = 1): Stage {
  return { component, slots, transaction: { kind: 'work', bytes: 0, dims: { service: service * chunks } } };
}

export function task(
  name: string,
  stages: readonly Stage[],
  chunks: number,
  more: Partial<Omit<Task, 'name' | 'stages' | 'chunks'>> = {},
): Task {
  return { name, stages, chunks, tag: 0, after: [], delay: 0, ...more };
}

/** What left a stage when, as text lines: `task.stage.chunk accepted started ended`. */
export class Log {
  readonly lines: string[] = [];
  readonly ends: number[] = [];
  chunk(
    { name, stages }: Task,
    form: Stage,
    chunk: number,
    accepted: number,
    started: number,
    _first: number,
    ended: number,
  ): void {
    this.lines.push(`${name}.${stages.indexOf(form)}.${chunk} ${accepted} ${started} ${ended}`);
    this.ends.push(ended);
  }
}
