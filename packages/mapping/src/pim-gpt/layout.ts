import type { TraceHeader } from '@systole/trace';
import { formatQuantity } from '@systole/units';
import { checkCapacity } from '../placement.ts';
import type { Placement } from '../placement.ts';
import type { Site } from '../in-memory/site.ts';
import { storedBytes } from '../in-memory/stored-bytes.ts';

/** Where the tensors live: all in the memory that computes, in the layouts that the tasks assume. */
export function place(
  site: Site,
  header: TraceHeader,
): { readonly placement: readonly Placement[]; readonly decisions: readonly string[] } {
  const { device } = site;
  let weights = 0;
  let cache = 0;
  for (const tensor of header.tensors) {
    const bytes = storedBytes(tensor, header, device) * tensor.repeat;
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
