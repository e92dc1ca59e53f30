import type { CommandListener } from '../device/command-log.ts';
import type { DeviceTiming } from '../device/device-timing.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import { CLOSED } from './request-queue.ts';

/** Counts what a channel did: its commands, its requests, how long its banks and ranks had rows open. */
export class ChannelActivity {
  readonly commands: Float64Array;
  readonly readLatency = new LatencyHistogram();
  readonly writeLatency = new LatencyHistogram();
  readonly bankOpen: Float64Array;
  readonly bankAccesses: Float64Array;
  readonly bankActivates: Float64Array;
  /** Ticks of ranks with a row open, over all ranks. */
  active = 0;
  readonly ranks: number;
  rowHits = 0;
  rowMisses = 0;
  rowConflicts = 0;
  reads = 0;
  writes = 0;
  readsForwarded = 0;
  writesMerged = 0;
  readonly listener: CommandListener | undefined;
  readonly #channel: number;
  readonly #openRow: Int32Array;
  readonly #openSince: Float64Array;
  readonly #rankOf: Int32Array;
  readonly #openBanks: Int32Array;
  readonly #activeSince: Float64Array;

  constructor(timing: DeviceTiming, openRow: Int32Array, channel: number, listener?: CommandListener) {
    const { banks } = timing;
    this.commands = new Float64Array(timing.device.standard.commands.length);
    this.bankOpen = new Float64Array(banks);
    this.bankAccesses = new Float64Array(banks);
    this.bankActivates = new Float64Array(banks);
    this.ranks = timing.nodesOf('rank');
    this.listener = listener;
    this.#channel = channel;
    this.#openRow = openRow;
    this.#openSince = new Float64Array(banks);
    this.#rankOf = Int32Array.from({ length: banks }, (_, bank) => timing.nodeOf('rank', bank));
    this.#openBanks = new Int32Array(this.ranks);
    this.#activeSince = new Float64Array(this.ranks);
  }

  /** A command was issued. */
  log(tick: number, command: number, bank: number, row: number, column: number): void {
    this.commands[command] = (this.commands[command] ?? 0) + 1;
    if (this.listener !== undefined) this.listener(tick, command, bank, row, column, this.#channel);
  }

  opened(bank: number, tick: number): void {
    this.bankActivates[bank] = (this.bankActivates[bank] ?? 0) + 1;
    this.#openSince[bank] = tick;
    const rank = this.#rankOf[bank] ?? 0;
    const open = this.#openBanks[rank] ?? 0;
    if (open === 0) this.#activeSince[rank] = tick;
    this.#openBanks[rank] = open + 1;
  }

  closed(bank: number, tick: number): void {
    this.bankOpen[bank] = (this.bankOpen[bank] ?? 0) + tick - (this.#openSince[bank] ?? 0);
    const rank = this.#rankOf[bank] ?? 0;
    const open = (this.#openBanks[rank] ?? 0) - 1;
    this.#openBanks[rank] = open;
    if (open === 0) this.active += tick - (this.#activeSince[rank] ?? 0);
  }

  /** Counts what is still open at the end. */
  finish(tick: number): void {
    for (let bank = 0; bank < this.#openRow.length; bank++) {
      if (this.#openRow[bank] === CLOSED) continue;
      this.closed(bank, tick);
      this.#openRow[bank] = CLOSED;
    }
  }
}
