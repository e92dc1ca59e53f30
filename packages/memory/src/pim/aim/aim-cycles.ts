import { withRefreshes } from '../refresh-share.ts';
import type { RefreshedStretch } from '../refresh-share.ts';
import { checkAimDevice } from './aim-device.ts';
import type { AimDevice } from './aim-device.ts';
import { aimGemv, aimGemvShape } from './aim-gemv.ts';
import type { AimGemv } from './aim-gemv.ts';
import type { AimInstruction } from './aim-instruction.ts';
import { runAim } from './run-aim.ts';

/** From so many groups, and tiles, on every further one takes the same. */
const STEADY = 3;
/** Intervals between refreshes that tell what a refresh costs on average. */
const INTERVALS = 32;

/** Results of short runs, for each device. */
const remembered = new WeakMap<AimDevice, Map<string, number>>();

/**
 * Clock periods of a GEMV without running it. All groups of matrix rows take the same, and so do all tiles of the vector but
 * the last: a few of them, run once for each device, tell. Exact without refresh: for the preset `aim-gddr6` it is, with c(k)
 * columns in tile k and G groups, `1 + sum over k of (2 c(k) + G (158 + 2 c(k)))` where the vector stays and sums are preset.
 * With refresh it is exact for short streams, and within 1 % of `runAim` for long ones.
 */
export function aimGemvCycles(device: AimDevice, gemv: AimGemv): number {
  checkAimDevice(device);
  const shape = aimGemvShape(device, gemv);
  const { groups, tiles, tileColumns, lastColumns, groupsPerRow } = shape;
  const still: AimDevice = device.refresh === 'none' ? device : stillOf(device);
  const { bias = false, order = 'vector-stationary', packed = false } = gemv;
  const banks = device.bankGroups * device.banksPerGroup;
  /** The same kind of GEMV, of other size. */
  const sized = (someGroups: number, someTiles: number): AimGemv => ({
    M: someGroups * banks,
    K: ((someTiles - 1) * tileColumns + lastColumns) * device.lanes,
    bias,
    order,
    packed,
  });
  const key = `${lastColumns} ${bias} ${order} ${packed}`;
  const run = (someGroups: number, someTiles: number): number =>
    remember(
      still,
      `${key} ${someGroups} ${someTiles}`,
      () => runAim(still, aimGemv(still, sized(someGroups, someTiles))).cycles,
    );
  const alongGroups = (someTiles: number): number =>
    extrapolate(groups, groupsPerRow, (someGroups) => run(someGroups, someTiles));
  const cycles = extrapolate(tiles, 1, alongGroups);
  if (device.refresh === 'none') return cycles;

  const { nREFI } = device.timings;
  const isLong = cycles > INTERVALS * nREFI;
  const whole = sized(groups, tiles);
  if (!isLong)
    return remember(device, `${key} ${groups} ${tiles}`, () => runAim(device, aimGemv(device, whole)).cycles);
  // The first part of the stream stands for all of it.
  const instructions = tiles * groups * (bias ? 3 : 2);
  const part = Math.ceil((instructions * INTERVALS * nREFI) / cycles);
  const stretch = (name: string, on: AimDevice, figure: 'cycles' | 'REFab'): number =>
    remember(device, `${key} ${groups} ${tiles} ${name}`, () => {
      const result = runAim(on, first(part, aimGemv(on, whole)));
      return figure === 'cycles' ? result.cycles : (result.commands.REFab ?? 0);
    });
  const measured: RefreshedStretch = {
    still: stretch('still', still, 'cycles'),
    refreshed: stretch('refreshed', device, 'cycles'),
    refreshes: stretch('refreshes', device, 'REFab'),
  };
  return withRefreshes(cycles, nREFI, measured);
}

/** Goes on from two steady sizes, `step` apart, to `size`; a small size is looked up as it is. */
function extrapolate(size: number, step: number, at: (size: number) => number): number {
  if (size < (STEADY + 2) * step) return at(size);
  const low = STEADY * step + (size % step);
  const base = at(low);
  return base + ((size - low) / step) * (at(low + step) - base);
}

const stills = new WeakMap<AimDevice, AimDevice>();

function stillOf(device: AimDevice): AimDevice {
  const known = stills.get(device) ?? { ...device, refresh: 'none' as const };
  stills.set(device, known);
  return known;
}

function remember(device: AimDevice, key: string, find: () => number): number {
  const results = remembered.get(device) ?? new Map<string, number>();
  remembered.set(device, results);
  const found = results.get(key) ?? find();
  results.set(key, found);
  return found;
}

function* first(count: number, program: Iterable<AimInstruction>): Generator<AimInstruction> {
  let left = count;
  for (const instruction of program) {
    if (left-- <= 0) return;
    yield instruction;
  }
}
