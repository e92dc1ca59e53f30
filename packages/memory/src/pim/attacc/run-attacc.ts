import { SystoleError, suggestName } from '@systole/core';
import type { CommandListener } from '../../device/command-log.ts';
import { createPimResult } from '../pim-result.ts';
import type { PimResult } from '../pim-result.ts';
import { AttAccChannel } from './attacc-channel.ts';
import { checkAttAccDevice } from './attacc-device.ts';
import type { AttAccDevice } from './attacc-device.ts';
import { ATTACC_KINDS } from './attacc-request.ts';
import type { AttAccKind, AttAccRequest } from './attacc-request.ts';

export interface AttAccOptions {
  /** Hears of each command of the first channel. Commands are places in ATTACC_COMMANDS. */
  readonly listener?: CommandListener;
  /**
   * Whether every request is for all channels, so that one of them stands for all; false where requests name channels.
   * True when left out.
   */
  readonly isUniform?: boolean;
}

const KINDS: ReadonlyMap<AttAccKind, number> = new Map(ATTACC_KINDS.map((kind, index) => [kind, index]));

/**
 * Runs a program on AttAcc: requests are handed to the channels in order, as fast as those have room, and each channel
 * issues commands as its controller would. The program is read as it goes: its length takes no memory.
 *
 * @throws SystoleError where the device, or a request, cannot be.
 */
export function runAttAcc(
  device: AttAccDevice,
  program: Iterable<AttAccRequest>,
  options: AttAccOptions = {},
): PimResult {
  checkAttAccDevice(device);
  const { listener, isUniform = true } = options;
  const count = isUniform ? 1 : device.channels;
  const channels = Array.from(
    { length: count },
    (_, i) => new AttAccChannel(device, i === 0 ? listener : undefined),
  );
  const requests = program[Symbol.iterator]();
  const banks = device.pseudoChannels * device.ranks * device.bankGroups * device.banksPerGroup;
  let kind = 0;
  let bank = 0;
  let row = 0;
  // The channels that the request still has to be handed to.
  let channel = 0;
  let until = 0;

  const goOn = (): boolean => {
    const next = requests.next();
    if (next.done === true) return false;
    const request = next.value;
    kind = KINDS.get(request.kind) ?? noKind(request.kind);
    bank = request.bank ?? 0;
    row = request.row ?? 0;
    checkRequest(device, request, banks, isUniform);
    channel = isUniform ? 0 : (request.channel ?? 0);
    until = isUniform || request.channel !== undefined ? channel + 1 : device.channels;
    return true;
  };

  let hasRequest = goOn();
  let clock = 0;
  for (;;) {
    while (hasRequest) {
      const target = channels[channel];
      if (target === undefined || !target.hasRoom) break;
      target.push(kind, bank, row);
      if (++channel === until) hasRequest = goOn();
    }
    if (clock > 0 && !hasRequest && areIdle(channels)) break;
    clock++;
    let hasMoved = false;
    for (const each of channels) hasMoved = each.tick(clock) || hasMoved;
    if (!hasRequest && areIdle(channels)) break;
    if (hasMoved) continue;
    let next = Infinity;
    for (const each of channels) next = Math.min(next, each.nextEvent(clock));
    if (next === Infinity) throw new Error('AttAcc requests wait for nothing');
    clock = next - 1;
  }
  const [first] = channels;
  if (first === undefined) throw new RangeError('a device without channels');
  first.finish(clock);
  const { clockPeriod, energies } = device;
  return createPimResult({
    cycles: clock,
    clockPeriod,
    channels: device.channels,
    commands: first.engine.commandCounts(),
    spent: first.spent,
    ideal: first.ideal,
    ...(energies === undefined ? {} : { energies }),
  });
}

function noKind(kind: unknown): never {
  throw new SystoleError({
    code: 'argument/invalid',
    message: `there is no AttAcc request ${JSON.stringify(kind)}`,
    hint: suggestName(String(kind), ATTACC_KINDS),
  });
}

function checkRequest(device: AttAccDevice, request: AttAccRequest, banks: number, isUniform: boolean): void {
  const { bank = 0, row = 0, channel } = request;
  const { rowsPerBank, channels } = device;
  if (!(Number.isInteger(bank) && bank >= 0 && bank < banks))
    wrong(request, `bank ${bank} is not one of ${banks}`);
  if (!(Number.isInteger(row) && row >= 0 && row < rowsPerBank)) {
    wrong(request, `row ${row} is not one of ${rowsPerBank}`);
  }
  if (channel === undefined) return;
  if (isUniform) wrong(request, 'names a channel, but the program was said to be the same for all');
  if (!(Number.isInteger(channel) && channel >= 0 && channel < channels)) {
    wrong(request, `channel ${channel} is not one of ${channels}`);
  }
}

function wrong({ kind }: AttAccRequest, message: string): never {
  throw new SystoleError({ code: 'argument/invalid', message: `request ${kind}: ${message}` });
}

/** Whether all channels have done what they were given. */
function areIdle(channels: readonly AttAccChannel[]): boolean {
  for (const channel of channels) if (channel.isBusy) return false;
  return true;
}
