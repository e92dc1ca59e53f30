import { tensorBytes } from '@systole/trace';
import type { PersistentTensor, TraceHeader } from '@systole/trace';
import type { TierDemand } from './tier-plan.ts';

/** How a tensor is dealt to tiers. */
export type TensorGroup = 'single' | 'layers' | 'vectors' | 'tables' | 'kv';

export interface TensorGroups {
  readonly demand: TierDemand;
  /** By the tensor's name. */
  readonly groups: ReadonlyMap<string, TensorGroup>;
}

/** Sorts the tensors of a trace. Matrices that are repeated as often as the most bytes of them are those of the layers. */
export function tensorGroups({ tensors }: TraceHeader): TensorGroups {
  const repeats = new Map<number, number>();
  for (const tensor of tensors) {
    if (!isMatrix(tensor) || tensor.repeat === 1) continue;
    repeats.set(tensor.repeat, (repeats.get(tensor.repeat) ?? 0) + tensorBytes(tensor) * tensor.repeat);
  }
  const [layers] = [...repeats].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [0, 0]);
  const groups = new Map<string, TensorGroup>();
  const streams = { single: 0, layers: 0, vectors: 0, tables: 0, kv: 0 };
  const demand = { single: 0, layers: 0, layer: 0, vectors: 0, tables: 0, kv: 0, streams };
  for (const tensor of tensors) {
    const group = groupOf(tensor, layers);
    groups.set(tensor.tensor, group);
    demand[group] += tensorBytes(tensor) * tensor.repeat;
    streams[group] += tensor.repeat;
    if (group === 'layers') demand.layer += tensorBytes(tensor);
  }
  return { demand, groups };
}

function isMatrix({ role, layout }: PersistentTensor): boolean {
  return role === 'weight' && layout !== 'vector' && layout !== 'table';
}

function groupOf(tensor: PersistentTensor, layers: number): TensorGroup {
  if (tensor.role === 'kv') return 'kv';
  if (tensor.layout === 'vector') return 'vectors';
  if (tensor.layout === 'table') return 'tables';
  return tensor.repeat === layers ? 'layers' : 'single';
}
