import { isEntries } from '@systole/core';
import type { ResolvedChip } from '@systole/chip';
import type { TraceBlock } from '@systole/trace';
import type { MappedTask, Plan, Stretch } from './mapping.ts';
import { OPERATOR_KINDS } from './operators.ts';

/** What is wrong with a plan that a plugin made; `undefined` when nothing is. */
export function checkPlan(plan: Plan, chip: ResolvedChip): string | undefined {
  if (!isEntries(plan)) return 'gives no plan';
  const { placement, decisions, explain, stretchesOf } = plan;
  if (typeof stretchesOf !== 'function') return 'gives a plan without stretchesOf';
  if (!isListOf(decisions, (entry) => typeof entry === 'string'))
    return 'gives a plan whose decisions are not texts';
  if (explain !== undefined && !isListOf(explain, isEntries)) return 'gives a plan whose explain is no list';
  if (!isListOf(placement, isEntries)) return 'gives a plan without a placement';
  for (const { memory, what, bytes, capacity } of placement) {
    if (typeof what !== 'string' || !isCount(bytes) || !isCount(capacity)) {
      return `places ${told(bytes)} bytes of ${told(what)} in ${told(capacity)} bytes`;
    }
    if (!chip.parts.some(({ name }) => name === memory)) {
      return `places ${what} in ${told(memory)}, which is no component of the chip`;
    }
  }
  return undefined;
}

/** What is wrong with the stretches of a block. */
export function checkStretches(stretches: readonly Stretch[]): string | undefined {
  const isStretch = (stretch: unknown): boolean =>
    isEntries(stretch) && typeof stretch['key'] === 'string' && typeof stretch['tasks'] === 'function';
  return isListOf(stretches, isStretch) ? undefined : 'gives no list of { key, tasks }';
}

/** What is wrong with the tasks of a stretch, before they reach the machine. */
export function checkTasks(
  tasks: readonly MappedTask[],
  block: TraceBlock,
  chip: ResolvedChip,
): string | undefined {
  if (!isListOf(tasks, isEntries)) return 'gives no list of tasks';
  for (const task of tasks) {
    const complaint = checkTask(task, tasks.length, block, chip);
    if (complaint !== undefined) return `gives a task ${told(task.name)} that ${complaint}`;
  }
  return undefined;
}

function checkTask(
  { name, operator, tag, after, chunks, delay, stages }: MappedTask,
  tasks: number,
  block: TraceBlock,
  chip: ResolvedChip,
): string | undefined {
  const isTask = (index: unknown): boolean => isBelow(index, tasks);
  if (typeof name !== 'string') return 'has no name';
  if (!isBelow(operator, block.operators.length)) {
    return `belongs to operator ${told(operator)} of ${block.operators.length}`;
  }
  if (!isBelow(tag, OPERATOR_KINDS.length))
    return `is charged to tag ${told(tag)} of ${OPERATOR_KINDS.length}`;
  if (!isListOf(after, isTask)) return `waits for a task that is not there (after: ${told(after)})`;
  if (!isCount(chunks) || chunks < 1) return `has ${told(chunks)} chunks`;
  if (!isCount(delay)) return `starts ${told(delay)} ps after its inputs`;
  if (!isListOf(stages, isEntries) || stages.length === 0) return 'has no stages';
  for (const stage of stages) {
    const complaint = checkStage(stage, isTask, chip);
    if (complaint !== undefined) return complaint;
  }
  return undefined;
}

function checkStage(
  { component, transaction, slots, after }: MappedTask['stages'][number],
  isTask: (index: unknown) => boolean,
  chip: ResolvedChip,
): string | undefined {
  const part = isBelow(component, chip.parts.length) ? chip.parts[component] : undefined;
  if (part === undefined) {
    return `has a stage at component ${told(component)}, and the chip has ${chip.parts.length} (use chip.indexOf)`;
  }
  if (!isCount(slots) || slots < 1) return `has a stage with room for ${told(slots)} chunks`;
  if (after !== undefined && !isListOf(after, isTask)) {
    return `has a stage that waits for a task that is not there (after: ${told(after)})`;
  }
  if (!isEntries(transaction)) return `asks "${part.name}" for nothing`;
  const { kind, bytes, macs, dims } = transaction;
  const kinds = Object.keys(part.declaration.accepts);
  if (!kinds.includes(kind)) {
    return `asks "${part.name}" (${part.declaration.type}) for ${told(kind)}, and it takes ${kinds.join(', ') || 'nothing'}`;
  }
  if (!isCount(bytes)) return `asks "${part.name}" to ${kind} ${told(bytes)} bytes`;
  if (macs !== undefined && !isCount(macs)) return `asks "${part.name}" for ${told(macs)} useful MACs`;
  const odd = Object.entries(dims ?? {}).find(
    ([, size]) => !(isNumber(size) && size >= 0 && size < Infinity),
  );
  return odd === undefined ? undefined : `asks "${part.name}" to ${kind} with ${odd[0]} ${told(odd[1])}`;
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

function isListOf(value: unknown, is: (entry: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(is);
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isBelow(value: unknown, end: number): boolean {
  return isCount(value) && Number(value) < end;
}

function told(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 60));
  if (Array.isArray(value)) return `[${value.slice(0, 8).map(told).join(', ')}]`;
  return typeof value === 'object' && value !== null ? 'an object' : String(value).slice(0, 60);
}
