import type { Dimension } from '@systole/units';
import { NONE, percent, plain, quantity, signedPercent, signedQuantity } from '../format.ts';
import type { Change } from './change.ts';
import type { ResultDiff } from './result-diff.ts';

/** What the figures of a table are: a quantity of a dimension, a share, or a plain number. */
export type FigureKind = Dimension | 'share' | 'number';

/** A table of changes under its title, the biggest first. */
export interface ChangeTable {
  readonly id: string;
  readonly title: string;
  /** Heads the names. */
  readonly what: string;
  readonly kind: FigureKind;
  readonly changes: readonly Change[];
}

/** The tables of a diff, below its totals. */
export function changeTables({
  components,
  operators,
  reasons,
  actions,
}: ResultDiff): readonly ChangeTable[] {
  return [
    {
      id: 'operator-time',
      title: 'Time per token by operator',
      what: 'operator',
      kind: 'time',
      changes: operators.time,
    },
    { id: 'reasons', title: 'Critical path per token', what: 'where', kind: 'time', changes: reasons },
    {
      id: 'component-time',
      title: 'Time per token by component',
      what: 'component',
      kind: 'time',
      changes: components.time,
    },
    {
      id: 'component-energy',
      title: 'Energy per token by component',
      what: 'component',
      kind: 'energy',
      changes: components.energy,
    },
    {
      id: 'operator-energy',
      title: 'Energy per token by operator',
      what: 'operator',
      kind: 'energy',
      changes: operators.energy,
    },
    { id: 'actions', title: 'Energy per token by action', what: 'action', kind: 'energy', changes: actions },
    {
      id: 'utilisation',
      title: 'Utilisation',
      what: 'component',
      kind: 'share',
      changes: components.utilisation,
    },
  ];
}

/** The totals of a diff, each with what its figures are. */
export function totalRows({ totals }: ResultDiff): readonly (readonly [FigureKind, Change])[] {
  return [
    ['time', totals.firstToken],
    ['time', totals.timePerToken],
    ['time', totals.time],
    ['energy', totals.energyPerToken],
    ['energy', totals.energy],
    ['power', totals.power],
    ['number', totals.tokensPerSecond],
    ['number', totals.tokens],
  ];
}

/** A change as the cells `before`, `after`, `change` and `relative`. */
export function changeCells(
  kind: FigureKind,
  { before, after, change, relative }: Change,
): readonly string[] {
  return [shown(kind, before), shown(kind, after), signed(kind, change), signedPercent(relative)];
}

function shown(kind: FigureKind, value: number | undefined): string {
  if (value === undefined) return NONE;
  if (kind === 'share') return percent(value);
  return kind === 'number' ? plain(value) : quantity(value, kind);
}

function signed(kind: FigureKind, value: number): string {
  // Of shares the difference is told in points of per cent.
  if (kind === 'share') return value === 0 ? '0' : `${signedPercent(value).replace(' %', '')} points`;
  if (kind !== 'number') return signedQuantity(value, kind);
  return value < 0 ? `\u2212${plain(-value)}` : value > 0 ? `+${plain(value)}` : '0';
}

/** The kind of operator where the results part, as a sentence; empty where no time changed. */
export function partingSentence({ parting }: ResultDiff): string {
  if (parting === undefined) return '';
  const { operator, share } = parting;
  return `The results part most at ${operator.name}: ${signedQuantity(operator.change, 'time')} per token, ${percent(share)} of all that changed.`;
}
