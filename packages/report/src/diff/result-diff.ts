import { SystoleError } from '@systole/core';
import type { Result } from '@systole/replay';
import {
  energyByComponent,
  energyByOperator,
  energyParts,
  pathByComponent,
  sumBy,
  timeByOperator,
} from '../breakdown.ts';
import { resultJson } from '../result-json.ts';
import { timePerToken } from '../run.ts';
import type { LabelledResult } from '../run.ts';
import { changeOf, changesBetween, movedBy } from './change.ts';
import type { Change } from './change.ts';
import { inputDifferences } from './input-differences.ts';
import type { InputDifference } from './input-differences.ts';

/** What changed from one result to another. Times are in ps, energies in fJ; a breakdown is per token, over all steps. */
export interface ResultDiff {
  readonly format: 'systole-diff';
  readonly version: 1;
  readonly before: string;
  readonly after: string;
  /** Equal to the byte. */
  readonly isEqual: boolean;
  readonly inputs: readonly InputDifference[];
  readonly totals: {
    readonly firstToken: Change;
    /** The mean of the decode steps, or of all steps where there are none. */
    readonly timePerToken: Change;
    readonly time: Change;
    readonly energyPerToken: Change;
    readonly energy: Change;
    /** W. */
    readonly power: Change;
    readonly tokens: Change;
    readonly tokensPerSecond: Change;
  };
  readonly components: {
    readonly time: readonly Change[];
    readonly energy: readonly Change[];
    /** Shares, 0 to 1. */
    readonly utilisation: readonly Change[];
  };
  readonly operators: { readonly time: readonly Change[]; readonly energy: readonly Change[] };
  /** Critical path by `component reason`. */
  readonly reasons: readonly Change[];
  /** Energy by `component action`. */
  readonly actions: readonly Change[];
  /** The kind of operator that has most of the change of time, and its share of all that changed; nothing where none changed. */
  readonly parting?: { readonly operator: Change; readonly share: number };
}

/** Holds the result `after` against the result `before`. */
export function diffResults(before: LabelledResult, after: LabelledResult): ResultDiff {
  const [a, b] = [before.result, after.result];
  const total = (name: string, of: (result: Result) => number | undefined): Change =>
    changeOf(name, of(a), of(b));
  const parts = (of: (result: Result) => ReadonlyMap<string, number>): readonly Change[] =>
    changesBetween(perToken(a, of), perToken(b, of));
  const time = parts(timeByOperator);
  const [most] = time;
  const moved = time.reduce((sum, { change }) => sum + Math.abs(change), 0);
  return {
    format: 'systole-diff',
    version: 1,
    before: before.label,
    after: after.label,
    isEqual: resultJson(a) === resultJson(b),
    inputs: inputDifferences(a, b),
    totals: {
      firstToken: total('time to first token', (result) => result.time.first.ps),
      timePerToken: total('time per token', timePerToken),
      time: total('total time', (result) => result.time.total.ps),
      energyPerToken: total('energy per token', (result) => result.energy.perTokenFj),
      energy: total('total energy', (result) => result.energy.totalFj),
      power: total('average power', (result) => result.energy.averageWatts),
      tokens: total('tokens', (result) => result.time.tokens),
      tokensPerSecond: total('tokens per second', (result) => result.time.tokensPerSecond),
    },
    components: {
      time: parts(pathByComponent),
      energy: parts(energyByComponent),
      utilisation: changesBetween(utilisations(a), utilisations(b)),
    },
    operators: { time, energy: parts(energyByOperator) },
    reasons: parts((result) =>
      sumBy(
        result.criticalPath,
        ({ component, reason }) => `${component} ${reason}`,
        ({ ps }) => ps,
      ),
    ),
    actions: parts((result) =>
      sumBy(
        energyParts(result),
        ({ component, action }) => `${component} ${action}`,
        ({ fj }) => fj,
      ),
    ),
    ...(most === undefined || moved === 0
      ? {}
      : { parting: { operator: most, share: Math.abs(most.change) / moved } }),
  };
}

function perToken(
  result: Result,
  of: (result: Result) => ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const tokens = Math.max(result.time.tokens, 1);
  return new Map([...of(result)].map(([name, value]) => [name, value / tokens]));
}

function utilisations(result: Result): ReadonlyMap<string, number> {
  return new Map(result.components.map(({ name, utilisation }) => [name, utilisation]));
}

/**
 * The totals of time and energy that moved by more than `share`, whichever way. Throws `argument/invalid` for a share that is
 * no number of 0 or more.
 */
export function movedTotals({ totals }: ResultDiff, share: number): readonly Change[] {
  if (!(share >= 0)) {
    throw new SystoleError({
      code: 'argument/invalid',
      message: `a result cannot move by more than ${share}`,
      hint: 'Give a share of 0 or more: 0.02 is 2 %.',
    });
  }
  const { firstToken, timePerToken: perStep, time, energyPerToken, energy } = totals;
  return [firstToken, perStep, time, energyPerToken, energy].filter((change) => movedBy(change) > share);
}
