import { CONFIDENCES } from '@systole/core';
import type { Result } from '@systole/replay';
import { z } from 'zod';

/** Far above anything physical, and low enough that sums and ratios of such amounts stay finite. */
const MOST = 1e40;

const text = z.string().max(10_000);
const amount = z.number().min(0).max(MOST);
const signed = z.number().min(-MOST).max(MOST);
const count = z.int().min(1);
/** A count that may pass 2^53, in decimal text. */
const exact = z.string().regex(/^\d{1,40}$/);

const duration = z.object({ ps: amount, cycles: amount });

const pathShare = z.object({ component: text, reason: text, help: text, ps: amount, share: amount });

const action = z.object({
  action: text,
  help: text,
  unit: text,
  count: exact,
  fjPerAction: amount,
  totalFj: amount,
});

const component = z.object({
  name: text,
  type: text,
  role: z.enum(['memory', 'compute', 'interconnect']),
  utilisation: amount,
  resources: count,
  busyPs: amount,
  bytes: amount,
  usefulMacs: amount,
  paddedMacs: amount,
  dynamicFj: amount,
  staticFj: amount,
  totalFj: amount,
  actions: z.array(action),
  statistics: z.array(z.object({ name: text, help: text, unit: text, value: signed })),
  rowHitRate: amount.max(1).exactOptional(),
  facts: z.object({
    capacity: amount.exactOptional(),
    bandwidth: amount.exactOptional(),
    internalBandwidth: amount.exactOptional(),
    macsPerSecond: z.record(text, amount).exactOptional(),
    operationsPerSecond: amount.exactOptional(),
  }),
});

const operator = z.object({
  kind: text,
  count: amount,
  ps: amount,
  share: amount,
  macs: amount,
  bytes: amount,
  dynamicFj: amount,
  totalFj: amount,
  path: z.array(pathShare),
});

const source = z.object({
  source: text,
  confidence: z.enum(CONFIDENCES),
  note: text.exactOptional(),
});

const step = z.int().min(0);
const contents = { weights: amount, window: amount, kv: amount, activations: amount };

const tierShare = z.object({ memory: text, bytes: amount });

const tiers = z.object({
  policy: z.enum(['fill', 'balance', 'migrate']),
  occupancy: z.array(
    z.object({
      memory: text,
      capacity: amount,
      peak: z.object({ ...contents, bytes: amount, step, operator: text }),
      overTime: z.array(z.object({ step, bytes: amount })),
    }),
  ),
  transfers: z.array(z.object({ what: z.literal('weights'), from: text, to: text, bytes: amount })),
  migration: z
    .object({ to: text, bytes: amount, of: amount, window: amount, from: z.array(tierShare) })
    .exactOptional(),
});

const overheads = z.object({
  memory: text,
  step,
  variants: z.array(
    z.object({
      name: text,
      help: text,
      source: source.exactOptional(),
      ps: amount,
      factor: amount,
      parts: z.array(z.object({ part: text, ps: amount })),
    }),
  ),
});

const errorFigures = z.object({
  elements: amount,
  sqnrDb: signed.exactOptional(),
  maxError: amount,
  cosine: z.number().min(-1).max(1),
});

const valueCounts = { saturated: amount, overflowed: amount, notFinite: amount };

const numericalError = z.object({
  tensors: text,
  digest: text,
  scaling: z.record(text, text),
  outcomeOf: text,
  outcome: errorFigures.extend(valueCounts),
  tokens: z.object({ chosen: amount, agreeing: amount }).exactOptional(),
  operators: z.array(
    errorFigures.extend({
      ...valueCounts,
      operator: text,
      kind: text,
      count: amount,
      units: z.array(text),
      arithmetic: z.array(text),
      own: errorFigures,
    }),
  ),
});

/**
 * The form of a result as `systole run --json` writes it. Keys that it does not know are left out: a later Systole may say more
 * under the same version.
 */
export const resultSchema: z.ZodType<Result> = z.object({
  format: z.literal('systole-result'),
  version: z.literal(1),
  chip: z.object({ name: text, summary: text, hash: text, clockHz: amount }),
  workload: z.object({
    name: text,
    model: text.exactOptional(),
    parameters: amount.exactOptional(),
    prompt: amount.exactOptional(),
    generate: amount.exactOptional(),
    batch: amount.exactOptional(),
    weights: text.exactOptional(),
    kv: text.exactOptional(),
    activations: text.exactOptional(),
  }),
  mapping: z.object({
    name: text,
    options: z.record(text, z.union([text, signed, z.boolean()])),
    placement: z.array(z.object({ memory: text, what: text, bytes: amount, capacity: amount })),
    decisions: z.array(text),
    tiers: tiers.exactOptional(),
  }),
  inputsHash: text,
  time: z.object({
    total: duration.extend({ exactPs: exact }),
    steps: count,
    tokens: count,
    first: duration,
    last: duration,
    mean: duration,
    meanDecode: duration.exactOptional(),
    tokensPerSecond: amount,
    perStep: z.array(amount).min(1),
  }),
  energy: z.object({
    totalFj: amount,
    dynamicFj: amount,
    staticFj: amount,
    perTokenFj: amount,
    averageWatts: amount,
  }),
  components: z.array(component),
  operators: z.array(operator),
  criticalPath: z.array(pathShare),
  bounds: z.object({
    step: z.int().min(0),
    ps: amount,
    components: z.array(
      z.object({ component: text, ps: amount, gain: signed, atMost: z.boolean().exactOptional() }),
    ),
  }),
  commandOverheads: z.array(overheads).exactOptional(),
  engine: z.object({ operators: amount, stretches: amount, events: amount }),
  accuracy: z.array(
    z.object({
      component: text,
      level: z.enum(['fast', 'detailed']).exactOptional(),
      fastErrorShare: amount.exactOptional(),
      basis: text.exactOptional(),
      confidence: z.record(text, amount),
      weak: z.array(z.object({ parameter: text, value: text, source: source.exactOptional() })),
    }),
  ),
  numericalError: numericalError.exactOptional(),
});
