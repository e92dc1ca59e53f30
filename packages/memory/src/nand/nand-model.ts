import { share, SystoleError } from '@systole/core';
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
import { chunkRange, invalid } from '../dram/transactions.ts';
import { shareStart } from '../share-start.ts';
import { ChannelHistory, HistoryTree } from './channel-history.ts';
import type { ChunkDone } from './channel-history.ts';
import { ChannelScheduler } from './channel-scheduler.ts';
import { deviceOf } from './device.ts';
import type { Device } from './device.ts';
import { PageMoves } from './page-moves.ts';
import { PageSpread } from './page-load.ts';
import type { nandParameters, NandValues } from './parameters.ts';
import { roundsOf } from './round-request.ts';
import { nandTransactions, pagePattern, startPage } from './transactions.ts';

const BITS_PER_BYTE = 8;

/** The reasons, in the order in which a job keeps its times. */
const REASONS = [
  'command',
  'transfer-in',
  'page-read',
  'compute',
  'transfer-out',
  'program',
  'channel-wait',
] as const;

/** What is known of channels follows from the values alone: models of the same values share it. */
interface Seen {
  readonly history: HistoryTree;
  readonly moves: PageMoves;
}
const seenBy = new WeakMap<object, Seen>();

/** Speed of the model itself, for tests: `mayLeap: false` follows every page and round one by one. */
export interface NandModelOptions {
  readonly mayLeap?: boolean;
}

/**
 * NAND flash, page by page and round by round. What a chunk does is known when it arrives, and is counted then; when it
 * is done follows from all that is under way in its channels, so that a later arrival can delay it.
 */
export class NandModel implements ComponentModel {
  readonly #name: string;
  readonly #host: Host;
  readonly #values: NandValues;
  readonly #device: Device;
  readonly #channels: ChannelHistory;
  readonly #moves: PageMoves;
  readonly #patterns = new WeakMap<Transaction, AccessPattern>();
  readonly #history: HistoryTree;
  #consumer: SegmentConsumer | undefined;
  /** By pattern: the planes that it counts. Without one, planes beside a core are left out where there are others. */
  readonly #everywhere: PageSpread;
  #besideCores: PageSpread;
  readonly #reasons: readonly number[];
  readonly #channelWait: number;
  readonly #statistics: Readonly<
    Record<'pagesRead' | 'pagesProgrammed' | 'blocksErased' | 'pagesComputed' | 'channelBusy', number>
  >;
  readonly #actions: Readonly<Record<'read' | 'program' | 'erase' | 'correct' | 'bit', number>>;

  constructor(context: ModelContext<typeof nandParameters>, options: NandModelOptions = {}) {
    this.#name = context.name;
    this.#host = context.host;
    this.#values = context.values;
    this.#device = deviceOf(context.values);
    const mayLeap = options.mayLeap ?? true;
    const device = this.#device;
    let seen = mayLeap ? seenBy.get(context.values) : undefined;
    if (seen === undefined) {
      const history = new HistoryTree();
      seen = { history, moves: new PageMoves(device, history) };
      if (mayLeap) seenBy.set(context.values, seen);
    }
    this.#moves = seen.moves;
    this.#history = seen.history;
    this.#channels = new ChannelHistory(
      device,
      new ChannelScheduler(context.name, device, mayLeap),
      seen.history,
      mayLeap,
      (done) => this.#onDone(done),
      (time, id) => this.#host.wakeAt(time, id),
    );
    this.#everywhere = new PageSpread(this.#device, 0);
    this.#besideCores = this.#everywhere;
    this.#reasons = REASONS.map((name) => context.reason(name));
    this.#channelWait = context.reason('channel-wait');
    this.#statistics = {
      pagesRead: context.statistic('pagesRead'),
      pagesProgrammed: context.statistic('pagesProgrammed'),
      blocksErased: context.statistic('blocksErased'),
      pagesComputed: context.statistic('pagesComputed'),
      channelBusy: context.statistic('channelBusy'),
    };
    this.#actions = {
      read: context.action('read-page'),
      program: context.action('program-page'),
      erase: context.action('erase-block'),
      correct: context.action('correct-page'),
      bit: context.action('interface-bit'),
    };
  }

  attach(consumer: SegmentConsumer): void {
    this.#consumer = consumer;
    const { coresPerDie, planesPerDie } = this.#values;
    if (coresPerDie < planesPerDie) this.#besideCores = new PageSpread(this.#device, coresPerDie);
  }

  accept(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    if (transaction.kind === 'read') this.#move(token, transaction, chunk, chunks, false);
    else if (transaction.kind === 'write') this.#move(token, transaction, chunk, chunks, true);
    else if (transaction.kind === 'page-compute') this.#compute(token, transaction, chunk, chunks);
    else {
      const hint = `Ask for ${Object.keys(nandTransactions).join(', ')}.`;
      throw invalid(this.#name, `there is no transaction "${transaction.kind}"`, hint);
    }
  }

  wake(tag: number): void {
    this.#channels.wake(tag, this.#host.now);
  }

  /** A channel that has nothing to do keeps nothing: its planes and its bus are free. */
  save(): readonly number[] {
    return [];
  }

  load(): void {
    this.#channels.reset();
  }

  #move(token: Token, transaction: Transaction, chunk: number, chunks: number, isWrite: boolean): void {
    const spread = transaction.pattern === undefined ? this.#besideCores : this.#everywhere;
    const pattern = this.#patternOf(transaction, spread);
    const [low, high] = chunkRange(transaction, chunk, chunks);
    const { now } = this.#host;
    if (high === low) return this.#host.finish(token, now, now, now);
    const { request, pages, erased, busy } = this.#moves.find(spread, pattern, low, high, isWrite);
    const host = this.#host;
    host.count(isWrite ? this.#statistics.pagesProgrammed : this.#statistics.pagesRead, pages);
    host.act(isWrite ? this.#actions.program : this.#actions.read, pages);
    host.count(this.#statistics.blocksErased, erased);
    host.act(this.#actions.erase, erased);
    this.#countBus(busy, high - low);
    this.#channels.ask(token, request, now);
  }

  /** The pattern of a transaction, which is checked once for all of its chunks. */
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

  #compute(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    const consumer = this.#consumer;
    if (consumer === undefined) {
      throw new SystoleError({
        code: 'mapping/missing-unit',
        message: `${this.#name}: a page-compute needs an in-memory compute unit, and none is attached`,
        hint: 'Attach one to this memory, for example a compute/flash-core.',
      });
    }
    const request = roundsOf(this.#name, transaction, this.#values, this.#device, consumer);
    const { channels, inputBytes, resultBytes, rounds } = request;
    const count = share(request.count, chunk, chunks);
    const { now } = this.#host;
    if (count === 0) return this.#host.finish(token, now, now, now);
    const { pageBytes } = this.#device;
    const format = transaction.format ?? '';
    const pages = count * rounds.cores * rounds.pages * channels;
    const held = pages * consumer.macsPerSegment(pageBytes, format);
    const useful = this.#usefulMacs(transaction, request.count, chunk, chunks, held);
    const host = this.#host;
    host.count(this.#statistics.pagesComputed, pages);
    host.act(this.#actions.read, pages);
    if (this.#values.errorCorrection !== 'none') host.act(this.#actions.correct, pages);
    this.#countBus(
      count * channels * (rounds.input + rounds.result),
      count * channels * (inputBytes + resultBytes),
    );
    consumer.consume(pages, pageBytes, format, useful, pages * rounds.interval);
    const { cores, input, result, interval, drain, held: sums } = rounds;
    this.#channels.ask(
      token,
      {
        id: this.#history.idOf(
          `compute ${channels} ${count} ${cores} ${rounds.pages} ${input} ${result} ${interval} ${drain} ${sums}`,
        ),
        jobs: (started) => [
          {
            load: { channels: Array.from({ length: channels }, (_, channel) => channel), runs: [] },
            job: { chunk: started, pages: 0, isWrite: false, rounds: { ...rounds, count } },
          },
        ],
      },
      now,
    );
  }

  /** The MACs that are asked for of the rounds of one chunk; more than `held`, what their pages hold, cannot be. */
  #usefulMacs(transaction: Transaction, rounds: number, chunk: number, chunks: number, held: number): number {
    const { macs } = transaction;
    if (macs === undefined) return held;
    const first = shareStart(rounds, chunk, chunks);
    const after = first + share(rounds, chunk, chunks);
    const useful = shareStart(macs, after, rounds) - shareStart(macs, first, rounds);
    if (Number.isSafeInteger(useful) && useful >= 0 && useful <= held) return useful;
    throw invalid(
      this.#name,
      `a page-compute asks for ${macs} MACs; the pages of ${after - first} of its ${rounds} rounds hold ${held}`,
      'Use more rounds, cores or pages: what is asked for cannot be more than what they hold.',
    );
  }

  #countBus(busy: Picoseconds, bytes: number): void {
    this.#host.occupy(busy);
    this.#host.count(this.#statistics.channelBusy, busy);
    this.#host.act(this.#actions.bit, bytes * BITS_PER_BYTE);
  }

  #onDone({ token, start, first, channelWait, spent }: ChunkDone): void {
    const host = this.#host;
    host.spend(token, this.#channelWait, channelWait);
    for (const [index, reason] of this.#reasons.entries()) host.spend(token, reason, spent[index] ?? 0);
    host.finish(token, start, first, host.now);
  }
}
