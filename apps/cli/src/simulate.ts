import { replay, startReplay } from '@systole/replay';
import type { ReplayOptions, ReplayOutcome } from '@systole/replay';
import { locateError, placesWithout } from '@systole/chip';
import type { ResolvedChip } from '@systole/chip';
import { SystoleError } from '@systole/core';
import type { Problem } from '@systole/core';
import type { TraceInput } from './inputs.ts';
import { blamePlugin } from './plugins/blame-plugin.ts';
import { createProgress } from './progress.ts';

/** Runs a trace on a chip with a progress bar. */
export async function simulate(
  chip: ResolvedChip,
  input: TraceInput,
  options: Omit<ReplayOptions, 'onStep'> & { readonly quiet: boolean },
): Promise<ReplayOutcome> {
  const { quiet, ...rest } = options;
  const progress = createProgress(`${chip.name} × ${input.name}`, quiet);
  const settings: ReplayOptions = { ...rest, onStep: (done, steps) => progress.step(done, steps) };
  try {
    if (input.kind === 'generated') return replay(chip, input.trace, settings);
    const run = startReplay(chip, input.header, settings);
    for await (const block of input.blocks) run.push(block);
    return run.finish();
  } catch (error) {
    const explained = error instanceof SystoleError ? explain(error, chip, input, options.mapping) : error;
    throw blamePlugin(explained, chip, options.mappings, options.mapping);
  } finally {
    progress.stop();
  }
}

/**
 * A refusal at its place in the chip's file, with the flags that would help. A mapping that was chosen on the command line has
 * no place there.
 */
function explain(
  error: SystoleError,
  chip: ResolvedChip,
  input: TraceInput,
  chosen = chip.mapping.name,
): SystoleError {
  const { parts, places, mapping } = chip;
  const known = places === undefined || chosen === mapping.name ? places : placesWithout(places, ['mapping']);
  const located = locateError(error, known === undefined ? { parts } : { parts, places: known });
  const [first, ...more] = located.problems.map((problem) =>
    input.kind === 'generated' ? withFlags(problem) : problem,
  );
  return first === undefined ? located : new SystoleError(first, ...more);
}

/** Units and mappings know formats, and not that a user sets those of a workload by flags. */
function withFlags(problem: Problem): Problem {
  const { code, hint = '' } = problem;
  if (code !== 'mapping/unsupported-operator' || hint.includes('--')) return problem;
  return {
    ...problem,
    hint: `${hint} The formats of a workload are set with --weights, --kv and --activations.`.trim(),
  };
}
