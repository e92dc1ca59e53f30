import { Machine } from '@systole/core';
import type { ResolvedChip } from '@systole/chip';
import type { Plan } from '@systole/mapping';
import type { TraceBlock } from '@systole/trace';
import type { ReplayEngine } from './engine.ts';
import type { BoundSummary } from './result.ts';
import { playedBlocks, timeOf } from './played-step.ts';
import { StretchPlayer } from './stretch-player.ts';

/** Share of the critical path from which on a component is worth a simulation. */
const WORTH_SIMULATING = 0.01;

/**
 * What a step would gain if one component were infinitely fast, found by simulating the step with each component in turn
 * taking no time. Largest gain first. The engine of the run knows the step; a component without a part in it gains nothing.
 * Without its own time the critical path is still there, so that no component gains more than it holds of that: for one that
 * holds less than a hundredth, this is the answer, and it is not simulated. Without `withComponents` only the time of the step
 * is found.
 */
export function measureBounds(
  chip: ResolvedChip,
  plan: Plan,
  blocks: readonly TraceBlock[],
  step: number,
  { machine, player }: ReplayEngine,
  withComponents: boolean,
): BoundSummary {
  const played = playedBlocks(plan, blocks);
  const held = new Float64Array(chip.parts.length);
  const own = timeOf(played, player, (path, times) => {
    const { reasons } = machine.layout;
    for (const [index, ps] of path.entries()) {
      const component = reasons[index % reasons.length]?.component ?? -1;
      if (component >= 0) held[component] = (held[component] ?? 0) + ps * times;
    }
  });
  if (!withComponents) return { step, ps: own, components: [] };
  const units = new Set(chip.parts.map(({ attached }) => attached));
  const timeWithout = (name: string): number => {
    // What is attached to a memory was built into it.
    if (units.has(name)) {
      const apart = new Machine(chip.parts, machine.tags, { ideal: [name] });
      return timeOf(played, new StretchPlayer(apart, { reuse: true }));
    }
    machine.idealise([name]);
    return timeOf(played, new StretchPlayer(machine, { reuse: true }, player));
  };
  const used = new Set(played.flatMap(({ stretches }) => stretches.flatMap((each) => player.usedBy(each))));
  const components = chip.parts.map(({ name }, index) => {
    const gainOf = (ps: number): number => (own === 0 ? 0 : 1 - ps / own);
    if (!used.has(index)) return { component: name, ps: own, gain: 0 };
    const least = own - (held[index] ?? 0);
    // Time that a unit costs in its memory is charged to the memory.
    const isWorth = units.has(name) || gainOf(least) >= WORTH_SIMULATING;
    if (!isWorth) return { component: name, ps: least, gain: gainOf(least), atMost: true };
    const ps = timeWithout(name);
    return { component: name, ps, gain: gainOf(ps) };
  });
  machine.idealise([]);
  return { step, ps: own, components: components.sort((a, b) => b.gain - a.gain) };
}
