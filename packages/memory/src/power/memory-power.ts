import type { Femtojoules } from '@systole/units';
import type { DramCurrents } from './currents.ts';

/** What a memory draws, known from the currents of its devices. */
export interface CurrentPower {
  readonly kind: 'currents';
  readonly currents: DramCurrents;
  /** Devices that act as one rank or pseudo channel; a half where a device is two of them. */
  readonly devices: number;
  /** Drivers and termination of the data bus, which the currents do not have: fJ for each bit. */
  readonly ioPerBit: Femtojoules;
}

/** An energy in fJ, and between which values it lies. */
export interface EnergyRange {
  readonly typical: Femtojoules;
  readonly least: Femtojoules;
  readonly most: Femtojoules;
}

/** What a memory draws, known only as an average for each bit that it reads or writes. */
export interface PerBitPower {
  readonly kind: 'per-bit';
  readonly read: EnergyRange;
  readonly write: EnergyRange;
  /** The data bus, where it is not in `read` and `write`: fJ for each bit. */
  readonly ioPerBit: Femtojoules;
}

export type MemoryPower = CurrentPower | PerBitPower;
