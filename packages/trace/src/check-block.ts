import type { Place, Problem } from '@systole/core';
import { suggestName, SystoleError } from '@systole/core';
import type { Operator, TensorUse } from './operator.ts';
import { operandElements, operatorMacs } from './operator-work.ts';
import { elementsOf, requireFormat, tensorBytes } from './tensor-bytes.ts';
import type { TensorIndex } from './tensor-index.ts';
import type { TraceBlock } from './trace.ts';

/** Where an operator of a block was read from. */
export type PlaceOf = (index: number, path?: string) => Place;

/**
 * Checks what one operator says about itself: formats that exist, shapes that its fields ask for, weights and caches
 * that the header has, as large and as many as the block uses, work that can be counted exactly.
 *
 * @param instances the index after that of the last instance of the block.
 * @throws SystoleError `trace/invalid`, `trace/missing-reference` or `limit/exceeded` at `place`.
 */
export function checkOperator(
  operator: Operator,
  tensors: TensorIndex,
  instances: number,
  place: (path?: string) => Place = () => ({}),
): void {
  const fault = (message: string, path?: string, hint?: string): SystoleError =>
    new SystoleError({
      code: 'trace/invalid',
      message: `"${operator.id}" ${message}`,
      place: place(path),
      ...(hint === undefined ? {} : { hint }),
    });

  const fields = faultInFields(operator);
  if (fields !== undefined) throw fault(fields);
  const expected = operandElements(operator);
  for (const side of ['inputs', 'outputs'] as const) {
    const uses = operator[side];
    const wanted = expected[side];
    if (uses.length !== wanted.length) {
      throw fault(`has ${uses.length} ${side}; its kind and fields ask for ${wanted.length}`, side);
    }
    for (const [index, use] of uses.entries()) {
      const path = `${side}[${index}]`;
      const elements = elementsOf(use.shape);
      if (elements !== wanted[index]) {
        const has = Number.isNaN(elements) ? 'too many' : String(elements);
        throw fault(`has ${has} elements here; its fields ask for ${wanted[index]}`, `${path}.shape`);
      }
      checkUse(use, elements, operator.kind, tensors, instances, () => place(path));
    }
  }
  if (!Number.isSafeInteger(operatorMacs(operator)))
    throw fault('asks for too much work to be counted exactly');
}

function faultInFields(operator: Operator): string | undefined {
  switch (operator.kind) {
    case 'attention-scores':
    case 'attention-context':
      if (operator.heads % operator.kvHeads !== 0) {
        return `has ${operator.heads} heads, which ${operator.kvHeads} cached heads cannot share evenly`;
      }
      if (operator.causal && operator.queries > operator.context) {
        return `has ${operator.queries} queries, more than its context of ${operator.context}`;
      }
      return undefined;
    case 'softmax':
      return operator.causal && operator.rows % operator.length !== 0
        ? `is causal, but its ${operator.rows} rows are no multiple of their length ${operator.length}`
        : undefined;
    case 'embedding':
      return operator.tables > 8 ? `adds ${operator.tables} tables; 8 are the most` : undefined;
    default:
      return undefined;
  }
}

function checkUse(
  use: TensorUse,
  elements: number,
  kind: Operator['kind'],
  tensors: TensorIndex,
  instances: number,
  place: () => Place,
): void {
  try {
    tensorBytes(use);
  } catch (error) {
    throw error instanceof SystoleError ? relocate(error, place()) : error;
  }
  if (use.role === 'activation') return;
  const stored = tensors.find(use.tensor);
  if (stored === undefined) {
    throw new SystoleError({
      code: 'trace/missing-reference',
      message: `the header has no tensor "${use.tensor}"`,
      place: place(),
      hint: suggestName(use.tensor, tensors.names),
    });
  }
  const fault = (message: string): SystoleError =>
    new SystoleError({ code: 'trace/invalid', message: `"${use.tensor}" ${message}`, place: place() });
  if (stored.role !== use.role)
    throw fault(`is used as ${use.role}, but the header has it as ${stored.role}`);
  if (requireFormat(stored.format) !== requireFormat(use.format)) {
    throw fault(`is used as ${use.format}, but is stored as ${stored.format}`);
  }
  // The same row of a table may be looked up many times.
  if (kind !== 'embedding' && elements > elementsOf(stored.shape)) {
    throw fault(`is used with ${elements} elements, but has ${elementsOf(stored.shape)}`);
  }
  if (use.tensor.includes('{i}') && instances > stored.repeat) {
    throw fault(`is there ${stored.repeat} times, but the block runs to instance ${instances - 1}`);
  }
}

// The same problem, told where the tensor is used.
function relocate(error: SystoleError, place: Place): SystoleError {
  const [first, ...more] = error.problems.map((problem): Problem => ({ ...problem, place }));
  return first === undefined ? error : new SystoleError(first, ...more);
}

/**
 * Checks how the operators of a block hang together: ids that are there once, dependencies that exist and that do not
 * run in a circle. Throws SystoleError `trace/invalid`, `trace/missing-reference` or `trace/cycle`.
 */
export function checkDependencies(block: TraceBlock, place: PlaceOf = () => ({})): void {
  const { operators } = block;
  const indexes = new Map<string, number>();
  for (const [index, { id }] of operators.entries()) {
    if (indexes.has(id)) {
      throw new SystoleError({
        code: 'trace/invalid',
        message: `the block has two operators "${id}"`,
        place: place(index, 'id'),
      });
    }
    indexes.set(id, index);
  }

  const waiting = new Int32Array(operators.length);
  const followers: number[][] = operators.map(() => []);
  for (const [index, { id, after }] of operators.entries()) {
    for (const [nth, before] of after.entries()) {
      const earlier = indexes.get(before);
      if (earlier === undefined) {
        throw new SystoleError({
          code: 'trace/missing-reference',
          message: `"${id}" waits for "${before}", which is not in this block`,
          place: place(index, `after[${nth}]`),
          hint: suggestName(before, indexes.keys()),
        });
      }
      followers[earlier]?.push(index);
      waiting[index] = (waiting[index] ?? 0) + 1;
    }
  }

  const ready = [...operators.keys()].filter((index) => waiting[index] === 0);
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    for (const follower of followers[next] ?? []) {
      const left = (waiting[follower] ?? 0) - 1;
      waiting[follower] = left;
      if (left === 0) ready.push(follower);
    }
  }
  const stuck = operators.findIndex((_, index) => (waiting[index] ?? 0) > 0);
  if (stuck !== -1) {
    const cycle = findCycle(operators, indexes, waiting, stuck);
    const names = cycle.map((index) => operators[index]?.id ?? '');
    throw new SystoleError({
      code: 'trace/cycle',
      message: `operators wait for one another in a circle: ${[...names, names[0] ?? ''].join(' -> ')}`,
      place: place(cycle[0] ?? stuck, 'after'),
    });
  }
}

// Whoever is stuck waits for someone who is stuck, so following that has to come round.
function findCycle(
  operators: readonly Operator[],
  indexes: ReadonlyMap<string, number>,
  waiting: Int32Array,
  start: number,
): readonly number[] {
  const visited = new Map<number, number>();
  const way: number[] = [];
  let at = start;
  while (!visited.has(at)) {
    visited.set(at, way.length);
    way.push(at);
    const blockers = (operators[at]?.after ?? []).map((id) => indexes.get(id) ?? -1);
    at = blockers.find((index) => (waiting[index] ?? 0) > 0) ?? at;
  }
  return way.slice(visited.get(at));
}

/** Checks a whole block that was made rather than read: each operator, and how they hang together. */
export function checkBlock(block: TraceBlock, tensors: TensorIndex): void {
  const instances = block.first + block.repeat;
  for (const operator of block.operators) checkOperator(operator, tensors, instances);
  checkDependencies(block);
}
