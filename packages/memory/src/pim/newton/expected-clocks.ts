import { CLOSED } from './newton-banks.ts';
import type { NewtonBanks } from './newton-banks.ts';
import { columnGap, groupGap } from './newton-commands.ts';
import type { NewtonDevice } from './newton-device.ts';

/** What the controller expects of a vector row when it decides whether it ends before the next refresh. */
export function expectedVectorClocks({ timings }: NewtonDevice, open: number, row: number): number {
  const { nRTP, nRP, nRCD, nGWRITE } = timings;
  if (open === row) return nGWRITE;
  return nGWRITE + nRP + nRCD + (open === CLOSED ? 0 : nRTP);
}

/** The same of a row that is multiplied: it reckons nRTP for each bank that has to be closed, and no response. */
export function expectedRowClocks(
  device: NewtonDevice,
  banks: NewtonBanks,
  row: number,
  columns: number,
): number {
  const { closing, groups } = banks.inWayOf(row);
  const { nRTP, nRCD } = device.timings;
  const turns = Math.floor(groups / device.ranks) - 1;
  const width = Math.max(floorToPower(columns), device.pipelineColumns);
  return closing * nRTP + groupGap(device) * turns + nRCD + columnGap(device) * width;
}

/** The largest power of two that is not above: a header carries the columns of its row so. */
function floorToPower(value: number): number {
  let power = 1;
  while (power * 2 <= value) power *= 2;
  return power;
}
