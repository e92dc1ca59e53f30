import type { Host, ModelContext, Token, Transaction } from '@systole/core';
import type { dramParameters } from '../parameters.ts';
import type { Geometry } from '../timing.ts';
import { checkedPattern, chunkRange } from '../transactions.ts';
import { AccessPart } from './access-part.ts';
import type { ChunkWork, PartEnd } from './access-part.ts';
import { BurstCursor, spanOf } from './burst-cursor.ts';
import type { ChannelBuses } from './channel-buses.ts';
import { burstPeriods, detailedBurstPeriod } from './device-of-values.ts';
import type { WorkCharges } from './work-charges.ts';

/** A chunk that is under way, with what ends it. */
interface Chunk extends ChunkWork {
  readonly token: Token;
}

/** Reads and writes: bursts in the queues of the controllers. A chunk ends with its last burst. */
export class AccessWork {
  readonly #name: string;
  readonly #host: Host;
  readonly #geometry: Geometry;
  readonly #buses: ChannelBuses;
  readonly #charges: WorkCharges;
  readonly #burstPeriod: number;
  readonly #readLatency: number;
  readonly #writeLatency: number;
  readonly #standbyAll: boolean;
  readonly #reasons: Readonly<Record<'column' | 'latency' | 'wait', number>>;
  readonly #statistics: Readonly<
    Record<'rowHits' | 'rowMisses' | 'rowConflicts' | 'activations' | 'reads' | 'writes', number>
  >;
  readonly #actions: Readonly<Record<'activate' | 'readBurst' | 'writeBurst', number>>;

  constructor(
    context: ModelContext<typeof dramParameters>,
    geometry: Geometry,
    buses: ChannelBuses,
    charges: WorkCharges,
  ) {
    const { values } = context;
    const burst = burstPeriods(values) * values.clockPeriod;
    this.#name = context.name;
    this.#host = context.host;
    this.#geometry = geometry;
    this.#buses = buses;
    this.#charges = charges;
    this.#burstPeriod = Math.ceil(detailedBurstPeriod(values));
    this.#readLatency = Math.ceil(values.tCL + burst);
    this.#writeLatency = Math.ceil(values.tCWL + burst);
    this.#standbyAll = values.activeStandby === 'any-bank';
    this.#reasons = {
      column: context.reason('column'),
      latency: context.reason('latency'),
      wait: context.reason('command-wait'),
    };
    this.#statistics = {
      rowHits: context.statistic('rowHits'),
      rowMisses: context.statistic('rowMisses'),
      rowConflicts: context.statistic('rowConflicts'),
      activations: context.statistic('activations'),
      reads: context.statistic('columnReads'),
      writes: context.statistic('columnWrites'),
    };
    this.#actions = {
      activate: context.action('activate'),
      readBurst: context.action('read-burst'),
      writeBurst: context.action('write-burst'),
    };
  }

  accept(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    const { now } = this.#host;
    const pattern = checkedPattern(this.#name, transaction, this.#geometry);
    const [low, high] = chunkRange(transaction, chunk, chunks);
    if (high === low) {
      this.#host.finish(token, now, now, now);
      return;
    }
    const work: Chunk = {
      token,
      isWrite: transaction.kind === 'write',
      open: 1,
      held: 0,
      bursts: 0,
      start: Infinity,
      first: Infinity,
      last: 0,
      busiest: 0,
      busy: 0,
      standby: 0,
    };
    const geometry = this.#geometry;
    const spans = Array.from({ length: geometry.channels }, (_, channel) =>
      spanOf(pattern, low, high, channel, geometry),
    );
    this.#buses.offer(spans, now, (channels) => {
      const cursorOf = (): BurstCursor => new BurstCursor(pattern, low, high, channels[0] ?? 0, geometry);
      const part = new AccessPart(channels, work, cursorOf, this.#partEnd);
      return part.isEmpty ? undefined : part;
    });
    work.open--;
    this.#endWhenDone(work);
  }

  /** Accounts for what channels have done for a chunk, and ends the chunk with the last of it. */
  readonly #partEnd: PartEnd<Chunk> = (work, channels, part) => {
    if (part !== undefined) {
      for (const channel of channels) {
        const busy = this.#charges.busy(channel, part.from, part.until);
        work.busy += busy;
        work.standby += busy * this.#standingBanks(channel);
      }
      if (part.until > work.last) work.busiest = part.bursts;
      else if (part.until === work.last) work.busiest = Math.max(work.busiest, part.bursts);
      work.last = Math.max(work.last, part.until);
    }
    this.#endWhenDone(work);
  };

  #endWhenDone(work: Chunk): void {
    if (work.open > 0 || work.held > 0) return;
    const host = this.#host;
    const charges = this.#charges;
    const { token, bursts, isWrite, start } = work;
    host.attribute(token);
    const service = work.last - start;
    const moving = Math.min(service, work.busiest * this.#burstPeriod);
    const latency = Math.min(service - moving, isWrite ? this.#writeLatency : this.#readLatency);
    charges.spend(token, this.#reasons.column, moving);
    charges.spend(token, this.#reasons.latency, latency);
    charges.spend(token, this.#reasons.wait, service - moving - latency);
    host.count(isWrite ? this.#statistics.writes : this.#statistics.reads, bursts);
    host.act(isWrite ? this.#actions.writeBurst : this.#actions.readBurst, bursts);
    charges.cross(bursts);
    charges.charge(work.busy, work.standby);
    const { rowHits, rowMisses, rowConflicts, activates } = this.#buses.takeCounts();
    host.count(this.#statistics.rowHits, rowHits);
    host.count(this.#statistics.rowMisses, rowMisses);
    host.count(this.#statistics.rowConflicts, rowConflicts);
    host.count(this.#statistics.activations, activates);
    host.act(this.#actions.activate, activates);
    charges.finish(token, start, work.first, work.last);
  }

  #standingBanks(channel: number): number {
    const open = this.#buses.openBanks(channel);
    return this.#standbyAll && open > 0 ? this.#geometry.banks : open;
  }
}
