/** Why a format, an option or an operand was refused. Codes are stable. */
export type NumericsErrorCode =
  /** No format has that name. */
  | 'numerics/unknown-format'
  /** A format that there cannot be, such as a posit with as many exponent bits as bits. */
  | 'numerics/impossible-format'
  /** A code that the format does not have. */
  | 'numerics/code'
  /** An option or argument with no meaning. */
  | 'numerics/argument'
  /** Lengths or shapes that do not fit together. */
  | 'numerics/length'
  /** A length that the block of a format does not divide. */
  | 'numerics/block-length'
  /** An accumulator that there cannot be. */
  | 'numerics/accumulator'
  /** NaN or infinity where only finite values can be. */
  | 'numerics/not-finite'
  /** A magnitude beyond what can be held. */
  | 'numerics/range'
  /** Reference data in another layout than the one that is read. */
  | 'numerics/reference';

/**
 * A wrong input to number formats. This package stands below the errors of `@systole/core`, so it has one of its own; what a user
 * sees is made from its message and its hint.
 */
export class NumericsError extends Error {
  readonly code: NumericsErrorCode;
  /** The next step: a nearest name, a range. */
  readonly hint: string | undefined;

  constructor(code: NumericsErrorCode, message: string, hint?: string) {
    super(message);
    this.name = 'NumericsError';
    this.code = code;
    this.hint = hint;
  }
}
