import { SystoleError } from '@systole/core';
import type { Femtojoules } from '@systole/units';
import type { StreamResult } from '../controller/stream-result.ts';
import type { DramDevice } from '../device/device.ts';
import type { CommandEffect, DramCommand } from '../device/standard.ts';
import { commandEnergies, energyTimesOf } from './command-energy.ts';
import type { CurrentPower, MemoryPower, PerBitPower } from './memory-power.ts';

/** Energy of a stream by what it went into. */
export interface MemoryEnergy {
  /** Activates with their precharges. */
  readonly activate: Femtojoules;
  readonly read: Femtojoules;
  readonly write: Femtojoules;
  readonly refresh: Femtojoules;
  /** Standby in every state. */
  readonly background: BackgroundEnergy;
  /** Drivers and termination of the data bus. */
  readonly io: Femtojoules;
  /** Of all of these. */
  readonly total: Femtojoules;
  /** Between what the total lies, where the source gives a range; the total and the total where it does not. */
  readonly range: readonly [least: Femtojoules, most: Femtojoules];
}

/** Energy of the states of ranks or pseudo channels. */
export interface BackgroundEnergy {
  readonly active: Femtojoules;
  readonly precharged: Femtojoules;
  readonly powerDown: Femtojoules;
  readonly selfRefresh: Femtojoules;
  readonly total: Femtojoules;
}

/** What the energy depends on of a stream that was run. */
export type EnergyWork = Pick<StreamResult, 'commands' | 'residency' | 'ticksPerClock'>;

const NO_BACKGROUND: BackgroundEnergy = { active: 0, precharged: 0, powerDown: 0, selfRefresh: 0, total: 0 };

/**
 * The energy of a stream, from the commands that were issued and the time that ranks spent in each state. With an energy for
 * each bit, which is an average over all of these, reads and writes have it all.
 *
 * @throws SystoleError where currents or times are missing or contradict one another.
 */
export function memoryEnergy(power: MemoryPower, device: DramDevice, work: EnergyWork): MemoryEnergy {
  if (!(power.ioPerBit >= 0 && power.ioPerBit < 1e12)) {
    throw new SystoleError({
      code: 'parameter/out-of-range',
      message: `expected an energy per bit that is not negative, got ${power.ioPerBit} fJ`,
      place: { path: 'ioPerBit' },
      hint: 'Interfaces take from 100 fJ/bit (in a package) to 10 000 fJ/bit (to a socket).',
    });
  }
  const counts = countEffects(device, work);
  const bits = device.burstBytes * 8;
  const io = (counts.reads + counts.writes) * bits * power.ioPerBit;
  return power.kind === 'currents'
    ? fromCurrents(power, device, work, counts, io)
    : perBit(power, bits, counts, io);
}

/** Commands by what they cost. */
interface EffectCounts {
  readonly activates: number;
  readonly reads: number;
  readonly writes: number;
  readonly allBankRefreshes: number;
  readonly bankRefreshes: number;
}

function countEffects({ standard }: DramDevice, { commands }: EnergyWork): EffectCounts {
  const count = (matches: (command: DramCommand) => boolean): number =>
    standard.commands.filter(matches).reduce((sum, { name }) => sum + (commands[name] ?? 0), 0);
  const ofEffects = (...effects: readonly CommandEffect[]): number =>
    count(({ effect }) => effects.includes(effect));
  return {
    // Of an activate that is split in two, the first half counts.
    activates: ofEffects('activate', 'activate-first'),
    reads: ofEffects('read', 'read-precharge'),
    writes: ofEffects('write', 'write-precharge'),
    allBankRefreshes: count(({ effect, scope }) => effect === 'refresh' && scope !== 'bank'),
    bankRefreshes: count(({ effect, scope }) => effect === 'refresh' && scope === 'bank'),
  };
}

function fromCurrents(
  power: CurrentPower,
  device: DramDevice,
  { residency, ticksPerClock }: EnergyWork,
  counts: EffectCounts,
  io: Femtojoules,
): MemoryEnergy {
  const each = commandEnergies(power.currents, energyTimesOf(device), power.devices);
  const tick = device.clockPeriod / ticksPerClock;
  const { activePowerDown = 0, prechargedPowerDown = 0, selfRefresh = 0 } = residency;
  const background = withTotal({
    active: residency.active * tick * each.activeStandby,
    precharged: residency.precharged * tick * each.prechargedStandby,
    powerDown:
      (activePowerDown * each.activePowerDown + prechargedPowerDown * each.prechargedPowerDown) * tick,
    selfRefresh: selfRefresh * tick * each.selfRefresh,
  });
  const parts = {
    activate: counts.activates * each.activate,
    read: counts.reads * each.read,
    write: counts.writes * each.write,
    refresh: counts.allBankRefreshes * each.refreshAllBanks + counts.bankRefreshes * each.refreshOneBank,
  };
  const total = parts.activate + parts.read + parts.write + parts.refresh + background.total + io;
  return { ...parts, background, io, total, range: [total, total] };
}

function perBit(power: PerBitPower, bits: number, counts: EffectCounts, io: Femtojoules): MemoryEnergy {
  const sum = (kind: 'least' | 'most'): Femtojoules =>
    bits * (counts.reads * power.read[kind] + counts.writes * power.write[kind]) + io;
  const read = counts.reads * bits * power.read.typical;
  const write = counts.writes * bits * power.write.typical;
  return {
    activate: 0,
    read,
    write,
    refresh: 0,
    background: NO_BACKGROUND,
    io,
    total: read + write + io,
    range: [sum('least'), sum('most')],
  };
}

function withTotal(parts: Omit<BackgroundEnergy, 'total'>): BackgroundEnergy {
  return { ...parts, total: parts.active + parts.precharged + parts.powerDown + parts.selfRefresh };
}
