import { defineComponent, Machine, readParameter } from '@systole/core';
import type { ComponentDeclaration, ParameterValue, Part, SegmentConsumer, Transaction } from '@systole/core';
import { dram } from '../dram/dram.ts';
import type { CaseError } from './case-error.ts';

/** One or more transactions of in-memory compute on one memory, to be timed at both levels of detail. */
export interface InMemoryFidelityCase {
  readonly id: string;
  readonly group: string;
  readonly values: Part['values'];
  readonly unit: UnitFigures;
  readonly work: readonly Transaction[];
}

/** Of the unit beside a bank; times in ps. */
interface UnitFigures {
  readonly accumulators: number;
  readonly interval: number;
  readonly drain: number;
}

interface WorkShape {
  readonly name: string;
  /** Vectors stored, segments of each, and how often the stream, with a vector before it, comes. */
  readonly groups: number;
  readonly segments: number;
  readonly passes: number;
  readonly times: number;
}

const SHAPES: readonly WorkShape[] = [
  { name: 'gemv', groups: 64, segments: 64, passes: 1, times: 6 },
  { name: 'gemv-wide', groups: 12, segments: 700, passes: 1, times: 4 },
  { name: 'gemv-narrow', groups: 300, segments: 5, passes: 1, times: 3 },
  { name: 'gemm-4', groups: 40, segments: 48, passes: 4, times: 4 },
];

const UNITS: readonly UnitFigures[] = [
  { accumulators: 1, interval: 0, drain: 2000 },
  { accumulators: 8, interval: 0, drain: 9000 },
  { accumulators: 4, interval: 6000, drain: 0 },
];

const MANNERS: readonly Readonly<Record<string, string>>[] = [
  {},
  { modeSwitch: '12 ns', tResultRead: '8 ns' },
  { allBankActivation: 'windowed', tPrechargeStep: '1 ns' },
  { resultReads: 'overlapped', macSlowdown: '2' },
];

const declaration: ComponentDeclaration = dram as unknown as ComponentDeclaration;

/** Every preset of a device with every shape of work, unit and manner of in-memory compute, with refresh and without. */
export function* inMemoryFidelityCases(): Generator<InMemoryFidelityCase, void, undefined> {
  for (const [preset, { values }] of Object.entries(declaration.presets)) {
    const channels = values['pseudoChannels'];
    if (values['standard'] === undefined || typeof channels !== 'number') continue;
    for (const [u, unit] of UNITS.entries()) {
      for (const [m, manner] of MANNERS.entries()) {
        for (const refresh of ['all-bank', 'none']) {
          const resolved = resolve(preset, { ...manner, channels, refresh, vectorBuffer: '64 KiB' });
          for (const shape of SHAPES) {
            const id = `${preset} ${shape.name} unit ${u} manner ${m} refresh ${refresh}`;
            yield { id, group: shape.name, values: resolved, unit, work: workOf(shape, resolved) };
          }
        }
      }
    }
  }
  for (const [preset, { values }] of Object.entries(declaration.presets)) {
    const channels = values['pseudoChannels'];
    if (values['standard'] === undefined || typeof channels !== 'number') continue;
    const resolved = resolve(preset, { channels, vectorBuffer: '64 KiB' });
    const bytes = 16_384;
    const dims = { vectorBytes: bytes, channels };
    const work = Array.from({ length: 40 }, () => ({
      kind: 'vector-write',
      bytes: bytes * channels,
      dims,
    }));
    yield { id: `${preset} vectors`, group: 'vectors', values: resolved, unit: NO_UNIT, work };
  }
}

const NO_UNIT: UnitFigures = { accumulators: 1, interval: 0, drain: 0 };

/** Time at level fast beside that at level detailed, which stands as the reference; both in ps. */
export function inMemoryFidelityError({ id, group, values, unit, work }: InMemoryFidelityCase): CaseError {
  const timeOf = (detail: string): number => {
    const part = unitOf(unit);
    const memory = { name: 'dram', declaration, values: { ...values, detail }, attached: part.name };
    const tasks = work.map((transaction, index) => ({
      name: `${index}`,
      tag: 0,
      after: index === 0 ? [] : [index - 1],
      delay: 0,
      chunks: 1,
      stages: [{ component: 0, transaction, slots: 1 }],
    }));
    return new Machine([memory, part], 1).run(tasks).duration;
  };
  return {
    id,
    peer: 'fast',
    group,
    quantity: 'time',
    simulated: timeOf('fast'),
    reference: timeOf('detailed'),
  };
}

function workOf({ groups, segments, passes, times }: WorkShape, values: Part['values']): Transaction[] {
  const channels = Number(values['channels']);
  const banks = Number(values['bankGroups']) * Number(values['banksPerGroup']);
  const bytes = segments * Number(values['burstBytes']);
  return Array.from({ length: times }, () => [
    { kind: 'vector-write', bytes: bytes * channels, dims: { vectorBytes: bytes, channels } },
    {
      kind: 'segment-stream',
      bytes: 0,
      format: 'bf16',
      dims: { channels, banks, groups, segments, passes },
    },
  ]).flat();
}

/** A unit of 16-bit elements with the stated times. */
function unitOf({ accumulators, interval, drain }: UnitFigures): Part {
  const consumer: SegmentConsumer = {
    accumulators,
    interval: () => interval,
    drain: () => drain,
    resultBytes: () => 2,
    macsPerSegment: (segment) => segment / 2,
    supports: () => true,
    consume: () => {},
  };
  const unit = defineComponent({
    type: 'validation/unit',
    role: 'compute',
    summary: 'A unit with the stated times.',
    parameters: {},
    ports: {},
    accepts: {},
    inMemory: 'unit',
    facts: () => ({ minimumLatency: 0, resources: 1 }),
    lowerBound: () => 0,
    create: () => ({
      accept: () => {},
      save: () => [],
      load: () => {},
      consumer: () => consumer,
    }),
  });
  return { name: 'unit', declaration: unit as unknown as ComponentDeclaration, values: {} };
}

function resolve(
  preset: string,
  written: Readonly<Record<string, string | number>>,
): Record<string, ParameterValue | undefined> {
  const layer: Readonly<Record<string, unknown>> = { ...declaration.presets[preset]?.values, ...written };
  return Object.fromEntries(
    Object.entries(declaration.parameters).map(([name, parameter]) => {
      const read = Object.hasOwn(layer, name) ? readParameter(parameter, layer[name]) : undefined;
      if (read?.ok === false) throw new RangeError(`${preset}: ${name}: ${read.message}`);
      return [name, read === undefined ? parameter.fallback : read.value];
    }),
  );
}
