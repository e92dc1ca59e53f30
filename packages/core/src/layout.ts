import type { ComponentDeclaration } from './component.ts';
import { SystoleError } from './errors.ts';
import type { ParameterValue } from './parameter.ts';

/** One component of a chip, resolved: what a machine is built from. */
export interface Part {
  readonly name: string;
  readonly declaration: ComponentDeclaration;
  /** Values in base units under the names of the declaration's parameters. */
  readonly values: Readonly<Record<string, ParameterValue | undefined>>;
  /** The name of the in-memory compute unit that is attached to this memory. */
  readonly attached?: string;
}

/** An entry of a flat table: which component, which name. */
export interface Column {
  readonly component: number;
  readonly name: string;
}

/** Reasons that every component has, before its own: plain service, and waiting for the component. */
export const SERVICE = 0;
export const QUEUE = 1;
const COMMON_REASONS = ['service', 'queue'] as const;

/**
 * Where the counts of each component stand in the flat tables of a tally. The last reason column, of no component
 * (`component` is -1), is `launch`: the delay that a task asked for before it starts.
 */
export interface Layout {
  readonly parts: readonly Part[];
  readonly actions: readonly (Column & { readonly energy: number })[];
  readonly statistics: readonly Column[];
  readonly reasons: readonly Column[];
  readonly actionBase: readonly number[];
  readonly statisticBase: readonly number[];
  readonly reasonBase: readonly number[];
  /** The most reasons that any one component has. */
  readonly reasonWidth: number;
  readonly launch: number;
  indexOf(name: string): number;
}

/** Lays out the tables for `parts` and prices every action. */
export function createLayout(parts: readonly Part[]): Layout {
  const actions: (Column & { energy: number })[] = [];
  const statistics: Column[] = [];
  const reasons: Column[] = [];
  const actionBase: number[] = [];
  const statisticBase: number[] = [];
  const reasonBase: number[] = [];
  const indices = new Map<string, number>();
  let reasonWidth = 0;

  for (const [component, part] of parts.entries()) {
    if (indices.has(part.name)) {
      throw new SystoleError({
        code: 'chip/duplicate',
        message: `two components are named "${part.name}"`,
        hint: 'Give each component a name of its own.',
      });
    }
    indices.set(part.name, component);
    const { declaration, values } = part;
    actionBase.push(actions.length);
    for (const [name, action] of Object.entries(declaration.actions)) {
      const energy = action.energy(values as never);
      if (!(energy >= 0 && energy < Infinity)) {
        throw new SystoleError({
          code: 'parameter/out-of-range',
          message: `${part.name}: action "${name}" costs ${energy} fJ; an energy is a finite number, not below zero`,
          place: { path: `components.${part.name}` },
          hint: 'Look at the parameters that this energy is derived from.',
        });
      }
      actions.push({ component, name, energy });
    }
    statisticBase.push(statistics.length);
    for (const name of Object.keys(declaration.statistics)) statistics.push({ component, name });
    reasonBase.push(reasons.length);
    const names = [...COMMON_REASONS, ...Object.keys(declaration.reasons)];
    reasonWidth = Math.max(reasonWidth, names.length);
    for (const name of names) reasons.push({ component, name });
  }
  const launch = reasons.length;
  reasons.push({ component: -1, name: 'launch' });

  return {
    parts,
    actions,
    statistics,
    reasons,
    actionBase,
    statisticBase,
    reasonBase,
    reasonWidth,
    launch,
    indexOf: (name) => indices.get(name) ?? -1,
  };
}
