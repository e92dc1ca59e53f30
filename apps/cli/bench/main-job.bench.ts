import { fileURLToPath } from 'node:url';
import { resolveChip } from '@systole/chip';
import { replay } from '@systole/replay';
import { loadRecipeFile } from '@systole/trace/node';
import { bench, describe } from 'vitest';
import { createToolbox } from '../src/toolbox.ts';
import { readChip } from '../src/inputs.ts';

const HOME = new URL('../../../', import.meta.url);
const { catalogue, mappings } = createToolbox();
const path = (name: string): string => fileURLToPath(new URL(name, HOME));

describe('the main job: GPT-2 XL, 1024 tokens, on PIM-GPT', () => {
  bench(
    'read, resolve, expand, replay',
    () => {
      const chip = resolveChip(readChip(path('configs/pim-gpt'), catalogue), catalogue);
      replay(chip, loadRecipeFile(path('traces/gpt2-xl.yaml')).trace, { mappings });
    },
    { iterations: 5, time: 0, warmupIterations: 1, warmupTime: 0 },
  );
});
