import { z } from 'zod';

const figure = z.number();
const figures = z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()]));

const streamSchema = z.looseObject({
  kind: z.string(),
  n: z.int().min(1).max(1e9),
  tx_bytes: z.int().min(1),
  region_log2_tx: z.int().min(1).max(32),
  row_stride_bytes: z.int().min(1).optional(),
  seed: z.int().min(1).optional(),
});

const ramulatorSchema = z.looseObject({
  id: z.string().optional(),
  peer: z.literal('ramulator2.1'),
  config: z.looseObject({
    standard: z.string(),
    org_preset: z.string(),
    timing_preset: z.string(),
    scheduler: z.string(),
    refresh: z.string(),
    row_policy: z.string(),
    row_policy_cap: z.int().min(1).optional(),
    addr_mapper: z.string(),
    read_queue: z.int().min(1),
    write_queue: z.int().min(1),
    channels: z.int().min(1).max(4096),
  }),
  stream: streamSchema,
  expected: z.looseObject({
    cycles_CK: figure.optional(),
    row_hits: figure.optional(),
    row_misses: figure.optional(),
    row_conflicts: figure.optional(),
    reads_forwarded: figure.optional(),
    writes_coalesced: figure.optional(),
    avg_read_latency_CK: figure.nullish(),
    commands: z.record(z.string(), figure).optional(),
  }),
});

const section = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const dramsim3Schema = z.looseObject({
  id: z.string().optional(),
  peer: z.literal('dramsim3'),
  config: z.looseObject({
    ini: z.string(),
    overrides: z.record(z.string(), section).optional(),
    channels: z.int().min(1).max(4096),
    address_mapping: z.string(),
    ranks: z.int().min(1).optional(),
  }),
  stream: streamSchema,
  expected: z.looseObject({
    cycles: figure.optional(),
    read_cmds: figure.optional(),
    write_cmds: figure.optional(),
    act_cmds: figure.optional(),
    pre_cmds: figure.optional(),
    ref_cmds: figure.optional(),
    refb_cmds: figure.optional(),
    avg_read_latency_cycles: figure.nullish(),
    energy: z.record(z.string(), figure).optional(),
  }),
});

/** Streams of requests: the layout of `streams.json`. */
export const streamsSchema = z.looseObject({
  dramsim3_parameters: z
    .record(
      z.string(),
      z.looseObject({
        dram_structure: section,
        timing: section,
        system: section,
        power: section.optional(),
      }),
    )
    .optional(),
  cases: z.array(z.discriminatedUnion('peer', [ramulatorSchema, dramsim3Schema])).min(1),
});

/** In-memory compute: the layout of `pim-gemv.json`. */
export const pimSchema = z.looseObject({
  configs: z.record(z.string(), z.record(z.string(), z.union([z.string(), z.number()]))),
  cases: z
    .array(
      z.looseObject({
        peer: z.string(),
        config: z.string(),
        workload: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
        rule: z.string(),
        cycles: figure,
        readout_cycles: figure.optional(),
        commands: z.record(z.string(), figure).optional(),
      }),
    )
    .min(1),
});

/** Reads of disks: the layout of `mqsim-reads.json`. */
export const flashSchema = z.looseObject({
  rows: z
    .array(
      z.looseObject({
        id: z.string().optional(),
        config: z.looseObject({}),
        workload: figures,
        result: figures,
      }),
    )
    .min(1),
});

/** SRAM arrays: the layout of `sram-cacti.json`. */
export const sramSchema = z.looseObject({
  rows: z
    .array(
      z.looseObject({
        capacity_bytes: z.int().min(1),
        access_width_bytes: z.int().min(1),
        tech_nm: z.number().positive(),
        cell: z.string(),
        ports: z.enum(['single', 'read-write']).optional(),
        banks: z.int().min(1).optional(),
        access_time_ns: figure.optional(),
        cycle_time_ns: figure.optional(),
        read_energy_pj: figure.optional(),
        write_energy_pj: figure.optional(),
        leakage_mw: figure.optional(),
        gate_leakage_mw: figure.optional(),
        area_mm2: figure.optional(),
      }),
    )
    .min(1),
});
