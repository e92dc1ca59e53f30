import { SystoleError } from '@systole/core';
import type { Operator, TensorUse } from '@systole/trace';

/** An operator without an operand that its kind has. */
export function lacks(operator: Operator, what: string): SystoleError {
  return new SystoleError({
    code: 'trace/invalid',
    message: `operator "${operator.id}" lacks ${what}, so that it cannot be computed`,
  });
}

/** A tensor whose whole extent only the header of a trace can say. */
export function noTensor(use: TensorUse, operator: Operator): SystoleError {
  return new SystoleError({
    code: 'trace/missing-reference',
    message: `the header of the trace does not say how large "${use.tensor}" is, which operator "${operator.id}" needs to be computed`,
    hint: 'List it among the tensors of the header.',
  });
}
