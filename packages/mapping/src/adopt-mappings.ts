import {
  adoptEach,
  Inspection,
  inspectParameters,
  isEntries,
  keysOf,
  PluginFault,
  runForeign,
  SystoleError,
  throwAll,
} from '@systole/core';
import type { Culprit, PluginOrigin, Problem } from '@systole/core';
import type { ResolvedChip } from '@systole/chip';
import type { TraceBlock } from '@systole/trace';
import { checkPlan, checkStretches, checkTasks } from './check-plan.ts';
import { MAPPING_CONTRACT } from './mapping.ts';
import type { MappingDeclaration, Plan, Stretch } from './mapping.ts';

const KEYS = keysOf<MappingDeclaration>({
  contract: true,
  name: true,
  plugin: true,
  summary: true,
  options: true,
  citations: true,
  plan: true,
});
const NAME = /^[a-z][a-z0-9-]{0,63}$/;

/**
 * Takes in the mappings of a plugin: what they are is checked, what they do is guarded from then on.
 *
 * @param value what the plugin calls its mappings; nothing is taken for granted about it.
 * @throws SystoleError with all that is wrong with them (`plugin/invalid`, `plugin/incompatible`), naming plugin, mapping and
 * place.
 */
export function adoptMappings(value: unknown, origin: PluginOrigin): readonly MappingDeclaration[] {
  const { checked, problems } = adoptEach(value, 'mappings', origin, (copy) => ({
    problems: inspect(copy),
    label:
      isEntries(copy) && typeof copy['name'] === 'string'
        ? `mapping "${copy['name'].slice(0, 80)}"`
        : undefined,
  }));
  throwAll(problems);
  // The inspection has found each of them to be what it should.
  return (checked as readonly MappingDeclaration[]).map((mapping) => guardMapping(mapping, origin.name));
}

function inspect(value: unknown): readonly Problem[] {
  const inspection = new Inspection();
  const expected = 'a mapping, as defineMapping makes it';
  if (!isEntries(value)) {
    inspection.mismatch([], expected, value);
    return inspection.problems;
  }
  const { contract, name } = value;
  if (contract === undefined) {
    inspection.add(['contract'], 'it does not come from defineMapping', `Write ${expected}.`);
  } else if (contract !== MAPPING_CONTRACT) {
    inspection.add(
      ['contract'],
      `it was built against version ${String(contract).slice(0, 20)} of the mapping contract, this is version ${MAPPING_CONTRACT}`,
      'Build the plugin against the @systole/mapping of this version of Systole.',
      'plugin/incompatible',
    );
    return inspection.problems;
  }
  inspection.entries(value, [], expected, KEYS);
  if (typeof name !== 'string' || !NAME.test(name)) {
    inspection.mismatch(['name'], 'a name in lower case, such as my-mapping', name);
  }
  inspection.text(value['summary'], ['summary'], 'a summary, in one line');
  inspectParameters(value['options'], ['options'], inspection);
  inspection.texts(value['citations'], ['citations'], 'a list of citations');
  inspection.callable(value['plan'], ['plan'], 'where tensors live and what the work is');
  return inspection.problems;
}

function guardMapping(mapping: MappingDeclaration, plugin: string): MappingDeclaration {
  const culprit: Culprit = { plugin, part: `mapping "${mapping.name}"` };
  return Object.freeze<MappingDeclaration>({
    ...mapping,
    plugin,
    plan(chip, header, options) {
      const guard: Guard = { culprit, chip };
      const plan = guarded(
        guard,
        'plan',
        () => mapping.plan(chip, header, options),
        (made) => checkPlan(made, chip),
      );
      return guardPlan(plan, guard);
    },
  });
}

interface Guard {
  readonly culprit: Culprit;
  readonly chip: ResolvedChip;
}

function guardPlan(plan: Plan, guard: Guard): Plan {
  return {
    placement: plan.placement,
    // A mapping that decides as operators come adds to them.
    get decisions() {
      return guarded(guard, 'decisions', () => plan.decisions);
    },
    ...(plan.explain === undefined
      ? {}
      : {
          get explain() {
            return guarded(guard, 'explain', () => plan.explain ?? []);
          },
        }),
    get tiers() {
      return guarded(
        guard,
        'tiers',
        () => plan.tiers,
        (found) => (found === undefined || isEntries(found) ? undefined : 'gives tiers that are no report'),
      );
    },
    stretchesOf: (block) =>
      guarded(guard, 'stretchesOf', () => plan.stretchesOf(block), checkStretches).map((stretch) =>
        guardStretch(stretch, block, guard),
      ),
  };
}

function guardStretch(stretch: Stretch, block: TraceBlock, guard: Guard): Stretch {
  return {
    key: stretch.key,
    tasks: () =>
      guarded(
        guard,
        'tasks',
        () => stretch.tasks(),
        (tasks) => checkTasks(tasks, block, guard.chip),
      ),
  };
}

/** As `runForeign`; a component that the mapping asks for and the chip does not have is said to be the mapping's wish. */
function guarded<T>(
  { culprit, chip }: Guard,
  what: string,
  run: () => T,
  check?: (result: T) => string | undefined,
): T {
  try {
    return runForeign(culprit, what, run, check);
  } catch (error) {
    if (error instanceof PluginFault || !(error instanceof SystoleError)) throw error;
    if (error.code !== 'chip/unknown-component') throw error;
    throw new SystoleError({
      code: 'mapping/missing-unit',
      message: `${culprit.part} of plugin "${culprit.plugin}": ${error.problems[0]?.message ?? error.message}`,
      place: { path: 'components' },
      hint: `The chip has: ${chip.parts.map(({ name }) => name).join(', ')}.`,
    });
  }
}
