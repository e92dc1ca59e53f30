import type { Femtojoules, Watts } from '@systole/units';
import type { DramValues } from './parameters.ts';
import { bankRefreshRound } from './per-bank-refresh.ts';

/** V x A x ps is pJ. */
const FEMTOJOULES_PER_VAPS = 1000;

/** The share of IDD3N - IDD2N that one open bank draws. */
function standbyShare(values: DramValues): number {
  return values.activeStandby === 'any-bank' ? 1 : 1 / (values.bankGroups * values.banksPerGroup);
}

function charge(values: DramValues, amperePicoseconds: number): Femtojoules {
  return values.VDD * amperePicoseconds * values.devicesPerChannel * FEMTOJOULES_PER_VAPS;
}

/**
 * One activate and its precharge: VDD x (IDD0 x tRC - standby), the standby current of one open bank being drawn for
 * tRAS and IDD2N for the rest of tRC (the IDD method).
 */
export function activateEnergy(values: DramValues): Femtojoules {
  const { IDD0, IDD2N, IDD3N, tRC, tRAS } = values;
  const open = IDD2N + (IDD3N - IDD2N) * standbyShare(values);
  return charge(values, IDD0 * tRC - open * tRAS - IDD2N * (tRC - tRAS));
}

/**
 * The core's part of a read burst: VDD x (IDD4R - IDD3N) for tCCDS. The current is that of bursts without a gap, one every
 * tCCDS at the device's own rate; pins that are run slower do not make an access of the array dearer.
 */
export function readBurstEnergy(values: DramValues): Femtojoules {
  return charge(values, (values.IDD4R - values.IDD3N) * values.tCCDS);
}

/** The core's part of a write burst: VDD x (IDD4W - IDD3N) for tCCDS, as for a read. */
export function writeBurstEnergy(values: DramValues): Femtojoules {
  return charge(values, (values.IDD4W - values.IDD3N) * values.tCCDS);
}

/**
 * Refresh, per ps of one channel: VDD x (IDD5 - IDD3N) x tRFC / tREFI. Where banks are refreshed one by one, each has
 * VDD x (IDD5PB - IDD3N) x tRFCpb in a round or, where that current is not given, its share of a refresh of all.
 */
export function refreshEnergyPerPs(values: DramValues): Femtojoules {
  if (values.refresh === 'none') return 0;
  const { IDD3N, IDD5PB = 0, tRFCpb = 0 } = values;
  if (values.refresh === 'per-bank') {
    const banks = values.bankGroups * values.banksPerGroup;
    const one = IDD5PB > IDD3N ? (IDD5PB - IDD3N) * tRFCpb : ((values.IDD5 - IDD3N) * values.tRFC) / banks;
    return charge(values, (one * banks) / bankRefreshRound(values));
  }
  return charge(values, ((values.IDD5 - values.IDD3N) * values.tRFC) / values.tREFI);
}

/**
 * Open rows, per ps of one bank: VDD x (IDD3N - IDD2N) over the banks of a channel. Where any open bank draws all of
 * it, every bank of the channel is counted.
 */
export function standbyEnergyPerPs(values: DramValues): Femtojoules {
  return charge(values, (values.IDD3N - values.IDD2N) / (values.bankGroups * values.banksPerGroup));
}

/** All channels with all banks precharged: VDD x IDD2N. */
export function standbyPower(values: DramValues): Watts {
  return values.VDD * values.IDD2N * values.devicesPerChannel * values.channels;
}
