import { readParameter, suggestName, SystoleError } from '@systole/core';
import type { ParameterSpecs, ParameterValue, Task, Values } from '@systole/core';
import type { ResolvedChip } from '@systole/chip';
import type { OperatorKind, TraceBlock, TraceHeader } from '@systole/trace';
import type { Picoseconds } from '@systole/units';
import type { Placement } from './placement.ts';
import type { TierReport } from './tiers/tier-report.ts';

/**
 * The version of the contract between a mapping and the engine: chips, traces, plans and tasks. `defineMapping` stamps it on, so
 * that a package that was built against another is told so.
 */
export const MAPPING_CONTRACT = 1;

/** A task, and the operator of the block that it belongs to. */
export interface MappedTask extends Task {
  /** Index in the block's operators. */
  readonly operator: number;
}

/** A way to do an operator that was not taken. */
export interface OperatorAlternative {
  readonly unit: string;
  readonly tiling?: string;
  /** Its simulated time alone, where it was simulated. */
  readonly ps?: Picoseconds;
  /** What it takes at the least, where that alone excludes it. */
  readonly bound?: Picoseconds;
  /** Why it is closed. */
  readonly reason?: string;
}

/** How a mapping does operators of one kind and shape, and why. */
export interface OperatorDecision {
  readonly kind: OperatorKind;
  /** The id of the first operator that it was decided for. */
  readonly example: string;
  readonly unit: string;
  readonly tiling: string;
  /** Simulated time of the operator alone. */
  readonly ps: Picoseconds;
  readonly alternatives: readonly OperatorAlternative[];
}

/** What a mapping decided for one chip and one trace. */
export interface Plan {
  readonly placement: readonly Placement[];
  /** The decisions, in words. A mapping that decides as operators come adds to them. */
  readonly decisions: readonly string[];
  /** Where the mapping chose among ways: one entry for each kind and shape of operator that has come so far. */
  readonly explain?: readonly OperatorDecision[];
  /** Where tensors are dealt to several memories: how full these have been so far, and what has moved between them. */
  readonly tiers?: TierReport | undefined;
  /**
   * The work of one instance of `block`, in stretches that run one after another: a stretch starts when the one before it
   * has ended altogether. Throws `mapping/unsupported-operator` for an operator that no unit of the chip can execute.
   */
  stretchesOf(block: TraceBlock): readonly Stretch[];
}

/**
 * Tasks that run in one piece of event time. The smaller the stretches, the more often one of them recurs and need not be
 * simulated again; a mapping that lets operators overlap puts them into one.
 */
export interface Stretch {
  /** Equal keys, equal tasks: everything that the tasks depend on, beside the plan. */
  readonly key: string;
  /** Makes the tasks; their `after` refers to this list, their tags are indices into `OPERATOR_KINDS`. */
  tasks(): readonly MappedTask[];
}

/**
 * A way to turn operators into work on components: which units, which tiling, which dataflow, where tensors live. A
 * plugin: a chip names the one it was designed for, a user may choose another.
 */
export interface MappingDeclaration<P extends ParameterSpecs = ParameterSpecs> {
  /** The version of the contract that it was written for: `MAPPING_CONTRACT` of the package that defined it. */
  readonly contract: number;
  readonly name: string;
  /** The plugin that it comes from; absent for what comes with Systole. Set where a plugin is taken in, not by its author. */
  readonly plugin?: string;
  readonly summary: string;
  readonly options: P;
  readonly citations: readonly string[];
  /** Places the tensors and checks that they fit. Throws `capacity/exceeded` or `mapping/missing-unit`. */
  plan(chip: ResolvedChip, header: TraceHeader, options: Values<P>): Plan;
}

export function defineMapping<const P extends ParameterSpecs>(
  declaration: Omit<MappingDeclaration<P>, 'contract' | 'plugin'>,
): MappingDeclaration<P> {
  return Object.freeze({ ...declaration, contract: MAPPING_CONTRACT });
}

/** Mappings that come together, and the name of the package that they come from, for messages. */
export interface MappingPackage {
  readonly name: string;
  /** The module that it was loaded from, where it was: the place of what is wrong with it. */
  readonly file?: string;
  readonly mappings: readonly MappingDeclaration[];
}

/** The mappings that a run may use. A value, as a catalogue of components is. */
export interface MappingCatalogue {
  readonly mappings: readonly MappingDeclaration[];
  /** Throws `mapping/unknown`. */
  find(name: string): MappingDeclaration;
  has(name: string): boolean;
  /** The name of the package that declares a mapping; `undefined` for one that came without a package. */
  packageOf(name: string): string | undefined;
}

/**
 * Joins mappings, alone or in packages. Throws `plugin/duplicate-type` when two have one name, naming the packages that
 * they come from.
 */
export function createMappings(sources: readonly (MappingDeclaration | MappingPackage)[]): MappingCatalogue {
  interface Entry {
    readonly mapping: MappingDeclaration;
    readonly owner?: string;
    readonly file?: string | undefined;
  }
  const byName = new Map<string, Entry>();
  const found = sources.flatMap((source): readonly Entry[] =>
    'mappings' in source
      ? source.mappings.map((mapping) => ({ mapping, owner: source.name, file: source.file }))
      : [{ mapping: source }],
  );
  for (const entry of found) {
    const { name } = entry.mapping;
    const earlier = byName.get(name);
    if (earlier !== undefined) {
      const owners = [earlier, entry].flatMap(({ owner }) => (owner === undefined ? [] : [`"${owner}"`]));
      throw new SystoleError({
        code: 'plugin/duplicate-type',
        message:
          owners.length === 2
            ? `mapping "${name}" is declared by both ${owners.join(' and ')}`
            : `two mappings are named "${name}"`,
        ...(entry.file === undefined ? {} : { place: { file: entry.file } }),
        hint: 'Rename one of them, or load only one of the packages.',
      });
    }
    byName.set(name, entry);
  }
  return {
    mappings: [...byName.values()].map(({ mapping }) => mapping),
    has: (name) => byName.has(name),
    packageOf: (name) => byName.get(name)?.owner,
    find(name) {
      const mapping = byName.get(name)?.mapping;
      if (mapping !== undefined) return mapping;
      throw new SystoleError({
        code: 'mapping/unknown',
        message: `there is no mapping "${name}"`,
        place: { path: 'mapping' },
        hint: suggestName(name, byName.keys()),
      });
    },
  };
}

/** Reads a chip's mapping options as the mapping declares them. Throws on unknown or wrong ones. */
export function readOptions(
  mapping: MappingDeclaration,
  written: Readonly<Record<string, unknown>>,
): Readonly<Record<string, ParameterValue>> {
  const values: Record<string, ParameterValue> = {};
  for (const name of Object.keys(written)) {
    if (Object.hasOwn(mapping.options, name)) continue;
    throw new SystoleError({
      code: 'chip/unknown-key',
      message: `mapping "${mapping.name}" has no option "${name}"`,
      place: { path: `mapping.${name}` },
      hint: suggestName(name, Object.keys(mapping.options)),
    });
  }
  for (const [name, parameter] of Object.entries(mapping.options)) {
    const given = Object.hasOwn(written, name) ? written[name] : undefined;
    if (given === undefined) {
      if (parameter.fallback !== undefined) values[name] = parameter.fallback;
      continue;
    }
    const result = readParameter(parameter, given);
    if (!result.ok) {
      throw new SystoleError({
        code: result.code,
        message: result.message,
        place: { path: `mapping.${name}` },
        hint: result.hint,
      });
    }
    values[name] = result.value;
  }
  return values;
}
