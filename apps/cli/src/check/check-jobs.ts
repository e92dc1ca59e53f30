import { existsSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { resolveChip } from '@systole/chip';
import { SystoleError } from '@systole/core';
import type { ComponentDeclaration } from '@systole/core';
import type { CheckOptions, LawId, Report } from '@systole/laws';
import { argument, readChip } from '../inputs.ts';
import { chipFiles } from '../library.ts';
import { findPlugin } from '../plugins/find-plugin.ts';
import { loadPlugin } from '../plugins/load-plugins.ts';
import type { Toolbox } from '../toolbox.ts';

/** The conformance kit is heavy, and only one verb needs it. */
export type Laws = typeof import('@systole/laws');

/** One thing that is held to laws. */
export interface CheckJob {
  /** What `--component` calls it; absent for a chip as a whole. */
  readonly component?: string;
  /** What the report calls it. */
  readonly label: string;
  /** The laws that could be asked of it. */
  readonly laws: readonly LawId[];
  run(options: CheckOptions): Report;
}

/** Cases for each law where nothing is said: enough to find what is wrong often, in a few seconds. */
const COMPONENT_RUNS = 50;
const CHIP_RUNS = 10;

/** What is to be judged when `what` is named: a chip, a component type, or the components of a plugin. */
export async function checkJobs(what: string, toolbox: Toolbox, kit: Laws): Promise<readonly CheckJob[]> {
  const { catalogue } = toolbox;
  if (chipFiles().has(what)) return chipJobs(what, toolbox, kit);
  if (catalogue.has(what)) return [componentJob(catalogue.find(what), toolbox, kit)];
  const loaded = toolbox.plugins.find(({ name }) => name === what);
  if (loaded !== undefined) return pluginJobs(loaded.name, loaded.components, toolbox, kit);
  if (isPlugin(what)) {
    const plugin = await loadPlugin(findPlugin({ named: pathOf(what), folder: process.cwd() }));
    return pluginJobs(plugin.name, plugin.components, toolbox, kit);
  }
  if (/^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*$/.test(what) && !existsSync(what)) catalogue.find(what);
  return chipJobs(what, toolbox, kit);
}

/** A module, a folder with a package.json, or the name of an installed package. */
function isPlugin(what: string): boolean {
  if (what.startsWith('@')) return true;
  if (existsSync(what)) {
    return /^\.[cm]?[jt]s$/.test(extname(what)) || (isFolder(what) && existsSync(join(what, 'package.json')));
  }
  return existsSync(join('node_modules', what, 'package.json'));
}

function isFolder(path: string): boolean {
  return statSync(path).isDirectory();
}

/** What stands in the working folder is a path to the loader of plugins, even where it is named like a package. */
function pathOf(what: string): string {
  return !what.startsWith('@') && existsSync(what) && !/^[./]/.test(what) ? `./${what}` : what;
}

function chipJobs(nameOrPath: string, { catalogue, mappings }: Toolbox, kit: Laws): readonly CheckJob[] {
  const spec = readChip(nameOrPath, catalogue);
  const chip = resolveChip(spec, catalogue);
  const components = chip.parts.flatMap((part): readonly CheckJob[] => {
    // A unit that works inside a memory is judged together with it.
    if (part.host !== undefined) return [];
    const parts = part.attached === undefined ? [part] : [part, chip.part(part.attached)];
    const label = parts.map(({ name }) => name).join(' + ');
    const how = kit.usualPartOptions(parts);
    return [
      {
        component: part.name,
        label,
        laws: componentLaws(kit),
        run: (options) => kit.checkComponent(part.declaration, { runs: COMPONENT_RUNS, ...how, ...options }),
      },
    ];
  });
  const whole: CheckJob = {
    label: spec.name,
    laws: kit.LAWS.filter(({ subject }) => subject === 'chip').map(({ id }) => id),
    run: (options) => kit.checkChip(spec, { runs: CHIP_RUNS, catalogue, mappings, ...options }),
  };
  return [...components, whole];
}

function pluginJobs(
  name: string,
  components: readonly ComponentDeclaration[],
  toolbox: Toolbox,
  kit: Laws,
): readonly CheckJob[] {
  if (components.length > 0) return components.map((component) => componentJob(component, toolbox, kit));
  throw argument(
    `plugin "${name}" declares no components`,
    'Its mappings are checked with a chip that uses them: systole check my-chip.yaml --plugin ….',
  );
}

function componentJob(declaration: ComponentDeclaration, { catalogue }: Toolbox, kit: Laws): CheckJob {
  const how = kit.usualOptions(declaration, catalogue.components);
  const { partner } = how;
  return {
    component: declaration.type,
    label: partner === undefined ? declaration.type : `${declaration.type} (with ${partner.type})`,
    laws: componentLaws(kit),
    run: (options) => kit.checkComponent(declaration, { runs: COMPONENT_RUNS, ...how, ...options }),
  };
}

function componentLaws({ LAWS }: Laws): readonly LawId[] {
  return LAWS.filter(({ subject }) => subject === 'component').map(({ id }) => id);
}

/** The jobs that are left when laws, a component or a path are asked for. Throws `argument/invalid`. */
export function chooseJobs(
  jobs: readonly CheckJob[],
  laws: readonly LawId[],
  component: string | undefined,
  path: string | undefined,
  nearest: (name: string, known: readonly string[]) => string,
): readonly CheckJob[] {
  const names = jobs.flatMap((job) => (job.component === undefined ? [] : [job.component]));
  if (component !== undefined && !names.includes(component)) {
    throw new SystoleError({
      code: 'argument/invalid',
      message: `there is no component "${component.slice(0, 80)}" to check`,
      hint: nearest(component, names),
    });
  }
  const chosen = jobs
    .filter((job) => component === undefined || job.component === component)
    .filter((job) => laws.length === 0 || laws.some((law) => job.laws.includes(law)));
  if (chosen.length === 0) {
    throw argument(
      'none of these laws is about what was named',
      'Laws component/… are about components, laws chip/… about a chip. See systole check --list.',
    );
  }
  if (path !== undefined && (chosen.length > 1 || laws.length !== 1)) {
    throw argument(
      '--path leads to one case of one law of one component',
      chosen.length > 1
        ? `Give --component ${names.slice(0, 3).join(' or --component ')} too.`
        : 'Give the one --law that it was printed for.',
    );
  }
  return chosen;
}
