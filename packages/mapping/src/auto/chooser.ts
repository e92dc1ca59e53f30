import { Machine, SystoleError } from '@systole/core';
import type { Task } from '@systole/core';
import { operatorKey } from '@systole/trace';
import type { Operator } from '@systole/trace';
import type { Picoseconds } from '@systole/units';
import type { OperatorAlternative, OperatorDecision } from '../mapping.ts';
import type { Homes } from './homes.ts';
import type { Candidate, Piece, Ways } from './piece.ts';
import { linkPieces } from './schedule.ts';

/** What is remembered of a choice. */
interface Choice {
  readonly id: string;
  readonly ps: Picoseconds;
}

interface Measured {
  readonly candidate: Candidate;
  readonly ps: number;
  readonly energy: number;
}

/**
 * Chooses the way to do an operator: the least simulated time of its tasks alone on a chip where nothing else happens, and the
 * least energy among equals. Ways whose bound is above the best time are not simulated. Of long streams the beginning
 * is simulated, and the rest goes on at its pace. A choice is remembered for its kind and shape.
 */
export class Chooser {
  readonly decisions: OperatorDecision[] = [];
  readonly #homes: Homes;
  readonly #ways: (operator: Operator) => Ways;
  readonly #chosen = new Map<string, Choice>();
  #scratch: Machine | undefined;
  #idle: readonly (readonly number[])[] = [];

  constructor(homes: Homes, ways: (operator: Operator) => Ways) {
    this.#homes = homes;
    this.#ways = ways;
  }

  /** The chosen way to do `operator`. Throws `mapping/unsupported-operator` when there is none. */
  choose(operator: Operator): Candidate {
    const ways = this.#ways(operator);
    const { id } = this.#choiceOf(operator, ways);
    const chosen = ways.candidates.find((candidate) => candidate.id === id) ?? sameUnit(ways.candidates, id);
    if (chosen === undefined) throw unsupported(operator, ways);
    return chosen;
  }

  /** ps of `operator` alone at the least: of a growing context, half of what the next power of two takes. */
  leastTimeOf(operator: Operator): Picoseconds {
    const { ps } = this.#choiceOf(operator);
    return representative(operator) === operator ? ps : ps / 2;
  }

  #choiceOf(operator: Operator, ways?: Ways): Choice {
    const shape = representative(operator);
    const key = operatorKey(shape);
    let choice = this.#chosen.get(key);
    if (choice === undefined) {
      choice = this.#search(operator.id, shape, shape === operator && ways ? ways : this.#ways(shape));
      this.#chosen.set(key, choice);
    }
    return choice;
  }

  #search(example: string, operator: Operator, ways: Ways): Choice {
    const alternatives: OperatorAlternative[] = ways.refusals.map(({ unit, reason }) => ({ unit, reason }));
    let best: Measured | undefined;
    for (const candidate of ways.candidates.toSorted((a, b) => a.bound - b.bound)) {
      const { unit, tiling, bound } = candidate;
      if (best !== undefined && bound > best.ps) {
        alternatives.push({ unit, tiling, bound: Math.floor(bound) });
        continue;
      }
      let found: Measured;
      try {
        found = this.#measure(candidate);
      } catch (error) {
        if (!(error instanceof SystoleError)) throw error;
        alternatives.push({ unit, tiling, reason: error.problems[0]?.message ?? error.message });
        continue;
      }
      if (best === undefined || isBetter(found, best)) {
        if (best !== undefined) alternatives.push(slower(best));
        best = found;
      } else {
        alternatives.push(slower(found));
      }
    }
    if (best === undefined) {
      throw unsupported(operator, {
        candidates: [],
        refusals: alternatives.map(({ unit, reason = '' }) => ({ unit, reason })),
      });
    }
    this.decisions.push({
      kind: operator.kind,
      example,
      unit: best.candidate.unit,
      tiling: best.candidate.tiling,
      ps: best.ps,
      alternatives,
    });
    return { id: best.candidate.id, ps: best.ps };
  }

  #measure(candidate: Candidate): Measured {
    const { pieces, scale, pace } = candidate.probe();
    const whole = this.#run(pieces);
    if (pace === undefined) {
      return { candidate, ps: Math.ceil(whole.ps * scale), energy: whole.energy * scale };
    }
    const shorter = this.#run(pace.pieces);
    return {
      candidate,
      ps: Math.ceil(whole.ps + Math.max(0, whole.ps - shorter.ps) * pace.times),
      energy: whole.energy + (whole.energy - shorter.energy) * pace.times,
    };
  }

  #run(pieces: readonly Piece[]): { readonly ps: number; readonly energy: number } {
    const { scratch } = this;
    scratch.load(this.#idle);
    const tally = scratch.run(tasksOf(pieces));
    const energy = scratch.layout.actions.reduce(
      (sum, action, index) => sum + action.energy * (tally.actions[index] ?? 0),
      0,
    );
    return { ps: tally.duration, energy };
  }

  get scratch(): Machine {
    if (this.#scratch === undefined) {
      this.#scratch = new Machine(this.#homes.chip.parts, 1);
      this.#idle = this.#scratch.save();
    }
    return this.#scratch;
  }
}

function tasksOf(pieces: readonly Piece[]): readonly Task[] {
  return linkPieces(pieces, 0, [], []).map((linked, index) => ({
    ...linked,
    name: pieces[index]?.name ?? '',
    tag: 0,
  }));
}

function isBetter(a: Measured, b: Measured): boolean {
  return a.ps < b.ps || (a.ps === b.ps && a.energy < b.energy);
}

function slower({ candidate, ps }: Measured): OperatorAlternative {
  return { unit: candidate.unit, tiling: candidate.tiling, ps };
}

/** The way of the same kind on the same unit, when the operator is too small for as many pieces. */
function sameUnit(candidates: readonly Candidate[], id: string): Candidate | undefined {
  const start = id.split(':').slice(0, 2).join(':');
  return candidates.find((candidate) => candidate.id.startsWith(start));
}

/**
 * Attention of a growing context is decided once for all contexts up to the next power of two, at that context. Only the
 * decision is shared: each context has its own tasks.
 */
function representative(operator: Operator): Operator {
  switch (operator.kind) {
    case 'attention-scores':
    case 'attention-context': {
      if (operator.queries === operator.context) return operator;
      const context = nextPowerOfTwo(operator.context);
      return {
        ...operator,
        context,
        inputs: resized(operator, context),
        outputs: widened(operator, context),
      };
    }
    case 'softmax':
      return operator.causal ? operator : rounded(operator);
    case 'kv-append':
      return { ...operator, position: 0 };
    default:
      return operator;
  }
}

function nextPowerOfTwo(value: number): number {
  let power = 1;
  while (power < value) power *= 2;
  return power;
}

type Attention = Extract<Operator, { kind: 'attention-scores' | 'attention-context' }>;
type Softmax = Extract<Operator, { kind: 'softmax' }>;

function resized(operator: Attention, context: number): Attention['inputs'] {
  const { sequences, queries, heads, kvHeads, headDim } = operator;
  const areScores = operator.kind === 'attention-scores';
  const left = areScores ? [sequences, queries, heads, headDim] : [sequences, heads, queries, context];
  return operator.inputs.map((use, index) => ({
    ...use,
    shape: index === 0 ? left : [sequences, context, kvHeads, headDim],
  }));
}

function widened(operator: Attention, context: number): Attention['outputs'] {
  const { sequences, queries, heads, headDim } = operator;
  const areScores = operator.kind === 'attention-scores';
  const shape = areScores ? [sequences, heads, queries, context] : [sequences * queries, heads * headDim];
  return operator.outputs.map((use) => ({ ...use, shape }));
}

function rounded(operator: Softmax): Softmax {
  const length = nextPowerOfTwo(operator.length);
  const shape = [operator.rows, length];
  return {
    ...operator,
    length,
    inputs: operator.inputs.map((use) => ({ ...use, shape })),
    outputs: operator.outputs.map((use) => ({ ...use, shape })),
  };
}

function unsupported(operator: Operator, { refusals }: Ways): SystoleError {
  const reasons = refusals.map(({ unit, reason }) => `${unit}: ${reason}`);
  return new SystoleError({
    code: 'mapping/unsupported-operator',
    message: `nothing on the chip does operator "${operator.id}" (${operator.kind}): ${reasons.join('; ') || 'no unit takes it'}`,
    place: { path: 'components' },
    hint: 'Add or change a unit as said, or choose a chip that has one (systole list chips).',
  });
}
