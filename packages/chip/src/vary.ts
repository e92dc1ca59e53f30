import { show, SystoleError } from '@systole/core';
import { applyPatches as applyImmerPatches, enablePatches, produce, produceWithPatches } from 'immer';
import { suggest } from './form.ts';
import type { ChipSpec, ComponentSpec, ConnectionSpec, MappingSpec } from './spec.ts';

/** A component that may be written to. */
export type ComponentDraft = { -readonly [Key in keyof ComponentSpec]: ComponentSpec[Key] };

/** A chip that may be written to, inside a recipe. */
export interface ChipDraft<Names extends string = string> {
  systole: ChipSpec['systole'];
  name: string;
  summary?: string;
  clock: string;
  mapping?: string | MappingSpec;
  citations: Record<string, string>;
  components: { [Name in Names]: ComponentDraft };
  connections: { -readonly [Key in keyof ConnectionSpec]: ConnectionSpec[Key] }[];
}

/** One change to a chip, as plain data that can be stored: what immer calls a patch. */
export interface ChipPatch {
  readonly op: 'add' | 'remove' | 'replace';
  readonly path: readonly (string | number)[];
  readonly value?: unknown;
}

/** What a variation does to a draft of the chip. */
export type Recipe<Names extends string = string> = (draft: ChipDraft<Names>) => void;

/**
 * A chip that differs from `spec` by a recipe; `spec` stays as it is, and parts that are not touched are shared. The
 * result is checked when it is resolved, since what a recipe sets may only be right together.
 */
export function vary<Names extends string>(spec: ChipSpec<Names>, recipe: Recipe<Names>): ChipSpec<Names> {
  return produce(spec, (draft: unknown) => {
    recipe(draft as ChipDraft<Names>);
  });
}

/** As `vary`, with the patches that lead from `spec` to the result and those that lead back. */
export function varyWithPatches<Names extends string>(
  spec: ChipSpec<Names>,
  recipe: Recipe<Names>,
): readonly [spec: ChipSpec<Names>, patches: readonly ChipPatch[], inversePatches: readonly ChipPatch[]] {
  enablePatches();
  const [varied, patches, inverse] = produceWithPatches(spec, (draft: unknown) => {
    recipe(draft as ChipDraft<Names>);
  });
  return [varied, keepingOrder(spec, patches, varied), keepingOrder(varied, inverse, spec)];
}

/**
 * Patches name components and not their places, and their order is part of a chip: where it would be lost, a last patch sets
 * them all.
 */
function keepingOrder<Names extends string>(
  from: ChipSpec<Names>,
  patches: readonly ChipPatch[],
  to: ChipSpec<Names>,
): readonly ChipPatch[] {
  const reached = Object.keys(applyPatches(from, patches).components);
  const isInOrder = Object.keys(to.components).every((name, index) => name === reached[index]);
  return isInOrder ? patches : [...patches, { op: 'replace', path: ['components'], value: to.components }];
}

/**
 * The chip to which stored patches lead. Like the result of `vary` it is checked when it is resolved.
 *
 * @throws SystoleError `argument/invalid` when a patch does not fit the chip.
 */
export function applyPatches<Names extends string>(
  spec: ChipSpec<Names>,
  patches: readonly ChipPatch[],
): ChipSpec<Names> {
  enablePatches();
  try {
    return applyImmerPatches(
      spec,
      patches.map((patch) => ({ ...patch, path: [...patch.path] })),
    );
  } catch (error) {
    throw new SystoleError({
      code: 'argument/invalid',
      message: `the patches do not fit the chip "${spec.name}": ${error instanceof Error ? error.message : String(error)}`,
      hint: 'Patches fit the chip that they were made from; make them anew for this one.',
    });
  }
}

/**
 * The component of that name in a draft, for recipes on chips whose names the compiler does not know.
 *
 * @throws SystoleError `chip/unknown-component`, with the nearest name.
 */
export function componentOf(draft: ChipDraft, name: string): ComponentDraft {
  const component = Object.hasOwn(draft.components, name) ? draft.components[name] : undefined;
  if (component !== undefined) return component;
  throw new SystoleError({
    code: 'chip/unknown-component',
    message: `the chip "${draft.name}" has no component ${show(name)}`,
    hint: suggest(name, Object.keys(draft.components)),
  });
}
