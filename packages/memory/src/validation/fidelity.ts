import { Machine, readParameter } from '@systole/core';
import type { AccessPattern, ComponentDeclaration, ParameterValue, Transaction } from '@systole/core';
import { dram } from '../dram/dram.ts';
import { errorOf } from './case-error.ts';
import type { CaseError } from './case-error.ts';

/** Transactions on one memory, all asked for at once, to be timed at both levels of detail. */
export interface FidelityCase {
  /** `ddr4-8gb-x8-3200aa random-read queue 32 open`. */
  readonly id: string;
  /** The pattern, by which cases are grouped. */
  readonly group: string;
  readonly preset: string;
  readonly values: Readonly<Record<string, ParameterValue | undefined>>;
  readonly transactions: readonly Transaction[];
  /** Chunks of each transaction, of which so many are asked for ahead. */
  readonly chunks: number;
  readonly slots: number;
  /** Moments of a refresh interval at which it starts, over which the time is averaged: 1 unless it is short beside one. */
  readonly phases: number;
}

/** Many cases as a table states them: shares of the detailed time, without their sign but for the mean. */
export interface FidelitySummary {
  readonly cases: number;
  readonly median: number;
  readonly p95: number;
  readonly worst: number;
  readonly mean: number;
}

const declaration: ComponentDeclaration = dram as unknown as ComponentDeclaration;

type Written = Readonly<Record<string, string | number>>;

interface Shape {
  readonly name: string;
  readonly kind: 'read' | 'write';
  /** In bursts. */
  readonly run: number;
  readonly stride: number;
  readonly runs: number;
  readonly order: AccessPattern['order'];
  readonly layout?: AccessPattern['layout'];
}

const SHAPES: readonly Shape[] = [
  { name: 'seq-read', kind: 'read', run: 6000, stride: 6000, runs: 1, order: 'sequential' },
  { name: 'seq-write', kind: 'write', run: 6000, stride: 6000, runs: 1, order: 'sequential' },
  { name: 'short-read', kind: 'read', run: 200, stride: 200, runs: 1, order: 'sequential' },
  { name: 'random-read', kind: 'read', run: 1, stride: 37, runs: 4000, order: 'random' },
  { name: 'random-write', kind: 'write', run: 1, stride: 37, runs: 4000, order: 'random' },
  { name: 'block-random-read-16', kind: 'read', run: 16, stride: 176, runs: 300, order: 'random' },
  { name: 'block-random-read-256', kind: 'read', run: 256, stride: 768, runs: 24, order: 'random' },
  { name: 'strided-read-3', kind: 'read', run: 1, stride: 3, runs: 4000, order: 'sequential' },
  { name: 'strided-read-64', kind: 'read', run: 1, stride: 64, runs: 4000, order: 'sequential' },
  { name: 'strided-read-1000', kind: 'read', run: 1, stride: 1000, runs: 3000, order: 'sequential' },
  { name: 'strided-blocks-8-of-64', kind: 'read', run: 8, stride: 64, runs: 600, order: 'sequential' },
  {
    name: 'local-read-64',
    kind: 'read',
    run: 64,
    stride: 64,
    runs: 100,
    order: 'sequential',
    layout: 'local',
  },
];

/** Reads and writes of stretches that lie apart, each by a stream of its own. */
const CONCURRENT: readonly { readonly name: string; readonly kinds: readonly ('read' | 'write')[] }[] = [
  { name: 'streams-2r', kinds: ['read', 'read'] },
  { name: 'streams-4r', kinds: ['read', 'read', 'read', 'read'] },
  { name: 'streams-2r1w', kinds: ['read', 'read', 'write'] },
];

/** Chunks of such a stream, the bursts of one, and those from the start of one stream to that of the next. */
const CHUNKS = 16;
const CHUNK_BURSTS = 128;
const APART = 100_003;

/** What lasts for so many refresh intervals meets about as many refreshes whenever it starts. */
const MANY_INTERVALS = 8;
const MAX_PHASES = 32;

const QUEUES = [16, 32, 64];

/** Every preset of a device with every pattern, queues of several depths, both row policies, with refresh and without. */
export function* fidelityCases(): Generator<FidelityCase, void, undefined> {
  for (const [preset, { values }] of Object.entries(declaration.presets)) {
    const channels = values['pseudoChannels'];
    if (values['standard'] === undefined || typeof channels !== 'number') continue;
    for (const queueDepth of QUEUES) {
      for (const rowPolicy of ['open', 'closed']) {
        for (const refresh of ['all-bank', 'none']) {
          const written = { channels, queueDepth, writeQueueDepth: queueDepth, rowPolicy, refresh };
          const resolved = resolve(preset, written);
          const burst = Number(resolved['burstBytes']);
          const idOf = (group: string): string =>
            `${preset} ${group} queue ${queueDepth} ${rowPolicy} refresh ${refresh}`;
          for (const shape of SHAPES) {
            const transactions = [accessOf(shape, burst)];
            const phases = phasesOf(resolved, transactions);
            const group = shape.name;
            const id = idOf(group);
            yield { id, group, preset, values: resolved, transactions, chunks: 1, slots: 1, phases };
          }
          for (const { name, kinds } of CONCURRENT) {
            const transactions = kinds.map((kind, index) => stretchOf(kind, index, burst));
            const phases = phasesOf(resolved, transactions);
            const streams = { transactions, chunks: CHUNKS, slots: 2, phases };
            yield { id: idOf(name), group: name, preset, values: resolved, ...streams };
          }
        }
      }
    }
  }
}

/** Time at level fast beside that at level detailed, which stands as the reference; both in ps. */
export function fidelityError(fidelityCase: FidelityCase): CaseError {
  const { id, group } = fidelityCase;
  return {
    id,
    peer: 'fast',
    group,
    quantity: 'time',
    simulated: timeOf(fidelityCase, 'fast'),
    reference: timeOf(fidelityCase, 'detailed'),
  };
}

export function summariseFidelity(errors: readonly CaseError[]): FidelitySummary {
  const signed = errors.map(errorOf);
  const shares = signed.map(Math.abs).sort((a, b) => a - b);
  const at = (share: number): number =>
    shares[Math.min(shares.length - 1, Math.floor(share * shares.length))] ?? 0;
  return {
    cases: shares.length,
    median: at(0.5),
    p95: at(0.95),
    worst: at(1),
    mean: signed.reduce((sum, error) => sum + error, 0) / Math.max(1, signed.length),
  };
}

function accessOf({ kind, run, stride, runs, order, layout }: Shape, burst: number): Transaction {
  return {
    kind,
    bytes: run * runs * burst,
    pattern: {
      base: 0,
      run: run * burst,
      stride: stride * burst,
      runs,
      order,
      layout: layout ?? 'interleaved',
      seed: 7,
    },
  };
}

/** Moments of a refresh interval to start at: the more the shorter it is, as it meets one refresh more or less. */
function phasesOf(values: FidelityCase['values'], transactions: readonly Transaction[]): number {
  if (values['refresh'] === 'none') return 1;
  const bytes = transactions.reduce((sum, transaction) => sum + transaction.bytes, 0);
  const bursts = bytes / (Number(values['burstBytes']) * Number(values['channels']));
  const phases = (MANY_INTERVALS * Number(values['tREFI'])) / (bursts * Number(values['tCCDS']));
  return Math.max(1, Math.min(MAX_PHASES, Math.ceil(phases)));
}

/** A stretch of memory that a stream of its own reads or writes. */
function stretchOf(kind: 'read' | 'write', index: number, burst: number): Transaction {
  const run = CHUNKS * CHUNK_BURSTS * burst;
  const base = index * APART * burst;
  return {
    kind,
    bytes: run,
    pattern: { base, run, stride: run, runs: 1, order: 'sequential', layout: 'interleaved' },
  };
}

/** Time from the start to the end, the mean over all phases. */
function timeOf({ values, transactions, chunks, slots, phases }: FidelityCase, detail: string): number {
  const machine = new Machine([{ name: 'dram', declaration, values: { ...values, detail } }], 1);
  const rested = machine.save();
  const interval = Number(values['tREFI']);
  let total = 0;
  for (let phase = 0; phase < phases; phase++) {
    const delay = Math.floor((phase * interval) / phases);
    const tasks = transactions.map((transaction, index) => ({
      name: `${index}`,
      tag: 0,
      after: [],
      delay,
      chunks,
      stages: [{ component: 0, transaction, slots }],
    }));
    machine.load(rested);
    total += machine.run(tasks).duration - delay;
  }
  return total / phases;
}

/** The values of a preset, with what is written over it. */
function resolve(preset: string, written: Written): Record<string, ParameterValue | undefined> {
  const layer: Readonly<Record<string, unknown>> = {
    ...declaration.presets[preset]?.values,
    ...written,
  };
  return Object.fromEntries(
    Object.entries(declaration.parameters).map(([name, parameter]) => {
      const read = Object.hasOwn(layer, name) ? readParameter(parameter, layer[name]) : undefined;
      if (read?.ok === false) throw new RangeError(`${preset}: ${name}: ${read.message}`);
      return [name, read === undefined ? parameter.fallback : read.value];
    }),
  );
}
