import { operations, totalOperations } from './operations.ts';
import type { Operations } from './operations.ts';
import type { VectorAlgorithm } from './vector-algorithm.ts';

/**
 * Operations of one exp(x).
 *
 * - `taylor`, n terms in Horner form, p = p·z + 1/k!: n-1 multiplies, n-1 adds. With s > 0 squarings of range reduction
 *   also 2 comparisons (clamp to ±2^s), 1 multiply (z = x·2^-s) and s multiplies (squarings).
 * - `table`: a read of slope and offset of x's segment, 1 multiply, 1 add.
 */
export function exponential(algorithm: VectorAlgorithm): Operations {
  if (algorithm.exponential === 'table') return operations({ adds: 1, multiplies: 1, lookups: 1 });
  const steps = algorithm.taylorTerms - 1;
  const squarings = algorithm.rangeReduction;
  return operations({
    adds: steps,
    multiplies: steps + squarings + (squarings > 0 ? 1 : 0),
    comparisons: squarings > 0 ? 2 : 0,
  });
}

/**
 * Operations of one reciprocal 1/d by Newton-Raphson. The estimate is an integer subtraction from the bit pattern of d (1
 * add); each step y(2 - d·y) is 2 multiplies and 1 add.
 */
export function reciprocal(algorithm: VectorAlgorithm): Operations {
  const steps = algorithm.newtonRaphsonSteps;
  return operations({ adds: 1 + steps, multiplies: 2 * steps });
}

/**
 * Operations of one 1/sqrt(x). Half of x is taken once (1 multiply); each step y(1.5 - x/2·y·y) is 3 multiplies and 1
 * add. The estimate is an integer subtraction from the shifted bit pattern of x (1 add) for `fast-inverse`, a table read
 * for `newton-raphson`. Without steps the estimate is the result.
 */
export function inverseSquareRoot(algorithm: VectorAlgorithm): Operations {
  const isFast = algorithm.inverseSquareRoot === 'fast-inverse';
  const steps = isFast ? algorithm.fastInverseSteps : algorithm.newtonRaphsonSteps;
  return operations({
    adds: steps + (isFast ? 1 : 0),
    multiplies: 3 * steps + (steps > 0 ? 1 : 0),
    lookups: isFast ? 0 : 1,
  });
}

/** Operations of one tanh(u) = 1 - 2/(exp(2u) + 1): beside exp and reciprocal, 2 multiplies and 2 adds. */
export function hyperbolicTangent(algorithm: VectorAlgorithm): Operations {
  return totalOperations([
    [1, exponential(algorithm)],
    [1, reciprocal(algorithm)],
    [1, operations({ adds: 2, multiplies: 2 })],
  ]);
}

/** Operations of one sigmoid(x) = 1/(1 + exp(-x)): beside exp and reciprocal, 1 add. A sign is flipped for nothing. */
export function sigmoid(algorithm: VectorAlgorithm): Operations {
  return totalOperations([
    [1, exponential(algorithm)],
    [1, reciprocal(algorithm)],
    [1, operations({ adds: 1 })],
  ]);
}
