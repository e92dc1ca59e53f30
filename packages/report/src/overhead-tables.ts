import type { Result } from '@systole/replay';
import { percent, quantity, ratio, shareOf } from './format.ts';

/** A memory's step under several sets of overheads, ready to be shown: a row for each figure, a cell for each set. */
export interface OverheadTable {
  readonly memory: string;
  readonly step: number;
  readonly variants: readonly string[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly string[] }[];
}

/** What all presets of in-memory compute begin with. */
const PREFIX = 'in-memory-';

/** One table for each memory that computes. */
export function overheadTables({ commandOverheads = [] }: Result): readonly OverheadTable[] {
  return commandOverheads.map(({ memory, step, variants }) => {
    const parts = [...new Set(variants.flatMap((variant) => variant.parts.map(({ part }) => part)))];
    return {
      memory,
      step,
      variants: variants.map(({ name }) => (name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name)),
      rows: [
        { name: 'time', cells: variants.map(({ ps }) => quantity(ps, 'time')) },
        { name: 'beside the ideal', cells: variants.map(({ factor }) => ratio(factor, 1)) },
        ...parts.map((name) => ({
          name,
          cells: variants.map((variant) => {
            const found = variant.parts.find(({ part }) => part === name);
            return percent(shareOf(found?.ps ?? 0, variant.ps));
          }),
        })),
      ],
    };
  });
}
