import type { ErrorFigures, NumericalError, Result } from '@systole/replay';
import { cycles, NONE, plain, plural, quantity } from '../format.ts';

/** A signal-to-noise ratio in dB; `exact` where there is no error at all. */
export function sqnrText({ sqnrDb, maxError }: ErrorFigures): string {
  if (sqnrDb !== undefined) return `${sqnrDb.toFixed(1)} dB`;
  return maxError === 0 ? 'exact' : NONE;
}

/** A cosine, with the digits by which it is less than one. */
export function cosineText({ cosine }: ErrorFigures): string {
  return cosine > 0.999999 && cosine < 1
    ? `1 - ${(1 - cosine).toExponential(1)}`
    : String(Number(cosine.toFixed(6)));
}

/** What went beyond a range or is no number; empty where nothing did. */
export function trouble({
  saturated,
  overflowed,
  notFinite,
}: Pick<NumericalError['outcome'], 'saturated' | 'overflowed' | 'notFinite'>): string {
  const parts = [
    [saturated, 'saturated'],
    [overflowed, 'overflowed'],
    [notFinite, 'not finite'],
  ] as const;
  return parts.flatMap(([count, what]) => (count > 0 ? [`${plain(count)} ${what}`] : [])).join(', ');
}

/** One row for each operator: its error, and what all operators of its kind take. */
export interface ErrorRow {
  readonly operator: string;
  readonly units: string;
  readonly sqnr: string;
  readonly own: string;
  readonly maxError: string;
  readonly cosine: string;
  readonly trouble: string;
  readonly kind: string;
  readonly cycles: string;
  readonly energy: string;
}

/** The operators in the order of the trace. */
export function errorRows(result: Result, error: NumericalError): readonly ErrorRow[] {
  const { clockHz } = result.chip;
  return error.operators.map((operator) => {
    const cost = result.operators.find(({ kind }) => kind === operator.kind);
    return {
      operator: operator.operator,
      units: operator.units.join(' + '),
      sqnr: sqnrText(operator),
      own: sqnrText(operator.own),
      maxError: plain(operator.maxError),
      cosine: cosineText(operator),
      trouble: trouble(operator),
      kind: operator.kind,
      cycles: cost === undefined ? NONE : cycles((cost.ps * clockHz) / 1e12),
      energy: quantity(cost?.totalFj, 'energy'),
    };
  });
}

/** The whole in two phrases: the error, and what the run takes beside it. */
export function outcomePhrases(
  result: Result,
  error: NumericalError,
): readonly [error: string, cost: string] {
  const { outcome, outcomeOf, tokens } = error;
  const { total } = result.time;
  const beyond = trouble(outcome);
  const figures =
    `SQNR ${sqnrText(outcome)}, largest error ${plain(outcome.maxError)}, cosine ${cosineText(outcome)}` +
    (beyond === '' ? '' : `, ${beyond}`);
  const alike =
    tokens === undefined
      ? ''
      : `${plain(tokens.agreeing)} of ${plural(tokens.chosen, 'token')} chosen alike; `;
  const cost = `${cycles(total.cycles)} cycles, ${quantity(result.energy.totalFj, 'energy')}`;
  return [`${outcomeOf} on ${error.tensors}: ${figures}`, `${alike}${cost}`];
}

/** How formats get their scales, and what operands go through, each said once. */
export function formatNotes(error: NumericalError): readonly string[] {
  const arithmetic = new Set(error.operators.flatMap(({ arithmetic: words }) => words));
  return [...Object.entries(error.scaling).map(([format, text]) => `${format} has ${text}`), ...arithmetic];
}
