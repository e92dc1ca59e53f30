import { resolveChip, vary } from '@systole/chip';
import type { ChipSpec } from '@systole/chip';
import type { Catalogue } from '@systole/core';
import type { Trace } from '@systole/trace';

/** The fewest output columns of any matrix product. */
export function leastColumns(trace: Trace): number {
  let least = Infinity;
  for (const { operators } of trace.blocks()) {
    for (const operator of operators) {
      if (operator.kind === 'matmul' || operator.kind === 'lm-head')
        least = Math.min(least, operator.columns);
    }
  }
  return least;
}

/**
 * Doubles the channels of the memory that computes, the places of its unit, and the ports and lanes that lead to it; `lanes`
 * is the number of places then. Nothing where no memory streams rows past units, or where the vector cannot be sent to all
 * channels at once.
 */
export function withTwiceTheChannels(
  spec: ChipSpec,
  catalogue: Catalogue,
): { readonly spec: ChipSpec; readonly lanes: number } | undefined {
  const chip = resolveChip(spec, catalogue);
  const memory = chip.parts.find(({ attached }) => attached !== undefined);
  const channels = memory?.values['channels'];
  if (chip.parts.some(({ values }) => values['multicast'] === false)) return undefined;
  if (memory?.attached === undefined || typeof channels !== 'number') return undefined;
  if (!Object.hasOwn(memory.declaration.accepts, 'segment-stream')) return undefined;
  const { name, attached } = memory;
  const { placesParameter = '' } = chip.part(attached).declaration;
  const places = chip.part(attached).values[placesParameter];
  const varied = vary(spec, (draft) => {
    const set = (component: string, parameter: string, value: number): void => {
      const written = draft.components[component];
      if (written !== undefined) written[parameter] = value;
    };
    set(name, 'channels', channels * 2);
    if (typeof places === 'number') set(attached, placesParameter, places * 2);
    for (const connection of draft.connections) {
      const ends = [connection.from, connection.to].map((end) => end.split('.', 1)[0] ?? end);
      const other = ends.find((end) => end !== name);
      if (other === undefined || !ends.includes(name)) continue;
      const lanes = connection.lanes ?? 1;
      // One wire that all channels share stays one wire.
      if (lanes === 1 && channels > 1) continue;
      connection.lanes = lanes * 2;
      const ports = chip.part(other).values;
      for (const side of ['inputs', 'outputs']) {
        const count = ports[side];
        if (typeof count === 'number') set(other, side, count + lanes);
      }
    }
  });
  return { spec: varied, lanes: typeof places === 'number' ? places * 2 : channels * 2 };
}
