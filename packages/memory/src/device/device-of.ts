import { suggestName, SystoleError } from '@systole/core';
import type { Bytes, Picoseconds } from '@systole/units';
import { checkDevice } from './check-device.ts';
import type { DramDevice } from './device.ts';
import type { Level } from './level.ts';
import { DRAM_STANDARDS } from './standards.ts';
import type { DramStandard } from './standard.ts';

/** A device as one writes it. */
export interface DeviceSpec {
  /** A standard, or the name of one of DRAM_STANDARDS. */
  readonly standard: DramStandard | string;
  /** ps. */
  readonly clockPeriod: Picoseconds;
  /** Nodes of each level in one of the level above; 1 where left out. */
  readonly counts: Readonly<Partial<Record<Level, number>>>;
  readonly rowsPerBank: number;
  /** Row of one bank, as the (pseudo) channel sees it. */
  readonly rowBytes: Bytes;
  readonly burstBytes: Bytes;
  /** Data pins of the (pseudo) channel; given, they have to divide the burst into whole beats. */
  readonly dataPins?: number;
  /** In clock periods, under their names with an n. */
  readonly timings: Readonly<Record<string, number>>;
}

/**
 * Builds a device and checks it.
 *
 * @throws SystoleError with every problem, each naming its parameter.
 */
export function deviceOf(spec: DeviceSpec): DramDevice {
  const standard = standardOf(spec.standard);
  const { rowBytes, burstBytes, dataPins } = spec;
  const device: DramDevice = {
    standard,
    clockPeriod: spec.clockPeriod,
    counts: { channel: 1, pseudoChannel: 1, rank: 1, stackId: 1, bankGroup: 1, bank: 1, ...spec.counts },
    rowsPerBank: spec.rowsPerBank,
    burstsPerRow: rowBytes / burstBytes,
    burstBytes,
    timings: spec.timings,
  };
  // Said of what was written, and not of the number that follows from it.
  const isUneven = rowBytes > 0 && burstBytes > 0 && rowBytes % burstBytes !== 0;
  const conflicts = checkDevice(device).filter(
    ({ parameter }) => !(isUneven && parameter === 'burstsPerRow'),
  );
  if (isUneven) {
    conflicts.push({
      parameter: 'burstBytes',
      message: `a burst of ${burstBytes} B does not divide a row of ${rowBytes} B`,
      hint: `Take a number that divides ${rowBytes}.`,
    });
  }
  if (dataPins !== undefined && !(dataPins >= 1 && Number.isInteger((burstBytes * 8) / dataPins))) {
    conflicts.push({
      parameter: 'dataPins',
      message: `${dataPins} data pins do not divide a burst of ${burstBytes} B into whole beats`,
      hint: `Take a number that divides ${burstBytes * 8}.`,
    });
  }
  const [first, ...more] = conflicts.map(({ parameter, message, hint }) => ({
    code: 'parameter/out-of-range' as const,
    message,
    place: { path: parameter },
    hint,
  }));
  if (first !== undefined) throw new SystoleError(first, ...more);
  return device;
}

function standardOf(standard: DramStandard | string): DramStandard {
  if (typeof standard !== 'string') return standard;
  const found = Object.hasOwn(DRAM_STANDARDS, standard) ? DRAM_STANDARDS[standard] : undefined;
  if (found !== undefined) return found;
  throw new SystoleError({
    code: 'parameter/out-of-range',
    message: `there is no DRAM standard "${standard.slice(0, 100)}"`,
    place: { path: 'standard' },
    hint: suggestName(standard, Object.keys(DRAM_STANDARDS)),
  });
}
