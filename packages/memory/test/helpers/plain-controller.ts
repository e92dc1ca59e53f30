import type { ControllerPolicy } from '../../src/controller/controller-policy.ts';
import { DeviceTiming } from '../../src/device/device-timing.ts';
import type { DramDevice } from '../../src/device/device.ts';
import type { CommandEffect } from '../../src/device/standard.ts';

interface PlainRequest {
  readonly bank: number;
  readonly row: number;
  readonly column: number;
  readonly isWrite: boolean;
  readonly arrival: number;
}

interface PlainChoice {
  readonly request: PlainRequest | undefined;
  readonly command: number;
  readonly bank: number;
}

/**
 * FR-FCFS as one would write it down: every request is looked at in every tick, and nothing is remembered. For devices whose
 * activate is one command; open and capped rows; no refresh or that of all banks.
 */
export class PlainController {
  readonly log: string[] = [];
  done = 0;
  readonly #device: DramDevice;
  readonly #policy: ControllerPolicy;
  readonly #timing: DeviceTiming;
  readonly #rows: number[];
  readonly #accesses: number[];
  readonly #isInjected: boolean[];
  readonly #queues: Record<'reads' | 'writes', PlainRequest[]> = { reads: [], writes: [] };
  #active: PlainRequest[] = [];
  #urgent: { readonly command: number; readonly bank: number }[] = [];
  #servesWrites = false;
  /** Row command at the start of the last period: it keeps some precharges out of the middle of a period. */
  #guard = { tick: -1, bank: -1, isForAll: false };

  constructor(device: DramDevice, policy: ControllerPolicy) {
    this.#device = device;
    this.#policy = policy;
    this.#timing = new DeviceTiming(device);
    this.#rows = Array.from({ length: this.#timing.banks }, () => -1);
    this.#accesses = this.#rows.map(() => 0);
    this.#isInjected = this.#rows.map(() => false);
  }

  get isEmpty(): boolean {
    return this.#queues.reads.length + this.#queues.writes.length + this.#active.length === 0;
  }

  offer(bank: number, row: number, column: number, isWrite: boolean, arrival: number): boolean {
    const isSame = (other: PlainRequest): boolean =>
      other.bank === bank && other.row === row && other.column === column;
    if (this.#queues.writes.some(isSame)) return true;
    const queue = isWrite ? this.#queues.writes : this.#queues.reads;
    if (queue.length >= (isWrite ? this.#policy.writeQueue : this.#policy.readQueue)) return false;
    queue.push({ bank, row, column, isWrite, arrival });
    return true;
  }

  tick(tick: number): void {
    const { standard } = this.#device;
    const hasHalves = standard.ticksPerClock === 2;
    this.#fallDue(tick);
    if (!standard.rowBus) {
      const active = this.#oldest(this.#active, tick, () => true);
      this.#issue(active ?? this.#urgentChoice(tick) ?? this.#queued(tick, () => true), tick);
      return;
    }
    const isColumn = (command: number): boolean => /^(read|write)/.test(this.#effect(command));
    if (!hasHalves || tick % 2 === 1) {
      const active = this.#oldest(this.#active, tick, isColumn);
      this.#issue(active ?? this.#queued(tick, isColumn), tick);
    }
    const isRow = (command: number, bank: number): boolean =>
      !isColumn(command) && (!hasHalves || tick % 2 === 1 || this.#fitsMiddle(command, bank, tick));
    const choice = this.#urgentChoice(tick, isRow) ?? this.#queued(tick, isRow);
    if (choice !== undefined && tick % 2 === 1) {
      const isActivate = this.#effect(choice.command) === 'activate';
      this.#guard = {
        tick: tick + (isActivate ? 3 : 1),
        bank: choice.bank,
        isForAll: standard.commands[choice.command]?.scope !== 'bank',
      };
    }
    this.#issue(choice, tick);
  }

  #fallDue(tick: number): void {
    const { standard, timings } = this.#device;
    const refresh = this.#find('refresh', false);
    const scope = standard.commands[refresh]?.scope ?? 'channel';
    const width = this.#timing.banks / this.#timing.nodesOf(scope);
    const interval = (timings['nREFI'] ?? Infinity) * standard.ticksPerClock;
    if (this.#policy.refresh === 'all-bank' && tick % interval === 0) {
      for (let bank = 0; bank < this.#timing.banks; bank += width)
        this.#urgent.push({ command: refresh, bank });
    }
    const precharge = this.#find('precharge', true);
    this.#accesses.forEach((accesses, bank) => {
      if (this.#policy.rowPolicy === 'open' || accesses < this.#policy.rowCap || this.#isInjected[bank])
        return;
      if (this.#timing.earliest(precharge, bank) > tick) return;
      this.#urgent.push({ command: precharge, bank });
      this.#isInjected[bank] = true;
    });
    while (this.#urgent[0]?.command === precharge && this.#rows[this.#urgent[0].bank] === -1)
      this.#urgent.shift();
  }

  #urgentChoice(
    tick: number,
    fits: (command: number, bank: number) => boolean = () => true,
  ): PlainChoice | undefined {
    const [head] = this.#urgent;
    if (head === undefined) return undefined;
    let { command } = head;
    const banks = this.#banksOf(command, head.bank);
    const isRefresh = this.#effect(command) === 'refresh';
    if (isRefresh && banks.some((bank) => this.#rows[bank] !== -1)) command = this.#find('precharge', false);
    const closes = this.#effect(command) === 'precharge';
    if (closes && this.#active.some(({ bank }) => banks.includes(bank))) return undefined;
    if (!fits(command, head.bank) || this.#timing.earliest(command, head.bank) > tick) return undefined;
    return { request: undefined, command, bank: head.bank };
  }

  #queued(tick: number, fits: (command: number, bank: number) => boolean): PlainChoice | undefined {
    if (this.#urgent.length > 0) return undefined;
    const { reads, writes } = this.#queues;
    const { writeQueue, writeHighWatermark, writeLowWatermark } = this.#policy;
    if (this.#servesWrites) {
      const areFew = writes.length < writeLowWatermark * writeQueue || writes.length === 0;
      if (areFew && reads.length > 0) this.#servesWrites = false;
    } else if (writes.length > writeHighWatermark * writeQueue || reads.length === 0)
      this.#servesWrites = true;
    return this.#oldest(this.#servesWrites ? writes : reads, tick, fits);
  }

  /** The oldest request of a list whose next command is allowed now. */
  #oldest(
    requests: readonly PlainRequest[],
    tick: number,
    fits: (command: number, bank: number) => boolean,
  ): PlainChoice | undefined {
    let best: PlainRequest | undefined;
    for (const request of requests) {
      const { bank, arrival } = request;
      const command = this.#next(request);
      if (!fits(command, bank) || this.#timing.earliest(command, bank) > tick) continue;
      if (this.#effect(command) === 'precharge') {
        if (this.#active.some((other) => other.bank === bank)) continue;
        const keeps = (other: PlainRequest): boolean =>
          other.bank === bank && other.row === this.#rows[bank] && other.arrival <= arrival;
        if (this.#policy.scheduler === 'fr-fcfs-row-hit' && requests.some(keeps)) continue;
      }
      if (best === undefined || arrival < best.arrival) best = request;
    }
    return best === undefined ? undefined : { request: best, command: this.#next(best), bank: best.bank };
  }

  #next({ bank, row, isWrite }: PlainRequest): number {
    if (this.#rows[bank] === -1) return this.#find('activate', true);
    if (this.#rows[bank] !== row) return this.#find('precharge', true);
    return this.#find(isWrite ? 'write' : 'read', true);
  }

  #issue(choice: PlainChoice | undefined, tick: number): void {
    if (choice === undefined) return;
    const { request, bank } = choice;
    const isColumn = /^(read|write)/.test(this.#effect(choice.command));
    let { command } = choice;
    if (request !== undefined && (isColumn || this.#effect(command) === 'activate')) this.#leave(request);
    const isCapped =
      this.#policy.rowPolicy === 'closed-cap' && (this.#accesses[bank] ?? 0) >= this.#policy.rowCap;
    if (isColumn && isCapped && !this.#active.some((other) => other.bank === bank)) {
      command = this.#find(request?.isWrite === true ? 'write-precharge' : 'read-precharge', true);
    }
    this.#timing.issue(command, bank, tick);
    this.log.push(`${tick} ${this.#device.standard.commands[command]?.name} ${bank}`);
    if (this.#effect(command) === 'activate' && request !== undefined) {
      this.#rows[bank] = request.row;
      this.#active.push(request);
    } else if (command !== choice.command || this.#effect(command) === 'precharge') {
      for (const each of this.#banksOf(command, bank)) {
        this.#rows[each] = -1;
        this.#accesses[each] = 0;
        this.#isInjected[each] = false;
      }
    } else if (isColumn) {
      this.#accesses[bank] = (this.#accesses[bank] ?? 0) + 1;
    }
    if (isColumn) this.done = tick;
    if (request === undefined && command === this.#urgent[0]?.command) this.#urgent.shift();
  }

  #leave(request: PlainRequest): void {
    for (const list of [this.#queues.reads, this.#queues.writes, this.#active]) {
      const index = list.indexOf(request);
      if (index >= 0) list.splice(index, 1);
    }
  }

  #fitsMiddle(command: number, bank: number, tick: number): boolean {
    if (this.#effect(command) !== 'precharge') return false;
    const guard = this.#guard;
    const node = (of: number): number => this.#timing.nodeOf('pseudoChannel', of);
    if (tick !== guard.tick || node(bank) !== node(guard.bank)) return true;
    const isForBank = this.#device.standard.commands[command]?.scope === 'bank';
    return !guard.isForAll && isForBank && bank !== guard.bank;
  }

  #banksOf(command: number, bank: number): readonly number[] {
    const scope = this.#device.standard.commands[command]?.scope ?? 'bank';
    const width = this.#timing.banks / this.#timing.nodesOf(scope);
    const first = bank - (bank % width);
    return Array.from({ length: width }, (_, index) => first + index);
  }

  #effect(command: number): CommandEffect {
    return this.#device.standard.commands[command]?.effect ?? 'clock';
  }

  #find(effect: CommandEffect, isForBank: boolean): number {
    return this.#device.standard.commands.findIndex(
      (command) => command.effect === effect && (command.scope === 'bank') === isForBank,
    );
  }
}
