import { suggestName, SystoleError } from '@systole/core';
import type { ResolvedChip } from '@systole/chip';
import type { PathShare, Result } from '@systole/replay';
import type { Metric } from './claims-file.ts';

const PS_PER_SECOND = 1e12;

/** What can be on the critical path of any component, whatever it declares. */
const COMMON_REASONS: readonly string[] = ['service', 'queue', 'launch'];

/** What a metric needs besides the run itself. */
export interface Runs {
  readonly own: Result;
  /** The run with what was changed, for `speed-up`. */
  readonly changed?: Result;
}

/** The value of a metric in base units: shares as a part of 1, times in ps, energies in fJ, rates in tokens per second. */
export function measure(metric: Metric, { own, changed }: Runs): number {
  switch (metric.kind) {
    case 'row-hit-rate': {
      const rate = own.components.find(({ name }) => name === metric.component)?.rowHitRate;
      if (rate === undefined) throw missing(`component "${metric.component}" has no rows that could be hit`);
      return rate;
    }
    case 'path-share':
      return pathTime(metric, own) / own.time.total.ps;
    case 'path-time-per-token':
      return pathTime(metric, own) / own.time.steps;
    case 'time-per-token':
      return own.time.mean.ps;
    case 'energy-per-token':
      return own.energy.perTokenFj;
    case 'tokens-per-second':
      return own.time.tokensPerSecond;
    case 'decode-tokens-per-second': {
      const step = own.time.meanDecode?.ps;
      if (step === undefined) throw missing('a run of one step has no decode speed');
      return ((own.workload.batch ?? 1) * PS_PER_SECOND) / step;
    }
    case 'speed-up':
      if (changed === undefined) throw missing('a speed-up needs the run of a changed chip');
      return stepTime(own) / stepTime(changed);
    case 'utilisation': {
      const component = own.components.find(({ name }) => name === metric.component);
      if (component === undefined) throw missing(`the chip has no component "${metric.component}"`);
      return component.busyPs / (own.time.total.ps * component.resources);
    }
    case 'implied-baseline':
      return own.time.mean.ps * metric.ratio;
  }
}

/**
 * Checks that a chip has what a metric names. What is misspelt would be on no critical path, and its time a zero that looks like
 * a result. Throws `argument/invalid`.
 */
export function checkMetric(metric: Metric, { parts }: Pick<ResolvedChip, 'parts'>): void {
  const names = parts.map(({ name }) => name);
  if ('component' in metric) demandKnown('component', [metric.component], names);
  if (metric.kind !== 'path-share' && metric.kind !== 'path-time-per-token') return;
  const { components, reasons } = metric;
  demandKnown('component', components ?? [], [...names, 'mapping']);
  const chosen = parts.filter(({ name }) => components === undefined || components.includes(name));
  const declared = chosen.flatMap(({ declaration }) => Object.keys(declaration.reasons));
  demandKnown('reason', reasons ?? [], [...new Set([...declared, ...COMMON_REASONS])]);
}

function demandKnown(what: string, given: readonly string[], known: readonly string[]): void {
  for (const name of given) {
    if (known.includes(name)) continue;
    throw new SystoleError({
      code: 'argument/invalid',
      message: `there is no ${what} "${name.slice(0, 80)}" that the metric could be about`,
      hint: suggestName(name, known),
    });
  }
}

/** The time of a decode step, or of a step where all of them take in a prompt. */
function stepTime({ time }: Result): number {
  return (time.meanDecode ?? time.mean).ps;
}

type PathMetric = Extract<Metric, { kind: 'path-share' | 'path-time-per-token' }>;

function pathTime({ operators, components, reasons }: PathMetric, result: Result): number {
  const counts = ({ component, reason }: PathShare): boolean =>
    (components === undefined || components.includes(component)) &&
    (reasons === undefined || reasons.includes(reason));
  return result.operators
    .filter(({ kind }) => operators === undefined || operators.some((operator) => operator === kind))
    .flatMap(({ path }) => path)
    .filter(counts)
    .reduce((sum, { ps }) => sum + ps, 0);
}

function missing(message: string): SystoleError {
  return new SystoleError({ code: 'argument/invalid', message, hint: 'Correct the metric of this claim.' });
}
