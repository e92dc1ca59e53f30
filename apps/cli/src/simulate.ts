import { replay, startReplay } from '@systole/replay';
import type { ReplayOptions, ReplayOutcome } from '@systole/replay';
import type { ResolvedChip } from '@systole/chip';
import { mappings } from './catalogue.ts';
import type { TraceInput } from './inputs.ts';
import { createProgress } from './progress.ts';

/** Runs a trace on a chip with a progress bar. */
export async function simulate(
  chip: ResolvedChip,
  input: TraceInput,
  options: Omit<ReplayOptions, 'mappings' | 'onStep'> & { readonly quiet: boolean },
): Promise<ReplayOutcome> {
  const { quiet, ...rest } = options;
  const progress = createProgress(`${chip.name} × ${input.name}`, quiet);
  const settings: ReplayOptions = { ...rest, mappings, onStep: (done, steps) => progress.step(done, steps) };
  try {
    if (input.kind === 'generated') return replay(chip, input.trace, settings);
    const run = startReplay(chip, input.header, settings);
    for await (const block of input.blocks) run.push(block);
    return run.finish();
  } finally {
    progress.stop();
  }
}
