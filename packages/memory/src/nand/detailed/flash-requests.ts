import { EventQueue, SystoleError } from '@systole/core';
import type { Bytes, Picoseconds } from '@systole/units';
import { LatencyHistogram } from '../../controller/latency-histogram.ts';
import { DIE_TIMES } from './flash-accounts.ts';
import { BACK_END_KINDS, FlashBackEnd } from './flash-back-end.ts';
import { flashEnergy } from './flash-energy.ts';
import type { DieUse, FlashResult } from './flash-result.ts';
import type { FlashSpec } from './flash-spec.ts';
import {
  COMMAND_BYTES,
  COMPLETION_BYTES,
  HostLink,
  REGISTER_BYTES,
  TO_DEVICE,
  TO_HOST,
} from './host-link.ts';
import { MappingTable } from './mapping-table.ts';
import { ERASE, PROGRAM, READ } from './operation-pool.ts';
import { PagePlacement } from './page-placement.ts';
import type { FlashRequestSource, FlashRunOptions } from './run-flash-requests.ts';

/** Events of the host side, each with the slot of its request. */
const OFFER = BACK_END_KINDS;
/** The bell has been rung at the device, its read request for the command has come to the host, the command to the device. */
const RUNG = OFFER + 1;
const ASKED = OFFER + 2;
const FETCHED = OFFER + 3;
const DATA_ASKED = OFFER + 4;
const STARTED = OFFER + 5;
const ANSWERED = OFFER + 6;

const HOST_PRIORITY = 1;
const PICOSECONDS_PER_SECOND = 1e12;
/** Pages of one request, all of which are queued at a time. */
const MAX_PAGES = 2 ** 20;
/** Erases belong to no request. */
const NO_SLOT = -1;

/** A run of requests: a closed loop over slots, the link to the host, the mapping table, and the back end. */
export class FlashRequests {
  readonly #spec: FlashSpec;
  readonly #source: FlashRequestSource;
  readonly #options: FlashRunOptions;
  readonly #events = new EventQueue();
  readonly #backEnd: FlashBackEnd;
  readonly #placement: PagePlacement;
  readonly #link: HostLink | undefined;
  readonly #table: MappingTable | undefined;
  readonly #fetchDepth: number;
  /** By slot: the request. */
  readonly #address: Float64Array;
  readonly #bytes: Float64Array;
  readonly #isWrite: Uint8Array;
  readonly #offered: Float64Array;
  readonly #pagesLeft: Float64Array;
  /** Slots without a request, and those whose requests wait in the host, as rings. */
  readonly #free: number[] = [];
  readonly #rung: number[] = [];
  #rungAt = 0;
  #inDevice = 0;
  #hasNext = false;
  #isOffering = false;
  readonly #latencies = [new LatencyHistogram(), new LatencyHistogram()] as const;
  #first: Picoseconds = Infinity;
  #last: Picoseconds = 0;
  #age = 0;
  #bytesDone = 0;
  #mappingReads = 0;

  constructor(spec: FlashSpec, source: FlashRequestSource, options: FlashRunOptions) {
    this.#spec = spec;
    this.#source = source;
    this.#options = options;
    this.#backEnd = new FlashBackEnd(spec, this.#events, {
      done: (index, now) => this.#pageDone(index, now),
    });
    this.#placement = new PagePlacement(spec, options.placement ?? 'striped');
    this.#link = options.hostLink === undefined ? undefined : new HostLink(options.hostLink);
    this.#table = options.mappingTable === undefined ? undefined : new MappingTable(options.mappingTable);
    const depth = options.queueDepth;
    this.#fetchDepth = options.fetchDepth ?? depth;
    this.#address = new Float64Array(depth);
    this.#bytes = new Float64Array(depth);
    this.#isWrite = new Uint8Array(depth);
    this.#offered = new Float64Array(depth);
    this.#pagesLeft = new Float64Array(depth);
    for (let slot = depth - 1; slot >= 0; slot--) this.#free.push(slot);
  }

  run(): FlashResult {
    const events = this.#events;
    this.#hasNext = this.#source.next();
    this.#offer(0);
    while (events.next()) {
      const { kind, a, time } = events;
      if (kind < BACK_END_KINDS) this.#backEnd.handle();
      else if (kind === OFFER) this.#offerDue(time);
      else if (kind === RUNG) this.#ring(a, time);
      else if (kind === ASKED) this.#send(TO_DEVICE, COMMAND_BYTES, FETCHED, a, time);
      else if (kind === FETCHED) this.#fetched(a, time);
      else if (kind === DATA_ASKED) this.#send(TO_DEVICE, this.#bytes[a] ?? 0, STARTED, a, time);
      else if (kind === STARTED) this.#start(a, time);
      else if (kind === ANSWERED) this.#answered(a, time);
    }
    return this.#result();
  }

  #offerDue(now: Picoseconds): void {
    this.#isOffering = false;
    this.#offer(now);
  }

  /** Offers requests as long as there are slots and the source has requests that are due. */
  #offer(now: Picoseconds): void {
    const source = this.#source;
    while (this.#hasNext && this.#free.length > 0) {
      if (source.earliest > now) {
        if (!this.#isOffering) this.#events.push(source.earliest, HOST_PRIORITY, OFFER, 0, 0);
        this.#isOffering = true;
        return;
      }
      const slot = this.#free.pop() ?? 0;
      checkRequest(source, this.#spec.pageBytes);
      this.#address[slot] = source.address;
      this.#bytes[slot] = source.bytes;
      this.#isWrite[slot] = source.isWrite ? 1 : 0;
      this.#offered[slot] = now;
      this.#first = Math.min(this.#first, now);
      this.#hasNext = source.next();
      if (this.#link === undefined) this.#ring(slot, now);
      else this.#send(TO_DEVICE, REGISTER_BYTES, RUNG, slot, now);
    }
  }

  /** Sends a message, whose arrival is an event; at once where there is no link. */
  #send(direction: 0 | 1, bytes: Bytes, kind: number, slot: number, now: Picoseconds): void {
    const arrival = this.#link === undefined ? now : this.#link.send(direction, bytes, now);
    this.#events.push(arrival, HOST_PRIORITY, kind, slot, 0);
  }

  #ring(slot: number, now: Picoseconds): void {
    this.#rung.push(slot);
    this.#fetch(now);
  }

  /** Fetches the request that has waited longest in the host, where the device has room for one. */
  #fetch(now: Picoseconds): void {
    if (this.#inDevice >= this.#fetchDepth || this.#rungAt === this.#rung.length) return;
    const slot = this.#rung[this.#rungAt] ?? 0;
    this.#rungAt++;
    if (this.#rungAt === this.#rung.length) {
      this.#rung.length = 0;
      this.#rungAt = 0;
    } else if (this.#rungAt > 2 * this.#options.queueDepth) {
      this.#rung.splice(0, this.#rungAt);
      this.#rungAt = 0;
    }
    this.#inDevice++;
    if (this.#link === undefined) this.#start(slot, now);
    else this.#send(TO_HOST, REGISTER_BYTES, ASKED, slot, now);
  }

  #fetched(slot: number, now: Picoseconds): void {
    if (this.#isWrite[slot] === 1) this.#send(TO_HOST, REGISTER_BYTES, DATA_ASKED, slot, now);
    else this.#start(slot, now);
  }

  /** The device has all that it needs: each page that the request touches goes on its way. */
  #start(slot: number, now: Picoseconds): void {
    const { pageBytes } = this.#spec;
    const address = this.#address[slot] ?? 0;
    const end = address + (this.#bytes[slot] ?? 0);
    const firstPage = Math.floor(address / pageBytes);
    const lastPage = Math.floor((end - 1) / pageBytes);
    this.#pagesLeft[slot] = lastPage - firstPage + 1;
    for (let page = firstPage; page <= lastPage; page++) {
      const low = Math.max(address, page * pageBytes);
      const bytes = Math.min(end, (page + 1) * pageBytes) - low;
      if (this.#isWrite[slot] === 1) this.#program(slot, page, bytes, now);
      else if (this.#table === undefined || this.#table.finds(page)) this.#read(slot, page, bytes, now);
      else this.#readTable(this.#table, slot, page, bytes, now);
    }
  }

  #read(slot: number, page: number, bytes: Bytes, now: Picoseconds): void {
    this.#backEnd.submit(READ, this.#placement.read(page), bytes, slot, this.#age++, false, now);
  }

  #program(slot: number, page: number, bytes: Bytes, now: Picoseconds): void {
    const at = this.#placement.write(page);
    if (at.page === 0) this.#backEnd.submit(ERASE, at, 0, NO_SLOT, this.#age++, false, now);
    this.#backEnd.submit(PROGRAM, at, bytes, slot, this.#age++, false, now);
  }

  /** Tags of reads of the mapping table lie below that of an erase. */
  #readTable(table: MappingTable, slot: number, page: number, bytes: Bytes, now: Picoseconds): void {
    const tablePage = table.wait({ slot, page, bytes });
    if (tablePage < 0) return;
    this.#mappingReads++;
    const at = this.#placement.table(tablePage);
    const tag = NO_SLOT - 1 - tablePage;
    this.#backEnd.submit(READ, at, table.spec.readBytes, tag, this.#age++, true, now);
  }

  #pageDone(index: number, now: Picoseconds): void {
    const slot = this.#backEnd.pool.tag[index] ?? NO_SLOT;
    if (slot === NO_SLOT) return;
    if (slot < NO_SLOT) {
      const arrived = this.#table?.arrived(NO_SLOT - 1 - slot) ?? [];
      for (const waiting of arrived) this.#read(waiting.slot, waiting.page, waiting.bytes, now);
      return;
    }
    const left = (this.#pagesLeft[slot] ?? 0) - 1;
    this.#pagesLeft[slot] = left;
    if (left > 0) return;
    this.#inDevice--;
    if (this.#link === undefined) {
      this.#fetch(now);
      this.#answered(slot, now);
      return;
    }
    // The data of a read goes before the read request for the next command, and its completion after that.
    if (this.#isWrite[slot] === 0) this.#link.send(TO_HOST, this.#bytes[slot] ?? 0, now);
    this.#fetch(now);
    this.#send(TO_HOST, COMPLETION_BYTES, ANSWERED, slot, now);
  }

  #answered(slot: number, now: Picoseconds): void {
    const isWrite = this.#isWrite[slot] === 1;
    this.#latencies[isWrite ? 1 : 0].add(now - (this.#offered[slot] ?? 0));
    this.#bytesDone += this.#bytes[slot] ?? 0;
    this.#last = Math.max(this.#last, now);
    this.#free.push(slot);
    this.#link?.send(TO_DEVICE, REGISTER_BYTES, now);
    this.#offer(now);
  }

  #result(): FlashResult {
    const { accounts } = this.#backEnd;
    // Erases may go on after the last answer.
    this.#backEnd.close(this.#events.time);
    const time = this.#first === Infinity ? 0 : this.#last - this.#first;
    const [readLatency, writeLatency] = this.#latencies.map((buckets) => buckets.summary());
    if (readLatency === undefined || writeLatency === undefined) throw new TypeError('no latencies');
    const [read, program, erase] = accounts.times;
    let busy = 0;
    for (const spent of accounts.dies) busy += spent;
    return {
      time,
      requests: readLatency.count + writeLatency.count,
      reads: readLatency.count,
      writes: writeLatency.count,
      bytes: this.#bytesDone,
      bandwidth: time === 0 ? 0 : (this.#bytesDone * PICOSECONDS_PER_SECOND) / time,
      readLatency,
      writeLatency,
      counts: accounts.counts,
      mappingReads: this.#mappingReads,
      operationTimes: { read, program, erase },
      bus: accounts.bus,
      energy: flashEnergy(this.#spec, accounts.counts, busy, time),
      dies: this.#dies(Math.max(1, this.#events.time)),
    };
  }

  #dies(time: Picoseconds): readonly DieUse[] {
    const { chipsPerChannel, diesPerChip } = this.#spec;
    const perChannel = chipsPerChannel * diesPerChip;
    const { dies } = this.#backEnd.accounts;
    return Array.from({ length: dies.length / DIE_TIMES }, (_, index) => {
      const share = (kind: number): number => (dies[index * DIE_TIMES + kind] ?? 0) / time;
      return {
        channel: Math.floor(index / perChannel),
        die: index % perChannel,
        read: share(READ),
        program: share(PROGRAM),
        erase: share(ERASE),
      };
    });
  }
}

function checkRequest({ address, bytes, earliest }: FlashRequestSource, pageBytes: Bytes): void {
  const isWhole =
    Number.isSafeInteger(address) && Number.isSafeInteger(bytes) && Number.isSafeInteger(earliest);
  if (!isWhole || address < 0 || bytes < 1 || earliest < 0 || !Number.isSafeInteger(address + bytes)) {
    throw new SystoleError({
      code: 'argument/invalid',
      message: `a request of ${bytes} bytes from ${address} on, at ${earliest} ps`,
      hint: 'Addresses and times are whole numbers from 0 on, sizes from 1 on.',
    });
  }
  if (bytes <= MAX_PAGES * pageBytes) return;
  throw new SystoleError({
    code: 'limit/exceeded',
    message: `a request of ${bytes} bytes, of pages of ${pageBytes}`,
    hint: `Cut it into requests of at most ${MAX_PAGES} pages.`,
  });
}
