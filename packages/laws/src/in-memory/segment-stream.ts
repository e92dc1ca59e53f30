import * as fc from 'fast-check';
import type { Transaction } from '@systole/core';
import { findFormat, storageBytes } from '@systole/numerics';
import { arbitraryFormats } from '../arbitrary-formats.ts';
import { arbitraryTransaction } from '../arbitrary-transaction.ts';
import type { ParameterValues } from '../arbitrary-values.ts';
import type { Bench } from '../bench.ts';
import { onlyMoves } from './only-moves.ts';
import type { PairAsking } from './usual-options.ts';

const numberOf = (values: ParameterValues, name: string): number => Number(values[name]);

/** In-memory work whose sizes fit one another: strides in whole bursts, sums as many as are read. */
function streams({ values, unitValues, unitFacts }: Bench): fc.Arbitrary<Transaction> {
  const burst = numberOf(values, 'burstBytes');
  const result = findFormat(String(unitValues['resultFormat']));
  const sums = unitValues['adderTree'] === true ? 1 : numberOf(unitValues, 'lanes');
  const sumBytes = result === undefined ? 0 : storageBytes(result, sums);
  const banks = numberOf(values, 'bankGroups') * numberOf(values, 'banksPerGroup');
  return fc
    .record({
      channels: fc.integer({ min: 1, max: numberOf(values, 'channels') }),
      banks: fc.integer({ min: 1, max: banks }),
      groups: fc.integer({ min: 1, max: 40 }),
      segments: fc.integer({ min: 1, max: 300 }),
      passes: fc.integer({ min: 1, max: 4 }),
      gap: fc.nat(64),
      offset: fc.nat(16),
      keep: fc.constantFrom(0, 0, 0, 1),
      formats: arbitraryFormats(unitFacts, []),
    })
    .map(({ gap, offset, formats, ...sizes }) => {
      // Sums can only be left where they are while all of them fit.
      const fits = sizes.groups * sizes.passes <= numberOf(unitValues, 'accumulators');
      return { gap, offset, formats, ...sizes, keep: fits ? sizes.keep : 0 };
    })
    .map(({ gap, offset, formats, ...dims }) => ({
      kind: 'segment-stream',
      format: String(unitValues['format']),
      ...formats,
      bytes: dims.keep === 1 ? 0 : dims.groups * dims.passes * sumBytes * dims.banks * dims.channels,
      dims: { ...dims, groupStride: (dims.segments + gap) * burst, offset: offset * burst },
    }));
}

function vectors({ values, unitValues }: Bench): fc.Arbitrary<Transaction> {
  const room = Number(unitValues['inputBuffer'] ?? Infinity);
  const longest = Math.max(1, Math.min(numberOf(values, 'vectorBuffer'), room));
  return fc
    .record({
      channels: fc.integer({ min: 1, max: numberOf(values, 'channels') }),
      vectorBytes: fc.integer({ min: 1, max: longest }),
    })
    .map((dims) => ({ kind: 'vector-write', bytes: dims.vectorBytes * dims.channels, dims }));
}

function dramTransactions(bench: Bench): fc.Arbitrary<Transaction> {
  const moves = arbitraryTransaction(onlyMoves(bench.declaration), bench.values);
  return bench.parts.length === 1
    ? fc.oneof(moves, vectors(bench))
    : fc.oneof(moves, vectors(bench), { weight: 3, arbitrary: streams(bench) });
}

/** More groups, passes or segments of a stream; a longer vector; twice the data. */
function growDram(transaction: Transaction): readonly Transaction[] {
  const { kind, bytes, dims = {}, pattern } = transaction;
  const twice = (name: string): Transaction => ({
    ...transaction,
    bytes: name === 'segments' ? bytes : bytes * 2,
    dims: {
      ...dims,
      [name]: (dims[name] ?? 1) * 2,
    },
  });
  if (kind === 'segment-stream') return ['groups', 'segments', 'passes'].map(twice);
  if (kind === 'vector-write') return [twice('vectorBytes')];
  if (pattern === undefined) return [{ ...transaction, bytes: bytes * 2 }];
  return [{ ...transaction, bytes: bytes * 2, pattern: { ...pattern, runs: pattern.runs * 2 } }];
}

/**
 * What a cut of DRAM work may cost: the queue runs dry, so that accesses of one bank that it held no longer overlap with
 * what follows, and the next piece begins anew. Each of them costs at most a whole row cycle and its recovery.
 */
function dramCut(_transaction: Transaction, { values, unitValues }: Bench): number {
  const time = (name: string): number => Math.ceil(Number(values[name] ?? 0));
  const cycle =
    Math.max(
      time('tRC'),
      time('tRAS') + time('tRP'),
      time('tRCD') + time('tCWL') + time('tWR') + time('tRP'),
    ) +
    Math.max(time('tRCDWR'), time('tRCDMac')) +
    time('tCL') +
    time('tFAW') * (numberOf(values, 'bankGroups') * numberOf(values, 'banksPerGroup')) +
    time('modeSwitch') * 2;
  const drain = (numberOf(unitValues, 'pipelineDepth') || 0) * 2000;
  return Math.ceil((numberOf(values, 'queueDepth') + 1) * (cycle + drain) * refreshStretch(values));
}

/**
 * A cut may hide the closing of a row: rows are closed at the end of a transaction where that is the policy, and those of a
 * stream have to stay open for tRAS, in which the sums that are read at the cut cost nothing. And where several banks wait, the
 * scheduler may take them in a luckier order when it sees fewer of them: list scheduling has such anomalies.
 */
function dramGain({ kind, pattern }: Transaction, { values }: Bench): number {
  const isSpread = pattern !== undefined && pattern.runs > 1;
  const hides = kind === 'segment-stream' || values['rowPolicy'] === 'closed' || isSpread;
  const cycle = Math.max(numberOf(values, 'tRC'), numberOf(values, 'tRAS') + numberOf(values, 'tRP'));
  return hides ? Math.ceil(cycle * refreshStretch(values)) : 0;
}

/**
 * A refresh with the rows that it closes, and the edges of the clock on which commands start at level detailed. Level fast does
 * not know of a scheduler that closes rows which are still wanted.
 */
function oneRefresh({ kind }: Transaction, { values }: Bench): number {
  const time = (name: string): number => Math.ceil(Number(values[name] ?? 0));
  if (values['scheduler'] === 'fr-fcfs' && kind !== 'segment-stream') return Infinity;
  const refresh = values['refresh'] === 'none' ? 0 : time('tRFC') + time('tRP') + time('tRCD');
  return refresh + 4 * time('clockPeriod');
}

/** By how much refresh lengthens work. */
function refreshStretch(values: ParameterValues): number {
  const [interval, refresh] = [numberOf(values, 'tREFI'), numberOf(values, 'tRFC')];
  return values['refresh'] === 'none' ? 1 : interval / (interval - refresh);
}

/** Rows that stream past units beside the banks of a memory: how to ask DRAM, and a unit that works in it. */
export const segmentStream: PairAsking = {
  kind: 'segment-stream',
  memoryParameters: ['channels', 'bankGroups', 'banksPerGroup', 'burstBytes', 'vectorBuffer', 'queueDepth'],
  unitParameters: ['lanes', 'accumulators', 'resultFormat', 'format'],
  options: {
    transactions: dramTransactions,
    grow: growDram,
    cutOverhead: dramCut,
    cutGain: dramGain,
    levelsApart: oneRefresh,
  },
};
