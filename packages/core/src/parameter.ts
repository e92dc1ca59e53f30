import { BASE_UNITS, formatQuantity, parseQuantity, unitsOf } from '@systole/units';
import type { Dimension } from '@systole/units';
import { suggestName } from './errors.ts';
import type { ErrorCode } from './errors.ts';
import type { Source } from './source.ts';

/** What a parameter's value must be. */
export type ParameterKind =
  | { readonly kind: 'quantity'; readonly dimension: Dimension; readonly min: number; readonly max: number }
  | { readonly kind: 'integer'; readonly min: number; readonly max: number; readonly powerOfTwo?: boolean }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'flag' };

/** A value as a parameter holds it: base units for quantities. */
export type ParameterValue = number | string | boolean;

/**
 * One parameter of a component, as data. `fallback` is the value in base units when nobody says otherwise;
 * without one the parameter is required, or, if `optional`, may be left out.
 */
export interface Parameter<T extends ParameterValue | undefined = ParameterValue | undefined> {
  readonly form: ParameterKind;
  readonly help: string;
  readonly fallback: T | undefined;
  readonly optional: boolean;
  readonly source?: Source;
}

export type ParameterSpecs = Readonly<Record<string, Parameter>>;

/** The resolved values of a set of parameters. */
export type Values<P extends ParameterSpecs> = {
  readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never;
};

interface Range {
  readonly min?: string;
  readonly max?: string;
}

interface Common {
  readonly source?: Source;
}

function quantityForm(dimension: Dimension, range: Range): ParameterKind {
  return {
    kind: 'quantity',
    dimension,
    min: range.min === undefined ? 0 : declared(range.min, dimension),
    max: range.max === undefined ? CEILINGS[dimension] : declared(range.max, dimension),
  };
}

/**
 * Beyond these a quantity is a slip of the pen, not a design: an hour, 1 THz, 1 EB, 1 EB/s, 10 Tb/s a pin, 1 J,
 * 1 uJ a bit, 100 MW, 1 kV, 10 kA, a square metre, a kilometre, a factor of a million.
 */
const CEILINGS: Readonly<Record<Dimension, number>> = {
  time: 3.6e15,
  frequency: 1e12,
  data: 1e18,
  bandwidth: 1e18,
  pinRate: 1e13,
  energy: 1e15,
  energyPerBit: 1e9,
  power: 1e8,
  voltage: 1e3,
  current: 1e4,
  area: 1e6,
  length: 1e6,
  ratio: 1e6,
};

function declared(text: string, dimension: Dimension): number {
  const result = parseQuantity(text, dimension);
  if (!result.ok) throw new TypeError(`a declaration holds a bad quantity: ${result.message}`);
  return result.value;
}

/** The builders of parameters: each names its unit by its kind, its range, its default and its help. */
export const param = {
  /** A quantity with a unit; range and default are written as a chip file would write them. */
  quantity(
    dimension: Dimension,
    help: string,
    options: Range & Common & { readonly default?: string } = {},
  ): Parameter<number> {
    return {
      form: quantityForm(dimension, options),
      help,
      fallback: options.default === undefined ? undefined : declared(options.default, dimension),
      optional: false,
      ...sourceOf(options),
    };
  },
  /** A quantity that may be left out. */
  optionalQuantity(
    dimension: Dimension,
    help: string,
    options: Range & Common = {},
  ): Parameter<number | undefined> {
    return {
      form: quantityForm(dimension, options),
      help,
      fallback: undefined,
      optional: true,
      ...sourceOf(options),
    };
  },
  /** A whole number within a range. */
  integer(
    help: string,
    options: Common & {
      readonly min?: number;
      readonly max: number;
      readonly default?: number;
      readonly powerOfTwo?: boolean;
    },
  ): Parameter<number> {
    return {
      form: {
        kind: 'integer',
        min: options.min ?? 1,
        max: options.max,
        ...(options.powerOfTwo === undefined ? {} : { powerOfTwo: options.powerOfTwo }),
      },
      help,
      fallback: options.default,
      optional: false,
      ...sourceOf(options),
    };
  },
  /** One of a few names. */
  choice<const C extends string>(
    choices: readonly C[],
    help: string,
    options: Common & { readonly default?: NoInfer<C> } = {},
  ): Parameter<C> {
    return {
      form: { kind: 'choice', choices },
      help,
      fallback: options.default,
      optional: false,
      ...sourceOf(options),
    };
  },
  /** Yes or no. */
  flag(help: string, options: Common & { readonly default?: boolean } = {}): Parameter<boolean> {
    return {
      form: { kind: 'flag' },
      help,
      fallback: options.default,
      optional: false,
      ...sourceOf(options),
    };
  },
} as const;

function sourceOf(options: Common): { readonly source?: Source } {
  return options.source === undefined ? {} : { source: options.source };
}

export type ParameterResult =
  | { readonly ok: true; readonly value: ParameterValue }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string; readonly hint: string };

/** Reads one written value (`"12 ns"`, `8`, `true`) as `parameter` wants it. Never throws. */
export function readParameter(parameter: Parameter, written: unknown): ParameterResult {
  const { form } = parameter;
  switch (form.kind) {
    case 'quantity': {
      const result = parseQuantity(written, form.dimension);
      if (!result.ok) {
        const code = result.problem === 'wrong-type' ? 'parameter/wrong-type' : 'parameter/wrong-unit';
        return { ok: false, code, message: result.message, hint: result.hint };
      }
      const shown = (value: number): string => formatQuantity(value, form.dimension);
      return inRange(result.value, form.min, form.max, shown);
    }
    case 'integer': {
      const value = typeof written === 'string' && /^-?\d{1,15}$/.test(written) ? Number(written) : written;
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
        return wrongType('a whole number', written, describeForm(form));
      }
      const lower = form.powerOfTwo === true ? powerOfTwoBelow(value) : value;
      if (lower !== value && value > 0) {
        return {
          ok: false,
          code: 'parameter/out-of-range',
          message: `expected a power of two, got ${value}`,
          hint: `Try ${lower} or ${lower * 2}.`,
        };
      }
      return inRange(value, form.min, form.max, String);
    }
    case 'choice': {
      if (typeof written !== 'string') return wrongType('a name', written, describeForm(form));
      if (form.choices.includes(written)) return { ok: true, value: written };
      return {
        ok: false,
        code: 'parameter/out-of-range',
        message: `expected one of ${form.choices.join(', ')}, got ${show(written)}`,
        hint: suggestName(written, form.choices),
      };
    }
    case 'flag': {
      if (written === true || written === 'true') return { ok: true, value: true };
      if (written === false || written === 'false') return { ok: true, value: false };
      return wrongType('true or false', written, describeForm(form));
    }
  }
}

function powerOfTwoBelow(value: number): number {
  let power = 1;
  while (power * 2 <= value) power *= 2;
  return power;
}

function inRange(value: number, min: number, max: number, shown: (value: number) => string): ParameterResult {
  // Adding zero turns -0 into 0.
  if (value >= min && value <= max) return { ok: true, value: value + 0 };
  return {
    ok: false,
    code: 'parameter/out-of-range',
    message: `expected ${shown(min)} to ${shown(max)}, got ${shown(value)}`,
    hint: value < min ? `The least is ${shown(min)}.` : `The most is ${shown(max)}.`,
  };
}

function wrongType(expected: string, written: unknown, hint: string): ParameterResult {
  return {
    ok: false,
    code: 'parameter/wrong-type',
    message: `expected ${expected}, got ${show(written)}`,
    hint: `Expected ${hint}.`,
  };
}

/** A short, safe rendering of any value for a message. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (Array.isArray(value)) return 'a list';
  if (value === null) return 'nothing';
  if (typeof value === 'object') return 'a group of keys';
  return String(value).slice(0, 60);
}

/** What a parameter takes, in words: `a time from 0 ps to 1 h (ps, ns, us, …)`. */
export function describeForm(form: ParameterKind): string {
  switch (form.kind) {
    case 'quantity': {
      const low = formatQuantity(form.min, form.dimension);
      const high = formatQuantity(form.max, form.dimension);
      return `${form.dimension} from ${low} to ${high} (units: ${unitsOf(form.dimension).slice(0, 6).join(', ')})`;
    }
    case 'integer':
      return `a whole number from ${form.min} to ${form.max}${form.powerOfTwo === true ? ', a power of two' : ''}`;
    case 'choice':
      return `one of ${form.choices.join(', ')}`;
    case 'flag':
      return 'true or false';
  }
}

/** The base unit in which a parameter's value is kept, or an empty string where it has none. */
export function baseUnit(form: ParameterKind): string {
  return form.kind === 'quantity' ? BASE_UNITS[form.dimension] : '';
}

/** A value as people read it: `12 ns`, `8`, `open`. */
export function formatParameter(parameter: Parameter, value: ParameterValue | undefined): string {
  if (value === undefined) return '—';
  if (parameter.form.kind === 'quantity' && typeof value === 'number') {
    return formatQuantity(value, parameter.form.dimension);
  }
  return String(value);
}
