import type { Result } from '@systole/replay';
import { csv } from './csv.ts';
import type { CsvCell } from './csv.ts';

const HEAD = ['section', 'component', 'operator', 'name', 'quantity', 'unit', 'value'] as const;

/**
 * A result as a long table: one figure a row, under `section,component,operator,name,quantity,unit,value`.
 *
 * | section   | one row for                                          | keyed by                   |
 * | --------- | ---------------------------------------------------- | -------------------------- |
 * | run       | each total of the run                                |                            |
 * | operator  | each figure of an operator kind                      | operator                   |
 * | path      | critical path of an operator kind in a component     | operator, component, name (the reason) |
 * | component | each figure of a component                           | component                  |
 * | action    | count, price and energy of an action                 | component, name            |
 * | statistic | each statistic of a component                        | component, name            |
 * | placement | size and capacity of what lives in a memory          | component, name            |
 * | tier      | the most that a tier held, in all and of each step   | component, name (the operator, the step) |
 * | transfer  | bytes moved from one tier to another                 | component, name (what, where to) |
 * | overhead  | time of a step under overheads of in-memory compute, over that of the ideal, and by part | component, name (the overheads) |
 * | error     | each figure of the numerical error of an operator     | operator (the kind), name (the operator) |
 * | step      | the time of a step                                   | name (the step)            |
 *
 * Times are in ps, energies in fJ, unrounded. Counts of actions keep all their digits.
 */
export function resultCsv(result: Result): string {
  const { time, energy } = result;
  const run = (quantity: string, unit: string, value: CsvCell): CsvCell[] => [
    'run',
    '',
    '',
    '',
    quantity,
    unit,
    value,
  ];
  const rows: CsvCell[][] = [
    run('chip', '', result.chip.name),
    run('workload', '', result.workload.name),
    run('mapping', '', result.mapping.name),
    run('inputs hash', '', result.inputsHash),
    run('total time', 'ps', time.total.exactPs),
    run('total cycles', 'cycle', time.total.cycles),
    run('steps', 'step', time.steps),
    run('tokens', 'token', time.tokens),
    run('first token', 'ps', time.first.ps),
    run('last token', 'ps', time.last.ps),
    run('mean step', 'ps', time.mean.ps),
    run('mean decode step', 'ps', time.meanDecode?.ps),
    run('rate', 'token/s', time.tokensPerSecond),
    run('total energy', 'fJ', energy.totalFj),
    run('dynamic energy', 'fJ', energy.dynamicFj),
    run('static energy', 'fJ', energy.staticFj),
    run('energy per token', 'fJ', energy.perTokenFj),
    run('average power', 'W', energy.averageWatts),
  ];
  for (const operator of result.operators) {
    const of = (quantity: string, unit: string, value: number): CsvCell[] => [
      'operator',
      '',
      operator.kind,
      '',
      quantity,
      unit,
      value,
    ];
    rows.push(
      of('count', 'operator', operator.count),
      of('time', 'ps', operator.ps),
      of('macs', 'MAC', operator.macs),
      of('bytes', 'B', operator.bytes),
      of('dynamic energy', 'fJ', operator.dynamicFj),
      of('total energy', 'fJ', operator.totalFj),
    );
    for (const part of operator.path) {
      rows.push(['path', part.component, operator.kind, part.reason, 'time', 'ps', part.ps]);
    }
  }
  for (const component of result.components) {
    const of = (quantity: string, unit: string, value: number | undefined): CsvCell[] => [
      'component',
      component.name,
      '',
      '',
      quantity,
      unit,
      value,
    ];
    rows.push(
      of('utilisation', '1', component.utilisation),
      of('busy time', 'ps', component.busyPs),
      of('resources', 'resource', component.resources),
      of('bytes', 'B', component.bytes),
      of('useful macs', 'MAC', component.usefulMacs),
      of('padded macs', 'MAC', component.paddedMacs),
      of('dynamic energy', 'fJ', component.dynamicFj),
      of('static energy', 'fJ', component.staticFj),
      of('total energy', 'fJ', component.totalFj),
    );
    if (component.rowHitRate !== undefined) rows.push(of('row hit rate', '1', component.rowHitRate));
    for (const action of component.actions) {
      const cells = (quantity: string, unit: string, value: CsvCell): CsvCell[] => [
        'action',
        component.name,
        '',
        action.action,
        quantity,
        unit,
        value,
      ];
      rows.push(
        cells('count', action.unit, action.count),
        cells('energy each', 'fJ', action.fjPerAction),
        cells('energy', 'fJ', action.totalFj),
      );
    }
    for (const { name, unit, value } of component.statistics) {
      rows.push(['statistic', component.name, '', name, 'value', unit, value]);
    }
  }
  for (const { memory, what, bytes, capacity } of result.mapping.placement) {
    rows.push(
      ['placement', memory, '', what, 'bytes', 'B', bytes],
      ['placement', memory, '', what, 'capacity', 'B', capacity],
    );
  }
  for (const { memory, peak, overTime } of result.mapping.tiers?.occupancy ?? []) {
    rows.push(['tier', memory, '', peak.operator, 'most', 'B', peak.bytes]);
    for (const { step, bytes } of overTime) rows.push(['tier', memory, '', step, 'most of step', 'B', bytes]);
  }
  for (const { operator, sqnrDb, maxError, cosine, own, ...counts } of result.numericalError?.operators ??
    []) {
    const of = (quantity: string, unit: string, value: CsvCell): CsvCell[] => [
      'error',
      '',
      counts.kind,
      operator,
      quantity,
      unit,
      value,
    ];
    if (sqnrDb !== undefined) rows.push(of('SQNR', 'dB', sqnrDb));
    if (own.sqnrDb !== undefined) rows.push(of('SQNR alone', 'dB', own.sqnrDb));
    rows.push(
      of('largest error', '1', maxError),
      of('cosine', '1', cosine),
      of('saturated', '1', counts.saturated),
      of('overflowed', '1', counts.overflowed),
      of('not finite', '1', counts.notFinite),
    );
  }
  for (const { from, to, what, bytes } of result.mapping.tiers?.transfers ?? []) {
    rows.push(['transfer', from, '', `${what} to ${to}`, 'bytes', 'B', bytes]);
  }
  for (const { memory, variants } of result.commandOverheads ?? []) {
    for (const { name, ps, factor, parts } of variants) {
      rows.push(
        ['overhead', memory, '', name, 'time', 'ps', ps],
        ['overhead', memory, '', name, 'beside the ideal', '1', factor],
        ...parts.map(({ part, ps: spent }) => ['overhead', memory, '', name, part, 'ps', spent]),
      );
    }
  }
  for (const [step, ps] of time.perStep.entries()) rows.push(['step', '', '', step, 'time', 'ps', ps]);
  return csv(HEAD, rows);
}
