import { suggestName, SystoleError } from '@systole/core';
import type { ComponentDeclaration } from '@systole/core';

/** A promise that a simulator of hardware has to keep, as data. */
export interface Law {
  /** `component/…` or `chip/…`. */
  readonly id: string;
  readonly subject: 'component' | 'chip';
  readonly statement: string;
  /** What is generated, and what the statement is restricted to. */
  readonly scope: string;
  /** Where it is known not to hold, and why that is right. Never skipped silently. */
  readonly exceptions: readonly string[];
}

const ISOLATED = 'one transaction alone, from a fresh state';
const TASKS = 'up to four tasks of up to four chunks, with delays and dependencies';
const RUNS = 'small decoder models on chips with varied parameters';

/** Every law, in the order in which they are checked. */
export const LAWS = [
  {
    id: 'component/declaration',
    subject: 'component',
    statement:
      'Defaults and presets can be read and lie in their ranges; sizes refer to integer parameters that exist; names are words.',
    scope: 'the declaration as data',
    exceptions: [],
  },
  {
    id: 'component/facts',
    subject: 'component',
    statement:
      'Facts, bounds, prices, power and area follow from the parameters alone, are finite and not negative, and are the same each time.',
    scope:
      'generated parameters, and each number at either end of its range, with a model that must not be built',
    exceptions: [],
  },
  {
    id: 'component/causality',
    subject: 'component',
    statement:
      'A chunk is accepted after its inputs and its delay, starts after that, has its first result before its last, and is seen once.',
    scope: TASKS,
    exceptions: [],
  },
  {
    id: 'component/physics',
    subject: 'component',
    statement:
      'Nothing beats its lower bound, its least latency, its peak rates of bytes and of multiply-accumulates; nothing is busier than its resources allow.',
    scope: `the bound: ${ISOLATED}, whole and in chunks; the rates: ${TASKS}`,
    exceptions: [],
  },
  {
    id: 'component/conservation',
    subject: 'component',
    statement:
      'Bytes are those that were asked for, and leave as often as they are copied; useful MACs are those that were asked for; reasons add up to the time.',
    scope: `${TASKS}; bytes that leave: components with the statistics bytesIn and bytesOut`,
    exceptions: [],
  },
  {
    id: 'component/energy',
    subject: 'component',
    statement:
      'The energy of a stretch is the sum over its groups of tasks; a group without tasks is charged nothing, and neither a price nor a count changes with use or with how tasks are grouped.',
    scope: `${TASKS}, in two groups and in one`,
    exceptions: [],
  },
  {
    id: 'component/monotone-bound',
    subject: 'component',
    statement:
      'The lower bound does not fall when there is more work, when a rate gets lower or when a time gets longer.',
    scope:
      'one transaction; rates are parameters in hertz, bits or bytes per second, times are parameters in ps',
    exceptions: [],
  },
  {
    id: 'component/monotone-time',
    subject: 'component',
    statement: 'More work does not take less time.',
    scope: `${ISOLATED}, level fast; more work is twice the bytes and all sizes, or what the checker states`,
    exceptions: [],
  },
  {
    id: 'component/determinism',
    subject: 'component',
    statement: 'Two machines that are given the same do the same, to the ps and to the count.',
    scope: TASKS,
    exceptions: [],
  },
  {
    id: 'component/arrival-order',
    subject: 'component',
    statement: 'What is asked for at different times is served alike in whatever order it was listed.',
    scope: 'up to five tasks of one chunk that arrive at different times',
    exceptions: ['At equal times the order of the list decides: that is the stated order of events.'],
  },
  {
    id: 'component/origin',
    subject: 'component',
    statement: 'A stretch takes as long, and leaves the same state behind, whenever it starts.',
    scope: `${TASKS}, at 0 and at up to 10^12 ps`,
    exceptions: ['The phase of refresh at level detailed, which is a property of the absolute time.'],
  },
  {
    id: 'component/save-load',
    subject: 'component',
    statement:
      'A saved state is a list of safe integers; a fresh machine that loads it goes on as the one that saved it.',
    scope: `${TASKS}, twice in a row`,
    exceptions: [],
  },
  {
    id: 'component/independence',
    subject: 'component',
    statement:
      'A run does not depend on what other machines did, nor on what this one did before it was reset.',
    scope: TASKS,
    exceptions: [],
  },
  {
    id: 'component/splitting',
    subject: 'component',
    statement:
      'Two halves, one after the other, cost at least the whole, and at most the whole and the overhead of one cut.',
    scope:
      `${ISOLATED}, as one chunk and as two. The overhead is what the declaration says (cutOverhead), or what the checker ` +
      'states for a pair, or else the least latency and the service of a sixty-fourth of the transaction, each rounded up to a ps',
    exceptions: [
      'A memory may close a row while the last results of a transaction are read, which one that goes on does later, and its scheduler may take banks in a luckier order when it sees fewer of them: a cut saves up to one row cycle.',
      'A pattern with gaps, or in random order, may spread over banks and lanes unevenly where the whole does not: its halves are held to twice the whole and the overhead.',
    ],
  },
  {
    id: 'component/fidelity',
    subject: 'component',
    statement:
      'Level fast is off level detailed by no more than the share that the declaration states for the worst of single transactions (fastError).',
    scope: `${ISOLATED}; components whose parameter detail has both levels; a ps of rounding beside the share`,
    exceptions: [
      'One refresh: level fast counts refreshes as a rate, at level detailed one falls due in a short transaction or does not.',
      'The scheduler fr-fcfs, which may close a row that still has queued hits: level fast keeps such rows.',
    ],
  },
  {
    id: 'component/protocol',
    subject: 'component',
    statement: 'No command comes sooner after another than a timing rule of the standard allows.',
    scope: `${TASKS}; components for which the checker gives the commands and the rules (protocol)`,
    exceptions: [],
  },
  {
    id: 'chip/steps',
    subject: 'chip',
    statement: 'The total time is the sum of the steps, and the time to the first token is step 0.',
    scope: RUNS,
    exceptions: [],
  },
  {
    id: 'chip/critical-path',
    subject: 'chip',
    statement: 'The critical path adds up to the total time, over the run and over the kinds of operators.',
    scope: RUNS,
    exceptions: [],
  },
  {
    id: 'chip/macs',
    subject: 'chip',
    statement: 'The useful MACs of all components are those that the operators ask for.',
    scope: RUNS,
    exceptions: [],
  },
  {
    id: 'chip/energy',
    subject: 'chip',
    statement:
      'The energy is the sum of its components, and its dynamic part the sum of the operators and of the actions; nothing is negative.',
    scope: `${RUNS}; to within the rounding of sums of doubles, a part in 10^9`,
    exceptions: [],
  },
  {
    id: 'chip/utilisation',
    subject: 'chip',
    statement: 'No component is busier than all of the time, and none beats its peak rates over the run.',
    scope: RUNS,
    exceptions: [],
  },
  {
    id: 'chip/bound',
    subject: 'chip',
    statement:
      'A run is no faster than its MACs at the peak rate of its units, and than its weights, once a step, at the fastest rate of the memory that holds them.',
    scope: `${RUNS}; weights that are matrices, counted by the tensors of the trace`,
    exceptions: [
      'A mapping that keeps weights in a buffer from one step to the next reads them once: none of the mappings here does.',
    ],
  },
  {
    id: 'chip/reuse',
    subject: 'chip',
    statement: 'Taking equal stretches from memory changes nothing, to the ps and to the femtojoule.',
    scope: RUNS,
    exceptions: ['How many stretches were simulated, which is what reuse is for.'],
  },
  {
    id: 'chip/determinism',
    subject: 'chip',
    statement: 'The same chip and the same trace give the same result, to the byte.',
    scope: RUNS,
    exceptions: [],
  },
  {
    id: 'chip/more-channels',
    subject: 'chip',
    statement:
      'Twice the channels of the memory that computes, with units to match, do not make a step slower.',
    scope: `${RUNS}; chips with a memory that streams rows past units; decode steps of one sequence; every matrix has a column for each of the units`,
    exceptions: [
      'Where the vector is copied to one channel after the other (multicast: false), more channels take longer to fill.',
      'Flash computes whole pages: where a matrix does not fill one for each of the cores, more channels fill less of each.',
      'A matrix with fewer columns than there are units gains nothing from more, and its tasks may take a burst or a row longer.',
    ],
  },
] as const satisfies readonly Law[];

type KnownLaw = (typeof LAWS)[number];

export type LawId = KnownLaw['id'];

export type ComponentLawId = Extract<LawId, `component/${string}`>;

export type ChipLawId = Extract<LawId, `chip/${string}`>;

/** The law of that id. Throws `argument/invalid` with the nearest id. */
export function findLaw(id: string): KnownLaw {
  const law = LAWS.find((known) => known.id === id);
  if (law !== undefined) return law;
  throw new SystoleError({
    code: 'argument/invalid',
    message: `there is no law "${id.slice(0, 80)}"`,
    hint: suggestName(
      id,
      LAWS.map((known) => known.id),
    ),
  });
}

/** What a checker may bring along, without which a law says nothing. */
export interface Brought {
  readonly protocol?: unknown;
}

/**
 * Why a law says nothing of `declaration`; `undefined` where it applies. A unit that works inside a memory is judged
 * together with one.
 */
export function whyNotHeldTo(
  id: ComponentLawId,
  declaration: ComponentDeclaration,
  brought: Brought = {},
): string | undefined {
  const isServed = Object.keys(declaration.accepts).length > 0 || declaration.inMemory === 'unit';
  if (id === 'component/declaration' || id === 'component/facts') return undefined;
  if (!isServed) return 'it takes no transactions';
  if (id === 'component/fidelity' && !hasBothLevels(declaration)) return 'it has one level of detail';
  if (id === 'component/protocol' && brought.protocol === undefined)
    return 'no commands and rules were given to check';
  return undefined;
}

/** The laws that `declaration` is held to. */
export function lawsFor(
  declaration: ComponentDeclaration,
  brought: Brought = {},
): readonly (KnownLaw & { readonly id: ComponentLawId })[] {
  return LAWS.filter(isComponentLaw).filter(({ id }) => whyNotHeldTo(id, declaration, brought) === undefined);
}

function isComponentLaw(law: KnownLaw): law is KnownLaw & { readonly id: ComponentLawId } {
  return law.subject === 'component';
}

function hasBothLevels({ parameters }: ComponentDeclaration): boolean {
  const form = Object.hasOwn(parameters, 'detail') ? parameters['detail']?.form : undefined;
  return form?.kind === 'choice' && ['fast', 'detailed'].every((level) => form.choices.includes(level));
}
