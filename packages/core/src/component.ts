import type { Bytes, BytesPerSecond, Picoseconds, SquareMillimetres, Watts } from '@systole/units';
import type { ComponentModel, Host } from './model.ts';
import type { ParameterSpecs, Values } from './parameter.ts';
import type { Source } from './source.ts';
import type { Transaction, TransactionForm } from './transaction.ts';

/**
 * The version of the contract between a component and the machine. It grows when a declaration or a model of before could no
 * longer be understood. `defineComponent` stamps it on, so that a package that was built against another is told so.
 */
export const CONTRACT = 1;

export const COMPONENT_ROLES = ['memory', 'compute', 'interconnect'] as const;

export type ComponentRole = (typeof COMPONENT_ROLES)[number];

/** A place where a connection may end. */
export interface PortForm {
  readonly help: string;
  /** How many connections may end here. */
  readonly connections: number;
  /** `in` where data only enters the component, `out` where it only leaves; both ways when left out. */
  readonly direction?: 'in' | 'out';
}

/** Something that costs energy each time it is done. */
export interface ActionForm<P extends ParameterSpecs> {
  readonly help: string;
  /** What one action is counted in: `activation`, `bit`, `ps` of standby, … */
  readonly unit: string;
  /** Femtojoules for one action. */
  energy(values: Values<P>): number;
  /** Where the price comes from, when it is not a parameter with a source of its own. */
  readonly source?: Source;
}

/** What follows from the parameters alone, without the model. */
export interface Facts {
  readonly capacity?: Bytes;
  /** Peak rate through the ports. */
  readonly bandwidth?: BytesPerSecond;
  /** Peak rate at which stored data can be consumed in place, for memories that compute. */
  readonly internalBandwidth?: BytesPerSecond;
  /** Multiply-accumulates per second, by number format of the stored operand, the other one being no wider. */
  readonly macsPerSecond?: Readonly<Record<string, number>>;
  /**
   * The same by number format of the streaming operand, where it is wider than the unit and is taken in several passes; the stored
   * operand has the width of the unit.
   */
  readonly wideMacsPerSecond?: Readonly<Record<string, number>>;
  /** Elementary operations (adds and multiplies) per second. */
  readonly operationsPerSecond?: number;
  /** The least time from a request to its first result. */
  readonly minimumLatency: Picoseconds;
  /** Things that can be busy at once: channels, lanes, ports. Utilisation is busy time over time × resources. */
  readonly resources: number;
}

/** Named values for several parameters at once, with their source. */
export interface Preset {
  readonly help: string;
  /** As a chip file would write them. */
  readonly values: Readonly<Record<string, string | number | boolean>>;
  readonly source: Source;
}

/** What the commands of in-memory compute cost beside the data that they compute with, for a report to tell. */
export interface CommandOverheads {
  /** Parts that the time of the memory is told in, and the reasons that make up each. */
  readonly parts: Readonly<Record<string, readonly string[]>>;
  /** Presets to hold a memory against: the first is the ideal, the others are the overheads of devices. */
  readonly presets: readonly string[];
}

/** Something wrong between parameters that each are right on their own. */
export interface ParameterConflict {
  readonly parameter: string;
  readonly message: string;
  readonly hint: string;
}

/** What a model is built from. */
export interface ModelContext<P extends ParameterSpecs> {
  /** The component's name in its chip. */
  readonly name: string;
  readonly values: Values<P>;
  readonly host: Host;
  /** The index by which the host knows a declared action, statistic or reason; an undeclared name is a fault. */
  action(name: string): number;
  statistic(name: string): number;
  reason(name: string): number;
}

/**
 * A component, declared once: everything that a chip file, an editor, `describe`, a form, the laws and the engine
 * need to know about it.
 */
export interface ComponentDeclaration<P extends ParameterSpecs = ParameterSpecs> {
  /** The version of the contract that it was written for: `CONTRACT` of the `@systole/core` that defined it. */
  readonly contract: number;
  /** `family/name`, such as `memory/dram`. */
  readonly type: string;
  /** The plugin that it comes from; absent for what comes with Systole. Set where a plugin is taken in, not by its author. */
  readonly plugin?: string;
  readonly role: ComponentRole;
  readonly summary: string;
  readonly parameters: P;
  readonly presets: Readonly<Record<string, Preset>>;
  readonly ports: Readonly<Record<string, PortForm>>;
  /** The kinds of transactions that it takes. */
  readonly accepts: Readonly<Record<string, TransactionForm>>;
  /** Why time passes while a transaction is served. */
  readonly reasons: Readonly<Record<string, string>>;
  readonly statistics: Readonly<Record<string, { readonly unit: string; readonly help: string }>>;
  readonly actions: Readonly<Record<string, ActionForm<P>>>;
  readonly citations: readonly string[];
  /** Whether an in-memory compute unit can be attached (memories), or whether this is one (compute units). */
  readonly inMemory: 'none' | 'host' | 'unit';
  /**
   * Of an in-memory unit: the parameter that says in how many places of its memory it works. A chip that leaves it out gets as
   * many as the memory has.
   */
  readonly placesParameter?: string;
  /** Of a memory that hosts in-memory compute: the places where a unit can work. */
  places?(values: Values<P>): number;
  /** Of a memory that hosts in-memory compute: what its commands cost, for reports. */
  readonly commandOverheads?: CommandOverheads;
  /**
   * The share by which the `fast` level may be off the `detailed` one, and where that was measured. Where it is the share
   * that nearly all stay within rather than the largest, `worst` is that of single transactions.
   */
  readonly fastError?: { readonly share: number; readonly basis: string; readonly worst?: number };
  /** Power that is drawn whatever happens. */
  staticPower(values: Values<P>): Watts;
  area(values: Values<P>): SquareMillimetres | undefined;
  facts(values: Values<P>): Facts;
  /** A lower bound in ps for serving `transaction` alone, derived from the facts and not from the model. */
  lowerBound(transaction: Transaction, values: Values<P>): Picoseconds;
  /**
   * The most ps that serving `transaction` alone in two halves costs beyond serving it whole. Where nothing is declared, the
   * laws allow the least latency and the service of a small piece.
   */
  cutOverhead?(transaction: Transaction, values: Values<P>): Picoseconds;
  /** What is wrong between the parameters; empty when nothing is. */
  conflicts(values: Values<P>): readonly ParameterConflict[];
  create(context: ModelContext<P>): ComponentModel;
}

type Defaulted =
  | 'presets'
  | 'reasons'
  | 'statistics'
  | 'actions'
  | 'citations'
  | 'inMemory'
  | 'staticPower'
  | 'area'
  | 'conflicts';

/** What an author writes: the rest has an empty default. */
export type ComponentDefinition<P extends ParameterSpecs> = Omit<
  ComponentDeclaration<P>,
  Defaulted | 'contract' | 'plugin'
> &
  Partial<Pick<ComponentDeclaration<P>, Defaulted>>;

/** Declares a component. Checks nothing: `checkDeclaration` does, and a catalogue when it takes one in. */
export function defineComponent<const P extends ParameterSpecs>(
  definition: ComponentDefinition<P>,
): ComponentDeclaration<P> {
  return Object.freeze({
    presets: {},
    reasons: {},
    statistics: {},
    actions: {},
    citations: [],
    inMemory: 'none' as const,
    staticPower: () => 0,
    area: () => undefined,
    conflicts: () => [],
    ...definition,
    contract: CONTRACT,
  });
}
