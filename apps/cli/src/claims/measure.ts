import { SystoleError } from '@systole/core';
import type { PathShare, Result } from '@systole/replay';
import type { Metric } from './claims-file.ts';

const FJ_PER_MJ = 1e12;
const PS_PER_US = 1e6;
const PS_PER_SECOND = 1e12;

/** What a metric needs besides the run itself. */
export interface Runs {
  readonly own: Result;
  /** The run with what was changed, for `speed-up`. */
  readonly changed?: Result;
}

/** The value of a metric: shares in %, times in us, energies in mJ, rates in tokens/s. */
export function measure(metric: Metric, { own, changed }: Runs): number {
  switch (metric.kind) {
    case 'row-hit-rate': {
      const rate = own.components.find(({ name }) => name === metric.component)?.rowHitRate;
      if (rate === undefined) throw missing(`component "${metric.component}" has no rows that could be hit`);
      return rate * 100;
    }
    case 'path-share':
      return (pathTime(metric, own) / own.time.total.ps) * 100;
    case 'path-time-per-token':
      return pathTime(metric, own) / own.time.steps / PS_PER_US;
    case 'time-per-token':
      return own.time.mean.ps / PS_PER_US;
    case 'energy-per-token':
      return own.energy.perTokenFj / FJ_PER_MJ;
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
      return (component.busyPs / (own.time.total.ps * component.resources)) * 100;
    }
    case 'implied-baseline':
      return (own.time.mean.ps * metric.ratio) / PS_PER_US / 1000;
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
    .filter(({ kind }) => operators === undefined || operators.includes(kind))
    .flatMap(({ path }) => path)
    .filter(counts)
    .reduce((sum, { ps }) => sum + ps, 0);
}

function missing(message: string): SystoleError {
  return new SystoleError({ code: 'argument/invalid', message, hint: 'Correct the metric of this claim.' });
}
