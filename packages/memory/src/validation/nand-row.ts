import { SystoleError } from '@systole/core';

/** A row of the reference: reads of a solid-state disk in MQSim (CMU-SAFARI). */
export interface NandRow {
  readonly id: string;
  readonly config: {
    readonly channels: number;
    readonly chips_per_channel: number;
    readonly dies_per_chip: number;
    readonly planes_per_die: number;
    readonly blocks_per_plane: number;
    readonly pages_per_block: number;
    readonly page_bytes: number;
    readonly technology: string;
    readonly tR_ns: Readonly<Record<'LSB' | 'CSB' | 'MSB', number>>;
    readonly channel_MTps_nominal: number;
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
  /** What is left out is not compared. */
  readonly result: { readonly mean_latency_us?: number; readonly throughput_MBps?: number };
}

const TEXT = 'a text';
const NUMBER = 'a number above zero';

/** What a row has, by the path of each field. */
const FIELDS: Readonly<Record<string, string>> = {
  id: TEXT,
  'config.channels': NUMBER,
  'config.chips_per_channel': NUMBER,
  'config.dies_per_chip': NUMBER,
  'config.planes_per_die': NUMBER,
  'config.blocks_per_plane': NUMBER,
  'config.pages_per_block': NUMBER,
  'config.page_bytes': NUMBER,
  'config.technology': TEXT,
  'config.tR_ns.LSB': NUMBER,
  'config.tR_ns.CSB': NUMBER,
  'config.tR_ns.MSB': NUMBER,
  'config.channel_MTps_nominal': NUMBER,
  'config.pcie_lanes': NUMBER,
  'config.pcie_GBps_per_lane': NUMBER,
  'config.mapping': TEXT,
  'workload.pattern': TEXT,
  'workload.request_bytes': NUMBER,
  'workload.queue_depth': NUMBER,
  'workload.requests': NUMBER,
  'workload.aligned_to_bytes': NUMBER,
};

/** What a row may leave out. */
const OPTIONAL: Readonly<Record<string, string>> = {
  'result.mean_latency_us': NUMBER,
  'result.throughput_MBps': NUMBER,
};

/** Takes what was read from a file for a row. Throws `argument/invalid` with the path of the field that is not as it must be. */
export function readNandRow(value: unknown): NandRow {
  for (const [path, expected] of Object.entries({ ...FIELDS, ...OPTIONAL })) {
    let field = value;
    for (const key of path.split('.')) {
      const isMapping = typeof field === 'object' && field !== null && Object.hasOwn(field, key);
      // Whatever has the key can be asked for it.
      field = isMapping ? (field as Readonly<Record<string, unknown>>)[key] : undefined;
    }
    if (field === undefined && Object.hasOwn(OPTIONAL, path)) continue;
    const isRight =
      expected === TEXT ? typeof field === 'string' : Number.isFinite(field) && Number(field) > 0;
    if (isRight) continue;
    throw new SystoleError({
      code: 'argument/invalid',
      message: `a row of reads of flash has ${JSON.stringify(field) ?? 'nothing'} as its ${path}`,
      place: { path },
      hint: `Give ${expected}, as the rows of the reference have.`,
    });
  }
  // Each field has been looked at.
  return value as NandRow;
}
