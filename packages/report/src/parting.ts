import type { Result } from '@systole/replay';
import { timeByOperator } from './breakdown.ts';
import { quantity, shorten } from './format.ts';
import { unionOf } from './run.ts';
import type { LabelledResult } from './run.ts';

/** The kind of operator whose time per token differs most between runs, and its least and largest time, in ps. */
export interface Parting {
  readonly kind: string;
  readonly least: number;
  readonly largest: number;
  /** Labels of the runs that take the least and the largest time. */
  readonly fastest: string;
  readonly slowest: string;
}

/** Where runs part; nothing for a single run, or for runs that take the same time for every kind. */
export function partingOf(runs: readonly LabelledResult[]): Parting | undefined {
  const tables = runs.map(({ label, result }) => ({ label, times: perToken(result) }));
  let most: Parting | undefined;
  for (const kind of unionOf(runs, (result) => timeByOperator(result).keys())) {
    const found = tables.map(({ label, times }) => ({ label, ps: times.get(kind) ?? 0 }));
    const [first] = found;
    if (first === undefined) continue;
    const low = found.reduce((a, b) => (b.ps < a.ps ? b : a), first);
    const high = found.reduce((a, b) => (b.ps > a.ps ? b : a), first);
    if (high.ps - low.ps > (most === undefined ? 0 : most.largest - most.least)) {
      most = { kind, least: low.ps, largest: high.ps, fastest: low.label, slowest: high.label };
    }
  }
  return most;
}

function perToken(result: Result): ReadonlyMap<string, number> {
  const { tokens } = result.time;
  return new Map([...timeByOperator(result)].map(([kind, ps]) => [kind, tokens > 0 ? ps / tokens : 0]));
}

/** Where runs part, in sentences; none where they do not. */
export function partingText(runs: readonly LabelledResult[]): readonly string[] {
  const parting = partingOf(runs);
  if (parting === undefined) return [];
  const { kind, least, largest, fastest, slowest } = parting;
  const span = `${quantity(least, 'time')} to ${quantity(largest, 'time')}`;
  return [
    `The runs part most at ${shorten(kind, 24)}: ${span} per token.`,
    `It takes least in ${shorten(fastest, 30)} and most in ${shorten(slowest, 30)}.`,
  ];
}
