import { readParameter, suggestName, SystoleError } from '@systole/core';
import type { ParameterSpecs, ParameterValue, Task, Values } from '@systole/core';
import type { ResolvedChip } from '@systole/chip';
import type { TraceBlock, TraceHeader } from '@systole/trace';
import type { Placement } from './placement.ts';

/** A task, and the operator of the block that it belongs to. */
export interface MappedTask extends Task {
  /** Index in the block's operators. */
  readonly operator: number;
}

/** What a mapping decided for one chip and one trace. */
export interface Plan {
  readonly placement: readonly Placement[];
  /** The decisions, in words. */
  readonly decisions: readonly string[];
  /** Equal keys, equal tasks: everything in a block that the tasks depend on. */
  keyOf(block: TraceBlock): string;
  /**
   * The tasks of one instance of `block`; `after` refers to this list. Task tags are indices into the trace's operator
   * kinds. Throws `mapping/unsupported-operator` for an operator that no unit of the chip can execute.
   */
  tasksOf(block: TraceBlock): readonly MappedTask[];
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
