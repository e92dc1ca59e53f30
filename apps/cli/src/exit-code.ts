/** What scripts may rely on. */
export const EXIT = {
  done: 0,
  /** A check did not hold. */
  checkFailed: 1,
  badInput: 2,
  /** A fault of Systole itself. */
  fault: 3,
} as const;

/** Ends a command with `EXIT.checkFailed`; what failed has been printed already. */
export class CheckFailed extends Error {
  constructor() {
    super('a check did not hold');
    this.name = 'CheckFailed';
  }
}
