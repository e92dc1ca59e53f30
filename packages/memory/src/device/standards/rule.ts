import type { Level } from '../level.ts';
import type { TimingRule } from '../standard.ts';

/** Commands by what they do, as words; families that name them otherwise give their own. */
export interface CommandWords {
  readonly activate: string;
  readonly read: string;
  readonly readPrecharge: string;
  readonly write: string;
  readonly writePrecharge: string;
}

export const PLAIN: CommandWords = {
  activate: 'ACT',
  read: 'RD',
  readPrecharge: 'RDA',
  write: 'WR',
  writePrecharge: 'WRA',
};

/** A rule in words: commands are separated by blanks. */
export function rule(scope: Level, from: string, to: string, gap: string): TimingRule {
  return { from: from.split(' '), to: to.split(' '), scope, gap };
}

/** A rule over the last `window` commands of `from`. */
export function windowRule(scope: Level, from: string, to: string, gap: string, window: number): TimingRule {
  return { ...rule(scope, from, to, gap), window };
}

/** A rule between two nodes of `scope` under one parent, as from rank to rank. */
export function siblingRule(scope: Level, from: string, to: string, gap: string): TimingRule {
  return { ...rule(scope, from, to, gap), siblings: true };
}
