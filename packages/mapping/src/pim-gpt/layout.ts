import type { PersistentTensor, TraceHeader } from '@systole/trace';
import { formatQuantity } from '@systole/units';
import { checkCapacity } from '../placement.ts';
import type { Placement } from '../placement.ts';
import { bytesOf } from '../units.ts';
import type { Site } from './site.ts';

/** Where the tensors live: all in the memory that computes, in the layouts that the tasks assume. */
export function place(
  site: Site,
  header: TraceHeader,
): { readonly placement: readonly Placement[]; readonly decisions: readonly string[] } {
  const { device } = site;
  let weights = 0;
  let cache = 0;
  for (const tensor of header.tensors) {
    const bytes = stored(tensor, header, site) * tensor.repeat;
    if (tensor.role === 'kv') cache += bytes;
    else weights += bytes;
  }
  const memory = device.part.name;
  const { capacity } = device;
  const placement: Placement[] = [
    { memory, what: 'weights', bytes: weights, capacity },
    { memory, what: 'KV cache', bytes: cache, capacity },
  ];
  checkCapacity(
    placement,
    'Use more channels (--set components.' +
      `${memory}.channels=${device.channels * 2}), a narrower weight format (--weights int8), or a smaller model.`,
  );
  const vector = formatQuantity(device.vectorBuffer, 'data');
  return {
    placement,
    decisions: [
      `matrices: output rows over ${device.lanes} banks (${device.channels} channels × ${device.banks}), in tiles of ${vector} of input`,
      site.headConcatenation
        ? `keys: row-major, a token's key in one bank, heads side by side`
        : `keys: row-major, a token's key in one bank, every head in a row of its own`,
      `values: column-major, ${site.maxContext} tokens reserved, a head a channel`,
      'partial sums, biases and all other functions: on the vector unit',
      'one instruction at a time: ASIC and PIM do not overlap',
    ],
  };
}

/**
 * Bytes of one instance of a tensor in its layout. The banks hold whole output rows, so the busiest bank decides; column
 * accesses and reserved rows are not shared between tensors.
 */
function stored(tensor: PersistentTensor, header: TraceHeader, site: Site): number {
  const { device } = site;
  const element = bytesOf(tensor.format);
  const elements = tensor.shape.reduce((product, size) => product * size, 1);
  if (tensor.role === 'kv' || tensor.layout !== 'matrix') return elements * element;
  const [first = 1, second = 1] = tensor.shape;
  // A table that is the matrix of the head as well stands as vocabulary × width: its rows are the output rows.
  const [inner, columns] = first === header.model?.vocabulary ? [second, first] : [first, second];
  const row = Math.ceil((inner * element) / device.segmentBytes) * device.segmentBytes;
  return Math.ceil(columns / device.lanes) * device.lanes * row;
}
