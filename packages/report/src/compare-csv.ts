import type { Result } from '@systole/replay';
import { biggestBound, energyByComponent, pathByComponent } from './breakdown.ts';
import { csv } from './csv.ts';
import type { CsvCell } from './csv.ts';
import { madeRuns, referenceRun, timePerToken, unionOf } from './run.ts';
import type { ComparedRun, RefusedRun } from './run.ts';

/**
 * Runs as a wide table, one run a row. The unit stands in the column's name (`total_ps`, `energy_per_token_fj`); ratios
 * are to the first run. Then, for every component of any run, `<component>:path_ps` (its time on the critical path),
 * `:energy_fj`, `:utilisation` and `:row_hit_rate`; empty where a run has no such component. A run that could not be made has its
 * label and, under `refused`, why. Throws `SystoleError` without a run that was made.
 */
export function compareCsv(runs: readonly ComparedRun[]): string {
  const results = madeRuns(runs);
  const first = referenceRun(results).result;
  const names = unionOf(results, (result) => [
    ...result.components.map((component) => component.name),
    ...pathByComponent(result).keys(),
  ]);
  const head = [
    'run',
    'chip',
    'workload',
    'mapping',
    'inputs_hash',
    'tokens',
    'time_per_token_ps',
    'time_ratio',
    'first_token_ps',
    'last_token_ps',
    'total_ps',
    'total_cycles',
    'tokens_per_second',
    'energy_per_token_fj',
    'energy_ratio',
    'total_fj',
    'static_fj',
    'average_watts',
    'bound_component',
    'bound_reason',
    'bound_share',
    'refused',
    ...names.flatMap((name) => [
      `${name}:path_ps`,
      `${name}:energy_fj`,
      `${name}:utilisation`,
      `${name}:row_hit_rate`,
    ]),
  ];
  return csv(
    head,
    runs.map((run) =>
      'result' in run
        ? [...runCells(run.label, run.result, first), undefined, ...componentCells(run.result, names)]
        : head.map((name) => (name === 'run' ? run.label : name === 'refused' ? reasonOf(run) : undefined)),
    ),
  );
}

function runCells(label: string, result: Result, first: Result): readonly CsvCell[] {
  const { time, energy } = result;
  const bound = biggestBound(result);
  return [
    label,
    result.chip.name,
    result.workload.name,
    result.mapping.name,
    result.inputsHash,
    time.tokens,
    timePerToken(result),
    ratioTo(timePerToken(result), timePerToken(first)),
    time.first.ps,
    time.last.ps,
    time.total.exactPs,
    time.total.cycles,
    time.tokensPerSecond,
    energy.perTokenFj,
    ratioTo(energy.perTokenFj, first.energy.perTokenFj),
    energy.totalFj,
    energy.staticFj,
    energy.averageWatts,
    bound?.component,
    bound?.reason,
    bound?.share,
  ];
}

function reasonOf({ refused }: RefusedRun): string {
  return refused.map(({ code, message }) => `${code}: ${message}`).join('; ');
}

function ratioTo(value: number, first: number): number | undefined {
  return first > 0 ? value / first : undefined;
}

function componentCells(result: Result, names: readonly string[]): readonly CsvCell[] {
  const path = pathByComponent(result);
  const energy = energyByComponent(result);
  const byName = new Map(result.components.map((component) => [component.name, component]));
  return names.flatMap((name) => [
    path.get(name),
    energy.get(name),
    byName.get(name)?.utilisation,
    byName.get(name)?.rowHitRate,
  ]);
}
