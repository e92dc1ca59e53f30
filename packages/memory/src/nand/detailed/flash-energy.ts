import type { Femtojoules, Picoseconds } from '@systole/units';
import type { FlashEnergyResult } from './flash-result.ts';
import type { FlashSpec, RangeOf } from './flash-spec.ts';
import type { OperationCounts } from './flash-statistics.ts';

const FEMTOJOULES_PER_WATT_PICOSECOND = 1000;

/** The energy of what was counted, and of dies that did nothing for the rest of `time`, at both ends of its range. */
export function flashEnergy(
  spec: FlashSpec,
  counts: Readonly<OperationCounts>,
  busy: Picoseconds,
  time: Picoseconds,
): FlashEnergyResult {
  const { energy, channels, chipsPerChannel, diesPerChip } = spec;
  const dies = channels * chipsPerChannel * diesPerChip;
  const read = times(energy.read, counts.pagesRead);
  const program = times(energy.program, counts.pagesProgrammed);
  const erase = times(energy.erase, counts.blocksErased);
  const transfer = times(energy.byte, counts.bytesIn + counts.bytesOut);
  const idle = times(energy.idle, Math.max(0, dies * time - busy) * FEMTOJOULES_PER_WATT_PICOSECOND);
  const parts = [read, program, erase, transfer, idle];
  const sum = (pick: (range: RangeOf<Femtojoules>) => number): number =>
    parts.reduce((all, range) => all + pick(range), 0);
  const total = {
    low: sum(({ low }) => low),
    typical: sum(({ typical }) => typical),
    high: sum(({ high }) => high),
  };
  return { read, program, erase, transfer, idle, total, source: energy.source };
}

function times({ low, typical, high }: RangeOf<number>, count: number): RangeOf<Femtojoules> {
  return { low: low * count, typical: typical * count, high: high * count };
}
