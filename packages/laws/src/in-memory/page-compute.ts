import * as fc from 'fast-check';
import type { Transaction } from '@systole/core';
import { findFormat, storageBytes } from '@systole/numerics';
import { arbitraryFormats, mostPasses } from '../arbitrary-formats.ts';
import { arbitraryTransaction } from '../arbitrary-transaction.ts';
import type { ParameterValues } from '../arbitrary-values.ts';
import type { Bench } from '../bench.ts';
import { onlyMoves } from './only-moves.ts';
import type { PairAsking } from './usual-options.ts';

const numberOf = (values: ParameterValues, name: string): number => Number(values[name]);

const diesOf = (values: ParameterValues): number =>
  numberOf(values, 'chipsPerChannel') * numberOf(values, 'diesPerChip');

/** Cores of one channel. */
const coresOf = (values: ParameterValues): number => diesOf(values) * numberOf(values, 'coresPerDie');

/** Rounds whose inputs and results fit the cores. */
function rounds({ values, unitValues, unitFacts }: Bench): fc.Arbitrary<Transaction> {
  const result = findFormat(String(unitValues['resultFormat']));
  const resultBytes = result === undefined ? 1 : storageBytes(result, 1);
  const most = Math.floor(numberOf(unitValues, 'outputBuffer') / resultBytes);
  const room = Number(unitValues['inputBuffer'] ?? Infinity);
  return fc
    .record({
      rounds: fc.integer({ min: 1, max: 60 }),
      channels: fc.integer({ min: 1, max: numberOf(values, 'channels') }),
      cores: fc.integer({ min: 1, max: coresOf(values) }),
      pagesPerCore: fc.integer({ min: 1, max: 3 }),
      inputBytes: fc.nat(Math.min(numberOf(values, 'vectorBuffer'), room)),
      results: fc.nat(Math.min(100, most)),
      formats: arbitraryFormats(unitFacts, []),
    })
    .map(({ results, formats, ...sizes }) => {
      const dims = { ...sizes, resultBytes: results * resultBytes * sizes.cores };
      return {
        kind: 'page-compute',
        format: String(unitValues['format']),
        ...formats,
        bytes: (dims.inputBytes + dims.resultBytes) * dims.rounds * dims.channels,
        dims,
      };
    });
}

function transactions(bench: Bench): fc.Arbitrary<Transaction> {
  const moves = arbitraryTransaction(onlyMoves(bench.declaration), bench.values);
  return bench.parts.length === 1 ? moves : fc.oneof(moves, rounds(bench));
}

/** More rounds or pages of each; twice the data. A random order of more runs is another order, and so no more of it. */
function grow(transaction: Transaction): readonly Transaction[] {
  const { bytes, dims = {}, pattern, kind } = transaction;
  if (kind === 'page-compute') {
    return [
      { ...transaction, bytes: bytes * 2, dims: { ...dims, rounds: (dims['rounds'] ?? 1) * 2 } },
      { ...transaction, dims: { ...dims, pagesPerCore: (dims['pagesPerCore'] ?? 1) * 2 } },
    ];
  }
  if (pattern === undefined) return [{ ...transaction, bytes: bytes * 2 }];
  if (pattern.order === 'random') return [];
  return [{ ...transaction, bytes: bytes * 2, pattern: { ...pattern, runs: pattern.runs * 2 } }];
}

function transfer(values: ParameterValues, bytes: number): number {
  return Math.ceil((bytes * 8e12) / (numberOf(values, 'channelPins') * numberOf(values, 'channelRate'))) + 1;
}

/** What a cut of rounds may cost: the pipeline of a channel drains and fills; of pages: one is read or programmed twice. */
function cut(transaction: Transaction, { values, unitValues, unitFacts }: Bench): number {
  const { kind, format = '', dims = {} } = transaction;
  const command = numberOf(values, 'commandOverhead');
  const pageBytes = numberOf(values, 'pageBytes');
  if (kind === 'page-compute') {
    const bits = findFormat(format)?.bits ?? 1;
    const passes = mostPasses(unitFacts, transaction);
    const cycles = Math.ceil((pageBytes * 8) / bits / numberOf(unitValues, 'macsPerCycle')) * passes;
    const core = ((cycles + numberOf(unitValues, 'pipelineDepth')) * 1e12) / numberOf(unitValues, 'clock');
    const page = numberOf(values, 'tR') + numberOf(values, 'correctionTime') + core;
    const bus = transfer(values, dims['inputBytes'] ?? 0) + transfer(values, dims['resultBytes'] ?? 0);
    return Math.ceil(command + bus + 2 * page * (dims['pagesPerCore'] ?? 1)) + 10;
  }
  const array =
    kind === 'write' ? numberOf(values, 'tPROG') + numberOf(values, 'tBERS') : numberOf(values, 'tR');
  const lanes = diesOf(values) * numberOf(values, 'planesPerDie');
  return Math.ceil(2 * (array + (command + transfer(values, pageBytes)) * lanes));
}

/** Data first, the last commands of a batch wait for pages; a cut can let them go sooner, by a page and a command at most. */
function gain({ kind }: Transaction, { values }: Bench): number {
  if (kind === 'page-compute' || values['arbitration'] === 'command-first') return 0;
  return Math.ceil(numberOf(values, 'commandOverhead') + transfer(values, numberOf(values, 'pageBytes')));
}

/** Pages that are computed with in rounds: how to ask flash, and the cores in it. */
export const pageCompute: PairAsking = {
  kind: 'page-compute',
  memoryParameters: [
    'channels',
    'chipsPerChannel',
    'diesPerChip',
    'coresPerDie',
    'pageBytes',
    'vectorBuffer',
  ],
  unitParameters: ['macsPerCycle', 'pipelineDepth', 'outputBuffer', 'resultFormat', 'format'],
  options: { transactions, grow, cutOverhead: cut, cutGain: gain },
};
