import type { AccumulatorSpec, SumCounts } from '../accumulate/accumulator.ts';
import { checkAccumulator } from '../accumulate/accumulator.ts';
import type { CodeArray, CodeFormat, RoundingOptions } from '../code-format.ts';
import { NumericsError } from '../numerics-error.ts';
import { multiplyExactly, planFor } from './exact-gemm.ts';
import type { ExactPlan } from './exact-plan.ts';
import type { DecodedMatrix, Matrix } from './matrix.ts';
import { checkMatrix, decodeMatrix } from './matrix.ts';
import type { Panels } from './panels.ts';
import { packPanels } from './panels.ts';
import { ProductSink } from './product-sink.ts';
import { multiplyRounded } from './rounded-gemm.ts';
import { elementsOf, segmentLength, segmentsOf } from './segments.ts';

export interface GemmOptions {
  /** Exact unless given. */
  readonly accumulator?: AccumulatorSpec;
  /** The format that results are rounded to, once, from what the accumulator holds; binary64 unless given. */
  readonly output?: CodeFormat;
  readonly outputRounding?: RoundingOptions;
}

export interface GemmResult {
  readonly rows: number;
  readonly columns: number;
  /** Row-major. Of exact sums without an output format, the nearest binary64 numbers. */
  readonly values: Float64Array;
  /** Codes of the output format, where there is one. */
  readonly codes: CodeArray | undefined;
  /** Additions beyond the range of the accumulator, over all results. */
  readonly overflows: number;
  /** Terms that an integer accumulator had to round to its unit. */
  readonly inexactTerms: number;
  /** Results beyond the largest finite value of the output format. */
  readonly outputOverflows: number;
  /** Results that are NaN or infinite before they are rounded to the output format. */
  readonly notFinite: number;
}

/**
 * C = A x B, bit-exact, with the columns of B given as the rows of `columnsOfB`, so that both operands are reduced along their rows,
 * where blocks lie. Formats of the operands may differ.
 *
 * With block scales, a product is element x element x both block scales; the tensor scale of NVFP4 multiplies the content of the
 * accumulator in the end. A NaN among the operands of a result (NaR of a posit, a NaN block scale), an infinity by zero, or
 * infinities of both signs make it NaN; other infinities make it infinite, under any accumulator.
 *
 * Wrong shapes, codes and accumulators throw `NumericsError`.
 */
export function gemm(a: Matrix, columnsOfB: Matrix, options: GemmOptions = {}): GemmResult {
  const b = columnsOfB;
  const spec = options.accumulator ?? { kind: 'exact' };
  checkMatrix(a);
  checkMatrix(b);
  checkAccumulator(spec);
  if (a.columns !== b.columns) {
    throw new NumericsError(
      'numerics/length',
      `rows of ${a.columns} against columns of ${b.columns}: they are reduced over each other`,
      'Give the columns of the second operand as rows.',
    );
  }
  const [decodedA, decodedB] = [decodeMatrix(a), decodeMatrix(b)];
  const [panelsA, panelsB] = [packPanels(decodedA, decodedA.values), packPanels(decodedB, decodedB.values)];
  const sink = new ProductSink(
    a.rows * b.rows,
    decodedA.tensorScale * decodedB.tensorScale,
    options.output,
    options.outputRounding,
    panelsA.notFinite.size + panelsB.notFinite.size === 0
      ? undefined
      : (index) => panelsA.notFinite.has(Math.floor(index / b.rows)) || panelsB.notFinite.has(index % b.rows),
  );
  const counts: SumCounts = { overflows: 0, inexactTerms: 0 };
  if (spec.kind === 'exact') {
    exactly(a, b, decodedA, decodedB, panelsA, panelsB, sink);
  } else {
    const block = segmentLength(a, b);
    if (block !== undefined && spec.kind === 'integer' && spec.unitExponent === undefined) {
      throw new NumericsError(
        'numerics/accumulator',
        'an integer accumulator of block formats has no unit of its own, since block scales differ',
        'Give its unitExponent.',
      );
    }
    multiplyRounded(panelsA, panelsB, spec, spec.fused ?? block ?? 1, counts, sink);
  }
  multiplyNotFinite(panelsA, panelsB, sink);
  return {
    rows: a.rows,
    columns: b.rows,
    values: sink.values,
    codes: sink.codes,
    overflows: counts.overflows,
    inexactTerms: counts.inexactTerms,
    outputOverflows: sink.overflows,
    notFinite: sink.notFinite,
  };
}

/** Scales multiplied in, or left out for the sums of each segment: whichever is planned to be faster. Both are exact. */
function exactly(
  a: Matrix,
  b: Matrix,
  decodedA: DecodedMatrix,
  decodedB: DecodedMatrix,
  panelsA: Panels,
  panelsB: Panels,
  sink: ProductSink,
): void {
  const plan = planFor(panelsA, panelsB);
  const length = segmentLength(a, b);
  if (length !== undefined && plan.cost > CHEAP) {
    const elementsA = packPanels(decodedA, elementsOf(a, decodedA));
    const elementsB = packPanels(decodedB, elementsOf(b, decodedB));
    const segmented: ExactPlan = planFor(elementsA, elementsB, length);
    if (
      segmented.kind === 'bins' &&
      segmented.cost < plan.cost &&
      segmented.chunk >= Math.min(length, a.columns)
    ) {
      multiplyExactly(elementsA, elementsB, segmented, sink, segmentsOf(a, b, length));
      return;
    }
  }
  multiplyExactly(panelsA, panelsB, plan, sink);
}

/** Nanoseconds a product below which no other plan is sought. */
const CHEAP = 1;

/** Results with a NaN or an infinity among their operands: by binary64, whose sums are then NaN or infinite as they have to be. */
function multiplyNotFinite(a: Panels, b: Panels, sink: ProductSink): void {
  if (a.notFinite.size + b.notFinite.size === 0) return;
  for (let i = 0; i < a.rows; i++) {
    const rowA = a.notFinite.get(i);
    for (let j = 0; j < b.rows; j++) {
      const rowB = b.notFinite.get(j);
      if (rowA === undefined && rowB === undefined) continue;
      let sum = 0;
      for (let k = 0; k < a.depth; k++) {
        sum +=
          (rowA === undefined ? at(a, i, k) : (rowA[k] ?? 0)) *
          (rowB === undefined ? at(b, j, k) : (rowB[k] ?? 0));
      }
      sink.putNotFinite(i * b.rows + j, sum);
    }
  }
}

function at({ depth, values }: Panels, row: number, k: number): number {
  return values[((row >> 2) * depth + k) * 4 + (row & 3)] ?? 0;
}
