import type { PersistentTensor, TraceHeader } from '@systole/trace';
import { bytesOf } from '../units.ts';
import type { InMemoryDevice } from '../units.ts';

/**
 * Bytes of one instance of a tensor in its layout. The banks hold whole output rows, so the busiest bank decides; column
 * accesses and reserved rows are not shared between tensors.
 */
export function storedBytes(tensor: PersistentTensor, header: TraceHeader, device: InMemoryDevice): number {
  const element = bytesOf(tensor.format);
  const elements = tensor.shape.reduce((product, size) => product * size, 1);
  if (tensor.role === 'kv' || tensor.layout !== 'matrix') return elements * element;
  const [first = 1, second = 1] = tensor.shape;
  // A table that is the matrix of the head as well stands as vocabulary × width: its rows are the output rows.
  const [inner, columns] = first === header.model?.vocabulary ? [second, first] : [first, second];
  const row = Math.ceil((inner * element) / device.segmentBytes) * device.segmentBytes;
  return Math.ceil(columns / device.lanes) * device.lanes * row;
}
