import { BitMapping } from './bit-mapping.ts';
import type { DramDevice } from './device.ts';
import { isPowerOfTwo } from './mapping-plan.ts';
import type { AddressMapping } from './mapping-plan.ts';
import { RadixMapping } from './radix-mapping.ts';
import { readMapping } from './read-mapping.ts';

export type { AddressMapping } from './mapping-plan.ts';

/**
 * Reads an address mapping and fits it to a device.
 *
 * - `RoBaRaCoCh`, `ChRaBaRoCo`, `MOP4CLXOR`: those of Ramulator. With several channels the channel lies above the burst.
 * - `rochrababgco`: six fields of two letters, most significant first, as DRAMsim3 has them. `ra` is the rank, the pseudo
 *   channel and the stack level.
 * - `row columnHigh bank bankGroup rank columnLow(2) channel bank^row`: fields from the most significant on. One that is split
 *   has a width in bits at all its pieces but one (High, Mid and Low are there for the reader), and `bank^row(3)` adds the
 *   bits of the row from bit 3 on to the bank. Levels of which there is one may be left
 *   out, and a name of Ramulator may stand for the fields.
 *
 * Sizes need not be powers of two, as with three stack levels; fields that are split or hashed have to be.
 *
 * @throws SystoleError with what cannot be read, with the field that is missing or twice there, or that has no power of two.
 */
export function createAddressMapping(text: string, device: DramDevice, channels = 1): AddressMapping {
  const plan = readMapping(text, device, channels);
  const areBits = Object.values(plan.sizes).every(isPowerOfTwo);
  return areBits ? new BitMapping(plan) : new RadixMapping(plan);
}
