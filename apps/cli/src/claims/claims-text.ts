import { listText } from '@systole/report';
import type { CheckedClaim } from './check-claims.ts';

/** Published beside simulated: a table for each chip, what is known of the errors, and how many claims hold. */
export function claimsText(claims: readonly CheckedClaim[]): string {
  const chips = [...new Set(claims.map(({ chip }) => chip))];
  const tables = chips.map((chip) => {
    const text = tableOf(claims.filter((claim) => claim.chip === chip));
    return chips.length === 1 ? text : `${chip}\n${text}`;
  });
  return `${tables.join('\n')}\n${verdict(claims, chips.length)}\n`;
}

function tableOf(claims: readonly CheckedClaim[]): string {
  const rows = claims.map((claim) => ({
    claim: claim.what,
    workload: claim.workload,
    published:
      claim.range === undefined
        ? figure(claim.published)
        : `${figure(claim.range[0])}–${figure(claim.range[1])}`,
    simulated: figure(claim.simulated),
    unit: claim.unit,
    error:
      claim.error === undefined ? '—' : `${claim.error >= 0 ? '+' : ''}${(claim.error * 100).toFixed(1)} %`,
    tolerance: toleranceOf(claim),
    holds: claim.holds === undefined ? '—' : claim.holds ? 'yes' : 'NO',
    confidence: claim.confidence,
  }));
  const notes = claims.flatMap(({ what, workload, explanation }) =>
    explanation === undefined ? [] : [`${what}, ${workload}: ${explanation}\n`],
  );
  return `${listText(rows)}${notes.length === 0 ? '' : `\n${notes.join('')}`}`;
}

function toleranceOf({ tolerance, absolute, unit }: CheckedClaim): string {
  if (tolerance === undefined) return '—';
  if (absolute !== true) return `${figure(tolerance * 100)} %`;
  return unit === '%'
    ? `${figure(tolerance)} ${tolerance === 1 ? 'point' : 'points'}`
    : `${figure(tolerance)} ${unit}`;
}

function verdict(claims: readonly CheckedClaim[], chips: number): string {
  const count = (wanted: boolean | undefined): number =>
    claims.filter(({ holds }) => holds === wanted).length;
  const failed = count(false);
  const shown = count(undefined);
  const parts = [
    `${count(true)} ${count(true) === 1 ? 'holds' : 'hold'}`,
    ...(failed === 0 ? [] : [`${failed} ${failed === 1 ? 'does' : 'do'} not`]),
    ...(shown === 0 ? [] : [`${shown} ${shown === 1 ? 'is' : 'are'} shown without being held`]),
  ];
  const of = chips === 1 ? '' : ` of ${chips} chips`;
  return `${claims.length} ${claims.length === 1 ? 'claim' : 'claims'}${of}: ${parts.join(', ')}.`;
}

function figure(value: number | undefined): string {
  return value === undefined ? '—' : String(Number(value.toPrecision(4)));
}
