import type { ActionForm, ComponentDeclaration, ModelContext } from '../component.ts';
import type { ComponentModel } from '../model.ts';
import type { ParameterSpecs } from '../parameter.ts';
import { copyPlain } from './copy-plain.ts';
import { guardMethods, runForeign } from './guard.ts';
import { isEntries } from './inspection.ts';
import type { Culprit } from './plugin-fault.ts';

/**
 * A declaration of a plugin, whose form has been checked, with a guard around each of its functions and around its models:
 * what they throw and what they give back wrongly is a `PluginFault` that names plugin, component and type.
 */
export function guardComponent(declaration: ComponentDeclaration, plugin: string): ComponentDeclaration {
  const { type } = declaration;
  const culprit: Culprit = { plugin, part: `component type ${type}` };
  const { places, cutOverhead } = declaration;
  return Object.freeze<ComponentDeclaration>({
    ...declaration,
    plugin,
    actions: Object.fromEntries(
      Object.entries(declaration.actions).map(([name, action]) => [name, guardAction(action, name, culprit)]),
    ),
    staticPower: (values) =>
      runForeign(culprit, 'staticPower', () => declaration.staticPower(values), noNumber),
    area: (values) =>
      runForeign(
        culprit,
        'area',
        () => declaration.area(values),
        (area) => (area === undefined ? undefined : noNumber(area)),
      ),
    facts: (values) => runForeign(culprit, 'facts', () => declaration.facts(values), wrongFacts),
    lowerBound: (transaction, values) =>
      runForeign(culprit, 'lowerBound', () => declaration.lowerBound(transaction, values), noNumber),
    conflicts: (values) =>
      runForeign(culprit, 'conflicts', () => declaration.conflicts(values), wrongConflicts),
    ...(places === undefined
      ? {}
      : {
          places: (values) => runForeign(culprit, 'places', () => places.call(declaration, values), noCount),
        }),
    ...(cutOverhead === undefined
      ? {}
      : {
          cutOverhead: (transaction, values) =>
            runForeign(
              culprit,
              'cutOverhead',
              () => cutOverhead.call(declaration, transaction, values),
              noNumber,
            ),
        }),
    create: (context) => createModel(declaration, context, plugin),
  });
}

function guardAction(
  action: ActionForm<ParameterSpecs>,
  name: string,
  culprit: Culprit,
): ActionForm<ParameterSpecs> {
  return {
    ...action,
    energy: (values) =>
      runForeign(culprit, `the energy of action "${name}"`, () => action.energy(values), noNumber),
  };
}

function createModel(
  declaration: ComponentDeclaration,
  context: ModelContext<ParameterSpecs>,
  plugin: string,
): ComponentModel {
  const culprit: Culprit = { plugin, part: `component "${context.name}" (${declaration.type})` };
  const model = runForeign(culprit, 'create', () => declaration.create(context), noModel);
  return runForeign(culprit, 'create', () => {
    const guarded = guardMethods(model, culprit);
    const { save, consumer } = guarded;
    return {
      ...guarded,
      save: (now: number) => runForeign(culprit, 'save', () => save(now), noState),
      ...(consumer === undefined
        ? {}
        : {
            consumer: () => runForeign(culprit, 'consumer', () => guardMethods(consumer(), culprit)),
          }),
    };
  });
}

function noNumber(value: unknown): string | undefined {
  return typeof value === 'number' && !Number.isNaN(value)
    ? undefined
    : `gives ${told(value)}, and no number`;
}

function noCount(value: unknown): string | undefined {
  return Number.isSafeInteger(value) && Number(value) >= 1
    ? undefined
    : `gives ${told(value)}, and no whole number from 1 on`;
}

function noModel(model: unknown): string | undefined {
  if (typeof model !== 'object' || model === null) return `gives ${told(model)}, and no model`;
  const missing = ['accept', 'save', 'load'].filter((name) => typeof Reflect.get(model, name) !== 'function');
  return missing.length === 0 ? undefined : `gives a model without ${missing.join(', ')}`;
}

function noState(state: unknown): string | undefined {
  if (!Array.isArray(state)) return `gives ${told(state)}, and no list of numbers`;
  const odd: unknown = state.find((value) => !Number.isSafeInteger(value));
  return odd === undefined ? undefined : `gives a state with ${told(odd)} in it, and not whole numbers only`;
}

/** Infinite and negative facts may follow from parameters that do not go together; that is said where a chip is resolved. */
function wrongFacts(facts: unknown): string | undefined {
  const copy = copyPlain(facts);
  if (!isEntries(copy)) return `gives ${told(copy)}, and no facts`;
  for (const name of ['minimumLatency', 'resources']) {
    if (copy[name] === undefined) return `leaves out ${name}`;
  }
  for (const [name, fact] of Object.entries(copy)) {
    // Some are rates by number format.
    const values = isEntries(fact) ? Object.values(fact) : [fact];
    const odd = values.findIndex((value) => typeof value !== 'number' || Number.isNaN(value));
    if (odd >= 0) return `gives ${told(values[odd])} as ${name}`;
  }
  return undefined;
}

function wrongConflicts(conflicts: unknown): string | undefined {
  const copy = copyPlain(conflicts);
  if (!Array.isArray(copy)) return `gives ${told(copy)}, and no list`;
  const isConflict = (entry: unknown): boolean =>
    isEntries(entry) && ['parameter', 'message', 'hint'].every((key) => typeof entry[key] === 'string');
  return copy.every(isConflict) ? undefined : 'gives a conflict that is not { parameter, message, hint }';
}

function told(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return typeof value === 'function' ? 'a function' : String(value).slice(0, 60);
}
