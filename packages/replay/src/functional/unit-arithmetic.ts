import type { ResolvedPart } from '@systole/chip';
import { codeFormat, createRegister, ExactAccumulator, findFormat, reduceTerms } from '@systole/numerics';
import type { AccumulatorSpec, SumCounts } from '@systole/numerics';

/** How a unit forms dot products, from the parameters that it declares. */
export interface UnitArithmetic {
  /** The component's name. */
  readonly unit: string;
  readonly accumulator: AccumulatorSpec;
  /** The format in which sums leave the unit. */
  readonly resultFormat?: string;
  /** In words: the operands, the accumulator, the format of results. */
  readonly description: string;
}

const INTEGER = /^int(\d+)$/;
/** Accumulators of products of at most 16 bits, and of wider ones. */
const NARROW_SUM = 'int32';
const WIDE_SUM = 'int48';
const NARROW_PRODUCT_BITS = 16;

/**
 * The arithmetic of a unit for two operand formats. Products are exact. The accumulator is the one that the parameter `accumulator`
 * (or `accumulateFormat`) names; `by-operands`, or a unit without the parameter, takes integers for integers (of 32 bits, and of 48 where products have more than 16), the quire for
 * posits and binary32 for all else. An accumulator of integers sums products of integers alone: others are summed in binary32. The
 * lanes of a unit with an adder tree are summed by it, each adder rounding as the accumulator does.
 */
export function unitArithmetic(part: ResolvedPart, stored: string, activations: string): UnitArithmetic {
  const { values, name: unit } = part;
  const asked = textOf(values['accumulator'] ?? values['accumulateFormat']) ?? 'by-operands';
  const chosen = chooseAccumulator(asked, [stored, activations]);
  const tree = treeOf(part);
  const accumulator = withTree(chosen, tree);
  const resultFormat = textOf(values['resultFormat'] ?? values['accumulateFormat']);
  const into = chosen === 'exact' ? 'an exact sum' : chosen;
  const by = accumulator.kind === 'exact' || tree === undefined ? '' : ` by a tree of ${tree}`;
  const out = resultFormat === undefined ? '' : `, out as ${resultFormat}`;
  return {
    unit,
    accumulator,
    ...(resultFormat === undefined ? {} : { resultFormat }),
    description: `${stored} × ${activations} into ${into}${by}${out}`,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function chooseAccumulator(asked: string, operands: readonly string[]): string {
  const formats = operands.map((name) => findFormat(name));
  const isWhole = formats.every((format) => format?.kind === 'integer');
  const other = formats.some((format) => format?.kind === 'posit') ? 'exact' : 'fp32';
  if (asked !== 'by-operands') return INTEGER.test(asked) && !isWhole ? other : asked;
  if (!isWhole) return other;
  const bits = formats.reduce((sum, format) => sum + (format?.bits ?? 0), 0);
  return bits <= NARROW_PRODUCT_BITS ? NARROW_SUM : WIDE_SUM;
}

function withTree(chosen: string, tree: number | undefined): AccumulatorSpec {
  if (chosen === 'exact') return { kind: 'exact' };
  const order = tree === undefined ? {} : { tree };
  const bits = INTEGER.exec(chosen)?.[1];
  if (bits !== undefined) {
    return { kind: 'integer', bits: Number(bits), overflow: 'saturate', unitExponent: 0, ...order };
  }
  return { kind: 'rounded', format: codeFormat(chosen), ...order };
}

/** Inputs of the adder tree: the lanes that one sum has, up to the next power of two. */
function treeOf({ values }: ResolvedPart): number | undefined {
  const { lanes, macsPerPe, adderTree, arrangement } = values;
  const hasTree = adderTree === true || arrangement === 'inner';
  const inputs = typeof macsPerPe === 'number' ? macsPerPe : hasTree && typeof lanes === 'number' ? lanes : 1;
  if (inputs < 2) return undefined;
  let tree = 2;
  while (tree < inputs && tree < 2 ** 16) tree *= 2;
  return tree;
}

/** Dot products of a unit: of elements, without the scales of their rows. */
export interface DotProducts {
  readonly counts: SumCounts;
  /** The sum of `length` products of a from `aStart` on with b from `bStart` on, in steps of `aStep` and `bStep`. */
  dot(
    a: Float64Array,
    aStart: number,
    aStep: number,
    b: Float64Array,
    bStart: number,
    bStep: number,
    length: number,
  ): number;
}

/** Dot products in an accumulator; its overflows are counted. */
export function dotProducts(accumulator: AccumulatorSpec): DotProducts {
  const counts: SumCounts = { overflows: 0, inexactTerms: 0 };
  let terms = new Float64Array(256);
  const fill: (...operands: Parameters<DotProducts['dot']>) => void = (
    a,
    aStart,
    aStep,
    b,
    bStart,
    bStep,
    length,
  ) => {
    if (terms.length < length) terms = new Float64Array(length * 2);
    for (let index = 0; index < length; index++) {
      terms[index] = (a[aStart + index * aStep] ?? 0) * (b[bStart + index * bStep] ?? 0);
    }
  };
  if (accumulator.kind === 'exact') {
    const exact = new ExactAccumulator();
    return {
      counts,
      dot(a, aStart, aStep, b, bStart, bStep, length) {
        exact.clear();
        for (let index = 0; index < length; index++) {
          exact.addProduct(a[aStart + index * aStep] ?? 0, b[bStart + index * bStep] ?? 0);
        }
        return exact.toNumber();
      },
    };
  }
  const unitExponent = accumulator.kind === 'integer' ? (accumulator.unitExponent ?? 0) : 0;
  const register = createRegister(accumulator, counts, unitExponent);
  const scratch = new Float64Array(Math.max(1, (accumulator.tree ?? 2) / 2));
  return {
    counts,
    dot(...operands) {
      const length = operands[6];
      fill(...operands);
      // A register of integers has no code for what is no number, which must not become one unseen.
      if (accumulator.kind === 'integer' && !areFinite(terms, length)) return Number.NaN;
      return register.value(reduceTerms(terms, length, register, accumulator.tree, scratch));
    },
  };
}

function areFinite(terms: Float64Array, length: number): boolean {
  for (let index = 0; index < length; index++) if (!Number.isFinite(terms[index])) return false;
  return true;
}
