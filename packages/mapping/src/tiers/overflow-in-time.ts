import { tensorBytes } from '@systole/trace';
import type { TraceHeader } from '@systole/trace';

/** When growing caches find no room. */
export interface Overflow {
  readonly step: number;
  /** The tensor that grows: what appends to it is the operator. */
  readonly operator: string;
  /** Bytes of all caches with that. */
  readonly bytes: number;
}

/**
 * The first time that the caches of a trace, which grow by a token a step, take more than `room` bytes; `undefined` where
 * they never do, or weights alone take more than there is. A cache that slides grows no further than it is long.
 */
export function overflowInTime(
  { tensors, workload, steps }: TraceHeader,
  room: number,
): Overflow | undefined {
  if (room < 0 || workload === undefined) return undefined;
  const caches = tensors.flatMap((tensor) => {
    const slots = tensor.shape[1] ?? 1;
    if (tensor.role !== 'kv') return [];
    return [{ tensor, slots, each: tensorBytes(tensor) / slots }];
  });
  const layers = Math.max(0, ...caches.map(({ tensor }) => tensor.repeat));
  const filled = (step: number, slots: number): number => Math.min(slots, workload.prompt + step);
  const after = (step: number): number =>
    caches.reduce((sum, { tensor, slots, each }) => sum + tensor.repeat * each * filled(step, slots), 0);
  // The sizes only grow with the step: the first one that is too large, by halving.
  let [low, high] = [0, steps - 1];
  if (after(high) <= room) return undefined;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (after(middle) > room) high = middle;
    else low = middle + 1;
  }
  let bytes = low === 0 ? 0 : after(low - 1);
  for (let layer = 0; layer < layers; layer++) {
    for (const { tensor, slots, each } of caches) {
      if (layer >= tensor.repeat) continue;
      bytes += each * (filled(low, slots) - (low === 0 ? 0 : filled(low - 1, slots)));
      if (bytes > room) {
        const name = tensor.tensor.replaceAll('{i}', String(layer));
        return { step: low, operator: `kv-append to ${name}`, bytes };
      }
    }
  }
  return undefined;
}
