import { EventQueue } from '@systole/core';
import type {
  AccessPattern,
  ComponentModel,
  Host,
  ModelContext,
  SegmentConsumer,
  Token,
  Transaction,
} from '@systole/core';
import type { Picoseconds } from '@systole/units';
import { chunkRange, invalid } from '../../dram/transactions.ts';
import { HistoryTree } from '../channel-history.ts';
import { deviceOf } from '../device.ts';
import type { Device } from '../device.ts';
import { PageSpread } from '../page-load.ts';
import { PageMoves } from '../page-moves.ts';
import type { nandParameters, NandValues } from '../parameters.ts';
import { nandTransactions, pagePattern, startPage } from '../transactions.ts';
import { FlashBackEnd } from './flash-back-end.ts';
import type { FlashSpec } from './flash-spec.ts';
import { JobTimes } from './job-times.ts';
import { NO_JOB, PageFeed } from './page-feed.ts';
import { flashSpecOfValues } from './spec-of-values.ts';

const BITS_PER_BYTE = 8;

/**
 * NAND flash, operation by operation: reads and programs of pages go through the queues, registers and buses of a
 * `FlashBackEnd`. Read-compute is refused: its rounds are events of the fast level already, and a second model of them
 * would hold that level against nothing.
 */
export class DetailedNandModel implements ComponentModel {
  readonly #name: string;
  readonly #host: Host;
  readonly #values: NandValues;
  readonly #device: Device;
  readonly #spec: FlashSpec;
  readonly #moves: PageMoves;
  readonly #everywhere: PageSpread;
  #besideCores: PageSpread;
  readonly #patterns = new WeakMap<Transaction, AccessPattern>();
  #events = new EventQueue();
  #backEnd: FlashBackEnd;
  #feed: PageFeed;
  readonly #jobs: JobTimes;
  #age = 0;
  #nextWake: Picoseconds = Infinity;
  /** Bus time that the host knows of. */
  #occupied: Picoseconds = 0;
  #isFresh = true;
  readonly #channelBusy: number;
  readonly #statistics: Readonly<Record<'pagesRead' | 'pagesProgrammed' | 'blocksErased', number>>;
  readonly #actions: Readonly<Record<'read' | 'program' | 'erase' | 'bit', number>>;

  constructor(context: ModelContext<typeof nandParameters>) {
    this.#name = context.name;
    this.#host = context.host;
    this.#values = context.values;
    this.#device = deviceOf(context.values);
    this.#spec = flashSpecOfValues(context.values);
    this.#moves = new PageMoves(this.#device, new HistoryTree());
    this.#everywhere = new PageSpread(this.#device, 0);
    this.#besideCores = this.#everywhere;
    this.#jobs = new JobTimes(context);
    this.#backEnd = this.#createBackEnd();
    this.#feed = new PageFeed(this.#device, this.#backEnd);
    this.#channelBusy = context.statistic('channelBusy');
    this.#statistics = {
      pagesRead: context.statistic('pagesRead'),
      pagesProgrammed: context.statistic('pagesProgrammed'),
      blocksErased: context.statistic('blocksErased'),
    };
    this.#actions = {
      read: context.action('read-page'),
      program: context.action('program-page'),
      erase: context.action('erase-block'),
      bit: context.action('interface-bit'),
    };
  }

  attach(_consumer: SegmentConsumer): void {
    const { coresPerDie, planesPerDie } = this.#values;
    if (coresPerDie < planesPerDie) this.#besideCores = new PageSpread(this.#device, coresPerDie);
  }

  accept(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    const { kind } = transaction;
    if (kind !== 'read' && kind !== 'write') throw this.#refusal(kind);
    const spread = transaction.pattern === undefined ? this.#besideCores : this.#everywhere;
    const pattern = this.#patternOf(transaction, spread);
    const [low, high] = chunkRange(transaction, chunk, chunks);
    const host = this.#host;
    const { now } = host;
    if (high === low) return host.finish(token, now, now, now);
    const isWrite = kind === 'write';
    const { erased, pages, request } = this.#moves.find(spread, pattern, low, high, isWrite);
    host.count(isWrite ? this.#statistics.pagesProgrammed : this.#statistics.pagesRead, pages);
    host.act(isWrite ? this.#actions.program : this.#actions.read, pages);
    host.count(this.#statistics.blocksErased, erased);
    host.act(this.#actions.erase, erased);
    host.act(this.#actions.bit, (high - low) * BITS_PER_BYTE);
    this.#isFresh = false;
    const job = this.#jobs.begin(token, pages, isWrite, now);
    const age = this.#age++;
    for (const { load } of request.jobs({ number: 0, parts: 0, start: now, first: now })) {
      this.#feed.add(load, job, age, isWrite, now);
    }
    this.#wakeLater();
  }

  wake(): void {
    const { now } = this.#host;
    this.#nextWake = Infinity;
    const events = this.#events;
    while (events.peekTime() <= now && events.next()) this.#backEnd.handle();
    this.#wakeLater();
  }

  /** Dies and buses that have nothing to do are all alike: nothing is kept. */
  save(): readonly number[] {
    return [];
  }

  load(): void {
    this.#nextWake = Infinity;
    if (this.#isFresh) return;
    this.#isFresh = true;
    this.#events = new EventQueue();
    this.#backEnd = this.#createBackEnd();
    this.#feed = new PageFeed(this.#device, this.#backEnd);
    this.#jobs.clear();
    this.#occupied = 0;
    this.#age = 0;
  }

  #createBackEnd(): FlashBackEnd {
    return new FlashBackEnd(this.#spec, this.#events, {
      done: (index, now) => this.#pageDone(index, now),
      part: (index, part, isOver, now) => {
        const job = this.#backEnd.pool.tag[index] ?? NO_JOB;
        if (job !== NO_JOB) this.#jobs.part(job, part, isOver, now);
      },
    });
  }

  #pageDone(index: number, now: Picoseconds): void {
    const job = this.#backEnd.pool.tag[index] ?? NO_JOB;
    this.#feed.done(index, now);
    if (job === NO_JOB || !this.#jobs.pageDone(job, now)) return;
    const host = this.#host;
    const { bus } = this.#backEnd.accounts;
    const occupied = bus.data + bus.command;
    host.attribute(this.#jobs.token(job));
    host.occupy(occupied - this.#occupied);
    host.count(this.#channelBusy, occupied - this.#occupied);
    this.#occupied = occupied;
    this.#jobs.finish(job, host);
  }

  #wakeLater(): void {
    const next = this.#events.peekTime();
    if (next >= this.#nextWake) return;
    this.#nextWake = next;
    this.#host.wakeAt(next, 0);
  }

  #patternOf(transaction: Transaction, spread: PageSpread): AccessPattern {
    let pattern = this.#patterns.get(transaction);
    if (pattern === undefined) {
      const { channels, pageBytes, rows } = this.#device;
      const start = startPage(this.#name, transaction, spread.planes / channels);
      pattern = pagePattern(this.#name, transaction, {
        base: start * channels * pageBytes,
        planes: spread.planes,
        planeBytes: rows * pageBytes,
      });
      this.#patterns.set(transaction, pattern);
    }
    return pattern;
  }

  #refusal(kind: string): Error {
    if (kind === 'page-compute') {
      return invalid(
        this.#name,
        'a page-compute is not answered at level detailed: its rounds are followed one by one at level fast',
        'Set detail: fast for this memory.',
      );
    }
    const known = Object.keys(nandTransactions).join(', ');
    return invalid(this.#name, `there is no transaction "${kind}"`, `Ask for ${known}.`);
  }
}
