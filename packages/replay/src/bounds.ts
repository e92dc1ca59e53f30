import { Machine } from '@systole/core';
import type { ResolvedChip } from '@systole/chip';
import type { MappedTask, Plan, Stretch } from '@systole/mapping';
import type { TraceBlock } from '@systole/trace';
import type { ReplayEngine } from './engine.ts';
import type { BoundSummary } from './result.ts';
import { isSameState, StretchPlayer } from './stretch-player.ts';

/** A block as it is played: its stretches, and how many instances. */
interface PlayedBlock {
  readonly stretches: readonly Stretch[];
  readonly repeat: number;
}

/** The step that stands for a run: the one in the middle. */
export function typicalStep(steps: number): number {
  return Math.floor((steps - 1) / 2);
}

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
  const played = blocks.map((block) => ({
    stretches: plan.stretchesOf(block).map(withTasksOnce),
    repeat: block.repeat,
  }));
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

/** The tasks of a stretch are the same for all machines. */
function withTasksOnce({ key, tasks }: Stretch): Stretch {
  let made: readonly MappedTask[] | undefined;
  return { key, tasks: () => (made ??= tasks()) };
}

/** ps of all blocks, from a chip at rest. Shows the critical path of every stretch, and how often it was taken. */
function timeOf(
  blocks: readonly PlayedBlock[],
  player: StretchPlayer,
  onPath?: (path: Float64Array, times: number) => void,
): number {
  let total = 0;
  player.state = player.atRest;
  for (const { stretches, repeat } of blocks) {
    let left = repeat;
    while (left > 0) {
      if (player.isFull) player.forget();
      const before = player.state;
      let duration = 0;
      const tallies = stretches.map((stretch) => player.play(stretch).tally);
      for (const tally of tallies) duration += tally.duration;
      // Back in the state that it started from, the instance recurs for all that are left.
      const times = isSameState(before, player.state) ? left : 1;
      total += times * duration;
      left -= times;
      if (onPath !== undefined) for (const { path } of tallies) onPath(path, times);
    }
  }
  return total;
}
