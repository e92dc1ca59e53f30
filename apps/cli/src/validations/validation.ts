/** What came of a validation, and how it is shown. */
export interface ValidationOutcome {
  /** Whether everything that is held to something holds. */
  readonly holds: boolean;
  text(options: { readonly colour: boolean }): string;
  json(): string;
}

/** What a validation is to run. */
export interface ValidationOptions {
  /** A file, or a folder where the validation takes one, of the user's own in place of what is shipped. */
  readonly reference?: string;
  /** Names of peers; all where left out. */
  readonly only?: readonly string[];
  /** Whether everything is run of what is sampled otherwise. */
  readonly isThorough: boolean;
  readonly onProgress: (done: number, all: number) => void;
}

/** A part of Systole that can be held against others, beside the chips and their claims. */
export interface Validation {
  readonly name: string;
  readonly summary: string;
  /** What is run: `cases`, `files`. */
  readonly unit: string;
  /** The folder of the reference data. */
  readonly folder: string;
  /** How many cases are shipped. */
  count(): number;
  /** Throws `SystoleError` for a reference that cannot be read, and for a name in `only` that there is none of. */
  run(options: ValidationOptions): Promise<ValidationOutcome>;
}
