import { ClockDomain, share } from '@systole/core';
import type { ComponentModel, Host, ModelContext, Token, Transaction } from '@systole/core';
import type { Bytes, Picoseconds } from '@systole/units';
import type { BusParameters } from './bus.ts';
import { BusSchedule } from './bus-schedule.ts';
import type { BusTransfer } from './bus-schedule.ts';
import { MAX_PORTS, readTransfer } from './transfer.ts';
import { ceilDivide } from './whole-division.ts';
import { bitsOf } from './width.ts';

/**
 * A shared medium. A transfer that is on the bus shares it, burst by burst, with those that other masters have begun in
 * the meantime, so an end is known only when it has come: the model sleeps until the next one and is woken early by
 * arrivals.
 */
export class BusModel implements ComponentModel {
  readonly #host: Host;
  readonly #clock: ClockDomain;
  readonly #masters: number;
  readonly #widthBits: number;
  readonly #maxBurst: Bytes;
  readonly #arbitrationCycles: number;
  readonly #burstCycles: number;
  readonly #latency: Picoseconds;
  readonly #reasons: {
    readonly transfer: number;
    readonly arbitration: number;
    readonly shared: number;
    readonly latency: number;
  };
  readonly #bytesIn: number;
  readonly #bytesOut: number;
  readonly #bursts: number;
  readonly #bit: number;
  #schedule: BusSchedule;
  /** The time of cycle 0 of the schedule: when the bus was last idle. */
  #origin: Picoseconds = 0;
  /** Tells the wake that counts from those that an arrival has overtaken. */
  #alarm = 0;

  constructor(context: ModelContext<BusParameters>) {
    const { values } = context;
    this.#host = context.host;
    this.#clock = new ClockDomain(values.clock);
    this.#masters = values.masters;
    this.#widthBits = bitsOf(values.width);
    this.#maxBurst = values.maxBurst;
    this.#arbitrationCycles = values.arbitrationOverhead;
    this.#burstCycles = values.arbitrationOverhead + this.#beats(values.maxBurst);
    this.#latency = this.#clock.duration(values.latency);
    this.#reasons = {
      transfer: context.reason('transfer'),
      arbitration: context.reason('arbitration'),
      shared: context.reason('shared'),
      latency: context.reason('latency'),
    };
    this.#bytesIn = context.statistic('bytesIn');
    this.#bytesOut = context.statistic('bytesOut');
    this.#bursts = context.statistic('bursts');
    this.#bit = context.action('bit');
    this.#schedule = this.#emptySchedule(this.#masters - 1);
  }

  accept(token: Token, transaction: Transaction, chunk: number, chunks: number): void {
    const host = this.#host;
    const { source, copies } = readTransfer(transaction, this.#masters, MAX_PORTS);
    const bytes = share(transaction.bytes, chunk, chunks);
    const bursts = Math.max(1, ceilDivide(bytes, this.#maxBurst));
    const lastBytes = bytes - (bursts - 1) * this.#maxBurst;
    if (this.#schedule.isIdle) {
      this.#origin = Math.max(host.now, this.#timeOf(this.#schedule.cycle));
      this.#schedule = this.#emptySchedule(this.#schedule.lastMaster);
    }
    this.#advance();
    this.#schedule.add(source, {
      token,
      bursts,
      left: bursts,
      lastCycles: this.#arbitrationCycles + this.#beats(lastBytes),
      startCycle: -1,
    });
    this.#sleep();

    host.count(this.#bytesIn, bytes);
    host.count(this.#bytesOut, bytes * copies);
    host.count(this.#bursts, bursts);
    host.act(this.#bit, bitsOf(bytes));
  }

  wake(alarm: number): void {
    if (alarm !== this.#alarm) return;
    this.#schedule.grantToEnd();
    const ended = this.#schedule.takeEnded();
    if (ended !== undefined) this.#finish(ended);
    if (!this.#schedule.isIdle) this.#sleep();
  }

  save(now: Picoseconds): readonly number[] {
    return [Math.max(0, this.#timeOf(this.#schedule.cycle) - now), this.#schedule.lastMaster];
  }

  load(state: readonly number[], now: Picoseconds): void {
    const [busy = 0, lastMaster = this.#masters - 1] = state;
    this.#schedule = this.#emptySchedule(lastMaster);
    this.#origin = now + busy;
  }

  #finish(transfer: BusTransfer): void {
    const host = this.#host;
    const { token, bursts, lastCycles, startCycle } = transfer;
    const start = this.#timeOf(startCycle);
    const end = this.#timeOf(this.#schedule.cycle);
    const ownCycles = (bursts - 1) * this.#burstCycles + lastCycles;
    const arbitrationCycles = bursts * this.#arbitrationCycles;
    const own = this.#clock.edge(ownCycles);
    const arbitration = this.#clock.edge(arbitrationCycles);
    host.attribute(token);
    host.occupy(own);
    host.spend(token, this.#reasons.arbitration, arbitration);
    host.spend(token, this.#reasons.latency, this.#latency);
    // What its own bursts do not explain is the bursts of others between them.
    const isShared = this.#schedule.cycle - startCycle > ownCycles;
    host.spend(token, this.#reasons.shared, isShared ? end - start - own : 0);
    host.spend(token, this.#reasons.transfer, (isShared ? own : end - start) - arbitration);
    const firstBeat = Math.min(startCycle + this.#arbitrationCycles + 1, this.#schedule.cycle);
    host.finish(token, start, this.#timeOf(firstBeat) + this.#latency, end + this.#latency);
  }

  /** Brings the schedule up to now. A burst that would start now may still lose its turn to what arrives now. */
  #advance(): void {
    const elapsed = Math.max(0, this.#host.now - this.#origin);
    // The first cycle whose time, which is rounded up, is not before now.
    const after = this.#clock.cyclesIn(elapsed);
    const isReached = after > 0 && this.#clock.duration(after - 1) >= elapsed;
    this.#schedule.grantBefore(isReached ? after - 1 : after);
  }

  #sleep(): void {
    // The tag of a wake is a 32-bit number.
    this.#alarm = (this.#alarm + 1) % 2 ** 31;
    this.#host.wakeAt(this.#timeOf(this.#schedule.nextEnd()), this.#alarm);
  }

  #timeOf(cycle: number): Picoseconds {
    return this.#origin + this.#clock.duration(cycle);
  }

  #beats(bytes: Bytes): number {
    return ceilDivide(bitsOf(bytes), this.#widthBits);
  }

  #emptySchedule(lastMaster: number): BusSchedule {
    return new BusSchedule(this.#masters, this.#burstCycles, lastMaster);
  }
}
