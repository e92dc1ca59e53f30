import { CONTRACT } from './component.ts';
import type { ComponentDeclaration } from './component.ts';
import { isType } from './component-type.ts';
import { suggestName, SystoleError } from './errors.ts';
import type { Place } from './errors.ts';

/** A package of declarations: what a third party exports by default. */
export interface ComponentPackage {
  /** The package's name, for messages. */
  readonly name: string;
  /** The module that it was loaded from, where it was: the place of what is wrong with it. */
  readonly file?: string;
  readonly components: readonly ComponentDeclaration[];
}

/** The components that a chip may be built from. A value: two catalogues can live side by side. */
export interface Catalogue {
  readonly components: readonly ComponentDeclaration[];
  /** The declaration of a type. Throws `chip/unknown-component` at `place`. */
  find(type: string, place?: Place): ComponentDeclaration;
  has(type: string): boolean;
  /** The name of the package that declares a type. */
  packageOf(type: string): string | undefined;
}

/**
 * Joins packages into a catalogue. Throws `plugin/duplicate-type`, naming both packages, when two declare one type,
 * `plugin/incompatible` for a declaration of another contract, and `plugin/invalid` for one without a type. The rest of its
 * form is taken on trust: `adoptComponents` checks what comes from elsewhere.
 */
export function createCatalogue(packages: readonly ComponentPackage[]): Catalogue {
  const byType = new Map<string, { declaration: ComponentDeclaration; owner: string }>();
  for (const { name, file, components } of packages) {
    for (const declaration of components) {
      if (!isType(declaration?.type)) {
        throw new SystoleError({
          code: 'plugin/invalid',
          message: `package "${name}" declares a component without a type of the form family/name`,
          hint: 'Declare it with defineComponent({ type: "memory/my-memory", … }).',
        });
      }
      if (declaration.contract !== CONTRACT) {
        throw new SystoleError({
          code: 'plugin/incompatible',
          message:
            `package "${name}" declares "${declaration.type}" for version ${String(declaration.contract)} of the component ` +
            `contract, this is version ${CONTRACT}`,
          hint: 'Build it against the @systole/core of this version of Systole.',
        });
      }
      const earlier = byType.get(declaration.type);
      if (earlier !== undefined) {
        throw new SystoleError({
          code: 'plugin/duplicate-type',
          message: `component type "${declaration.type}" is declared by both "${earlier.owner}" and "${name}"`,
          ...(file === undefined ? {} : { place: { file } }),
          hint: 'Rename one of them, or load only one of the packages.',
        });
      }
      byType.set(declaration.type, { declaration, owner: name });
    }
  }
  const components = [...byType.values()].map((entry) => entry.declaration);
  return {
    components,
    has: (type) => byType.has(type),
    packageOf: (type) => byType.get(type)?.owner,
    find(type, place) {
      const entry = byType.get(type);
      if (entry !== undefined) return entry.declaration;
      throw new SystoleError({
        code: 'chip/unknown-component',
        message: `there is no component "${type}"`,
        ...(place === undefined ? {} : { place }),
        hint: suggestName(type, byType.keys()),
      });
    },
  };
}
