import { SystoleError } from '@systole/core';
import type { Problem } from '@systole/core';
import type { Result } from '@systole/replay';

/** A result under the label that tells it from the others: a name, or `path=value` in a sweep. */
export interface LabelledResult {
  readonly label: string;
  readonly result: Result;
}

/** A run that was asked for and could not be made, and why. */
export interface RefusedRun {
  readonly label: string;
  readonly refused: readonly Problem[];
}

/** A run of a comparison, as it ended. */
export type ComparedRun = LabelledResult | RefusedRun;

/** The runs that were made, in their order. */
export function madeRuns(runs: readonly ComparedRun[]): readonly LabelledResult[] {
  return runs.flatMap((run) => ('result' in run ? [run] : []));
}

/** The runs that could not be made, in their order. */
export function refusedRuns(runs: readonly ComparedRun[]): readonly RefusedRun[] {
  return runs.flatMap((run) => ('refused' in run ? [run] : []));
}

/** The run that the others are held against. Throws `SystoleError` when there is nothing to compare. */
export function referenceRun(runs: readonly LabelledResult[]): LabelledResult {
  const first = runs[0];
  if (first === undefined) {
    throw new SystoleError({
      code: 'argument/invalid',
      message: 'there is no run to compare',
      hint: 'Give at least one result.',
    });
  }
  return first;
}

/** The time per token that stands for a run: the mean of the decode steps, or of all steps where there are none. */
export function timePerToken(result: Result): number {
  return (result.time.meanDecode ?? result.time.mean).ps;
}

/** Names that occur in any of the runs, in order of first appearance. */
export function unionOf(
  runs: readonly LabelledResult[],
  names: (result: Result) => Iterable<string>,
): readonly string[] {
  return [...new Set(runs.flatMap(({ result }) => [...names(result)]))];
}

/** What is not the same in all runs, as `chip: a, b`: a comparison should say what it compares. */
export function differences(runs: readonly LabelledResult[]): readonly string[] {
  const kinds: readonly (readonly [string, (result: Result) => string])[] = [
    ['chip', (result) => result.chip.name],
    ['workload', (result) => result.workload.name],
    ['mapping', (result) => result.mapping.name],
    ['tokens', (result) => String(result.time.tokens)],
  ];
  return kinds.flatMap(([name, pick]) => {
    const values = [...new Set(runs.map(({ result }) => pick(result)))];
    return values.length > 1 ? [`${name}: ${values.join(', ')}`] : [];
  });
}

/** Labels of the form `path=value` that share their path: the path, and the values as written. */
export interface Sweep {
  readonly path: string;
  readonly written: readonly string[];
}

/** Reads the labels of a sweep; nothing when they are plain names or vary different things. */
export function sweepOf(runs: readonly LabelledResult[]): Sweep | undefined {
  const parts = runs.map(({ label }) => /^([^=]+)=([^=]*)$/.exec(label));
  const path = parts[0]?.[1];
  if (path === undefined || parts.some((part) => part?.[1] !== path)) return undefined;
  return { path: path.trim(), written: parts.map((part) => part?.[2]?.trim() ?? '') };
}

/** The sweeps of several chips along the same path, from labels such as `npu-hbm batch=8`; `series` is what stands before. */
export interface Sweeps extends Sweep {
  readonly series: readonly string[];
}

/** Reads the labels of one or several sweeps; nothing when they vary different things, or one of them only one value. */
export function sweepsOf(runs: readonly LabelledResult[]): Sweeps | undefined {
  const parts = runs.map(({ label }) => /^(?:([^=]*) )?([^ =]+)=([^=]*)$/.exec(label));
  const path = parts[0]?.[2];
  if (path === undefined || parts.some((part) => part?.[2] !== path)) return undefined;
  const series = parts.map((part) => part?.[1] ?? '');
  const names = new Set(series);
  const isAlone = (name: string): boolean => series.filter((one) => one === name).length === 1;
  if (names.size > 1 && [...names].some(isAlone)) return undefined;
  return { path, written: parts.map((part) => part?.[3]?.trim() ?? ''), series };
}
