import { readParameter, suggestName, SystoleError } from '@systole/core';
import type { ParameterSpecs, ParameterValue, Task, Values } from '@systole/core';
import type { ResolvedChip } from '@systole/chip';
import type { OperatorKind, TraceBlock, TraceHeader } from '@systole/trace';
import type { Picoseconds } from '@systole/units';
import type { Placement } from './placement.ts';

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
  /** Why it is closed, or was not simulated. */
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
  readonly name: string;
  readonly summary: string;
  readonly options: P;
  readonly citations: readonly string[];
  /** Places the tensors and checks that they fit. Throws `capacity/exceeded` or `mapping/missing-unit`. */
  plan(chip: ResolvedChip, header: TraceHeader, options: Values<P>): Plan;
}

export function defineMapping<const P extends ParameterSpecs>(
  declaration: MappingDeclaration<P>,
): MappingDeclaration<P> {
  return Object.freeze(declaration);
}

/** The mappings that a run may use. A value, as a catalogue of components is. */
export interface MappingCatalogue {
  readonly mappings: readonly MappingDeclaration[];
  /** Throws `mapping/unknown`. */
  find(name: string): MappingDeclaration;
}

/** Joins mappings; two of one name are `plugin/duplicate-type`. */
export function createMappings(mappings: readonly MappingDeclaration[]): MappingCatalogue {
  const byName = new Map<string, MappingDeclaration>();
  for (const mapping of mappings) {
    if (byName.has(mapping.name)) {
      throw new SystoleError({
        code: 'plugin/duplicate-type',
        message: `two mappings are named "${mapping.name}"`,
        hint: 'Rename one of them, or load only one of the packages.',
      });
    }
    byName.set(mapping.name, mapping);
  }
  return {
    mappings: [...byName.values()],
    find(name) {
      const mapping = byName.get(name);
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
