import { suggestName } from '@systole/core';
import type { Command } from 'commander';
import type { CheckOptions, Finding, LawId } from '@systole/laws';
import { checkJobs, chooseJobs } from '../check/check-jobs.ts';
import type { CheckJob, Laws } from '../check/check-jobs.ts';
import { checkText, lawsText } from '../check/check-text.ts';
import type { CheckedJob } from '../check/check-text.ts';
import { CheckFailed } from '../exit-code.ts';
import { addPluginFlag, collect } from '../flags.ts';
import type { PluginFlags } from '../flags.ts';
import { argument, count } from '../inputs.ts';
import { print } from '../output.ts';
import { createProgress } from '../progress.ts';
import { loadToolbox } from '../toolbox.ts';

interface CheckFlags extends PluginFlags {
  readonly runs?: string;
  readonly seed?: string;
  readonly path?: string;
  readonly law: readonly string[];
  readonly component?: string;
  readonly list?: boolean;
  readonly json?: boolean;
}

export function addCheckCommand(program: Command): void {
  const command = program
    .command('check')
    .summary('hold a chip, a component or a plugin to the laws of the architecture')
    .description(
      'Holds a chip and each of its components, a component type, or all components of a plugin to the laws that ' +
        'hold for any hardware, over generated work. A broken law comes with the smallest case that breaks it, and the ' +
        'command that runs that case again. Ends with 1 when a law is broken.',
    )
    .argument(
      '[what]',
      'a chip by name or file, a component type such as memory/dram, or a plugin by name or path',
    )
    .option('--law <id>', 'check this law only; may be given several times', collect, [])
    .option('--component <name>', 'check this component of the chip, or of the plugin, only')
    .option('--runs <cases>', 'cases for each law; 50 for a component, 10 for a chip unless given')
    .option('--seed <number>', 'seeds what is generated; 1 unless given')
    .option('--path <path>', 'begin at a case that was printed before; takes one --law and the same --seed')
    .option('--list', 'print every law with its scope and its known exceptions')
    .option('--json', 'print {subject, seed, isSound, checks} as JSON; with --list, the laws');
  addPluginFlag(command)
    .addHelpText(
      'after',
      `
Examples:
  systole check pim-gpt
  systole check memory/dram --runs 500
  systole check ./my-memory
  systole check my-chip.yaml --plugin ./my-memory --law chip/energy --law chip/macs
  systole check --list`,
    )
    .action(async (what: string | undefined, flags: CheckFlags) => {
      // The generators and shrinkers of fast-check stay out of the start of every other verb.
      const kit = await import('@systole/laws');
      if (flags.list === true) {
        print(flags.json === true ? JSON.stringify(kit.LAWS, undefined, 2) : lawsText(kit.LAWS));
        return;
      }
      if (what === undefined) {
        throw argument(
          'nothing was named',
          'Name a chip (systole list chips), a component type (systole list components) or a plugin, or give --list.',
        );
      }
      await check(what, flags, kit);
    });
}

async function check(what: string, flags: CheckFlags, kit: Laws): Promise<void> {
  const laws = flags.law.map((id) => kit.findLaw(id).id);
  const seed = seedOf(flags.seed);
  const runs = count(flags.runs, '--runs');
  if (flags.path !== undefined && !/^\d+(?::\d+)*$/.test(flags.path)) {
    throw argument(
      `--path takes numbers with colons between them, got "${flags.path.slice(0, 40)}"`,
      'Copy it from the command that was printed with a broken law.',
    );
  }
  const toolbox = await loadToolbox(flags);
  const jobs = chooseJobs(
    await checkJobs(what, toolbox, kit),
    laws,
    flags.component,
    flags.path,
    suggestName,
  );
  const options: CheckOptions = {
    seed,
    ...(runs === undefined ? {} : { runs }),
    ...(laws.length === 0 ? {} : { laws }),
    ...(flags.path === undefined ? {} : { path: flags.path }),
  };
  const replayOf = (job: CheckJob, finding: Finding): string => replayCommand(what, flags, job, finding);
  const checked = runJobs(jobs, options, flags.json === true, kit, replayOf);
  const isSound = checked.every(({ report }) => report.isSound);
  print(
    flags.json === true
      ? JSON.stringify({ subject: what, seed, isSound, checks: checked }, undefined, 2)
      : checkText(checked),
  );
  if (!isSound) throw new CheckFailed();
}

function runJobs(
  jobs: readonly CheckJob[],
  options: CheckOptions,
  quiet: boolean,
  kit: Laws,
  replayOf: (job: CheckJob, finding: Finding) => string,
): readonly CheckedJob[] {
  const isAsked = (law: LawId): boolean => options.laws === undefined || options.laws.includes(law);
  const total = jobs.reduce((sum, job) => sum + job.laws.filter(isAsked).length, 0);
  const progress = createProgress('laws', quiet, 'laws');
  let done = 0;
  try {
    return jobs.map((job) => {
      const before = done;
      const report = job.run({ ...options, onLaw: (_finding, laws) => progress.step(before + laws, total) });
      // Laws that say nothing of it are done with too.
      done += job.laws.filter(isAsked).length;
      progress.step(done, total);
      const broken = report.findings.filter(({ outcome }) => outcome === 'broken');
      return {
        ...(job.component === undefined ? {} : { component: job.component }),
        label: job.label,
        report,
        broken: broken.map((finding) => ({
          finding,
          files: finding.counterexample === undefined ? [] : kit.counterexampleFiles(finding.counterexample),
          replay: replayOf(job, finding),
        })),
      };
    });
  } finally {
    progress.stop();
  }
}

/** The command that runs one law again, straight from its counterexample where there is one. */
function replayCommand(
  what: string,
  { plugin, runs }: CheckFlags,
  { component }: CheckJob,
  { law, seed, path }: Finding,
): string {
  const words = ['systole', 'check', what, ...plugin.flatMap((name) => ['--plugin', name]), '--law', law];
  if (component !== undefined && component !== what) words.push('--component', component);
  words.push('--seed', String(seed));
  if (path !== undefined) words.push('--path', path);
  else if (runs !== undefined) words.push('--runs', runs);
  return words.map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function seedOf(text: string | undefined): number {
  if (text === undefined) return 1;
  const value = Number(text);
  if (/^\d{1,10}$/.test(text) && value < 2 ** 31) return value;
  throw argument(
    `--seed takes a whole number below 2^31, got "${text.slice(0, 40)}"`,
    'Write --seed 7, say.',
  );
}
