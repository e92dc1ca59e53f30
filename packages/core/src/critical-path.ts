import type { Layout } from './layout.ts';
import { QUEUE, SERVICE } from './layout.ts';
import type { Task } from './task.ts';
import type { TokenTable } from './token-table.ts';

/**
 * Walks from the chunk that ended last to the start of the stretch, and charges every ps to a tag and a reason. The step back
 * goes to the chunk that kept the component busy until this one could start, where that is known, and else to the chunk
 * whose end let this one be accepted. The pieces join without gaps, so the charges add up to the duration exactly. The walk
 * ends because every step goes to a chunk whose service was settled earlier.
 */
export function chargeCriticalPath(
  lastToken: number,
  origin: number,
  tokens: TokenTable,
  tasks: readonly Task[],
  layout: Layout,
  path: Float64Array,
): void {
  const { reasonBase, launch } = layout;
  const rowLength = layout.reasons.length;
  let token = lastToken;
  while (token >= 0) {
    const task = tasks[tokens.task[token] ?? 0];
    const stage = task?.stages[tokens.stage[token] ?? 0];
    if (task === undefined || stage === undefined) return;
    const row = task.tag * rowLength;
    const base = row + (reasonBase[stage.component] ?? 0);
    const accepted = tokens.accepted[token] ?? 0;
    const started = tokens.started[token] ?? 0;
    let unexplained = (tokens.ended[token] ?? 0) - started;
    for (let reason = QUEUE + 1; reason < tokens.reasonWidth; reason++) {
      const spent = tokens.reasons[token * tokens.reasonWidth + reason] ?? 0;
      if (spent === 0) continue;
      path[base + reason] = (path[base + reason] ?? 0) + spent;
      unexplained -= spent;
    }
    path[base + SERVICE] = (path[base + SERVICE] ?? 0) + unexplained;
    const blocker = tokens.blocker[token] ?? -1;
    if (blocker >= 0) {
      token = blocker;
      continue;
    }
    path[base + QUEUE] = (path[base + QUEUE] ?? 0) + (started - accepted);
    const cause = tokens.cause[token] ?? -1;
    const released = cause < 0 ? origin : (tokens.ended[cause] ?? 0);
    path[row + launch] = (path[row + launch] ?? 0) + (accepted - released);
    token = cause;
  }
}
