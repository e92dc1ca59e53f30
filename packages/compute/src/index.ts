export { computePackage } from './compute-package.ts';
export { flashCore } from './flash-core/flash-core.ts';
export { pimBank } from './pim-bank/pim-bank.ts';
export { simdMac } from './simd-mac/simd-mac.ts';
export { systolic } from './systolic/systolic.ts';
export { DATAFLOWS, systolicCycles } from './systolic/systolic-cycles.ts';
export type { Dataflow, SystolicArray, SystolicCycles } from './systolic/systolic-cycles.ts';
export type { MatmulShape } from './matmul.ts';
export {
  exponential,
  hyperbolicTangent,
  inverseSquareRoot,
  reciprocal,
  sigmoid,
} from './vector/elementary-functions.ts';
export { operationCounts } from './vector/operation-counts.ts';
export type { OperationCounts } from './vector/operation-counts.ts';
export type { Operations } from './vector/operations.ts';
export { vector } from './vector/vector.ts';
export type { VectorAlgorithm } from './vector/vector-algorithm.ts';
export { isVectorFunction, VECTOR_FUNCTION_FORMS, VECTOR_FUNCTIONS } from './vector/vector-function.ts';
export type { VectorFunction } from './vector/vector-function.ts';
