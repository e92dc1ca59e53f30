import type { Command } from 'commander';
import { resolveChip } from '@systole/chip';
import { SystoleError } from '@systole/core';
import type { Catalogue, Problem } from '@systole/core';
import { compareCsv, compareJson, compareText } from '@systole/report';
import type { ComparedRun } from '@systole/report';
import { splitAssignment } from '../assignment.ts';
import { checkWritable, writeTextFile } from '../files.ts';
import { addPluginFlag, addWorkloadFlags, collect } from '../flags.ts';
import type { PluginFlags } from '../flags.ts';
import { applyAssignments, argument, loadTraceInput, readChipSource, setInChip } from '../inputs.ts';
import type { ChipSource, TraceInput, WorkloadFlags } from '../inputs.ts';
import { DETAIL_FLAG, DETAIL_HELP, levelAssignments } from '../level-assignments.ts';
import { note, print, wantsColour } from '../output.ts';
import { PAGE_FLAG, pageFile } from '../page-file.ts';
import type { PageFlag } from '../page-file.ts';
import { simulate } from '../simulate.ts';
import { loadToolbox } from '../toolbox.ts';
import type { Toolbox } from '../toolbox.ts';

interface CompareFlags extends WorkloadFlags, PluginFlags {
  readonly workload: readonly string[];
  readonly set: readonly string[];
  readonly vary: readonly string[];
  readonly mapping?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly html?: PageFlag;
  readonly detail?: string;
}

/** One run of a comparison, before it is made. */
interface Point {
  readonly label: string;
  readonly chip: ChipSource;
  readonly workload: string | undefined;
  readonly flags: WorkloadFlags;
}

/** Beyond this a comparison is a sweep, which nobody reads side by side. */
const MAX_POINTS = 256;

const WORKLOAD_KEYS = ['prompt', 'generate', 'batch', 'weights', 'kv', 'activations'] as const;

export function addCompareCommand(program: Command): void {
  const command = program
    .command('compare')
    .summary('run several chips, workloads or parameter values and set them side by side')
    .description('Runs several chips, workloads or values of a parameter, and prints the runs side by side.')
    .argument('<chip...>', 'chips by name (systole list chips), or chip.yaml files')
    .option('--workload <name>', 'a workload or trace; may be given several times', collect, []);
  addPluginFlag(addWorkloadFlags(command))
    .option('--set <path=value>', 'change a parameter of every chip', collect, [])
    .option(
      '--vary <path=a,b,…>',
      'run with each value of a parameter (components.dram.channels=4,8,16) or of the workload (workload.generate=256,512); ' +
        'given several times, all combinations run',
      collect,
      [],
    )
    .option('--mapping <name>', 'use this mapping on every chip')
    .option(DETAIL_FLAG, DETAIL_HELP)
    .option('--json', 'print {label, result} (or {label, refused}) of every run as JSON, and nothing else')
    .option('--csv', 'print a row a run as CSV, and nothing else')
    .option(PAGE_FLAG, 'write a page with plots (default: systole-results/compare-<chips>.html)')
    .addHelpText(
      'after',
      `
A run that a chip refuses is shown beside the others with what would make it run. Two runs have to be made, else it is bad input.

Examples:
  systole compare pim-gpt --workload gpt2-xl --vary components.dram.channels=4,8,16
  systole compare npu-hbm npu-pim cambricon-llm-l --workload llama-3.1-8b --generate 8 --html
  systole compare pim-gpt --workload gpt2-small --workload gpt2-xl --generate 64
  systole compare pim-gpt --workload gpt3-xl --vary "components.{vector,sram,xbar}.clock=200 MHz,500 MHz,1 GHz" --html clock.html
  systole compare pim-gpt --workload gpt2-xl --vary workload.generate=256,512,1024 --csv`,
    )
    .action(async (chips: readonly string[], flags: CompareFlags) => {
      await compare(chips, flags);
    });
}

async function compare(chips: readonly string[], flags: CompareFlags): Promise<void> {
  const toolbox = await loadToolbox(flags);
  if (flags.mapping !== undefined) toolbox.mappings.find(flags.mapping);
  const points = vary(startingPoints(chips, flags, toolbox.catalogue), flags.vary, toolbox.catalogue);
  const names = new Set(points.map(({ chip }) => chip.spec.name));
  const page = flags.html === undefined ? undefined : pageFile(flags.html, ['compare', ...names].join('-'));
  if (page !== undefined) checkWritable(page);
  const quiet = flags.json === true || flags.csv === true;
  const runs: ComparedRun[] = [];
  // Only the full result says what each component would gain.
  const options = { quiet, bounds: flags.json === true };
  for (const point of points) runs.push(await runPoint(point, toolbox, flags.mapping, options));
  refuseTooFew(runs);
  if (flags.json === true) print(compareJson(runs));
  else if (flags.csv === true) print(compareCsv(runs));
  else print(compareText(runs, { colour: wantsColour() }));
  if (page !== undefined) {
    const { compareHtml } = await import('@systole/report/html');
    writeTextFile(page, compareHtml(runs));
    if (!quiet || flags.html === true) note(`Page: ${page}`);
  }
}

/** Runs one point. What its chip or workload refuses is kept beside the other runs; a mistake of the command line is thrown. */
async function runPoint(
  { label, chip: source, workload, flags }: Point,
  { catalogue, mappings }: Toolbox,
  mapping: string | undefined,
  settings: { readonly quiet: boolean; readonly bounds: boolean },
): Promise<ComparedRun> {
  let input: TraceInput;
  try {
    input = await loadTraceInput(workload, flags, ' with --workload');
  } catch (error) {
    if (isMistake(error)) throw error;
    return refusal(label, error);
  }
  try {
    const chip = resolveChip(source.spec, catalogue, source.places);
    const options = { ...settings, mappings, ...(mapping === undefined ? {} : { mapping }) };
    return { label, result: (await simulate(chip, input, options)).result };
  } catch (error) {
    return refusal(label, error);
  }
}

/** Whether a flag or a file cannot be read, or is not there, which is wrong for every run and no property of one of them. */
function isMistake(error: unknown): boolean {
  return error instanceof SystoleError && /^(?:argument|file|yaml)\/|^workload\/unknown$/.test(error.code);
}

function refusal(label: string, error: unknown): ComparedRun {
  if (error instanceof SystoleError) return { label, refused: error.problems };
  throw error;
}

/** A comparison needs two runs, where two were asked for; without them what was refused is an error. */
function refuseTooFew(runs: readonly ComparedRun[]): void {
  const made = runs.filter((run) => 'result' in run).length;
  if (made >= Math.min(2, runs.length)) return;
  const [first, ...more] = runs.flatMap((run) =>
    'refused' in run
      ? run.refused.map((problem): Problem =>
          runs.length === 1 ? problem : { ...problem, message: `${run.label}: ${problem.message}` },
        )
      : [],
  );
  if (first !== undefined) throw new SystoleError(first, ...more);
}

function startingPoints(
  chips: readonly string[],
  flags: CompareFlags,
  catalogue: Catalogue,
): readonly Point[] {
  const workloads = flags.workload.length === 0 ? [undefined] : flags.workload;
  const shape: WorkloadFlags = Object.fromEntries(
    ['model', ...WORKLOAD_KEYS].flatMap((key) => {
      const value = flags[key as keyof WorkloadFlags];
      return value === undefined ? [] : [[key, value]];
    }),
  );
  return chips.flatMap((name) => {
    const source = readChipSource(name, catalogue);
    const levels = levelAssignments(flags.detail, source.spec, catalogue);
    // What --set says of a single component counts more.
    const chip = applyAssignments(source, [...levels, ...flags.set], catalogue);
    return workloads.map((workload) => ({
      label: [
        chips.length > 1 || workloads.length === 1 ? chip.spec.name : '',
        workloads.length > 1 ? workload : '',
      ]
        .filter((part) => part !== undefined && part !== '')
        .join(' × '),
      chip,
      workload,
      flags: shape,
    }));
  });
}

/** Every point with every value of every `--vary`. */
function vary(
  points: readonly Point[],
  variations: readonly string[],
  catalogue: Catalogue,
): readonly Point[] {
  let current = points;
  for (const variation of variations) {
    const { path, value } = splitAssignment(variation, '--vary');
    const values = value.split(',').map((item) => item.trim());
    if (current.length * values.length > MAX_POINTS) {
      throw argument(
        `this makes more than ${MAX_POINTS} runs`,
        'Vary fewer parameters, or give fewer values.',
      );
    }
    current = current.flatMap((point) =>
      values.map((item) => varied(point, { path, value: item }, points.length > 1, catalogue)),
    );
  }
  return current;
}

function varied(
  point: Point,
  { path, value }: { readonly path: string; readonly value: string },
  named: boolean,
  catalogue: Catalogue,
): Point {
  const short = path.replace(/^components\./, '').replace(/^workload\./, '');
  const assignment = `${short}=${value}`;
  const isVaried = point.label.includes('=');
  const label = named || isVaried ? `${point.label} ${assignment}` : assignment;
  if (path.startsWith('workload.')) {
    const key = path.slice('workload.'.length);
    if (!(WORKLOAD_KEYS as readonly string[]).includes(key)) {
      throw argument(`a workload has no "${key}" to vary`, `Choose one of: ${WORKLOAD_KEYS.join(', ')}.`);
    }
    return { ...point, label, flags: { ...point.flags, [key]: value } };
  }
  return { ...point, label, chip: setInChip(point.chip, path, value, catalogue) };
}
