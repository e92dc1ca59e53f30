import type { MappedTask, Plan, Stretch } from '@systole/mapping';
import type { TraceBlock } from '@systole/trace';
import { isSameState } from './stretch-player.ts';
import type { StretchPlayer } from './stretch-player.ts';

/** A block as it is played: its stretches, and how many instances. */
export interface PlayedBlock {
  readonly stretches: readonly Stretch[];
  readonly repeat: number;
}

/** The step that stands for a run: the one in the middle. */
export function typicalStep(steps: number): number {
  return Math.floor((steps - 1) / 2);
}

/** The blocks of a step, to be played on several machines. */
export function playedBlocks(plan: Plan, blocks: readonly TraceBlock[]): readonly PlayedBlock[] {
  return blocks.map((block) => ({
    stretches: plan.stretchesOf(block).map(withTasksOnce),
    repeat: block.repeat,
  }));
}

/** The tasks of a stretch are the same for all machines. */
function withTasksOnce({ key, tasks }: Stretch): Stretch {
  let made: readonly MappedTask[] | undefined;
  return { key, tasks: () => (made ??= tasks()) };
}

/** ps of all blocks, from a chip at rest. Shows the critical path of every stretch, and how often it was taken. */
export function timeOf(
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
