import type { AccessRun } from './access-run.ts';
import { HbmPimChannel } from './hbm-pim-channel.ts';
import { checkHbmPimDevice, hbmPimUnits } from './hbm-pim-device.ts';
import type { HbmPimDevice } from './hbm-pim-device.ts';
import { elementwiseKernel, elementwiseTiles, gemvKernel, gemvTiling, lanesOf } from './kernels.ts';
import type { HbmPimElementwiseShape, HbmPimGemvShape } from './kernels.ts';

/**
 * Clock periods of the kernel of a matrix-vector product without running it. All tiles of a kind take the same, which a few of
 * them, run once for each device, tell: exact without refresh. A refresh costs its own time and opening the row again; with
 * it, the result is within 1 % of `hbmPimGemv` and mostly exact.
 */
export function hbmPimGemvCycles(device: HbmPimDevice, shape: HbmPimGemvShape): number {
  checkHbmPimDevice(device);
  const { outputTiles, inputTiles } = gemvTiling(device, shape);
  if (inputTiles < STEADY_INPUTS) return withRefresh(device, gemvRun(device, outputTiles, inputTiles));
  const { setUp, output, even, odd } = remembered(device, 'gemv', () => learnGemv(device));
  const tiles = even * Math.ceil(inputTiles / 2) + odd * Math.floor(inputTiles / 2);
  return withRefresh(device, setUp + outputTiles * (output + tiles));
}

/** The same of an element-wise operation. */
export function hbmPimElementwiseCycles(device: HbmPimDevice, shape: HbmPimElementwiseShape): number {
  checkHbmPimDevice(device);
  const tiles = elementwiseTiles(device, shape);
  const { kind } = shape;
  const { setUp, output } = remembered(device, kind === 'relu' ? 'one operand' : 'two operands', () => {
    const [few, more] = [2, 3].map((count) => elementwiseRun(device, kind, count));
    const each = (more ?? 0) - (few ?? 0);
    return { setUp: (few ?? 0) - 2 * each, output: each, even: 0, odd: 0 };
  });
  return withRefresh(device, setUp + tiles * output);
}

/** What a kernel takes once, for each output tile, and for each input tile of the even and of the odd banks. */
interface KernelTimes {
  readonly setUp: number;
  readonly output: number;
  readonly even: number;
  readonly odd: number;
}

/** Both sides have had their first tile, after which all take the same. */
const STEADY_INPUTS = 2;

function learnGemv(device: HbmPimDevice): KernelTimes {
  const base = gemvRun(device, 2, 4);
  const even = (gemvRun(device, 2, 5) - base) / 2;
  const odd = (gemvRun(device, 2, 6) - base) / 2 - even;
  const output = gemvRun(device, 3, 4) - base - 2 * (even + odd);
  return { setUp: base - 2 * output - 4 * (even + odd), output, even, odd };
}

function gemvRun(device: HbmPimDevice, outputTiles: number, inputTiles: number): number {
  const { sumRegisters, vectorRegisters } = device;
  const out = outputTiles * sumRegisters * hbmPimUnits(device);
  return cyclesOf(device, gemvKernel(device, { out, in: inputTiles * vectorRegisters * lanesOf(device) }));
}

function elementwiseRun(device: HbmPimDevice, kind: HbmPimElementwiseShape['kind'], tiles: number): number {
  const elements = tiles * device.vectorRegisters * lanesOf(device) * hbmPimUnits(device) * 2;
  return cyclesOf(device, elementwiseKernel(device, { kind, elements }));
}

function cyclesOf(device: HbmPimDevice, runs: Iterable<AccessRun>): number {
  return new HbmPimChannel({ ...device, timings: { ...device.timings, nREFI: 0 } }).run(runs);
}

/** Time is lengthened by every refresh of the first rank that falls into it; those of the other ranks take a command each. */
function withRefresh(device: HbmPimDevice, cycles: number): number {
  const { nREFI, nRFC, nRCDRD } = device.timings;
  if (nREFI === 0) return cycles;
  const first = Math.floor(nREFI / device.ranks);
  let refreshes = 0;
  // Each one that comes may make the time long enough for another.
  while (first + refreshes * nREFI <= cycles + refreshes * (nRFC + nRCDRD)) {
    const passed = cycles + refreshes * (nRFC + nRCDRD) - first;
    refreshes = Math.max(refreshes + 1, Math.floor(passed / nREFI) + 1);
  }
  return cycles + refreshes * (nRFC + nRCDRD);
}

const REMEMBERED = new WeakMap<HbmPimDevice, Map<string, KernelTimes>>();

/** A device is data that does not change: what was found of it holds. */
function remembered(device: HbmPimDevice, key: string, find: () => KernelTimes): KernelTimes {
  const known = REMEMBERED.get(device) ?? new Map<string, KernelTimes>();
  REMEMBERED.set(device, known);
  const value = known.get(key) ?? find();
  known.set(key, value);
  return value;
}
