import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { readDocument } from '@systole/document';
import { diffCsv, diffJson, diffResults, diffText, movedTotals, signedPercent } from '@systole/report';
import type { LabelledResult } from '@systole/report';
import { CheckFailed } from '../exit-code.ts';
import { checkWritable, readTextFile, writeTextFile } from '../files.ts';
import { refuseOtherKind } from '../input-kind.ts';
import { argument } from '../inputs.ts';
import { note, print, wantsColour } from '../output.ts';
import { PAGE_FLAG, pageFile } from '../page-file.ts';
import type { PageFlag } from '../page-file.ts';

interface DiffFlags {
  readonly failAbove?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly html?: PageFlag;
}

export function addDiffCommand(program: Command): void {
  program
    .command('diff')
    .summary('hold one result against another and say what changed, and where')
    .description(
      'Holds a result against an earlier one: what went in, time, energy, and what changed most by component, operator and reason.',
    )
    .argument('<before>', 'a result of systole run --json or --out')
    .argument('<after>', 'another; a run of systole compare --json is named as file.json#label')
    .option(
      '--fail-above <share>',
      'end with exit code 1 when a total of time or energy moved by more than this share, such as 2%',
    )
    .option('--json', 'print what changed as JSON, and nothing else')
    .option('--csv', 'print what changed as CSV, and nothing else')
    .option(PAGE_FLAG, 'write a page with plots (default: systole-results/diff-<before>-<after>.html)')
    .addHelpText(
      'after',
      `
Examples:
  systole diff before.json after.json
  systole diff before.json after.json --fail-above 2%
  systole diff chips.json#npu-hbm chips.json#npu-pim --html diff.html`,
    )
    .action(async (before: string, after: string, flags: DiffFlags) => {
      await diff(before, after, flags);
    });
}

async function diff(before: string, after: string, flags: DiffFlags): Promise<void> {
  const names = [before, after].map((input) => basename(input).replace(/\.json\b/, ''));
  const page = flags.html === undefined ? undefined : pageFile(flags.html, ['diff', ...names].join('-'));
  if (page !== undefined) checkWritable(page);
  const limit = flags.failAbove === undefined ? undefined : shareOf(flags.failAbove);
  const found = diffResults(await readInput(before), await readInput(after));
  if (flags.json === true) print(diffJson(found));
  else if (flags.csv === true) print(diffCsv(found));
  else print(diffText(found, { colour: wantsColour() }));
  if (page !== undefined) {
    const { diffHtml } = await import('@systole/report/html');
    writeTextFile(page, diffHtml(found));
    const quiet = flags.json === true || flags.csv === true;
    if (!quiet || flags.html === true) note(`Page: ${page}`);
  }
  if (limit === undefined) return;
  const moved = movedTotals(found, limit);
  for (const { name, relative } of moved) {
    const by = relative === undefined ? 'came from nothing' : `moved by ${signedPercent(relative)}`;
    note(`${name} ${by}, which is more than ${flags.failAbove ?? ''}`);
  }
  if (moved.length > 0) throw new CheckFailed();
}

/** Reads `file.json`, or `file.json#run` for one run of a comparison. */
async function readInput(argumentText: string): Promise<LabelledResult> {
  const { file, run } = splitInput(argumentText);
  const text = readTextFile(file);
  refuseOtherKind(text, file, 'result');
  // Its schema takes a while to load, and no other command needs it.
  const { readResult } = await import('@systole/report/read');
  const result = readResult(readDocument(text, file, { syntax: 'json' }), run);
  return { label: argumentText, result };
}

/** The name of a run stands after the first # that a file ends at. */
function splitInput(text: string): { readonly file: string; readonly run?: string } {
  if (existsSync(text)) return { file: text };
  for (let at = text.indexOf('#'); at > 0; at = text.indexOf('#', at + 1)) {
    const file = text.slice(0, at);
    if (existsSync(file)) return { file, run: text.slice(at + 1) };
  }
  return { file: text };
}

/** Reads `2%` or `0.5 %`. */
function shareOf(text: string): number {
  const [, digits] = /^(\d{1,6}(?:\.\d{1,9})?) ?%$/.exec(text.trim()) ?? [];
  if (digits !== undefined) return Number(digits) / 100;
  throw argument(
    `--fail-above takes a share in per cent, got "${text.slice(0, 40)}"`,
    'Write --fail-above 2%, say; 0% fails on any change.',
  );
}
