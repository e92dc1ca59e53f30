import type { ResolvedChip } from '@systole/chip';
import type { Plan } from '@systole/mapping';
import type { TraceBlock } from '@systole/trace';
import { ReplayEngine } from './engine.ts';
import type { BoundSummary } from './result.ts';

/** The step that stands for a run: the one in the middle. */
export function typicalStep(steps: number): number {
  return Math.floor((steps - 1) / 2);
}

/**
 * What a step would gain if one component were infinitely fast, found by simulating the step with each component in turn
 * taking no time. Largest gain first.
 */
export function measureBounds(
  chip: ResolvedChip,
  plan: Plan,
  blocks: readonly TraceBlock[],
  step: number,
): BoundSummary {
  const timeOf = (ideal: readonly string[]): number => {
    const engine = new ReplayEngine(chip, plan, { ideal });
    for (const block of blocks) engine.replay(block);
    return engine.perStep.reduce((sum, ps) => sum + ps, 0);
  };
  const own = timeOf([]);
  const components = chip.parts.map(({ name }) => {
    const ps = timeOf([name]);
    return { component: name, ps, gain: own === 0 ? 0 : 1 - ps / own };
  });
  return { step, ps: own, components: components.sort((a, b) => b.gain - a.gain) };
}
