import type { ParameterConflict } from '@systole/core';

const BITS_PER_BYTE = 8;

/** Bits of a width that is given as data. */
export function bitsOf(width: number): number {
  return width * BITS_PER_BYTE;
}

/** What is wrong with a width: wires are whole. */
export function widthConflicts(parameter: string, width: number): readonly ParameterConflict[] {
  if (Number.isInteger(bitsOf(width))) return [];
  return [
    {
      parameter,
      message: `a width of ${bitsOf(width)} bits is no whole number of wires`,
      hint: 'Give it in bits, such as "256 b", or in bytes, such as "32 B".',
    },
  ];
}
