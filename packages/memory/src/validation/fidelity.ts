import { Machine, readParameter } from '@systole/core';
import type { AccessPattern, ComponentDeclaration, ParameterValue, Transaction } from '@systole/core';
import { dram } from '../dram/dram.ts';
import { errorOf } from './case-error.ts';
import type { CaseError } from './case-error.ts';

/** One transaction on one memory, to be timed at both levels of detail. */
export interface FidelityCase {
  /** `ddr4-8gb-x8-3200aa random-read queue 32 open`. */
  readonly id: string;
  /** The pattern, by which cases are grouped. */
  readonly group: string;
  readonly preset: string;
  readonly values: Readonly<Record<string, ParameterValue | undefined>>;
  readonly transaction: Transaction;
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

const QUEUES = [16, 32, 64];

/** Every preset of a device with every pattern, queues of several depths, both row policies, with refresh and without. */
export function* fidelityCases(): Generator<FidelityCase, void, undefined> {
  for (const [preset, { values }] of Object.entries(declaration.presets)) {
    const channels = values['pseudoChannels'];
    if (values['standard'] === undefined || typeof channels !== 'number') continue;
    for (const queueDepth of QUEUES) {
      for (const rowPolicy of ['open', 'closed']) {
        for (const refresh of ['all-bank', 'none']) {
          for (const shape of SHAPES) {
            const id = `${preset} ${shape.name} queue ${queueDepth} ${rowPolicy} refresh ${refresh}`;
            const written = { channels, queueDepth, writeQueueDepth: queueDepth, rowPolicy, refresh };
            const resolved = resolve(preset, written);
            const burst = Number(resolved['burstBytes']);
            yield { id, group: shape.name, preset, values: resolved, transaction: accessOf(shape, burst) };
          }
        }
      }
    }
  }
}

/** Time at level fast beside that at level detailed, which stands as the reference; both in ps. */
export function fidelityError({ id, group, values, transaction }: FidelityCase): CaseError {
  return {
    id,
    peer: 'fast',
    group,
    quantity: 'time',
    simulated: timeOf({ ...values, detail: 'fast' }, transaction),
    reference: timeOf({ ...values, detail: 'detailed' }, transaction),
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

function timeOf(values: FidelityCase['values'], transaction: Transaction): number {
  const machine = new Machine([{ name: 'dram', declaration, values }], 1);
  const stages = [{ component: 0, transaction, slots: 1 }];
  return machine.run([{ name: 'only', tag: 0, after: [], delay: 0, chunks: 1, stages }]).duration;
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
