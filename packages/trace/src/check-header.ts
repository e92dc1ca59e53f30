import { SystoleError } from '@systole/core';
import type { LocatedDocument } from '@systole/document';
import { tensorBytes } from './tensor-bytes.ts';
import type { TraceHeader } from './trace.ts';

/** Checks what the schema of a header cannot: tensors that are there once, of formats that exist and sizes that count. */
export function checkHeader(header: TraceHeader, document: LocatedDocument): void {
  const names = new Set<string>();
  for (const [index, tensor] of header.tensors.entries()) {
    const place = document.placeOf(['tensors', index]);
    if (names.has(tensor.tensor)) {
      throw new SystoleError({
        code: 'trace/invalid',
        message: `the tensor "${tensor.tensor}" is there twice`,
        place,
      });
    }
    names.add(tensor.tensor);
    if (tensor.repeat > 1 && !tensor.tensor.includes('{i}')) {
      throw new SystoleError({
        code: 'trace/invalid',
        message: `${tensor.repeat} tensors share the name "${tensor.tensor}"`,
        place,
        hint: 'Put "{i}" where the index belongs.',
      });
    }
    try {
      tensorBytes(tensor);
    } catch (error) {
      if (!(error instanceof SystoleError)) throw error;
      const [first] = error.problems;
      throw first === undefined ? error : new SystoleError({ ...first, place });
    }
  }
}
