import { CONFIDENCES } from '@systole/core';
import { parseWith, readDocument } from '@systole/document';
import type { LocatedDocument } from '@systole/document';
import { OPERATOR_KINDS } from '@systole/mapping';
import { z } from 'zod';
import { readTextFile } from '../files.ts';
import { scaleOf, unitExample } from './claim-unit.ts';

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
  operators: z.array(z.enum(OPERATOR_KINDS)).optional().describe('Operator kinds; all when left out'),
  components: z.array(z.string()).optional().describe('Components; all when left out'),
  reasons: z.array(z.string()).optional().describe('Reasons; all when left out'),
};

/** Values are written as after `--set`, where a number needs no quotes. */
const setSchema = z
  .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
  .describe('Parameters, path: value');

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
      set: setSchema.optional(),
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

const claimFields = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  what: z.string(),
  workload: z.string(),
  shape: shapeSchema.optional(),
  set: setSchema.optional(),
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

/** What cannot be held, or would be held against something else than it says, is refused before anything runs. */
const claimSchema = claimFields.superRefine((claim, { addIssue }) => {
  const { published, range, tolerance, absolute, metric, unit } = claim;
  const wrong = (key: string, message: string): void => addIssue({ code: 'custom', path: [key], message });
  if (scaleOf(metric.kind, unit) === undefined) {
    wrong('unit', `expected ${unitExample(metric.kind)} for the metric ${metric.kind}`);
  }
  if (published !== undefined && range !== undefined) {
    wrong('range', 'expected a published value or a range, and not both');
  }
  if (range !== undefined && range[0] > range[1]) wrong('range', 'expected its lower end first');
  if (tolerance === undefined) return;
  const ends = published === undefined ? range : [published];
  if (ends === undefined) wrong('tolerance', 'expected a published value or a range that it is about');
  else if (absolute !== true && ends.includes(0)) {
    wrong(
      'tolerance',
      'a share of 0 is nothing: expected absolute: true, and a tolerance in the unit of the claim',
    );
  }
});

const claimsSchema = z
  .strictObject({
    systole: z.literal('claims/1'),
    chip: z.string(),
    claims: z.array(claimSchema).min(1).max(1000),
  })
  .superRefine(({ claims }, { addIssue }) => {
    const seen = new Set<string>();
    for (const [index, { id }] of claims.entries()) {
      const message = `another claim has the id "${id}" already`;
      if (seen.has(id)) addIssue({ code: 'custom', path: ['claims', index, 'id'], message });
      seen.add(id);
    }
  });

/** A published or measured figure that a simulation is held against. */
export type Claim = z.infer<typeof claimSchema>;
export type Metric = z.infer<typeof metricSchema>;
export type ClaimsFile = z.infer<typeof claimsSchema>;

/** Claims, and where each of them stands in its file. */
export interface ClaimsSource extends ClaimsFile {
  readonly document: LocatedDocument;
}

/** Reads a claims file. Throws `SystoleError` with file, line and column. */
export function readClaims(file: string): ClaimsSource {
  const document = readDocument(readTextFile(file), file);
  return { ...parseWith(document, claimsSchema, 'workload/invalid'), document };
}
