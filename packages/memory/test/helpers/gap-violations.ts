/** A command as a log has it. */
export interface LoggedCommand {
  readonly tick: number;
  readonly name: string;
  readonly bank: number;
  readonly row: number;
}

/** One of `to` comes no sooner than `gap` after the last of `from` to the same node, of which `node` makes a number for a bank. */
export interface GapRule {
  readonly from: string;
  readonly to: string;
  readonly gap: number;
  readonly node: (bank: number) => number;
}

export const anywhere = (): number => 0;
export const sameBank = (bank: number): number => bank;
export const within =
  (size: number) =>
  (bank: number): number =>
    Math.floor(bank / size);

/** Every pair of a log that is too close, as text. Knows nothing of how the log came about. */
export function gapViolations(log: readonly LoggedCommand[], rules: readonly GapRule[]): string[] {
  const violations: string[] = [];
  for (const rule of rules) {
    const lastAt = new Map<number, number>();
    for (const { tick, name, bank } of log) {
      const node = rule.node(bank);
      const last = lastAt.get(node);
      if (name === rule.to && last !== undefined && tick - last < rule.gap) {
        violations.push(
          `${rule.from} at ${last}, ${rule.to} at ${tick}: less than ${rule.gap} (bank ${bank})`,
        );
      }
      if (name === rule.from) lastAt.set(node, tick);
    }
  }
  return violations;
}
