import { SystoleError } from '@systole/core';
import type { DramDevice } from '../device/device.ts';
import { BankNodes } from './bank-nodes.ts';
import { BankStates } from './bank-states.ts';
import { COMMAND_KINDS, isRowCommand, kindOf } from './command-kind.ts';
import type { CommandKind } from './command-kind.ts';
import { CommandSlots } from './command-slots.ts';
import { DataBusChecker } from './data-bus-checker.ts';
import { DataClock } from './data-clock.ts';
import { familyFacts } from './family-facts.ts';
import { GapChecker } from './gap-checker.ts';
import type { ShortGap } from './gap-checker.ts';
import { dataTimes, jedecRules } from './jedec-rules.ts';
import { RefreshDebt } from './refresh-debt.ts';
import type { ProtocolViolation } from './violation.ts';

export interface ProtocolOptions {
  /** Refreshes that may be put off: a rank waits at most one interval more. 8 unless given; Infinity where nothing is refreshed. */
  readonly postponed?: number;
  /** Violations that are kept with all that is known of them; 100 unless given. All are counted. */
  readonly kept?: number;
}

const KIND = Object.fromEntries(COMMAND_KINDS.map((kind, index) => [kind, index])) as Readonly<
  // Every kind is a key, which the type of fromEntries forgets.
  Record<CommandKind, number>
>;

/**
 * Holds the commands of one channel against the rules of its standard, as JEDEC states them by parameter: gaps, windows,
 * states of banks, slots of the command bus, bursts on the data bus, refresh. It knows the device's counts and timing
 * parameters by name and nothing of the controller or of its table of rules. Its memory does not grow with the log.
 */
export class ProtocolChecker {
  /** Commands that were looked at, and violations that were found. */
  commands = 0;
  count = 0;
  readonly #device: DramDevice;
  readonly #kinds: Int8Array;
  readonly #lengths: Int32Array;
  readonly #kept: number;
  readonly #violations: ProtocolViolation[] = [];
  readonly #nodes: BankNodes;
  readonly #gaps: GapChecker;
  readonly #states: BankStates;
  readonly #slots: CommandSlots;
  readonly #dataBus: DataBusChecker;
  readonly #refresh: RefreshDebt;
  readonly #clock: DataClock;
  readonly #now = { tick: 0, command: -1, bank: 0 };

  constructor(device: DramDevice, options: ProtocolOptions = {}) {
    const { standard, timings } = device;
    const facts = familyFacts(device);
    const { ticksPerClock } = standard;
    const ticks = (clocks: number | undefined): number => Math.ceil((clocks ?? 0) * ticksPerClock);
    this.#device = device;
    this.#kept = options.kept ?? 100;
    const kinds = standard.commands.map(({ name }) => kindOf(name));
    this.#kinds = Int8Array.from(kinds, (kind) => KIND[kind]);
    this.#lengths = Int32Array.from(standard.commands, ({ name }) => ticks(facts.clocks[name] ?? 1));
    const nodes = new BankNodes(device);
    this.#nodes = nodes;
    this.#gaps = new GapChecker(jedecRules(device), nodes, ticksPerClock);
    this.#states = new BankStates(
      nodes,
      kinds.includes('second-activate') ? ticks(timings['nAAD'] ?? Infinity) : undefined,
    );
    this.#slots = new CommandSlots(
      Uint8Array.from(kinds, (kind) => (facts.hasRowBus && isRowCommand(kind) ? 1 : 0)),
      Uint8Array.from(kinds, (kind) =>
        facts.hasHalfStarts && kind !== 'precharge' && kind !== 'precharge-all' ? 1 : 0,
      ),
    );
    const { readLatency, writeLatency, burst } = dataTimes(device);
    this.#dataBus = new DataBusChecker(nodes, {
      readLatency: ticks(readLatency),
      writeLatency: ticks(writeLatency),
      burst: ticks(burst),
      rankSwitch: ticks(timings['nCS']),
      stackSwitch: ticks(timings['nCCDR']),
    });
    this.#refresh = new RefreshDebt(nodes, {
      interval: ticks(timings['nREFI'] ?? Infinity),
      bankInterval: ticks((timings['nREFIpb'] ?? 0) * nodes.banksPerRank),
      postponed: options.postponed ?? 8,
    });
    const hold = timings['nWCKPST'];
    this.#clock = new DataClock(nodes.ranks, {
      afterRead: hold === undefined ? Infinity : ticks((readLatency ?? 0) + (burst ?? 0) + hold),
      afterWrite: hold === undefined ? Infinity : ticks((writeLatency ?? 0) + (burst ?? 0) + hold),
    });
  }

  /** The first of the violations, up to as many as are kept. */
  get violations(): readonly ProtocolViolation[] {
    return this.#violations;
  }

  /**
   * Takes the next command, in the order of time. Its parameters are those of a command listener.
   *
   * @throws SystoleError where the device has no such command or bank: then the log is of another device.
   */
  check(tick: number, command: number, bank: number, row: number, _column = -1): void {
    const kind = this.#kinds[command];
    if (kind === undefined || !(bank >= 0 && bank < this.#nodes.banks)) throw this.#noSuch(command, bank);
    this.commands++;
    const { tick: lastTick, command: lastCommand, bank: lastBank } = this.#now;
    const now = this.#now;
    now.tick = tick;
    now.command = command;
    now.bank = bank;
    if (tick < lastTick) this.#report('order', lastTick - tick, lastTick, lastCommand, lastBank);
    const length = this.#lengths[command] ?? 1;
    const slots = this.#slots;
    slots.add(tick, command, bank, length);
    if (slots.missing > 0) {
      this.#report('command-bus', slots.missing, slots.tick, slots.command, slots.bank);
    }
    if (slots.isHalfWrong) this.#report('half-clock', 1);
    this.#gaps.check(kind, bank, tick + length, this.#onShort);
    this.#gaps.record(kind, command, bank, tick + length);
    this.#changeState(kind, row);
  }

  readonly #onShort = (short: ShortGap): void => {
    const start = short.end - (this.#lengths[short.command] ?? 1);
    this.#report(short.rule, short.missing, start, short.command, short.bank);
  };

  #changeState(kind: number, row: number): void {
    const states = this.#states;
    const { tick, command, bank } = this.#now;
    const rank = this.#nodes.rankOf(bank);
    switch (kind) {
      case KIND.activate:
        this.#complain(states.activate(bank, row, tick, command));
        this.#checkRefresh();
        break;
      case KIND['second-activate']:
        this.#complain(states.completeActivate(bank, tick, command), states.late);
        break;
      case KIND.precharge:
        states.close(bank, tick, command);
        break;
      case KIND['precharge-all']:
        states.closeRank(rank, tick, command);
        break;
      case KIND.read:
      case KIND['read-precharge']:
      case KIND.write:
      case KIND['write-precharge']:
        this.#access(rank, row, kind === KIND.read || kind === KIND['read-precharge']);
        if (kind === KIND['read-precharge'] || kind === KIND['write-precharge']) {
          states.close(bank, tick, command);
        }
        break;
      case KIND['refresh-all']:
        this.#complain(states.refreshRank(rank, tick, command));
        this.#checkRefresh();
        this.#refresh.refreshRank(rank, tick);
        break;
      case KIND['refresh-bank']:
        this.#complain(states.refreshBank(bank, tick, command));
        this.#checkRefresh();
        this.#refresh.refreshBank(bank, tick);
        break;
      case KIND.clock:
        this.#clock.start(rank, tick);
        break;
      default:
        break;
    }
  }

  #access(rank: number, row: number, isRead: boolean): void {
    const { tick, command, bank } = this.#now;
    this.#complain(this.#states.access(bank, row));
    this.#dataBus.add(tick, command, bank, isRead);
    const { met } = this.#dataBus;
    if (met.rule !== '') this.#report(met.rule, met.missing, met.tick, met.command, met.bank);
    const lapsed = this.#clock.use(rank, tick, isRead);
    if (lapsed > 0) this.#report('tWCKPST', lapsed);
    this.#checkRefresh();
  }

  /** Reports a wrong state of the bank, after the command that brought it about. */
  #complain(rule: string, missing = 0): void {
    if (rule === '') return;
    const { bank } = this.#now;
    const states = this.#states;
    this.#report(rule, missing, states.tickBefore, states.commandBefore, bank);
  }

  #checkRefresh(): void {
    const { tick, bank } = this.#now;
    const overdue = this.#refresh.overdue(bank, tick);
    if (overdue > 0) this.#report('tREFI', overdue);
  }

  #report(rule: string, missing: number, earlierTick = -1, earlier = -1, earlierBank = -1): void {
    this.count++;
    if (this.#violations.length >= this.#kept) return;
    const { tick, command, bank } = this.#now;
    this.#violations.push({
      rule,
      later: { tick, command: this.#nameOf(command), bank },
      ...(earlier < 0
        ? {}
        : { earlier: { tick: earlierTick, command: this.#nameOf(earlier), bank: earlierBank } }),
      missing,
    });
  }

  #nameOf(command: number): string {
    return this.#device.standard.commands[command]?.name ?? '';
  }

  #noSuch(command: number, bank: number): SystoleError {
    const { standard } = this.#device;
    return new SystoleError({
      code: 'argument/invalid',
      message: `a command log has command ${command} for bank ${bank}; ${standard.name} has ${standard.commands.length} commands, this device ${this.#nodes.banks} banks`,
      hint: 'Check the log against the device that it was written for.',
    });
  }
}
