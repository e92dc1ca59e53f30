import type { Bytes, Picoseconds } from '@systole/units';
import type { Level } from './level.ts';
import type { DramStandard } from './standard.ts';

/** A DRAM device of one standard with its organisation and timing: all that commands of one channel depend on. */
export interface DramDevice {
  readonly standard: DramStandard;
  /** ps of one clock period (CK). */
  readonly clockPeriod: Picoseconds;
  /** Nodes of each level in one node of the level above; 1 for a level that the standard lacks. */
  readonly counts: Readonly<Record<Level, number>>;
  readonly rowsPerBank: number;
  /** Bursts of one row of one bank. */
  readonly burstsPerRow: number;
  /** Data of one column access of the (pseudo) channel. */
  readonly burstBytes: Bytes;
  /** Timing parameters in clock periods, under their names with an n: nRCD, nFAW. Halves occur. */
  readonly timings: Readonly<Record<string, number>>;
}
