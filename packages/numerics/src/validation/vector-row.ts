/** What came of the vectors of one file for one format and operation. */
export interface VectorRow {
  readonly file: string;
  readonly format: string;
  readonly operation: string;
  readonly compared: number;
  /** How many differ in any bit. */
  readonly wrong: number;
  /** The first that differs: operands, what was expected, what came. */
  readonly firstWrong?: string;
}

/** Counts into a row. */
export class VectorCount {
  readonly #file: string;
  readonly #format: string;
  readonly #operation: string;
  #compared = 0;
  #wrong = 0;
  #firstWrong: string | undefined;

  constructor(file: string, format: string, operation: string) {
    this.#file = file;
    this.#format = format;
    this.#operation = operation;
  }

  /** Counts one comparison; what it was about is asked for at the first that differs. */
  compare(isEqual: boolean, describe: () => string): void {
    this.#compared++;
    if (isEqual) return;
    this.#wrong++;
    this.#firstWrong ??= describe();
  }

  row(): VectorRow {
    return {
      file: this.#file,
      format: this.#format,
      operation: this.#operation,
      compared: this.#compared,
      wrong: this.#wrong,
      ...(this.#firstWrong === undefined ? {} : { firstWrong: this.#firstWrong }),
    };
  }
}
