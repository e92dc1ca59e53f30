import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { defineComponent, Machine } from '@systole/core';
import type { Task, Transaction } from '@systole/core';
import { nand } from '../src/index.ts';
import { ErrorTable } from './helpers/error-table.ts';
import { resolve } from './helpers/resolve.ts';
import { access } from './helpers/run.ts';

interface Row {
  readonly id: string;
  readonly config: {
    readonly channels: number;
    readonly chips_per_channel: number;
    readonly planes_per_die: number;
    readonly pages_per_block: number;
    readonly blocks_per_plane: number;
    readonly dies_per_chip: number;
    readonly page_bytes: number;
    readonly tR_ns: Readonly<Record<'LSB' | 'CSB' | 'MSB', number>>;
    readonly channel_MTps_effective: number | null;
    readonly pcie_lanes: number;
    readonly pcie_GBps_per_lane: number;
    readonly mapping: string;
  };
  readonly workload: {
    readonly pattern: string;
    readonly request_bytes: number;
    readonly queue_depth: number;
    readonly requests: number;
    readonly aligned_to_bytes: number;
  };
  readonly result: { readonly mean_latency_us: number };
}

const { rows } = JSON.parse(
  readFileSync(new URL('./fixtures/mqsim-reads.json', import.meta.url), 'utf8'),
) as { rows: readonly Row[] };

/** What the host link of the reference carries of its lane rate. */
const LINK_SHARE = 0.82;
/** Requests that are run of a case: enough for the mean, and as many as the reference at the most. */
const REQUESTS = 12_000;
const PICOSECONDS_PER_MICROSECOND = 1e6;
/** The part of a page of the mapping table that the reference reads. */
const MAPPING_BYTES = 512;

/** The host link: requests leave one after another, each taking `ps`. */
const hostLink = defineComponent({
  type: 'test/host-link',
  role: 'interconnect',
  summary: 'Carries a request at a time.',
  parameters: {},
  ports: {},
  accepts: {},
  facts: () => ({ minimumLatency: 0, resources: 1 }),
  lowerBound: () => 0,
  create({ host }) {
    let free = 0;
    return {
      accept(token, { dims }) {
        const start = Math.max(host.now, free);
        free = start + (dims?.['ps'] ?? 0);
        host.finish(token, start, free, free);
      },
      save: () => [],
      load: () => {
        free = 0;
      },
    };
  },
});

function machineOf({ config }: Row): Machine {
  const { LSB, CSB, MSB } = config.tR_ns;
  const rate = config.channel_MTps_effective;
  const values = resolve(nand, [], {
    channels: config.channels,
    chipsPerChannel: config.chips_per_channel,
    // The reference never reads two dies of a chip at a time: one die of twice the blocks.
    diesPerChip: 1,
    blocksPerPlane: config.blocks_per_plane * config.dies_per_chip,
    planesPerDie: config.planes_per_die,
    pageBytes: `${config.page_bytes} B`,
    pagesPerBlock: config.pages_per_block,
    bitsPerCell: 2,
    tR: `${(LSB + CSB + MSB) / 3} ns`,
    // Above 1000 MT/s the reference rounds the time of a byte down to nothing.
    channelRate: rate === null ? '1 Tb/s' : `${rate} MT/s`,
    commandOverhead: '290 ns',
    cacheRead: false,
    multiPlane: 'aligned',
    arbitration: 'data-first',
  });
  const parts = [
    { name: 'nand', declaration: nand, values },
    { name: 'link', declaration: hostLink, values: {} },
  ];
  return new Machine(parts, 1);
}

function xorshift(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

/** A closed loop: each request starts when that which is a queue depth before it has ended. */
function requestsOf({ config, workload }: Row, capacity: number): readonly Task[] {
  const { request_bytes: bytes, aligned_to_bytes: aligned, queue_depth: depth } = workload;
  const random = xorshift(798);
  const slots = Math.floor(capacity / 2 / aligned);
  const lanes = config.pcie_lanes * config.pcie_GBps_per_lane * 1e9;
  const carry: Transaction = {
    kind: 'carry',
    bytes,
    dims: { ps: Math.ceil((bytes * 1e12) / (LINK_SHARE * lanes)) },
  };
  const tasks: Task[] = [];
  const ends: number[] = [];
  const add = (name: string, after: readonly number[], ...stages: readonly Transaction[]): void => {
    const form = stages.map((transaction, component) => ({ component, transaction, slots: 1 }));
    tasks.push({ name, tag: 0, after, chunks: 1, delay: 0, stages: form });
  };
  for (let index = 0; index < Math.min(REQUESTS, workload.requests); index++) {
    const slot = workload.pattern === 'sequential' ? index % slots : Math.floor(random() * slots);
    const earlier = ends[index - depth];
    let after = earlier === undefined ? [] : [earlier];
    if (config.mapping.startsWith('page-level')) {
      const page = Math.floor((random() * capacity) / config.page_bytes);
      add(`${index}`, after, access('read', { base: page * config.page_bytes, run: MAPPING_BYTES }));
      after = [tasks.length - 1];
    }
    add(`${index}`, after, access('read', { base: slot * aligned, run: bytes }), carry);
    ends.push(tasks.length - 1);
  }
  return tasks;
}

/** Mean time of a request in us. */
function meanLatency(row: Row): number {
  const machine = machineOf(row);
  const { capacity = 0 } = nand.facts((machine.layout.parts[0]?.values ?? {}) as never);
  const tasks = requestsOf(row, capacity);
  const from = new Map<string, number>();
  let sum = 0;
  machine.run(tasks, {
    recorder: {
      chunk({ name }, { component }, _chunk, accepted, _started, _first, ended) {
        if (!from.has(name)) from.set(name, accepted);
        if (component === 1) sum += ended - (from.get(name) ?? 0);
      },
    },
  });
  return sum / from.size / PICOSECONDS_PER_MICROSECOND;
}

/** Like cases together; those that stand out alone, for the reasons that the README gives. */
function groupOf({ id, config, workload }: Row): string {
  if (['plane4-seq128k-q16', 'tlc-seq128k-q16', 'ch2-chip1-rand16k-q16', 'slc3us-4k-rand4k-q1'].includes(id))
    return id;
  if (config.mapping.startsWith('page-level')) return 'with mapping reads';
  if (workload.queue_depth === 1) return 'one at a time';
  return `${workload.pattern === 'sequential' ? 'sequential' : 'random'}, queued`;
}

/** Cases, and the largest error in per cent, rounded up from what was found. */
const BOUNDS: readonly (readonly [group: string, cases: number, bound: number])[] = [
  ['one at a time', 3, 1],
  ['sequential, queued', 15, 0.4],
  ['random, queued', 20, 4.3],
  ['with mapping reads', 4, 0.5],
  ['plane4-seq128k-q16', 1, 4],
  ['tlc-seq128k-q16', 1, 2],
  ['ch2-chip1-rand16k-q16', 1, 5.5],
  ['slc3us-4k-rand4k-q1', 1, 7.5],
];

describe('reads against MQSim', () => {
  const table = new ErrorTable();
  const errors = rows.map((row) => {
    const error = table.add(groupOf(row), meanLatency(row), row.result.mean_latency_us);
    return `${row.id} ${(error * 100).toFixed(1)} %`;
  });
  console.info(`mean latency: cases, errors, mean error\n${table.toString()}\n${errors.join('\n')}`);

  test.each(BOUNDS)('%s: %i cases within %s %%', (group, count, bound) => {
    expect(table.count(group)).toBe(count);
    expect(table.worst(group) * 100).toBeLessThanOrEqual(bound);
  });

  test('every case is bounded', () => {
    expect(BOUNDS.reduce((sum, [, count]) => sum + count, 0)).toBe(rows.length);
  });
});
