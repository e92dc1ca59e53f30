import type { Confidence } from '@systole/core';

/** A plain value as a chip file holds it: quantities as text with their unit. */
export type Scalar = string | number | boolean;

/** A value together with where it comes from. */
export interface Figure {
  readonly value: Scalar;
  /** A key of the chip's citations (a single word), or the citation itself. */
  readonly source?: string;
  /** How far the figure can be trusted; `recalled` when a source is named and nothing is said of it. */
  readonly confidence?: Confidence;
  /** The reason for an inference, the points of a calibration, or what the reader should know. */
  readonly note?: string;
  /** Set from outside the chip, as by the command line: no part of what the chip's author stated. */
  readonly override?: boolean;
}

/** A parameter as it is written: plain, or with its source. */
export type Written = Scalar | Figure;

/** One component of a chip as written. Every key that is not named here is a parameter of its type. */
export interface ComponentSpec {
  /** A type of the catalogue, such as `memory/dram`. */
  readonly type: string;
  /** Presets of the type; of several, the later wins. */
  readonly preset?: string | readonly string[];
  /** The in-memory compute unit that works inside this memory. */
  readonly attach?: string;
  /** Level of detail, for types that have more than one; `fast` when left out. */
  readonly detail?: 'fast' | 'detailed';
  readonly [parameter: string]: Written | readonly string[];
}

/** Keys of a component that are not parameters of its type. */
export const RESERVED_KEYS = ['type', 'preset', 'attach', 'detail'] as const;

/**
 * A bundle of lanes between two components. An end is `component` or `component.port`. It carries both ways, unless an
 * end names a port of one direction, such as `in` or `out` of a crossbar.
 */
export interface ConnectionSpec {
  readonly from: string;
  readonly to: string;
  /** Lanes side by side, 1 when left out: how many consecutive port indices it takes at both ends. */
  readonly lanes?: number;
}

/** How operators are put on components: the name of a mapping, with options of its own. */
export interface MappingSpec {
  readonly name: string;
  readonly [option: string]: Scalar;
}

/** The version of the form of chip files. */
export const CHIP_FORMAT = 'chip/1';

/**
 * A chip as an author writes it in TypeScript: what has a default may be left out. `Names` are the names of its
 * components.
 */
export interface ChipInput<Names extends string = string> {
  readonly systole?: typeof CHIP_FORMAT;
  /** Lower-case letters, digits and hyphens. */
  readonly name: string;
  readonly summary?: string;
  /** The clock that results are counted in, as written: `1 GHz`. */
  readonly clock: string;
  /** `auto` when left out. */
  readonly mapping?: string | MappingSpec;
  /** Full citations under the short names by which figures refer to them. */
  readonly citations?: Readonly<Record<string, string>>;
  readonly components: { readonly [Name in Names]: ComponentSpec };
  readonly connections?: readonly ConnectionSpec[];
}

/**
 * A chip as immutable plain data: what a chip file says, checked in form. The names of the components are known to
 * the compiler for a chip that is written in TypeScript.
 */
export interface ChipSpec<Names extends string = string> extends ChipInput<Names> {
  readonly systole: typeof CHIP_FORMAT;
  readonly citations: Readonly<Record<string, string>>;
  readonly connections: readonly ConnectionSpec[];
}
