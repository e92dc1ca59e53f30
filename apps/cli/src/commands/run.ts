import { join } from 'node:path';
import type { Command } from 'commander';
import { SystoleError } from '@systole/core';
import { reportText, resultJson } from '@systole/report';
import type { Result } from '@systole/replay';
import { explainMappingText } from '../explain-mapping.ts';
import { checkWritable, writeTextFile } from '../files.ts';
import { argument, loadChipInput, loadTraceInput, readChip } from '../inputs.ts';
import type { WorkloadFlags } from '../inputs.ts';
import { note, print, wantsColour } from '../output.ts';
import { simulate } from '../simulate.ts';
import { openTensors } from '../tensors.ts';
import { addPluginFlag, addWorkloadFlags, collect } from '../flags.ts';
import { DETAIL_FLAG, DETAIL_HELP, levelAssignments } from '../level-assignments.ts';
import type { PluginFlags } from '../flags.ts';
import { PAGE_FLAG, pageFile, safeName } from '../page-file.ts';
import type { PageFlag } from '../page-file.ts';
import { loadToolbox } from '../toolbox.ts';

interface RunFlags extends WorkloadFlags, PluginFlags {
  readonly set: readonly string[];
  readonly mapping?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly html?: PageFlag;
  readonly timeline?: string;
  readonly timelineSteps?: string;
  readonly out?: string;
  readonly explainMapping?: boolean;
  readonly reuse: boolean;
  readonly detail?: string;
  readonly tensors?: string;
}

/** A timeline for a page is an excerpt that people look at; one for Perfetto may be longer. */
const PAGE_EVENTS = 2_000;
const FILE_EVENTS = 200_000;

export function addRunCommand(program: Command): void {
  const command = program
    .command('run')
    .summary('replay a workload or trace on a chip and say what it costs, and why')
    .description('Replays a workload or trace on a chip: cycles, energy, and the reason for each.')
    .argument('<chip>', 'a chip by name (systole list chips), or a chip.yaml')
    .argument(
      '[workload]',
      'a workload by name (systole list workloads), a recipe .yaml, or a trace .jsonl[.gz]',
    );
  addPluginFlag(addWorkloadFlags(command))
    .option(
      '--set <path=value>',
      'change a parameter of the chip, such as components.dram.channels=16',
      collect,
      [],
    )
    .option('--mapping <name>', "use another mapping than the chip's own (systole list mappings)")
    .option(DETAIL_FLAG, DETAIL_HELP)
    .option(
      '--tensors <source>',
      'compute on tensors in the formats of the chip, and report the error: a .safetensors file, normal[:seed] or outliers[:seed]',
    )
    .option('--json', 'print the full result as JSON, and nothing else')
    .option('--csv', 'print the result as CSV, and nothing else')
    .option(
      PAGE_FLAG,
      'write a page with breakdowns, timeline excerpt and roofline (default: systole-results/<chip>-<workload>.html)',
    )
    .option('--timeline <file>', 'write a timeline that opens in ui.perfetto.dev')
    .option('--timeline-steps <steps>', 'the steps that it shows, such as 0,1023 (default: the first two)')
    .option('--out <file>', 'where the full result goes (default: systole-results/<chip>-<workload>.json)')
    .option(
      '--explain-mapping',
      'print what the mapping chose for each kind of operator, and what it passed over',
    )
    .option('--no-reuse', 'simulate every layer and step anew; slower, and the same to the byte')
    .addHelpText(
      'after',
      `
Examples:
  systole run pim-gpt gpt2-xl
  systole run pim-gpt gpt2-xl --generate 64 --html report.html --timeline timeline.json
  systole run pim-gpt gpt2-xl --set components.dram.channels=16 --json
  systole run pim-gpt --model my/config.json --prompt 128 --generate 256 --weights int8 --kv int8 --set components.mac.format=int8
  systole run npu-hbm tiny-block --tensors normal:1
  systole run pim-gpt trace.jsonl.gz`,
    )
    .action(async (chipName: string, workload: string | undefined, flags: RunFlags) => {
      await run(chipName, workload, flags);
    });
}

async function run(chipName: string, workload: string | undefined, flags: RunFlags): Promise<void> {
  const { catalogue, mappings } = await loadToolbox(flags);
  const levels = levelAssignments(flags.detail, readChip(chipName, catalogue), catalogue);
  // What --set says of a single component counts more.
  const chip = loadChipInput(chipName, catalogue, [...levels, ...flags.set]);
  const input = await loadTraceInput(workload, flags);
  const name = `${safeName(chip.name)}-${safeName(input.name)}`;
  const page = flags.html === undefined ? undefined : pageFile(flags.html, name);
  for (const path of [flags.out, page, flags.timeline]) if (path !== undefined) checkWritable(path);
  const quiet = flags.json === true || flags.csv === true;
  const recorded = flags.html !== undefined || flags.timeline !== undefined;
  const tensors = flags.tensors === undefined ? undefined : openTensors(flags.tensors);
  const { result, timeline, explain } = await simulate(chip, input, {
    quiet,
    ...(tensors === undefined ? {} : { functional: { tensors: tensors.source } }),
    mappings,
    reuse: flags.reuse,
    ...(flags.mapping === undefined ? {} : { mapping: flags.mapping }),
    ...(recorded
      ? {
          timeline: {
            steps: stepsOf(flags.timelineSteps),
            maxEvents: flags.timeline === undefined ? PAGE_EVENTS : FILE_EVENTS,
          },
        }
      : {}),
  }).finally(() => tensors?.close());

  const written: string[] = [];
  if (flags.out !== undefined) {
    writeTextFile(flags.out, resultJson(result));
    written.push(`Full result: ${flags.out}`);
  } else if (!quiet) {
    written.push(keepResult(join('systole-results', `${name}.json`), result));
  }
  if (page !== undefined) {
    const { reportHtml } = await import('@systole/report/html');
    writeTextFile(page, reportHtml(result, timeline));
    written.push(`Page: ${page}`);
  }
  if (flags.timeline !== undefined && timeline !== undefined) {
    const { timelineJson } = await import('@systole/report');
    writeTextFile(flags.timeline, timelineJson(result, timeline));
    written.push(`Timeline: ${flags.timeline} (open it in ui.perfetto.dev)`);
  }
  if (flags.json === true) print(resultJson(result));
  else if (flags.csv === true) {
    const { resultCsv } = await import('@systole/report');
    print(resultCsv(result));
  } else {
    print(reportText(result, { colour: wantsColour() }));
    if (flags.explainMapping === true) print(`\n${explainMappingText(result.mapping.name, explain)}`);
    note(written.join('\n'));
  }
  // Who named no file has to be told which one it is, whatever else is printed.
  if (quiet && flags.html === true) note(`Page: ${page}`);
}

/** Writes a result where nobody asked for it to go: where that cannot be, it is no reason to fail. */
function keepResult(file: string, result: Result): string {
  try {
    writeTextFile(file, resultJson(result));
    return `Full result: ${file}`;
  } catch (error) {
    if (!(error instanceof SystoleError)) throw error;
    return `The full result was not kept: ${error.message}`;
  }
}

function stepsOf(text: string | undefined): readonly number[] {
  if (text === undefined) return [0, 1];
  return text.split(',').map((part) => {
    if (/^\d{1,9}$/.test(part.trim())) return Number(part);
    throw argument(
      `--timeline-steps takes step numbers, got "${text.slice(0, 40)}"`,
      'Write --timeline-steps 0,1.',
    );
  });
}
