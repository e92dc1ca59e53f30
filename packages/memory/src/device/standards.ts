import type { DramStandard } from './standard.ts';
import { DDR3, DDR4, DDR5 } from './standards/ddr.ts';
import { GDDR6, GDDR7 } from './standards/gddr.ts';
import { HBM1, HBM2, HBM3, HBM4 } from './standards/hbm.ts';
import { LPDDR5, LPDDR6 } from './standards/lpddr.ts';

/**
 * The standards by name. What each asks of its commands follows the JEDEC text as Ramulator 2.1 reads it, with the gaps around
 * the refresh of single banks completed. Names of timing parameters are those of the standard, with an n for clock periods.
 */
export const DRAM_STANDARDS: Readonly<Record<string, DramStandard>> = Object.fromEntries(
  [DDR3, DDR4, DDR5, LPDDR5, LPDDR6, GDDR6, GDDR7, HBM1, HBM2, HBM3, HBM4].map((standard) => [
    standard.name,
    standard,
  ]),
);
