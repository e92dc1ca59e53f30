import { LEVELS } from '@systole/memory';
import { parseQuantity } from '@systole/units';
import type { Dimension } from '@systole/units';
import { z } from 'zod';

const count = z.int().min(1);

/** A quantity as text with its unit, or a number in the base unit. */
function quantity(dimension: Dimension, example: string) {
  return z.union([z.number(), z.string()]).transform((written, context) => {
    const read = typeof written === 'number' ? undefined : parseQuantity(written, dimension);
    const value = typeof written === 'number' ? written : read?.ok === true ? read.value : NaN;
    if (Number.isFinite(value) && value > 0) return value;
    context.addIssue({ code: 'custom', message: `expected a quantity such as ${example}` });
    return z.NEVER;
  });
}

const policySchema = z.strictObject({
  kind: z.enum(['shared-queues', 'bank-queues']).optional(),
  scheduler: z.enum(['fr-fcfs', 'fr-fcfs-row-hit']).optional(),
  rowPolicy: z.enum(['open', 'closed', 'closed-cap']).optional(),
  rowCap: count.optional(),
  refresh: z.enum(['none', 'all-bank', 'per-bank']).optional(),
  readQueue: count.optional(),
  writeQueue: count.optional(),
  commandQueue: count.optional(),
  commandQueueOf: z.enum(['bank', 'rank']).optional(),
  writeHighWatermark: z.number().optional(),
  writeLowWatermark: z.number().optional(),
  addressMapping: z.string().max(200).optional(),
});

const levelsSchema = z.strictObject({
  pseudoChannel: count.optional(),
  rank: count.optional(),
  stackId: count.optional(),
  bankGroup: count.optional(),
  bank: count.optional(),
} satisfies Partial<Record<(typeof LEVELS)[number], z.ZodType>>);

/** What may be changed of a DRAM, in a file and with --set. */
export const changesSchema = z.strictObject({
  channels: z.int().min(1).max(4096).optional(),
  clockPeriod: quantity('time', '625 ps').optional(),
  counts: levelsSchema.optional(),
  rowsPerBank: count.optional(),
  rowBytes: quantity('data', '8 KiB').optional(),
  burstBytes: quantity('data', '64 B').optional(),
  dataPins: count.optional().describe('Data pins of a (pseudo) channel, to be checked against the burst'),
  timings: z
    .record(z.string().regex(/^n[A-Za-z0-9_]{1,30}$/, 'expected a name such as nRCD'), z.number())
    .optional()
    .describe('Clock periods by name'),
  policy: policySchema.optional(),
});

export const memoryFileSchema = changesSchema
  .extend({
    systole: z.literal('memory/1'),
    name: z.string().max(80).optional(),
    preset: z.string().max(100).optional(),
    standard: z.string().max(40).optional(),
    energy: z
      .strictObject({
        figures: z.string().max(100).optional(),
        ioPerBit: quantity('energyPerBit', '5 pJ/bit').optional(),
        devices: z.number().positive().optional(),
      })
      .optional(),
  })
  .refine(
    ({ preset, standard }) => (preset === undefined) !== (standard === undefined),
    'expected a preset to start from, or a standard with everything that it needs',
  );

export type DramChanges = z.infer<typeof changesSchema>;
export type MemoryFile = z.infer<typeof memoryFileSchema>;

/** Where a key that stands alone after --set belongs. */
export function pathOfKey(key: string): readonly string[] {
  if (key.includes('.')) return key.split('.');
  if (key in policySchema.shape) return ['policy', key];
  if (key in levelsSchema.shape) return ['counts', key];
  if (/^n[A-Z0-9]/.test(key)) return ['timings', key];
  return [key];
}

/** Keys that --set takes, for hints. */
export const SET_KEYS: readonly string[] = [
  ...Object.keys(changesSchema.shape).filter((key) => !['counts', 'timings', 'policy'].includes(key)),
  ...Object.keys(levelsSchema.shape),
  ...Object.keys(policySchema.shape),
];
