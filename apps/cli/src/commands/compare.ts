import type { Command } from 'commander';
import { resolveChip, setParameter } from '@systole/chip';
import type { ChipSpec } from '@systole/chip';
import { compareCsv, compareText, resultJson } from '@systole/report';
import type { LabelledResult } from '@systole/report';
import { expandBraces, splitAssignment } from '../assignment.ts';
import { catalogue } from '../catalogue.ts';
import { checkWritable, writeTextFile } from '../files.ts';
import { addWorkloadFlags, collect } from '../flags.ts';
import { applyAssignments, argument, loadTraceInput, readChip } from '../inputs.ts';
import type { WorkloadFlags } from '../inputs.ts';
import { note, print, wantsColour } from '../output.ts';
import { simulate } from '../simulate.ts';

interface CompareFlags extends WorkloadFlags {
  readonly workload: readonly string[];
  readonly set: readonly string[];
  readonly vary: readonly string[];
  readonly mapping?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly html?: string;
}

/** One run of a comparison, before it is made. */
interface Point {
  readonly label: string;
  readonly chip: ChipSpec;
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
  addWorkloadFlags(command)
    .option('--set <path=value>', 'change a parameter of every chip', collect, [])
    .option(
      '--vary <path=a,b,…>',
      'run with each value of a parameter (components.dram.channels=4,8,16) or of the workload (workload.generate=256,512); ' +
        'given several times, all combinations run',
      collect,
      [],
    )
    .option('--mapping <name>', 'use this mapping on every chip')
    .option('--json', 'print {label, result} of every run as JSON, and nothing else')
    .option('--csv', 'print a row a run as CSV, and nothing else')
    .option('--html <file>', 'write a page with plots')
    .addHelpText(
      'after',
      `
Examples:
  systole compare pim-gpt --workload gpt2-xl --vary components.dram.channels=4,8,16
  systole compare pim-gpt --workload gpt2-small --workload gpt2-xl --generate 64
  systole compare pim-gpt --workload gpt3-xl --vary "components.{vector,sram,xbar}.clock=200 MHz,500 MHz,1 GHz" --html clock.html
  systole compare pim-gpt --workload gpt2-xl --vary workload.generate=256,512,1024 --csv`,
    )
    .action(async (chips: readonly string[], flags: CompareFlags) => {
      await compare(chips, flags);
    });
}

async function compare(chips: readonly string[], flags: CompareFlags): Promise<void> {
  if (flags.html !== undefined) checkWritable(flags.html);
  const points = vary(startingPoints(chips, flags), flags.vary);
  const quiet = flags.json === true || flags.csv === true;
  const results: LabelledResult[] = [];
  for (const point of points) {
    const chip = resolveChip(point.chip, catalogue);
    const input = await loadTraceInput(point.workload, point.flags, ' with --workload');
    const { result } = await simulate(chip, input, {
      quiet,
      ...(flags.mapping === undefined ? {} : { mapping: flags.mapping }),
    });
    results.push({ label: point.label, result });
  }
  if (flags.json === true) {
    print(
      `[${results.map(({ label, result }) => `{"label":${JSON.stringify(label)},"result":${resultJson(result)}}`).join(',\n')}]`,
    );
  } else if (flags.csv === true) {
    print(compareCsv(results));
  } else {
    print(compareText(results, { colour: wantsColour() }));
  }
  if (flags.html !== undefined) {
    const { compareHtml } = await import('@systole/report/html');
    writeTextFile(flags.html, compareHtml(results));
    if (!quiet) note(`Page: ${flags.html}`);
  }
}

function startingPoints(chips: readonly string[], flags: CompareFlags): readonly Point[] {
  const workloads = flags.workload.length === 0 ? [undefined] : flags.workload;
  const shape: WorkloadFlags = Object.fromEntries(
    ['model', ...WORKLOAD_KEYS].flatMap((key) => {
      const value = flags[key as keyof WorkloadFlags];
      return value === undefined ? [] : [[key, value]];
    }),
  );
  return chips.flatMap((name) => {
    const chip = applyAssignments(readChip(name), flags.set);
    return workloads.map((workload) => ({
      label: [
        chips.length > 1 || workloads.length === 1 ? chip.name : '',
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
function vary(points: readonly Point[], variations: readonly string[]): readonly Point[] {
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
    current = current.flatMap((point) => values.map((item) => varied(point, path, item, points.length > 1)));
  }
  return current;
}

function varied(point: Point, path: string, value: string, named: boolean): Point {
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
  let { chip } = point;
  for (const one of expandBraces(path)) chip = setParameter(chip, one, value, catalogue);
  return { ...point, label, chip };
}
