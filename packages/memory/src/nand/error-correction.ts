import type { Bytes } from '@systole/units';

const BITS_PER_BYTE = 8;
const PROTECTED_SHARE = 0.01;
const THRESHOLD_COPIES = 9;
const VALUE_COPIES = 2;

/**
 * Spare area that the protection of outliers takes in a page of INT8 values (Cambricon-LLM): the threshold nine times,
 * and for each of the largest hundredth its address, a Hamming code on the address, and two copies of the value.
 */
export function outlierBytes(pageBytes: Bytes): Bytes {
  let addressBits = 0;
  while (2 ** addressBits < pageBytes) addressBits++;
  let codeBits = 0;
  while (2 ** codeBits < addressBits + codeBits + 1) codeBits++;
  const outliers = Math.floor(pageBytes * PROTECTED_SHARE);
  const bits =
    THRESHOLD_COPIES * BITS_PER_BYTE + outliers * (addressBits + codeBits + VALUE_COPIES * BITS_PER_BYTE);
  return Math.ceil(bits / BITS_PER_BYTE);
}
