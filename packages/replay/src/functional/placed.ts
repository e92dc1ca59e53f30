import type { Operator, TensorUse } from '@systole/trace';

/** An operator of one instance of a block, with `{i}` replaced in its names. */
export function placed(operator: Operator, instance: number): Operator {
  const place = (name: string): string => name.replaceAll('{i}', String(instance));
  const placeUse = (use: TensorUse): TensorUse => ({ ...use, tensor: place(use.tensor) });
  return {
    ...operator,
    id: place(operator.id),
    inputs: operator.inputs.map(placeUse),
    outputs: operator.outputs.map(placeUse),
  };
}
