/** A value as data: what JSON has no number for is a text. */
export type NumberText = number | 'NaN' | 'NaR' | 'Infinity' | '-Infinity' | '-0';

/** A number format and what it can hold: plain data. */
export interface FormatDescription {
  readonly name: string;
  readonly family: 'float' | 'posit' | 'integer' | 'scale' | 'block';
  /** Bits of a code; of a block format, of an element. */
  readonly bits: number;
  /** Bits with the share of the scale of a block. */
  readonly bitsPerElement: number;
  /** Of a block format, in units of the scale. */
  readonly largest: number;
  readonly smallest: number;
  /** The code of not-a-number, where there is one. */
  readonly nan?: number;
  readonly block?: { readonly elements: number; readonly element: string; readonly scale: string };
  readonly summary?: string;
  readonly source?: string;
}

/** One field of a code, such as `exponent`, as binary digits. */
export interface CodeField {
  readonly name: string;
  readonly bits: string;
}

export interface CodeRow {
  readonly code: number;
  readonly value: NumberText;
  /** From the most significant one on. A negative posit has those of its two's complement. */
  readonly fields: readonly CodeField[];
}

/** Positive values that are evenly dense: the least, the largest, how many there are. */
export interface FormatRange {
  readonly from: number;
  readonly to: number;
  readonly values: number;
  /** From one value to the next: as such, or as a share of the least value of its power of two. */
  readonly step: number;
  readonly isRelative: boolean;
}

/** The codes of a format, all of them or a few, and how dense its values are. */
export interface NumberFormatTable {
  readonly systole: 'number-format/1';
  readonly format: FormatDescription;
  /** Hexadecimal digits of a code. */
  readonly digits: number;
  readonly codes: readonly CodeRow[];
  readonly ranges: readonly FormatRange[];
  readonly notes: readonly string[];
}
