import * as fc from 'fast-check';
import type { LawId } from './law.ts';

/** What became of one law. */
export interface Finding {
  readonly law: LawId;
  readonly outcome: 'held' | 'broken';
  /** Generated cases that were judged. */
  readonly runs: number;
  /** Generated cases that the subject refused as wrong inputs. */
  readonly refused: number;
  readonly seed: number;
  /** Of a broken law: what was wrong, the shrunk counterexample, and how to run it again. */
  readonly message?: string;
}

export interface Report {
  /** A component's type or a chip's name. */
  readonly subject: string;
  readonly findings: readonly Finding[];
  readonly isSound: boolean;
}

export interface CheckOptions {
  /** Cases for each law. Default 100. */
  readonly runs?: number;
  /** Seeds the generators, so that a report can be made again. Default 1. */
  readonly seed?: number;
  /** Check these laws only. */
  readonly laws?: readonly LawId[];
}

/** Thrown inside a property: what was wrong, in words. */
export class LawBroken extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LawBroken';
  }
}

/** Demands `isTrue`; the message is made only when it is not. */
export function demand(isTrue: boolean, message: () => string): void {
  if (!isTrue) throw new LawBroken(message());
}

/** Demands that two plain values are equal; names the first place where they differ. */
export function demandEqual(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (a === b) return;
  let at = 0;
  while (a[at] === b[at]) at++;
  const from = Math.max(0, at - 60);
  throw new LawBroken(`${what}: got …${a.slice(from, at + 60)}…, expected …${b.slice(from, at + 60)}…`);
}

/** Runs one property, and turns what fast-check says into a finding. */
export function judge(law: LawId, property: fc.IProperty<unknown>, options: CheckOptions): Finding {
  const seed = options.seed ?? 1;
  const details = fc.check(property, { numRuns: options.runs ?? 100, seed, maxSkipsPerRun: 50 });
  const finding = { law, runs: details.numRuns, refused: details.numSkips, seed };
  if (!details.failed) return { ...finding, outcome: 'held' };
  const error = details.errorInstance;
  const cause =
    error instanceof Error ? `${error.name}: ${error.message}` : 'too many generated cases were refused';
  const example =
    details.counterexample === null ? '' : `\n  counterexample: ${fc.stringify(details.counterexample)}`;
  const path = details.counterexamplePath === null ? '' : `, path "${details.counterexamplePath}"`;
  return {
    ...finding,
    outcome: 'broken',
    message: `${cause}${example}\n  run it again with seed ${seed}${path}`,
  };
}

export function reportOf(subject: string, findings: readonly Finding[]): Report {
  return { subject, findings, isSound: findings.every(({ outcome }) => outcome === 'held') };
}

/** A report as lines of text, broken laws with their counterexamples. */
export function formatReport({ subject, findings, isSound }: Report): string {
  const lines = findings.map(({ law, outcome, runs, refused, message }) => {
    const cases = refused === 0 ? `${runs} cases` : `${runs} cases, ${refused} refused`;
    return outcome === 'held' ? `  held    ${law} (${cases})` : `  BROKEN  ${law}: ${message}`;
  });
  return [`${subject}: ${isSound ? 'sound' : 'not sound'}`, ...lines].join('\n');
}
