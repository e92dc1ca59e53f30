import { SystoleError } from '@systole/core';
import { evaluateGap } from '../../device/gap.ts';
import type { CommandListener } from '../../device/command-log.ts';
import { createPimResult, PIM_REASONS, requireWhole } from '../pim-result.ts';
import type { PimResult } from '../pim-result.ts';
import { AimChannel } from './aim-channel.ts';
import { checkAimDevice } from './aim-device.ts';
import type { AimDevice } from './aim-device.ts';
import { AIM_INSTRUCTIONS, aimMeaning } from './aim-instruction.ts';
import type { AimInstruction, AimOpcode } from './aim-instruction.ts';
import { ALL_BANKS, NO_BANK } from './aim-request.ts';
import type { AimRequest } from './aim-request.ts';
import { AIM_COMMANDS } from './aim-standard.ts';

export interface AimOptions {
  /** Channels that all run the program, 1 when left out. */
  readonly channels?: number;
  /** Hears of each command of the first channel. Commands are places in AIM_COMMANDS. */
  readonly listener?: CommandListener;
}

const INSTRUCTION = PIM_REASONS.indexOf('instruction');
const RESULT_READ = PIM_REASONS.indexOf('result-read');

/**
 * Runs a program on AiM: every command of every instruction, as the device's DMA engine and its channel controllers issue
 * them. The DMA engine decodes an instruction a clock, gives the channels its requests as fast as they have room, and holds
 * it until all are accepted; instructions that read results, and the end of the program, hold it until all is done. All
 * channels do the same, so that one of them is simulated. The program is read as it goes: its length takes no memory.
 *
 * @throws SystoleError where the device, or an instruction, cannot be.
 */
export function runAim(
  device: AimDevice,
  program: Iterable<AimInstruction>,
  options: AimOptions = {},
): PimResult {
  checkAimDevice(device);
  const channels = options.channels ?? 1;
  requireWhole('channels', channels, 1, 2 ** 20);
  const channel = new AimChannel(device, options.listener);
  const requests = requestsOf(device);
  // Tick of the request that left the queue `queue` requests ago: only then is there room for the next.
  const left = new Float64Array(device.queue).fill(-1);
  let slot = 0;
  let tick = 0;
  let waits = INSTRUCTION;
  const dma = new AccessFeed(device, channel);

  for (const instruction of program) {
    const { opcode, size = 1, row = 0, bank = 0 } = instruction;
    const request = requests[opcode] ?? noInstruction(opcode);
    checkInstruction(device, opcode, size, row, bank);
    if (opcode === 'RD_SBK' || opcode === 'WR_SBK') {
      const isFirst = !dma.isBusy;
      // Normal accesses and in-memory compute are not queued together.
      const from = isFirst ? Math.max(tick, ...left.map((last) => last + 1)) : tick;
      tick = dma.accept(opcode === 'WR_SBK' ? 1 : 0, bank, row, size, from);
      continue;
    }
    if (opcode === 'EWADD' || opcode === 'WR_CFR') {
      tick++;
      continue;
    }
    if (dma.isBusy) tick = dma.drain(tick);
    if (opcode === 'SYNC') {
      const room = (left[slot] ?? -1) + 1;
      tick = channel.synchronise(Math.max(tick, room) + 1, waits);
      left[slot] = tick - 1;
      slot = slot + 1 === device.queue ? 0 : slot + 1;
      waits = INSTRUCTION;
      continue;
    }
    request.row = row;
    if (request.bank >= 0) request.bank = bank;
    for (let i = 0; i < size; i++) {
      const room = (left[slot] ?? -1) + 1;
      if (room > tick) tick = room;
      left[slot] = channel.serve(request, tick + 1, waits) - 1;
      slot = slot + 1 === device.queue ? 0 : slot + 1;
    }
    if (request.isRead) tick = channel.readDone;
    else tick++;
    waits = request.isRead ? RESULT_READ : INSTRUCTION;
  }
  if (dma.isBusy) tick = dma.drain(tick);
  const cycles = channel.synchronise(Math.max(tick, (left[slot] ?? -1) + 1) + 1, waits);
  const { clockPeriod, energies } = device;
  return createPimResult({
    cycles,
    clockPeriod,
    channels,
    commands: channel.engine.commandCounts(),
    spent: channel.spent,
    ideal: channel.ideal,
    ...(energies === undefined ? {} : { energies }),
  });
}

/** Requests by opcode, used again for each instruction. */
function requestsOf(device: AimDevice): Partial<Record<AimOpcode, AimRequest>> {
  const requests: Partial<Record<AimOpcode, AimRequest>> = {};
  for (const opcode of Object.keys(AIM_INSTRUCTIONS) as AimOpcode[]) {
    const { command, rows, isRegister, blocks, latency, reason } = aimMeaning(opcode);
    requests[opcode] = {
      command: AIM_COMMANDS.findIndex(({ name }) => name === command),
      bank: rows === 'all' ? ALL_BANKS : rows === 'none' ? NO_BANK : 0,
      row: 0,
      isRegister,
      isRead: blocks,
      latency: evaluateGap(latency, device.timings),
      reason: PIM_REASONS.indexOf(reason),
    };
  }
  return requests;
}

function noInstruction(opcode: AimOpcode): never {
  aimMeaning(opcode);
  throw new TypeError(`instruction ${opcode} has no request`);
}

function checkInstruction(
  device: AimDevice,
  opcode: AimOpcode,
  size: number,
  row: number,
  bank: number,
): void {
  const isSound =
    Number.isInteger(size) &&
    size >= 1 &&
    size <= 2 ** 31 &&
    Number.isInteger(row) &&
    row >= 0 &&
    row < 2 ** 31 &&
    Number.isInteger(bank) &&
    bank >= 0 &&
    bank < device.bankGroups * device.banksPerGroup;
  if (isSound) return;
  throw new SystoleError({
    code: 'argument/invalid',
    message: `instruction ${opcode} with size ${size}, row ${row}, bank ${bank} is none that ${device.name} has`,
    hint: `Sizes count from 1, rows from 0, banks from 0 to ${device.bankGroups * device.banksPerGroup - 1}.`,
  });
}

/** Gives a channel normal reads and writes, which it may take out of order: the only part that goes clock by clock. */
class AccessFeed {
  isBusy = false;
  readonly #device: AimDevice;
  readonly #channel: AimChannel;
  /** Tick up to which the channel has worked. */
  #done = 0;

  constructor(device: AimDevice, channel: AimChannel) {
    this.#device = device;
    this.#channel = channel;
  }

  /** Hands `size` accesses over from `tick` on; the tick at which the next instruction is decoded. */
  accept(write: number, bank: number, row: number, size: number, tick: number): number {
    const { reads, writes } = this.#channel;
    const queue = write === 1 ? writes : reads;
    if (!this.isBusy) this.#done = tick;
    this.isBusy = true;
    this.#workUntil(tick);
    let at = tick;
    for (let i = 0; i < size; i++) {
      while (queue.length >= this.#device.queue) at = this.#step();
      queue.push(bank, row, write, at + 1);
    }
    return at + 1;
  }

  /** Works until no access is queued; the first tick from `tick` on at which other requests are taken. */
  drain(tick: number): number {
    const { reads, writes } = this.#channel;
    this.#workUntil(tick);
    let at = tick;
    while (reads.length + writes.length > 0) at = this.#step();
    this.isBusy = false;
    return at;
  }

  /** The clocks of all ticks before `tick`. */
  #workUntil(tick: number): void {
    while (this.#done < tick) {
      const next = this.#channel.nextAccess(this.#done + 1);
      if (next > tick) {
        this.#done = tick;
        return;
      }
      this.#channel.stepAccess(next);
      this.#done = next;
    }
  }

  /** Works one clock that does something; the tick after it. */
  #step(): number {
    const clock = this.#channel.nextAccess(this.#done + 1);
    this.#channel.stepAccess(clock);
    this.#done = clock;
    return clock;
  }
}
