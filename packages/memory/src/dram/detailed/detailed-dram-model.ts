import type { ComponentModel, Host, ModelContext, SegmentConsumer, Token, Transaction } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import type { dramParameters } from '../parameters.ts';
import { geometryOf } from '../timing.ts';
import { dimension, dramTransactions, invalid } from '../transactions.ts';
import { AccessWork } from './access-work.ts';
import { ChannelBuses } from './channel-buses.ts';
import type { TimedListener } from './detailed-channel.ts';
import { standardOf } from './device-of-values.ts';
import type { InMemoryListener } from './in-memory-commands.ts';
import { inMemoryTiming } from './in-memory-timing.ts';
import { LockstepWork } from './lockstep-work.ts';
import { WorkCharges } from './work-charges.ts';

const { channels: CHANNELS } = dramTransactions['vector-write'].dims;

/**
 * DRAM command by command: each command bus has a controller with queues, which keeps every rule of the standard. Reads and
 * writes are bursts of these queues; in-memory compute has its channels for itself, and is interrupted by refreshes as they
 * fall due.
 */
export class DetailedDramModel implements ComponentModel {
  readonly #name: string;
  readonly #host: Host;
  readonly #channels: number;
  readonly #buses: ChannelBuses;
  readonly #charges: WorkCharges;
  readonly #access: AccessWork;
  readonly #lockstep: LockstepWork;

  /**
   * @param onCommand Is told of each command of reads and writes; nothing is kept.
   * @param onInMemory Is told of each command of in-memory compute.
   */
  constructor(
    context: ModelContext<typeof dramParameters>,
    onCommand?: TimedListener,
    onInMemory?: InMemoryListener,
  ) {
    const { values } = context;
    const standard = standardOf(values);
    if (standard === undefined) {
      throw invalid(context.name, `no standard "${values.standard}"`, 'Name one that memory/dram lists.');
    }
    const geometry = geometryOf(values);
    this.#name = context.name;
    this.#host = context.host;
    this.#channels = values.channels;
    const goesBack = (channel: number, time: Picoseconds): Picoseconds => this.#lockstep.leave(channel, time);
    this.#buses = new ChannelBuses(context, standard, goesBack, onCommand);
    this.#charges = new WorkCharges(context);
    this.#access = new AccessWork(context, geometry, this.#buses, this.#charges);
    const timing = inMemoryTiming(values, standard);
    this.#lockstep = new LockstepWork(context, geometry, timing, this.#buses, this.#charges, onInMemory);
  }

  attach(consumer: SegmentConsumer): void {
    this.#lockstep.attach(consumer);
  }

  accept(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    const { kind } = transaction;
    if (kind === 'read' || kind === 'write') {
      this.#access.accept(token, transaction, chunk, chunks);
    } else if (kind === 'vector-write' || kind === 'segment-stream') {
      this.#lockstep.accept(token, transaction, chunk, chunks, this.#channelsOf(transaction));
    } else {
      throw invalid(this.#name, `there is no transaction "${kind}"`, 'Ask for read or write.');
    }
  }

  wake(bus: number): void {
    this.#buses.run(bus, this.#host.now);
  }

  save(now: Picoseconds): readonly number[] {
    const own = this.#lockstep.save(now);
    return [...own, ...this.#buses.save(now)];
  }

  load(state: readonly number[], now: Picoseconds): void {
    this.#buses.load(state.slice(this.#lockstep.size), now);
    this.#lockstep.load(state, now);
    this.#charges.reset();
  }

  /** How many channels a transaction of in-memory compute uses, from channel 0 on. */
  #channelsOf(transaction: Transaction): number {
    const count = dimension(this.#name, transaction, 'channels', CHANNELS);
    if (count <= this.#channels) return count;
    throw invalid(
      this.#name,
      `a ${transaction.kind} uses ${count} of ${this.#channels} channels`,
      `Use at most ${this.#channels} channels.`,
    );
  }
}
