import { SystoleError } from './errors.ts';
import type { EventQueue } from './event-queue.ts';
import { QUEUE } from './layout.ts';
import type { Layout, Part } from './layout.ts';
import { ModelFault } from './model-fault.ts';
import type { Host } from './model.ts';
import type { Tally } from './tally.ts';
import type { Task } from './task.ts';
import type { TokenTable } from './token-table.ts';

export const FINISH = 0;
export const WAKE = 1;
export const START = 2;

// At equal times chunks leave before models wake and tasks start, so that a release is seen by what follows it.
export const FINISH_PRIORITY = 0;
export const WAKE_PRIORITY = 1;
export const START_PRIORITY = 2;

/** What a machine shares with the hosts of its models. */
export interface MachineState {
  now: number;
  /** The tag that actions are charged to. */
  tag: number;
  tasks: readonly Task[];
  readonly tokens: TokenTable;
  readonly queue: EventQueue;
  readonly tally: Tally;
  readonly layout: Layout;
  /** Of each component: the chunk whose service was settled last, or -1. */
  readonly lastSettled: Int32Array;
}

/** What the machine offers to the model at index `component`: every call is held against the contract. */
export function createHost(component: number, part: Part, state: MachineState): Host {
  const { tokens, queue, tally, layout } = state;
  const columns = layout.actions.length;
  const { declaration } = part;
  const firstAction = layout.actionBase[component] ?? 0;
  const actionEnd = firstAction + Object.keys(declaration.actions).length;
  const firstStatistic = layout.statisticBase[component] ?? 0;
  const statisticEnd = firstStatistic + Object.keys(declaration.statistics).length;
  const reasonEnd = QUEUE + 1 + Object.keys(declaration.reasons).length;

  const fault = (message: string): never => {
    throw new ModelFault(part.name, message);
  };
  /** Too much to be counted exactly is what parameters can cause; a count that is none is the model's doing. */
  const amount = (value: number, what: string): number => {
    if (value >= 0 && Number.isSafeInteger(value)) return value;
    if (!(value > Number.MAX_SAFE_INTEGER && value < Infinity)) fault(`it counts ${value} ${what}`);
    throw new SystoleError({
      code: 'limit/exceeded',
      message: `${part.name}: ${value} ${what} is past 2^53 - 1, up to which counting is exact`,
      hint: 'Shorten the prompt, or look for a parameter that is far too large or too slow.',
    });
  };
  /** The task of a chunk that this component was given in this stretch. */
  const taskOf = (token: number): Task => {
    const isUnderWay = token >= 0 && token < tokens.size && (tokens.accepted[token] ?? -1) >= 0;
    const task = isUnderWay ? state.tasks[tokens.task[token] ?? -1] : undefined;
    if (task?.stages[tokens.stage[token] ?? -1]?.component !== component) {
      return fault(`it speaks of chunk ${token}, which it was not given`);
    }
    return task;
  };
  /** Past the end of event time is what parameters can cause; any other time that is no integer is the model's doing. */
  const checkTime = (time: number, what: string): void => {
    if (Number.isSafeInteger(time)) return;
    if (!(time > Number.MAX_SAFE_INTEGER && time < Infinity)) fault(`${what} is ${time} ps`);
    throw new SystoleError({
      code: 'time/overflow',
      message: `${part.name}: ${what} is ${time} ps, past 2^53 - 1 ps, about 2.5 hours of chip time`,
      hint: 'Compose the run of shorter stretches, or look for a parameter that is far too slow.',
    });
  };

  return {
    get now() {
      return state.now;
    },
    finish(token, start, first, last) {
      taskOf(token);
      if (tokens.ended[token] !== -1) fault('it finishes a chunk twice');
      checkTime(start, 'the start of a service');
      checkTime(first, 'a first result');
      checkTime(last, 'a last result');
      const accepted = tokens.accepted[token] ?? 0;
      if (!(accepted <= start && start <= first && first <= last && state.now <= last)) {
        fault(
          `asked at ${accepted} ps, it says at ${state.now} ps: start ${start}, first result ${first}, last ${last}`,
        );
      }
      let spent = 0;
      const row = token * tokens.reasonWidth;
      for (let reason = 0; reason < tokens.reasonWidth; reason++) spent += tokens.reasons[row + reason] ?? 0;
      if (spent > last - start) fault(`it explains ${spent} ps of a service of ${last - start} ps`);
      tokens.settle(token, state.lastSettled[component] ?? -1, start, first, last);
      state.lastSettled[component] = token;
      queue.push(last, FINISH_PRIORITY, FINISH, token, 0);
    },
    spend(token, reason, duration) {
      taskOf(token);
      if (tokens.ended[token] !== -1) fault('it explains a service that it has finished');
      if (!(reason > QUEUE && reason < reasonEnd)) fault(`it does not declare a reason of index ${reason}`);
      const at = token * tokens.reasonWidth + reason;
      tokens.reasons[at] = (tokens.reasons[at] ?? 0) + amount(duration, 'ps of a reason');
    },
    attribute(token) {
      state.tag = taskOf(token).tag;
    },
    act(action, count) {
      if (!(action >= firstAction && action < actionEnd))
        fault(`it does not declare an action of index ${action}`);
      const at = state.tag * columns + action;
      tally.actions[at] = (tally.actions[at] ?? 0) + amount(count, 'actions');
    },
    count(statistic, n) {
      if (!(statistic >= firstStatistic && statistic < statisticEnd)) {
        fault(`it does not declare a statistic of index ${statistic}`);
      }
      tally.statistics[statistic] = (tally.statistics[statistic] ?? 0) + amount(n, 'of a statistic');
    },
    occupy(resourceTime) {
      tally.busy[component] = (tally.busy[component] ?? 0) + amount(resourceTime, 'ps of busy time');
    },
    macs(useful, padded) {
      tally.usefulMacs[component] = (tally.usefulMacs[component] ?? 0) + amount(useful, 'useful MACs');
      tally.paddedMacs[component] = (tally.paddedMacs[component] ?? 0) + amount(padded, 'padded MACs');
    },
    wakeAt(time, tag) {
      checkTime(time, 'the time at which it wants to wake');
      if (time < state.now) fault(`it wants to wake at ${time} ps, which is before ${state.now} ps`);
      if ((tag | 0) !== tag) fault(`it wants to wake with the tag ${tag}, which is no 32-bit integer`);
      queue.push(time, WAKE_PRIORITY, WAKE, component, tag);
    },
  };
}
