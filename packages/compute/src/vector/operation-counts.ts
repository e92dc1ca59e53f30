import { SystoleError } from '@systole/core';
import {
  exponential,
  hyperbolicTangent,
  inverseSquareRoot,
  reciprocal,
  sigmoid,
} from './elementary-functions.ts';
import { operations, totalOperations } from './operations.ts';
import type { Operations } from './operations.ts';
import type { VectorAlgorithm } from './vector-algorithm.ts';
import { VECTOR_FUNCTION_FORMS } from './vector-function.ts';
import type { VectorFunction } from './vector-function.ts';

/** What one function costs. */
export interface OperationCounts extends Operations {
  /**
   * Times that the pipeline has to be filled: a step that needs all results of the step before (a reduction, or a value
   * of a whole row) starts a new pass.
   */
  readonly passes: number;
  /** Multiply-accumulates among them. */
  readonly macs: number;
}

const ADD = operations({ adds: 1 });
const MULTIPLY = operations({ multiplies: 1 });
const COMPARE = operations({ comparisons: 1 });
const LOOKUP = operations({ lookups: 1 });

/**
 * The operations of function `fn` on tensors of the given sizes (E elements, R rows), derived from its algorithm:
 *
 * - `softmax`: E-R comparisons (maximum), E adds (subtract it), E exp, E-R adds (sum), R reciprocals, E multiplies; E
 *   more multiplies if `scaled`. Passes: maximum; exp and sum; reciprocal; product.
 * - `layernorm`: E-R adds and R multiplies (mean), E adds (centre), E multiplies (squares), E-R adds and R multiplies
 *   (variance), R adds (epsilon), R inverse square roots, E multiplies (normalise), E multiplies and E adds (scale and
 *   shift). Passes: mean; variance; inverse square root; result.
 * - `rmsnorm`: E multiplies (squares), E-R adds, R multiplies, R adds (epsilon), R inverse square roots, 2E multiplies
 *   (normalise, scale). Passes: mean square; inverse square root; result.
 * - `gelu`, for each element: x² , ·0.044715, +1, ·x, ·sqrt(2/pi), tanh, +1, x/2, product.
 * - `silu`, for each element: sigmoid and a product. `relu`: a comparison.
 * - `rope`, for each pair: 4 multiplies, 2 adds. `add`, `multiply`: one operation an element.
 * - `accumulate`: terms-1 adds an element. `gather`: 1 copy and tables-1 adds an element.
 * - `argmax`: E-R comparisons. Passes: comparison; choice among the lanes.
 * - `dot`: rows × inner × columns multiplies, and as many adds (the first onto the bias or zero).
 *
 * Throws `argument/invalid` for a size that is missing, no whole number or out of the range of the function's form.
 */
export function operationCounts(
  fn: VectorFunction,
  dims: Readonly<Record<string, number>>,
  algorithm: VectorAlgorithm,
): OperationCounts {
  const size = (name: string, fallback?: number): number => checkedSize(fn, name, dims[name] ?? fallback);
  switch (fn) {
    case 'softmax': {
      const { rows: R, elements: E } = rowSizes(size);
      const total = totalOperations([
        [size('scaled', 0) * E, MULTIPLY],
        [E - R, COMPARE],
        [E, ADD],
        [E, exponential(algorithm)],
        [E - R, ADD],
        [R, reciprocal(algorithm)],
        [E, MULTIPLY],
      ]);
      return counted(total, 4);
    }
    case 'layernorm': {
      const { rows: R, elements: E } = rowSizes(size);
      const perRow = totalOperations([
        [2, MULTIPLY],
        [1, ADD],
        [1, inverseSquareRoot(algorithm)],
      ]);
      const perElement = operations({ adds: 2, multiplies: 3 });
      return counted(
        totalOperations([
          [2 * (E - R), ADD],
          [R, perRow],
          [E, perElement],
        ]),
        4,
      );
    }
    case 'rmsnorm': {
      const { rows: R, elements: E } = rowSizes(size);
      const perRow = totalOperations([
        [1, MULTIPLY],
        [1, ADD],
        [1, inverseSquareRoot(algorithm)],
      ]);
      return counted(
        totalOperations([
          [E - R, ADD],
          [R, perRow],
          [3 * E, MULTIPLY],
        ]),
        3,
      );
    }
    case 'gelu': {
      const each = totalOperations([
        [1, operations({ adds: 2, multiplies: 6 })],
        [1, hyperbolicTangent(algorithm)],
      ]);
      return counted(totalOperations([[size('elements'), each]]), 1);
    }
    case 'silu': {
      const each = totalOperations([
        [1, MULTIPLY],
        [1, sigmoid(algorithm)],
      ]);
      return counted(totalOperations([[size('elements'), each]]), 1);
    }
    case 'relu':
      return counted(totalOperations([[size('elements'), COMPARE]]), 1);
    case 'rope':
      return counted(totalOperations([[size('elements') / 2, operations({ adds: 2, multiplies: 4 })]]), 1);
    case 'add':
      return counted(totalOperations([[size('elements'), ADD]]), 1);
    case 'multiply':
      return counted(totalOperations([[size('elements'), MULTIPLY]]), 1);
    case 'accumulate':
      return counted(totalOperations([[size('elements') * (size('terms') - 1), ADD]]), 1);
    case 'argmax': {
      const { rows: R, elements: E } = rowSizes(size);
      return counted(totalOperations([[E - R, COMPARE]]), 2);
    }
    case 'gather': {
      const E = size('elements');
      return counted(
        totalOperations([
          [E, LOOKUP],
          [E * (size('tables') - 1), ADD],
        ]),
        1,
      );
    }
    case 'dot': {
      const macs = size('rows') * size('inner') * size('columns');
      return { ...operations({ adds: macs, multiplies: macs }), passes: 1, macs };
    }
  }
}

function counted(total: Operations, passes: number): OperationCounts {
  return { ...total, passes, macs: 0 };
}

function rowSizes(size: (name: string) => number): { rows: number; elements: number } {
  const elements = size('elements');
  return { rows: Math.min(size('rows'), elements), elements };
}

function checkedSize(fn: VectorFunction, name: string, value: number | undefined): number {
  const form = VECTOR_FUNCTION_FORMS[fn].dims[name];
  const { min, max, multipleOf = 1 } = form ?? { min: 0, max: 0 };
  if (
    value !== undefined &&
    Number.isInteger(value) &&
    value >= min &&
    value <= max &&
    value % multipleOf === 0
  ) {
    return value;
  }
  const kind = multipleOf === 1 ? 'a whole number' : `a multiple of ${multipleOf}`;
  throw new SystoleError({
    code: 'argument/invalid',
    message: `${fn}: expected ${kind} of ${name} from ${min} to ${max}, got ${value ?? 'nothing'}`,
    hint: `${fn} takes ${Object.keys(VECTOR_FUNCTION_FORMS[fn].dims).join(', ')}.`,
  });
}
