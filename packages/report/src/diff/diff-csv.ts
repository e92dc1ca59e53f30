import { csv } from '../csv.ts';
import type { CsvCell } from '../csv.ts';
import type { Change } from './change.ts';
import type { ResultDiff } from './result-diff.ts';

const HEAD = ['section', 'name', 'unit', 'before', 'after', 'change', 'relative'] as const;

/**
 * A diff as a long table under `section,name,unit,before,after,change,relative`. Sections: `input` (texts), `total`, and per
 * token `component time`, `component energy`, `operator time`, `operator energy`, `reason` and `action`; `utilisation`. Times
 * are in ps, energies in fJ, `relative` is a share of `before`.
 */
export function diffCsv(diff: ResultDiff): string {
  const { inputs, totals, components, operators, reasons, actions } = diff;
  const row = (section: string, unit: string, change: Change): CsvCell[] => [
    section,
    change.name,
    unit,
    change.before,
    change.after,
    change.change,
    change.relative,
  ];
  const rows = (section: string, unit: string, changes: readonly Change[]): CsvCell[][] =>
    changes.map((change) => row(section, unit, change));
  return csv(HEAD, [
    ...inputs.map(({ name, before, after }): CsvCell[] => ['input', name, '', before, after, '', '']),
    ...rows('total', 'ps', [totals.firstToken, totals.timePerToken, totals.time]),
    ...rows('total', 'fJ', [totals.energyPerToken, totals.energy]),
    row('total', 'W', totals.power),
    row('total', 'token', totals.tokens),
    row('total', 'token/s', totals.tokensPerSecond),
    ...rows('component time', 'ps', components.time),
    ...rows('component energy', 'fJ', components.energy),
    ...rows('utilisation', '1', components.utilisation),
    ...rows('operator time', 'ps', operators.time),
    ...rows('operator energy', 'fJ', operators.energy),
    ...rows('reason', 'ps', reasons),
    ...rows('action', 'fJ', actions),
  ]);
}
