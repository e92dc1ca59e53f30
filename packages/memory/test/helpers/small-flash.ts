import type { FlashRequestSource } from '../../src/nand/detailed/run-flash-requests.ts';
import { runFlashRequests } from '../../src/nand/detailed/run-flash-requests.ts';
import type { FlashRunOptions } from '../../src/nand/detailed/run-flash-requests.ts';
import type { FlashResult } from '../../src/nand/detailed/flash-result.ts';
import type { FlashSpec } from '../../src/nand/detailed/flash-spec.ts';

const NANOSECOND = 1000;
const NOTHING = { low: 0, typical: 0, high: 0 };

/**
 * A flash that can be followed by hand: one channel, one die of one plane, pages of 100 B at 1 ns a byte, array reads of
 * 1 us, programs of 5 us, erases of 20 us, commands of 10 ns and 5 ns for each further page.
 */
export const SMALL_FLASH: FlashSpec = {
  channels: 1,
  chipsPerChannel: 1,
  diesPerChip: 1,
  planesPerDie: 1,
  blocksPerPlane: 8,
  pagesPerBlock: 6,
  pageBytes: 100,
  bitsPerCell: 1,
  tR: [1000 * NANOSECOND],
  tPROG: [5000 * NANOSECOND],
  tBERS: 20_000 * NANOSECOND,
  tCBSY: 0,
  pageOrder: 'in-turn',
  channelRate: 1e9,
  channelBytes: 1,
  transferTime: 'exact',
  commands: {
    tCS: 10 * NANOSECOND,
    tDBSY: 5 * NANOSECOND,
    tWC: 0,
    tWB: 0,
    tRR: 0,
    tADL: 0,
    tCALS: 0,
    tWPST: 0,
    tWPSTH: 0,
    tRHW: 0,
    tCCS: 0,
    tRPRE: 0,
    tDQSRE: 0,
  },
  commandBus: 'shared',
  dataOutSetup: false,
  multiPlane: 'aligned',
  dieInterleave: true,
  cacheRead: false,
  cacheProgram: false,
  oneShotProgram: false,
  arbitration: 'command-first',
  scheduling: 'priority',
  eraseOrder: 'block',
  laneOrder: 'round-robin',
  scanDepth: 64,
  energy: { read: NOTHING, program: NOTHING, erase: NOTHING, byte: NOTHING, idle: NOTHING, source: 'none' },
};

export interface SmallRequest {
  readonly address: number;
  readonly bytes: number;
  readonly isWrite?: boolean;
  /** In ns. */
  readonly at?: number;
}

/** Offers requests from a list. */
export class ListSource implements FlashRequestSource {
  address = 0;
  bytes = 0;
  isWrite = false;
  earliest = 0;
  readonly #requests: readonly SmallRequest[];
  #next = 0;

  constructor(requests: readonly SmallRequest[]) {
    this.#requests = requests;
  }

  next(): boolean {
    const request = this.#requests[this.#next++];
    if (request === undefined) return false;
    this.address = request.address;
    this.bytes = request.bytes;
    this.isWrite = request.isWrite ?? false;
    this.earliest = (request.at ?? 0) * NANOSECOND;
    return true;
  }
}

/** Runs requests, many at a time unless told otherwise. */
export function runSmall(
  changes: Partial<FlashSpec>,
  requests: readonly SmallRequest[],
  options: Partial<FlashRunOptions> = {},
): FlashResult {
  return runFlashRequests({ ...SMALL_FLASH, ...changes }, new ListSource(requests), {
    queueDepth: 64,
    ...options,
  });
}
