import * as fc from 'fast-check';
import { SystoleError } from '@systole/core';
import type { Counterexample } from './counterexample.ts';
import type { LawId } from './law.ts';
import { takeRefusal } from './refusal.ts';

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
  /** Of a broken law: what was wrong, and nothing else. */
  readonly cause?: string;
  /** Of a broken law: leads `seed` straight to the shrunk counterexample. */
  readonly path?: string;
  /** Of a broken law: the smallest case that was found, as plain data. */
  readonly counterexample?: Counterexample;
}

/** A law that says nothing of a subject, and why. */
export interface Inapplicable {
  readonly law: LawId;
  readonly reason: string;
}

export interface Report {
  /** A component's type or a chip's name. */
  readonly subject: string;
  readonly findings: readonly Finding[];
  readonly inapplicable: readonly Inapplicable[];
  readonly isSound: boolean;
}

export interface CheckOptions {
  /** Cases for each law. Default 100 for a component, 25 for a chip. */
  readonly runs?: number;
  /** Seeds the generators, so that a report can be made again. Default 1. */
  readonly seed?: number;
  /** The `path` of a finding: begins at its counterexample instead of at the first case. */
  readonly path?: string;
  /** Check these laws only. */
  readonly laws?: readonly LawId[];
  /** Told when a law was judged: which, and how many of how many. */
  readonly onLaw?: (finding: Finding, done: number, laws: number) => void;
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

/** A law as a property: what is generated, what is demanded of it, and how a case is written down. */
export interface Judged<Case> {
  readonly cases: fc.Arbitrary<Case>;
  readonly check: (generated: Case) => void;
  readonly toPlain: (generated: Case) => Counterexample;
}

/** Runs one property, and turns what fast-check says into a finding. Throws `argument/invalid` for a path that leads nowhere. */
export function judge<Case>(
  law: LawId,
  { cases, check, toPlain }: Judged<Case>,
  { runs, seed = 1, path }: CheckOptions & { readonly runs: number },
): Finding {
  takeRefusal();
  const settings = { numRuns: runs, seed, maxSkipsPerRun: 50, ...(path === undefined ? {} : { path }) };
  let details: fc.RunDetails<[Case]>;
  try {
    details = fc.check(fc.property(cases, check), settings);
  } catch (error) {
    if (path !== undefined && /wrong path/.test(String(error))) throw noCase(law, seed, path);
    // Not the property but what it is asked with: a declaration that throws.
    const cause = `no case could be generated: ${String(error)}`;
    return { law, outcome: 'broken', runs: 0, refused: 0, seed, cause, message: cause };
  }
  if (path !== undefined && details.numRuns === 0 && !details.failed) throw noCase(law, seed, path);
  const finding = { law, runs: details.numRuns, refused: details.numSkips, seed };
  if (!details.failed) return { ...finding, outcome: 'held' };
  const [smallest] = details.counterexample ?? [];
  if (smallest === undefined) {
    const cause = `too many generated cases were refused, the last with: ${takeRefusal() ?? 'it is no case for this law'}`;
    return { ...finding, outcome: 'broken', cause, message: `${cause}\n  run it again with seed ${seed}` };
  }
  const error = details.errorInstance;
  const cause = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const at = details.counterexamplePath ?? '';
  return {
    ...finding,
    outcome: 'broken',
    cause,
    path: at,
    counterexample: toPlain(smallest),
    message:
      `${cause}\n  counterexample: ${fc.stringify(smallest)}` +
      `\n  run it again with seed ${seed}, path "${at}"`,
  };
}

function noCase(law: LawId, seed: number, path: string): SystoleError {
  return new SystoleError({
    code: 'argument/invalid',
    message: `the path ${path} leads to no case of ${law} with seed ${seed}`,
    hint: 'Give seed and path as they were printed together, for what has not changed since.',
  });
}

export function reportOf(
  subject: string,
  findings: readonly Finding[],
  inapplicable: readonly Inapplicable[],
): Report {
  const isSound = findings.every(({ outcome }) => outcome === 'held');
  return { subject, findings, inapplicable, isSound };
}

/** A report as lines of text, broken laws with their counterexamples. */
export function formatReport({ subject, findings, inapplicable, isSound }: Report): string {
  const lines = findings.map(({ law, outcome, runs, refused, message }) => {
    const cases = refused === 0 ? `${runs} cases` : `${runs} cases, ${refused} refused`;
    return outcome === 'held' ? `  held    ${law} (${cases})` : `  BROKEN  ${law}: ${message}`;
  });
  const others = inapplicable.map(({ law, reason }) => `  —       ${law}: ${reason}`);
  return [`${subject}: ${isSound ? 'sound' : 'not sound'}`, ...lines, ...others].join('\n');
}
