import { rowPeriod } from '../ideal-stream.ts';
import { requireWhole } from '../pim-result.ts';
import { withRefreshes } from '../refresh-share.ts';
import { attAccAttention, attAccRows, isUniformAttention } from './attacc-attention.ts';
import type { AttAccAttention } from './attacc-attention.ts';
import { attAccPace, attAccRowTiming, checkAttAccDevice } from './attacc-device.ts';
import type { AttAccDevice } from './attacc-device.ts';
import { runAttAcc } from './run-attacc.ts';

/** From so many periods on every further one takes the same. */
const STEADY = 3;
/** Intervals between refreshes that tell what a refresh costs on average. */
const INTERVALS = 32;

const remembered = new WeakMap<AttAccDevice, Map<string, number>>();

/**
 * Clock periods of MACs of all banks, row after row. A row of c accesses takes its gaps, and a refresh waits for the end of
 * a row, where it hides the precharge: nRFC + 1 - nRP each; one that comes while
 * rows are closed goes at once. Exact with and without refresh; only where MACs are so far apart
 * that a refresh comes between them is the stream run.
 */
export function attAccRowsCycles(device: AttAccDevice, macs: number): number {
  checkAttAccDevice(device);
  requireWhole('macs', macs, 0);
  if (macs === 0) return runAttAcc(device, []).cycles;
  const { nRFC, nREFI, nRTPL } = device.timings;
  const pace = attAccPace(device).allBank;
  const { activationLimit: limit, bankGroups, columnsPerRow, pseudoChannels, refresh } = device;
  const steps = limit.kind === 'per-bank-group' ? (bankGroups - 1) * limit.window : 0;
  const ideal = attAccRowTiming(device);
  const timing = {
    ...ideal,
    pace,
    open: ideal.open + steps,
    active: ideal.active + steps,
    cycle: ideal.cycle + steps,
  };
  const rows = Math.ceil(macs / columnsPerRow);
  const last = macs - (rows - 1) * columnsPerRow;
  const period = rowPeriod(columnsPerRow, timing);
  const still = 1 + (rows - 1) * period + timing.open + (last - 1) * pace;
  if (refresh === 'none') return still;
  if (pace >= nRTPL) return runAttAcc(device, attAccRows(device, macs)).cycles;
  // From the activate of a row to the precharge, at which a refresh goes first.
  const untilPrecharge = Math.max(timing.open + (columnsPerRow - 1) * pace + nRTPL, timing.active);
  let shift = 0;
  for (let due = nREFI; due <= still + shift; due += nREFI) {
    // The row that is open when it is due, or else is about to be opened.
    const row = Math.max(0, Math.ceil((due - 1 - shift - untilPrecharge) / period));
    const activate = 1 + row * period + shift;
    if (due <= activate) shift += due + nRFC - activate;
    else if (row < rows - 1) shift += untilPrecharge + 1 + nRFC - period;
    // One that comes in the last row is still issued at its end.
    else return Math.max(still + shift + nRTPL, activate + timing.active) + pseudoChannels;
  }
  return still + shift;
}

/**
 * Clock periods of an attention layer without running all of it. Contexts a period apart take equally much more, and so do
 * pairs of heads: a few short ones, run once for each device, tell. Exact without refresh where a channel has one head, the
 * notes of its authors' simulator giving `240 L / 128 - 30` for units at the banks; within 1 % of `runAttAcc` with refresh.
 * Where a channel has several heads, contexts are not shortened, only heads.
 */
export function attAccAttentionCycles(device: AttAccDevice, attention: AttAccAttention): number {
  checkAttAccDevice(device);
  const { context, heads, level, headDim, reserved = 4096 } = attention;
  requireWhole('context', context, 1, 2 ** 30);
  requireWhole('heads', heads, 1, 2 ** 20);
  const { channels, columnsPerRow, pseudoChannels, ranks, bankGroups, banksPerGroup, lanes, queue } = device;
  const still: AttAccDevice = device.refresh === 'none' ? device : stillOf(device);
  const runOn = (on: AttAccDevice, some: AttAccAttention, figure: 'cycles' | 'REFab'): number => {
    const key = `${level} ${headDim} ${reserved} ${some.context} ${some.heads} ${figure}`;
    return remember(on, key, () => {
      const result = runAttAcc(on, attAccAttention(on, some), { isUniform: isUniformAttention(on, some) });
      return figure === 'cycles' ? result.cycles : (result.commands.REFab ?? 0);
    });
  };
  const rounds = Math.ceil(heads / channels);
  let cycles: number;
  let sample: AttAccAttention;
  if (rounds === 1) {
    // Contexts that end alike in their rows, and so many weights that those of one bank group alone fill the queue.
    const units = pseudoChannels * ranks * bankGroups;
    const period = columnsPerRow * units * (level === 'bank' ? 1 : banksPerGroup);
    const steady =
      level === 'buffer' ? STEADY * period : Math.max(STEADY * period, 2 * queue * units * lanes);
    // One head in some channels takes what one in every channel takes.
    const sized = (some: number): AttAccAttention => ({ ...attention, context: some, heads: channels });
    cycles = extrapolate(context, period, steady, (some) => runOn(still, sized(some), 'cycles'));
    sample = sized(Math.min(context, Math.ceil((context * INTERVALS * device.timings.nREFI) / cycles)));
  } else {
    const sized = (some: number): AttAccAttention => ({
      ...attention,
      heads: heads - (rounds - some) * channels,
    });
    cycles = extrapolate(rounds, 2, 2 * STEADY, (some) => runOn(still, sized(some), 'cycles'));
    const pairs = Math.ceil((rounds * INTERVALS * device.timings.nREFI) / (2 * cycles));
    sample = sized(Math.min(rounds, 2 * pairs + (rounds % 2)));
  }
  if (device.refresh === 'none') return cycles;
  if (sample.context === context && (rounds === 1 || sample.heads === heads))
    return runOn(device, sample, 'cycles');
  return withRefreshes(cycles, device.timings.nREFI, {
    still: runOn(still, sample, 'cycles'),
    refreshed: runOn(device, sample, 'cycles'),
    refreshes: runOn(device, sample, 'REFab') / pseudoChannels,
  });
}

/** Goes on from two sizes, `step` apart and from `steady` on, to `size`; a small size is looked up as it is. */
function extrapolate(size: number, step: number, steady: number, at: (size: number) => number): number {
  const low = size - Math.floor((size - steady) / step) * step;
  if (low + step >= size) return at(size);
  const base = at(low);
  return base + ((size - low) / step) * (at(low + step) - base);
}

const stills = new WeakMap<AttAccDevice, AttAccDevice>();

function stillOf(device: AttAccDevice): AttAccDevice {
  const known = stills.get(device) ?? { ...device, refresh: 'none' as const };
  stills.set(device, known);
  return known;
}

function remember(device: AttAccDevice, key: string, find: () => number): number {
  const results = remembered.get(device) ?? new Map<string, number>();
  remembered.set(device, results);
  const found = results.get(key) ?? find();
  results.set(key, found);
  return found;
}
