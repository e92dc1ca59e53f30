import type { CommandListener } from '../../device/command-log.ts';
import { createPimResult, requireWhole } from '../pim-result.ts';
import type { PimResult } from '../pim-result.ts';
import type { AccessRun } from './access-run.ts';
import { HbmPimChannel } from './hbm-pim-channel.ts';
import { HBM_PIM_COMMANDS } from './hbm-pim-commands.ts';
import { checkHbmPimDevice } from './hbm-pim-device.ts';
import type { HbmPimDevice } from './hbm-pim-device.ts';

/** A part of a program that begins when all channels have ended the one before. */
export interface HbmPimPhase {
  readonly name: string;
  /** Accesses of a channel, taken as they are needed. A run may be the same object each time. */
  readonly runs: (channel: number) => Iterable<AccessRun>;
  /** Channels of which this is the same have the same accesses and are simulated once; all have when it is left out. */
  readonly alike?: (channel: number) => string;
}

export interface HbmPimOptions {
  /** 1 when left out. */
  readonly channels?: number;
  /** Is told of each command of channel 0; its numbers are places in HBM_PIM_COMMANDS. */
  readonly listener?: CommandListener;
}

/** Commands and reasons are those of channel 0. */
export interface HbmPimResult extends PimResult {
  readonly phases: readonly { readonly name: string; readonly cycles: number }[];
}

/** Runs the phases of a program on all channels of a device. */
export function runHbmPim(
  device: HbmPimDevice,
  phases: readonly HbmPimPhase[],
  { channels = 1, listener }: HbmPimOptions = {},
): HbmPimResult {
  checkHbmPimDevice(device);
  requireWhole('channels', channels, 1, MOST_CHANNELS);
  const kinds = kindsOf(phases, channels);
  const running = kinds.map(({ channel, count }) => ({
    channel,
    count,
    model: new HbmPimChannel(device, channel === 0 ? listener : undefined),
  }));
  let now = 0;
  const ends = phases.map(({ name, runs }) => {
    const begin = now;
    for (const { channel, model } of running) now = Math.max(now, model.run(runs(channel)));
    for (const { model } of running) model.idleUntil(now);
    return { name, cycles: now - begin };
  });
  const first = running[0]?.model ?? new HbmPimChannel(device);
  const spent = first.spent;
  const result = createPimResult({
    cycles: now,
    clockPeriod: device.clockPeriod,
    channels,
    commands: commandsOf(first),
    spent,
    ideal: first.ideal.cycles,
  });
  const { energies } = device;
  if (energies === undefined) return { ...result, phases: ends };
  let energy = 0;
  for (const { model, count } of running) {
    for (const [name, issued] of Object.entries(commandsOf(model)))
      energy += issued * count * (energies[name] ?? 0);
  }
  return { ...result, phases: ends, energy };
}

const MOST_CHANNELS = 65_536;

/** One channel of each kind, the first one first, and how many there are of it. */
function kindsOf(
  phases: readonly HbmPimPhase[],
  channels: number,
): readonly { channel: number; count: number }[] {
  if (phases.every(({ alike }) => alike === undefined)) return [{ channel: 0, count: channels }];
  const kinds = new Map<string, { channel: number; count: number }>();
  for (let channel = 0; channel < channels; channel += 1) {
    const key = phases.map(({ alike }) => alike?.(channel) ?? '').join(' ');
    const kind = kinds.get(key);
    if (kind === undefined) kinds.set(key, { channel, count: 1 });
    else kind.count += 1;
  }
  return [...kinds.values()];
}

function commandsOf({ counts }: HbmPimChannel): Record<string, number> {
  const commands: Record<string, number> = {};
  for (const [place, name] of HBM_PIM_COMMANDS.entries()) {
    const count = counts[place] ?? 0;
    if (count > 0) commands[name] = count;
  }
  return commands;
}
