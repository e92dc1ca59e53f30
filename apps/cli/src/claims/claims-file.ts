import { CONFIDENCES } from '@systole/core';
import { parseWith, readDocument } from '@systole/document';
import { z } from 'zod';

const shapeSchema = z
  .strictObject({
    prompt: z.int().min(1).optional(),
    generate: z.int().min(1).optional(),
    batch: z.int().min(1).optional(),
    weights: z.string().optional(),
    kv: z.string().optional(),
    activations: z.string().optional(),
  })
  .describe('Changes to the workload');

const pathFilter = {
  operators: z.array(z.string()).optional().describe('Operator kinds; all when left out'),
  components: z.array(z.string()).optional().describe('Components; all when left out'),
  reasons: z.array(z.string()).optional().describe('Reasons; all when left out'),
};

const metricSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('row-hit-rate'), component: z.string() }),
  z.strictObject({ kind: z.literal('path-share'), ...pathFilter }),
  z.strictObject({ kind: z.literal('path-time-per-token'), ...pathFilter }),
  z.strictObject({ kind: z.literal('time-per-token') }),
  z.strictObject({ kind: z.literal('energy-per-token') }),
  z.strictObject({ kind: z.literal('tokens-per-second') }).describe('Over the whole run'),
  z.strictObject({ kind: z.literal('decode-tokens-per-second') }).describe('Over the decode steps alone'),
  z
    .strictObject({
      kind: z.literal('speed-up'),
      set: z
        .record(z.string(), z.string())
        .optional()
        .describe('Parameters of the changed chip, path: value'),
      shape: shapeSchema.optional().describe('Changes to the workload of the changed run'),
      workloads: z.array(z.string()).min(1).optional().describe('The mean over these, in place of the one'),
    })
    .refine(
      ({ set, shape }) => set !== undefined || shape !== undefined,
      'say what is changed: set, shape or both',
    )
    .describe('Time of a decode step of the chip over that of the changed run'),
  z
    .strictObject({ kind: z.literal('utilisation'), component: z.string() })
    .describe('Busy time of a component over the time of the run, in %'),
  z
    .strictObject({ kind: z.literal('implied-baseline'), ratio: z.number().positive() })
    .describe(
      "A baseline's time per token that a published speed-up would imply: ratio × simulated time per token",
    ),
]);

const claimSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  what: z.string(),
  workload: z.string(),
  shape: shapeSchema.optional(),
  set: z.record(z.string(), z.string()).optional().describe('Parameters of the chip, path: value'),
  metric: metricSchema,
  /** Absent where nothing was published: the simulated value is shown alone. */
  published: z.number().optional(),
  /** A published range, where only that is known. */
  range: z.tuple([z.number(), z.number()]).optional(),
  unit: z.string(),
  /** Share of the published value, or, with `absolute: true`, in the unit itself. */
  tolerance: z.number().nonnegative().optional(),
  absolute: z.boolean().optional(),
  confidence: z.enum(CONFIDENCES),
  source: z.string(),
  /** Why it is off, where it is known to be. */
  explanation: z.string().optional(),
});

const claimsSchema = z.strictObject({
  systole: z.literal('claims/1'),
  chip: z.string(),
  claims: z.array(claimSchema).min(1).max(1000),
});

/** A published or measured figure that a simulation is held against. */
export type Claim = z.infer<typeof claimSchema>;
export type Metric = z.infer<typeof metricSchema>;
export type ClaimsFile = z.infer<typeof claimsSchema>;

/** Reads a claims file. Throws `SystoleError` with file, line and column. */
export function parseClaims(text: string, file: string): ClaimsFile {
  return parseWith(readDocument(text, file), claimsSchema, 'workload/invalid');
}
