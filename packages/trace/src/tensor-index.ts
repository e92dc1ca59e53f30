import type { PersistentTensor, TraceHeader } from './trace.ts';

/** Finds the entry of the header that a tensor name belongs to, be it written with `{i}` or with an index. */
export interface TensorIndex {
  find(tensor: string): PersistentTensor | undefined;
  /** The names as the header writes them. */
  readonly names: readonly string[];
}

/** Builds the index of the tensors that a header wants placed. `L{i}.keys` is found as itself and as `L7.keys`. */
export function createTensorIndex(header: TraceHeader): TensorIndex {
  const byName = new Map(header.tensors.map((tensor) => [tensor.tensor, tensor]));
  // `L7.keys` can only mean `L{i}.keys`, so one lookup for each number in a name is enough.
  const find = (tensor: string): PersistentTensor | undefined => {
    const exact = byName.get(tensor);
    if (exact !== undefined) return exact;
    for (const match of tensor.matchAll(/(?<![0-9])(?:0|[1-9][0-9]*)(?![0-9])/g)) {
      const before = tensor.slice(0, match.index);
      const after = tensor.slice(match.index + match[0].length);
      const template = byName.get(`${before}{i}${after}`);
      if (template !== undefined && Number(match[0]) < template.repeat) return template;
    }
    return undefined;
  };
  return { find, names: [...byName.keys()] };
}
