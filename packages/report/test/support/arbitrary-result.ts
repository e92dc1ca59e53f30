import type {
  ComponentSummary,
  OperatorSummary,
  OverheadSummary,
  PathShare,
  Result,
  TimelineEvent,
} from '@systole/replay';
import * as fc from 'fast-check';
import { sampleResult } from './sample-result.ts';

// Names as an attacker or a careless author would write them.
const name = fc.oneof(
  fc.constantFrom(
    'dram',
    'mac',
    '<script>alert(1)</script>',
    '"&\'',
    '=1+1',
    'a,b\nc',
    '\u001B[31mred',
    'ns}x{',
  ),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const count = fc.oneof(fc.constant(0), fc.nat({ max: 1_000_000 }), fc.maxSafeNat());
const energy = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e22, noNaN: true }));
const share = fc.double({ min: 0, max: 1, noNaN: true });

const pathShare: fc.Arbitrary<PathShare> = fc.record({
  component: name,
  reason: name,
  help: name,
  ps: count,
  share,
});

const action = fc.record({
  action: name,
  help: name,
  unit: name,
  count: fc.bigInt({ min: 0n, max: 10n ** 25n }).map(String),
  fjPerAction: energy,
  totalFj: energy,
});

const component: fc.Arbitrary<ComponentSummary> = fc
  .record({
    name,
    type: name,
    role: fc.constantFrom('memory' as const, 'compute' as const, 'interconnect' as const),
    utilisation: share,
    resources: fc.integer({ min: 1, max: 4096 }),
    busyPs: count,
    bytes: count,
    usefulMacs: count,
    paddedMacs: count,
    dynamicFj: energy,
    staticFj: energy,
    totalFj: energy,
    actions: fc.array(action, { maxLength: 4 }),
    statistics: fc.array(fc.record({ name, help: name, unit: name, value: energy }), { maxLength: 3 }),
    facts: fc.record(
      {
        capacity: count,
        bandwidth: energy,
        internalBandwidth: energy,
        macsPerSecond: fc.dictionary(name, energy, { maxKeys: 3 }),
      },
      { requiredKeys: [] },
    ),
    hitRate: fc.option(share, { nil: undefined }),
  })
  .map(({ hitRate, ...rest }) => (hitRate === undefined ? rest : { ...rest, rowHitRate: hitRate }));

const operator: fc.Arbitrary<OperatorSummary> = fc.record({
  kind: name,
  count,
  ps: count,
  share,
  macs: count,
  bytes: count,
  dynamicFj: energy,
  totalFj: energy,
  path: fc.array(pathShare, { maxLength: 5 }),
});

const overheads: fc.Arbitrary<OverheadSummary> = fc.record({
  memory: name,
  step: fc.nat({ max: 99 }),
  variants: fc.array(
    fc.record({
      name,
      help: name,
      ps: count,
      factor: energy,
      parts: fc.array(fc.record({ part: name, ps: count }), { maxLength: 5 }),
    }),
    { maxLength: 8 },
  ),
});

const duration = count.map((ps) => ({ ps, cycles: Math.round(ps / 1000) }));

/** Results with any names and amounts, zeros among them; parts do not add up to totals. */
export const arbitraryResult: fc.Arbitrary<Result> = fc
  .record({
    chipName: name,
    summary: name,
    workload: name,
    memory: name,
    clockHz: fc.double({ min: 1, max: 1e12, noNaN: true }),
    total: duration,
    first: duration,
    perStep: fc.array(count, { minLength: 1, maxLength: 30 }),
    energies: fc.tuple(energy, energy, energy, energy, energy),
    components: fc.array(component, { maxLength: 15 }),
    operators: fc.array(operator, { maxLength: 20 }),
    criticalPath: fc.array(pathShare, { maxLength: 16 }),
    commandOverheads: fc.array(overheads, { maxLength: 2 }),
    capacity: count,
    weak: fc.array(fc.record({ parameter: name, value: name }), { maxLength: 9 }),
  })
  .map((drawn): Result => {
    const sample = sampleResult({ steps: 1 });
    const [totalFj, dynamicFj, staticFj, perTokenFj, watts] = drawn.energies;
    const { components, operators, criticalPath, commandOverheads, perStep, first, total } = drawn;
    return {
      ...sample,
      chip: { name: drawn.chipName, summary: drawn.summary, hash: drawn.chipName, clockHz: drawn.clockHz },
      workload: { name: drawn.workload },
      mapping: {
        name: drawn.workload,
        options: {},
        placement: [
          { memory: drawn.memory, what: drawn.workload, bytes: first.ps, capacity: drawn.capacity },
        ],
        decisions: [drawn.summary],
      },
      time: {
        total: { ...total, exactPs: String(total.ps) },
        steps: perStep.length,
        tokens: perStep.length,
        first,
        last: first,
        mean: first,
        tokensPerSecond: total.ps === 0 ? 0 : 1e12 / total.ps,
        perStep,
      },
      energy: { totalFj, dynamicFj, staticFj, perTokenFj, averageWatts: watts },
      components,
      operators,
      criticalPath,
      ...(commandOverheads.length === 0 ? {} : { commandOverheads }),
      accuracy: [{ component: drawn.memory, confidence: { recalled: 3 }, weak: drawn.weak }],
    };
  });

/** Events of a few components, overlapping at will, some without length. */
export const arbitraryEvents: fc.Arbitrary<readonly TimelineEvent[]> = fc.array(
  fc
    .record({
      component: fc.constantFrom('dram', 'mac', 'elsewhere'),
      operator: name,
      kind: name,
      task: name,
      step: fc.nat({ max: 3 }),
      chunk: fc.nat({ max: 99 }),
      wait: fc.nat({ max: 5_000 }),
      start: fc.oneof(fc.nat({ max: 20_000 }), fc.integer({ min: 9e15, max: 9.007e15 })),
      length: fc.nat({ max: 9_000 }),
    })
    .map(({ wait, length, ...event }) => ({
      ...event,
      accepted: Math.max(0, event.start - wait),
      end: event.start + length,
    })),
  { maxLength: 60 },
);
