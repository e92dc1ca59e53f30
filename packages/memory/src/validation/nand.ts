import { SystoleError } from '@systole/core';
import { FLASH_DIES, flashSpecOf } from '../nand/detailed/flash-dies.ts';
import type { FlashResult } from '../nand/detailed/flash-result.ts';
import type { FlashSpec } from '../nand/detailed/flash-spec.ts';
import type { MappingTableSpec } from '../nand/detailed/mapping-table.ts';
import { runFlashRequests } from '../nand/detailed/run-flash-requests.ts';
import type { FlashRequestSource, FlashRunOptions } from '../nand/detailed/run-flash-requests.ts';
import type { CaseError } from './case-error.ts';
import { readNandRow } from './nand-row.ts';
import type { NandRow } from './nand-row.ts';

export type { NandRow } from './nand-row.ts';

/** What that simulator does not do, or does in the simplest way; each limit can be lifted. */
export const PEER_LIMITS = {
  cacheRead: false,
  dieInterleave: false,
  transferTime: 'whole-nanoseconds',
  dataOutSetup: false,
  arbitration: 'data-first',
} as const satisfies Partial<FlashSpec>;

/** Requests that its device works on at a time; those beyond wait in the host. */
const FETCH_DEPTH = 512;
/** Payload of a packet of its host link, and header, link layer and framing of each: 82 % is payload. */
const PACKET_PAYLOAD = 128;
const PACKET_OVERHEAD = 28;
const OVERPROVISIONING = 0.07;
const WORKING_SET = 0.5;
const SECTOR = 512;
const CACHED_TABLE_BYTES = 2 * 2 ** 20;
const SEED = 798;

const PICOSECONDS_PER_NANOSECOND = 1000;
const PICOSECONDS_PER_MICROSECOND = 1e6;
const BITS_PER_BYTE = 8;
const BITS: Readonly<Record<string, number>> = { SLC: 1, MLC: 2, TLC: 3 };

/** The flash of a row, with the limits of the reference or with some of them lifted. */
export function nandRowSpec({ config }: NandRow, changes: Partial<FlashSpec> = {}): FlashSpec {
  const die = FLASH_DIES['mqsim-mlc'];
  const bits = BITS[config.technology];
  if (die === undefined || bits === undefined) {
    throw new SystoleError({
      code: 'argument/invalid',
      message: `a row of technology ${config.technology}`,
      place: { path: 'config.technology' },
      hint: `Give ${Object.keys(BITS).join(', ')}.`,
    });
  }
  const { LSB, CSB, MSB } = config.tR_ns;
  const kinds = bits === 1 ? [LSB] : bits === 2 ? [LSB, MSB] : [LSB, CSB, MSB];
  return flashSpecOf(die, {
    channels: config.channels,
    chipsPerChannel: config.chips_per_channel,
    diesPerChip: config.dies_per_chip,
    planesPerDie: config.planes_per_die,
    blocksPerPlane: config.blocks_per_plane,
    pagesPerBlock: config.pages_per_block,
    pageBytes: config.page_bytes,
    bitsPerCell: bits,
    tR: kinds.map((time) => Math.round(time * PICOSECONDS_PER_NANOSECOND)),
    pageOrder: 'shadowed',
    channelRate: config.channel_MTps_nominal * 1e6,
    scanDepth: Number.MAX_SAFE_INTEGER,
    ...PEER_LIMITS,
    ...changes,
  });
}

/**
 * Runs the workload of a row: a closed loop over a host link. Pages were never written, and get their places when they
 * are first read, so that planes fill evenly; the rows "page-level" keep their mapping table in flash.
 */
export function runNandRow(row: NandRow, changes: Partial<FlashSpec> = {}): FlashResult {
  const { config, workload } = row;
  const spec = nandRowSpec(row, changes);
  const options: FlashRunOptions = {
    queueDepth: workload.queue_depth,
    fetchDepth: Math.min(FETCH_DEPTH, workload.queue_depth),
    placement: 'first-touch',
    hostLink: {
      rate: config.pcie_lanes * config.pcie_GBps_per_lane * 1e9,
      packetPayload: PACKET_PAYLOAD,
      packetOverhead: PACKET_OVERHEAD,
    },
    ...(config.mapping.startsWith('page-level') ? { mappingTable: tableOf(config) } : {}),
  };
  return runFlashRequests(spec, new RowSource(row), options);
}

/**
 * How far a row is off: `meanLatency` in us and `throughput` in MB/s. The reference prints whole microseconds, cut off, and
 * its throughput is the bytes in flight over that figure; ours are cut and computed in the same way, so that they are
 * compared at the resolution that it has. Throws `argument/invalid` for a row that lacks a field.
 */
export function nandErrors(row: NandRow): CaseError[] {
  const { config, id, workload, result } = readNandRow(row);
  const exact = runNandRow(row).readLatency.mean / PICOSECONDS_PER_MICROSECOND;
  const meanLatency = Math.floor(exact);
  const inFlight = workload.queue_depth * workload.request_bytes;
  const isTable = config.mapping.startsWith('page-level');
  const group = `${workload.pattern}${workload.queue_depth === 1 ? ', one at a time' : ', queued'}${isTable ? ', mapping table' : ''}`;
  const common = { id, peer: 'mqsim', group };
  const { throughput_MBps: throughput, mean_latency_us: latency } = result;
  const errors: CaseError[] = [];
  if (throughput !== undefined) {
    const simulated = inFlight / Math.max(1, meanLatency);
    errors.push({ ...common, quantity: 'throughput', simulated, reference: throughput });
  }
  if (latency !== undefined) {
    errors.push({ ...common, quantity: 'meanLatency', simulated: meanLatency, reference: latency });
  }
  return errors;
}

/**
 * The mapping table: entries of it in a page of flash hold a physical page and a bit for each sector, cached ones the
 * logical page as well; both are of whole bytes.
 */
function tableOf(config: NandRow['config']): MappingTableSpec {
  const { channels, chips_per_channel: chips, dies_per_chip: dies, planes_per_die: planes } = config;
  const pages = channels * chips * dies * planes * config.blocks_per_plane * config.pages_per_block;
  const sectors = config.page_bytes / SECTOR;
  return {
    cachedEntries: Math.floor(CACHED_TABLE_BYTES / entryBytes(pages, 2, sectors)),
    entriesPerPage: Math.floor(config.page_bytes / entryBytes(pages, 1, sectors)),
    readBytes: SECTOR,
  };
}

/** Least bytes that hold `numbers` x log2(pages) + sectors bits, found without a logarithm. */
function entryBytes(pages: number, numbers: number, sectors: number): number {
  let bytes = Math.max(1, Math.ceil(sectors / BITS_PER_BYTE));
  while (2 ** ((bytes * BITS_PER_BYTE - sectors) / numbers) < pages) bytes++;
  return bytes;
}

/** Requests of one size, aligned, in order from a random start or each at random, in the working set. */
class RowSource implements FlashRequestSource {
  address = 0;
  readonly bytes: number;
  readonly isWrite = false;
  readonly earliest = 0;
  readonly #aligned: number;
  readonly #slots: number;
  readonly #isSequential: boolean;
  #left: number;
  #slot: number;
  #state = SEED;

  constructor({ config, workload }: NandRow) {
    const { channels, chips_per_channel: chips, dies_per_chip: dies, planes_per_die: planes } = config;
    const pages = channels * chips * dies * planes * config.blocks_per_plane * config.pages_per_block;
    const space = pages * config.page_bytes * (1 - OVERPROVISIONING) * WORKING_SET;
    this.bytes = workload.request_bytes;
    this.#aligned = workload.aligned_to_bytes;
    this.#slots = Math.max(1, Math.floor((space - workload.request_bytes) / workload.aligned_to_bytes));
    if (workload.pattern !== 'sequential' && workload.pattern !== 'random-uniform') {
      throw new SystoleError({
        code: 'argument/invalid',
        message: `a row of pattern ${workload.pattern}`,
        place: { path: 'workload.pattern' },
        hint: 'Give sequential or random-uniform.',
      });
    }
    this.#isSequential = workload.pattern === 'sequential';
    this.#left = workload.requests;
    this.#slot = this.#draw();
  }

  next(): boolean {
    if (this.#left <= 0) return false;
    this.#left--;
    this.#slot = this.#isSequential ? (this.#slot + 1) % this.#slots : this.#draw();
    this.address = this.#slot * this.#aligned;
    return true;
  }

  /** A slot by xorshift of 32 bits, which is the same on any machine. */
  #draw(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state >>> 0;
    return Math.floor((this.#state / 2 ** 32) * this.#slots);
  }
}
