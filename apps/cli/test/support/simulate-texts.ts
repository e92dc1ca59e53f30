import { loadChip, resolveChip } from '@systole/chip';
import { SystoleError } from '@systole/core';
import * as fc from 'fast-check';
import { readDocument } from '@systole/document';
import { replay } from '@systole/replay';
import type { ReplayOutcome } from '@systole/replay';
import { reportText, resultCsv, resultJson } from '@systole/report';
import { generateTrace, parseModelConfig, readTrace } from '@systole/trace';
import type { Trace, Workload } from '@systole/trace';
import { createToolbox } from '../../src/toolbox.ts';

const { catalogue, mappings } = createToolbox();

/** A whole run as texts: what somebody could have written into files and typed as flags. */
export interface RunTexts {
  /** What to print of the case when it fails, which is shorter than all of its text. */
  readonly [fc.toStringMethod]?: () => string;
  readonly chip: string;
  /** A model's config.json and the shape of the workload, or the lines of a recorded trace. */
  readonly workload:
    { readonly config: string; readonly shape: Workload } | { readonly trace: readonly string[] };
}

/** What a number or an object looks like that should never have been printed. */
const ODD = /\bundefined\b|\bNaN\b|\bInfinity\b|\[object/;

/** What became of a run. */
export type RunOutcome =
  | { readonly kind: 'result'; readonly outcome: ReplayOutcome }
  | { readonly kind: 'refusal'; readonly error: SystoleError };

/** Runs something to its result or a typed refusal. Whatever else is thrown comes through. */
export function outcomeOf(run: () => ReplayOutcome): RunOutcome {
  try {
    return { kind: 'result', outcome: run() };
  } catch (error) {
    if (error instanceof SystoleError) return { kind: 'refusal', error };
    throw error;
  }
}

/** Does in this process what `systole run` does. */
export function simulateTexts(texts: RunTexts): RunOutcome {
  return outcomeOf(() => {
    const chip = resolveChip(loadChip(texts.chip, 'chip.yaml', catalogue), catalogue);
    return replay(chip, traceOf(texts.workload), { mappings });
  });
}

function traceOf(workload: RunTexts['workload']): Trace {
  if ('trace' in workload) return readTrace(workload.trace, 'trace.jsonl');
  const config = parseModelConfig(readDocument(workload.config, 'config.json', { syntax: 'json' }));
  return generateTrace(config, workload.shape);
}

/** What is wrong with the end of a run; empty when all is well. */
export function faultsOf(end: RunOutcome): readonly string[] {
  if (end.kind === 'refusal') {
    return end.error.problems.flatMap(({ message, code }) =>
      // What a message quotes is the input's own; the rest has to be words and numbers.
      message.trim() === '' || ODD.test(message.replace(/"(?:[^"\\]|\\.)*"/g, ''))
        ? [`${code}: "${message}" is no message`]
        : [],
    );
  }
  const { result } = end.outcome;
  const faults = notFinite(result, 'result');
  if (result.time.total.ps <= 0) faults.push('it takes no time');
  if (result.energy.totalFj < 0) faults.push('it gives energy back');
  for (const { name, type, utilisation } of result.components) {
    // A unit in a memory says by itself how many banks have one, which may be fewer than the memory works with.
    const isBusy = utilisation > 1 + 1e-9 && type !== 'compute/pim-bank';
    if (utilisation < 0 || isBusy) faults.push(`${name} is at work for ${utilisation} of the time`);
  }
  const shares = result.criticalPath.reduce((sum, { ps }) => sum + ps, 0);
  if (Math.abs(shares - result.time.total.ps) > result.time.total.ps * 1e-9)
    faults.push('the critical path does not add up');
  // Every view of the result has to cope with it.
  const views = [
    reportText(result, { colour: true }),
    resultCsv(result),
    ...(JSON.stringify(JSON.parse(resultJson(result))) === '' ? [''] : []),
  ];
  for (const view of views) {
    const odd = ODD.exec(view);
    if (odd !== null) faults.push(`a view says ${view.slice(Math.max(0, odd.index - 40), odd.index + 40)}`);
  }
  return faults;
}

function notFinite(value: unknown, path: string): string[] {
  if (typeof value === 'number') return Number.isFinite(value) ? [] : [`${path} is ${value}`];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => notFinite(entry, `${path}.${key}`));
}
