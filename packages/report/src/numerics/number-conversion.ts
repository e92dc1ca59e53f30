import type { CodeField, NumberText } from './number-format-table.ts';

export interface ConvertedNeighbour {
  readonly code: number;
  readonly value: NumberText;
}

/** What became of one value in one format. */
export interface NumberConversion {
  /** As it was typed. */
  readonly typed: string;
  /** The binary64 that was meant. */
  readonly input: NumberText;
  readonly format: string;
  readonly bits: number;
  readonly code: number;
  readonly fields: readonly CodeField[];
  /** With its scale. */
  readonly value: NumberText;
  /** Value less input; absent where either is no finite number. */
  readonly error?: number;
  /** Its magnitude as a share of that of the input. */
  readonly relative?: number;
  /** The nearest values on both sides that differ from the input. */
  readonly below?: ConvertedNeighbour;
  readonly above?: ConvertedNeighbour;
  /** Whether the input was beyond the largest value. */
  readonly isBeyond: boolean;
  /** What values are multiplied by. */
  readonly scale?: number;
}

/** Values in number formats: plain data. */
export interface NumberConversions {
  readonly systole: 'number-conversions/1';
  readonly rounding: string;
  readonly overflow: string;
  readonly conversions: readonly NumberConversion[];
  readonly notes: readonly string[];
}
