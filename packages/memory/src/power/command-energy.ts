import { SystoleError } from '@systole/core';
import type { Femtojoules, Picoseconds } from '@systole/units';
import { checkCurrents } from './currents.ts';
import type { DramCurrents } from './currents.ts';
import type { DramDevice } from '../device/device.ts';

/** The times for which the currents of a device flow, in ps. */
export interface EnergyTimes {
  readonly tRAS: Picoseconds;
  readonly tRP: Picoseconds;
  /** Refresh of all banks. */
  readonly tRFC: Picoseconds;
  /** Refresh of one bank, where the device has it. */
  readonly tRFCpb?: Picoseconds;
  /** One burst on the data bus. */
  readonly burst: Picoseconds;
  /** Banks that a refresh of all banks is for. */
  readonly banks: number;
}

/** Energy of each command and power of each state, of the devices that act as one rank or pseudo channel. */
export interface CommandEnergies {
  /** An activate with its precharge. */
  readonly activate: Femtojoules;
  readonly read: Femtojoules;
  readonly write: Femtojoules;
  readonly refreshAllBanks: Femtojoules;
  readonly refreshOneBank: Femtojoules;
  /** Powers in fJ per ps, which is mW. */
  readonly activeStandby: number;
  readonly prechargedStandby: number;
  readonly activePowerDown: number;
  readonly prechargedPowerDown: number;
  readonly selfRefresh: number;
}

/** One supply of a device with its currents, in V and mA. */
interface Supply {
  readonly volts: number;
  readonly cycle: number;
  readonly precharged: number;
  readonly active: number;
  readonly read: number;
  readonly write: number;
  readonly refresh: number;
}

/**
 * The IDD method (Micron TN-41-01): a command costs what it draws above the standby current that flows in any case.
 *
 * - activate and precharge: VDD x (IDD0 x tRC - IDD3N x tRAS - IDD2N x tRP), with tRC = tRAS + tRP;
 * - read, write: VDD x (IDD4 - IDD3N) for one burst;
 * - refresh: VDD x (IDD5 - IDD3N) x tRFC;
 * - standby: VDD x IDD3N with a bank open, VDD x IDD2N with all closed.
 *
 * The refresh of one bank takes IDD5PB. Where that is not given, or is not above IDD3N, it costs its share of the refresh of
 * all banks. A power-down or self-refresh whose current is not given saves nothing.
 *
 * @param devices That act as one rank or pseudo channel; a half where a device is two of them.
 * @throws SystoleError with every problem of the currents.
 */
export function commandEnergies(
  currents: DramCurrents,
  times: EnergyTimes,
  devices: number,
): CommandEnergies {
  const [first, ...more] = checkCurrents(currents);
  if (first !== undefined) throw new SystoleError(first, ...more);
  if (!(devices > 0 && devices < 1e6)) {
    throw new SystoleError({
      code: 'parameter/out-of-range',
      message: `expected a positive number of devices, got ${devices}`,
      place: { path: 'devices' },
      hint: 'A bus of 64 pins has eight devices of eight pins.',
    });
  }
  const { tRAS, tRP, tRFC, burst } = times;
  const { core, pump } = suppliesOf(currents);
  const sum = (charge: (supply: Supply) => number): number =>
    devices * (core.volts * charge(core) + (pump === undefined ? 0 : pump.volts * charge(pump)));
  // Of the pump no currents are published for power-down and self-refresh: it goes on as in standby.
  const sleep = (current: number, state: 'active' | 'precharged'): number =>
    devices * (core.volts * current + (pump === undefined ? 0 : pump.volts * pump[state]));
  const { IDD2N, IDD3N, IDD2P = IDD2N, IDD3P = IDD3N, IDD6 = IDD2N } = currents;
  const refreshAllBanks = sum(({ refresh, active }) => (refresh - active) * tRFC);
  return {
    activate: sum(({ cycle, active, precharged }) => (cycle - active) * tRAS + (cycle - precharged) * tRP),
    read: sum(({ read, active }) => (read - active) * burst),
    write: sum(({ write, active }) => (write - active) * burst),
    refreshAllBanks,
    refreshOneBank: oneBank(currents, times, devices) ?? refreshAllBanks / times.banks,
    activeStandby: sum(({ active }) => active),
    prechargedStandby: sum(({ precharged }) => precharged),
    activePowerDown: sleep(IDD3P, 'active'),
    prechargedPowerDown: sleep(IDD2P, 'precharged'),
    selfRefresh: sleep(IDD6, 'precharged'),
  };
}

/** The times of a device for which its currents flow. */
export function energyTimesOf({ timings, clockPeriod, counts }: DramDevice): EnergyTimes {
  const time = (...names: readonly string[]): Picoseconds | undefined => {
    const found = names.find((name) => timings[name] !== undefined);
    return found === undefined ? undefined : (timings[found] ?? 0) * clockPeriod;
  };
  const needed = (...names: readonly string[]): Picoseconds => {
    const found = time(...names);
    if (found !== undefined) return found;
    throw new SystoleError({
      code: 'parameter/required',
      message: `the energy of a device depends on ${names.join(' or ')}, which is not given`,
      place: { path: `timings.${names[0] ?? ''}` },
      hint: 'Give it in clock periods.',
    });
  };
  const tRFCpb = time('nRFCpb');
  return {
    tRAS: needed('nRAS'),
    tRP: needed('nRP', 'nRPpb'),
    tRFC: needed('nRFC', 'nRFCab'),
    ...(tRFCpb === undefined ? {} : { tRFCpb }),
    burst: needed('nBL', 'nBL_min'),
    banks: counts.stackId * counts.bankGroup * counts.bank,
  };
}

function oneBank(currents: DramCurrents, times: EnergyTimes, devices: number): Femtojoules | undefined {
  const { VDD, IDD3N, IDD5PB } = currents;
  if (IDD5PB === undefined || IDD5PB <= IDD3N || times.tRFCpb === undefined) return undefined;
  return devices * VDD * (IDD5PB - IDD3N) * times.tRFCpb;
}

function suppliesOf(currents: DramCurrents): { readonly core: Supply; readonly pump?: Supply } {
  const core: Supply = {
    volts: currents.VDD,
    cycle: currents.IDD0,
    precharged: currents.IDD2N,
    active: currents.IDD3N,
    read: currents.IDD4R,
    write: currents.IDD4W,
    refresh: currents.IDD5,
  };
  const { VPP, IPP0, IPP2N, IPP3N, IPP4R, IPP4W, IPP5 } = currents;
  if (
    VPP === undefined ||
    IPP0 === undefined ||
    IPP2N === undefined ||
    IPP3N === undefined ||
    IPP4R === undefined ||
    IPP4W === undefined ||
    IPP5 === undefined
  ) {
    return { core };
  }
  const pump: Supply = {
    volts: VPP,
    precharged: IPP2N,
    active: IPP3N,
    // The pump cannot draw less than in standby, whatever rounding a data sheet has.
    cycle: Math.max(IPP0, IPP2N, IPP3N),
    read: Math.max(IPP4R, IPP3N),
    write: Math.max(IPP4W, IPP3N),
    refresh: Math.max(IPP5, IPP3N),
  };
  return { core, pump };
}
