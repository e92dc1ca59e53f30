import { axisUnit } from '../charts/axis.ts';
import { changeChart } from '../charts/change-chart.ts';
import { clean, NONE, quantity, signedPercent } from '../format.ts';
import { escapeHtml } from '../html/escape.ts';
import { htmlPage } from '../html/page.ts';
import { figure, htmlTable, section, tiles } from '../html/parts.ts';
import type { Change } from './change.ts';
import type { ResultDiff } from './result-diff.ts';
import { changeCells, changeTables, partingSentence, totalRows } from './tables.ts';
import type { ChangeTable, FigureKind } from './tables.ts';

const HALF_WIDTH = 530;
const BARS = 12;

/**
 * What changed from one result to another as a page without scripts: headline, inputs that are not the same, totals, where
 * they part, and the biggest changes by operator, reason, component and action as bars and tables.
 */
export function diffHtml(diff: ResultDiff): string {
  const title = `${clean(diff.before)} → ${clean(diff.after)}`;
  const parting = partingSentence(diff);
  const tables = changeTables(diff);
  const body = [
    `<header><h1>${escapeHtml(title)}</h1>${diff.isEqual ? '<p>The results are equal to the byte.</p>' : ''}</header>`,
    headline(diff),
    parting === '' ? '' : `<p>${escapeHtml(parting)}</p>`,
    section('Not the same in what went in', inputsTable(diff)),
    section('Totals', changesTable('', totalRows(diff))),
    section('What changed', halves(tables.map(tableFigure))),
  ];
  return htmlPage(title, body.filter((part) => part !== '').join('\n'));
}

function halves(figures: readonly string[]): string {
  const shown = figures.filter((text) => text !== '');
  return shown.length === 0 ? '' : `<div class="halves">${shown.join('')}</div>`;
}

function headline({ totals }: ResultDiff): string {
  const shown: readonly (readonly [Change, 'time' | 'energy'])[] = [
    [totals.timePerToken, 'time'],
    [totals.firstToken, 'time'],
    [totals.energyPerToken, 'energy'],
    [totals.time, 'time'],
    [totals.energy, 'energy'],
  ];
  return tiles(
    shown.map(([{ name, after, relative }, dimension]) => [
      signedPercent(relative),
      `${name}, now ${quantity(after, dimension)}`,
    ]),
  );
}

function inputsTable({ inputs }: ResultDiff): string {
  return inputs.length === 0
    ? ''
    : htmlTable(
        [{ head: '' }, { head: 'before' }, { head: 'after' }],
        inputs.map(({ name, before, after }) => [name, before ?? NONE, after ?? NONE]),
      );
}

function changesTable(what: string, rows: readonly (readonly [FigureKind, Change])[]): string {
  const numbers = ['before', 'after', 'change', 'relative'];
  return htmlTable(
    [{ head: what }, ...numbers.map((head) => ({ head, isNumber: true }))],
    rows.map(([kind, change]) => [change.name, ...changeCells(kind, change)]),
  );
}

function tableFigure({ id, title, what, kind, changes }: ChangeTable): string {
  const moved = changes.filter(({ change }) => change !== 0);
  const [biggest] = moved;
  if (biggest === undefined) return '';
  const { unit, factor } =
    kind === 'share' || kind === 'number'
      ? { unit: 'points of per cent', factor: 0.01 }
      : axisUnit(Math.abs(biggest.change), kind);
  const svg = changeChart({
    frame: { id, title, width: HALF_WIDTH },
    rows: moved.slice(0, BARS).map((change) => ({
      label: change.name,
      value: change.change / factor,
      note: signedPercent(change.relative),
    })),
    axisName: `change (${unit})`,
  });
  const table = changesTable(
    what,
    changes.map((change) => [kind, change] as const),
  );
  return figure({
    svg,
    caption: `${title}: what became less to the left, what became more to the right.`,
    table,
  });
}
