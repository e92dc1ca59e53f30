import type { Command } from 'commander';
import { checkWritable, writeTextFile } from '../files.ts';
import { collect } from '../flags.ts';
import { argument } from '../inputs.ts';
import type { ConvertFlags } from '../numerics/convert.ts';
import type { TableFlags } from '../numerics/format-table.ts';
import type { ErrorsFlags } from '../numerics/measure-errors.ts';
import { note, print, wantsColour } from '../output.ts';
import { PAGE_FLAG, pageFile } from '../page-file.ts';
import type { PageFlag } from '../page-file.ts';
import { createProgress } from '../progress.ts';

interface ViewFlags {
  readonly json?: boolean;
  readonly csv?: boolean;
}

const ROUNDING = 'nearest-even, nearest-away, toward-zero or stochastic (default: nearest-even)';
const OVERFLOW = 'saturate, or infinity where the format has it and NaN otherwise (default: saturate)';

export function addNumericsCommand(program: Command): void {
  const command = program
    .command('numerics')
    .summary('convert numbers, show number formats, and measure what they lose on tensors')
    .description(
      'Number formats, bit for bit: their codes, conversions, and the errors that they make on tensors.',
    )
    .addHelpText(
      'after',
      `
Examples:
  systole numerics table posit8_0
  systole numerics convert 0.3 --to fp8_e4m3fn,posit8_0,bf16
  systole numerics convert 0x2a --from fp8_e4m3fn
  systole numerics errors --formats mxfp4,nvfp4,posit8_0,int4 --from weights.safetensors --tensor name --html`,
    );
  addTable(command);
  addConvert(command);
  addErrors(command);
  addList(command);
  for (const verb of command.commands) verb.exitOverride();
}

function addViews(command: Command): Command {
  return command
    .option('--json', 'print the result as JSON, and nothing else')
    .option('--csv', 'print the result as CSV, and nothing else');
}

function addTable(parent: Command): void {
  const command = parent
    .command('table')
    .summary('the codes of a format, and how dense its values are')
    .description(
      'Shows every code of a format of up to 8 bits, and of any format how densely its values lie.',
    )
    .argument('<format>', 'such as posit8_0, fp8_e4m3fn, int4, mxfp4 (systole list formats)')
    .option('--from <code>', 'the first code to show, such as 0x3c00')
    .option('--to <code>', 'the last one');
  addViews(command)
    .addHelpText(
      'after',
      '\nExamples:\n  systole numerics table fp4_e2m1\n  systole numerics table posit16_1 --from 0x4000 --to 0x400f --csv',
    )
    .action(async (name: string, flags: TableFlags & ViewFlags) => {
      const { formatTable } = await import('../numerics/format-table.ts');
      const { numberFormatCsv, numberFormatJson, numberFormatText } = await import('@systole/report');
      const table = formatTable(name, flags);
      if (flags.json === true) print(numberFormatJson(table));
      else if (flags.csv === true) print(numberFormatCsv(table));
      else print(numberFormatText(table, { colour: wantsColour() }));
    });
}

function addConvert(parent: Command): void {
  const command = parent
    .command('convert')
    .summary('a number in formats: code, value, error, neighbours')
    .description(
      'Rounds numbers once to formats and shows code, value, error and neighbours. A decimal is read as the binary64 number nearest ' +
        'to it. With --from the numbers are codes. In a block format all numbers together are one row.',
    )
    .argument('<numbers...>', 'such as 0.3, -1e-5, 2^-9, inf, nan; with --from codes such as 0x2a')
    .option('--to <formats>', 'one or several with commas, such as fp8_e4m3fn,posit8_0')
    .option('--from <format>', 'the numbers are codes of this format')
    .option('--scale <number>', 'codes count for so much each, as those of integers do')
    .option('--rounding <how>', ROUNDING)
    .option('--overflow <how>', OVERFLOW)
    .option('--seed <number>', 'of stochastic rounding (default: 1)')
    // A negative number may look like a flag; what is neither is told apart below.
    .allowUnknownOption();
  addViews(command)
    .addHelpText(
      'after',
      `
Examples:
  systole numerics convert 0.3 --to fp8_e4m3fn
  systole numerics convert 1e6 -0.1 --to fp16,bf16,posit16_1 --overflow infinity
  systole numerics convert 0x2a 0xff --from fp8_e4m3fn --to posit8_0
  systole numerics convert 0.3 --to int4 --scale 0.05 --rounding toward-zero
  systole numerics convert 0.1 0.2 3 -4 --to mxfp4,nvfp4`,
    )
    .action(async (numbers: readonly string[], flags: ConvertFlags & ViewFlags) => {
      const unknown = numbers.find((number) => /^--|^-[a-hj-z]/iu.test(number));
      if (unknown !== undefined) {
        throw argument(
          `there is no flag ${unknown.slice(0, 40)}`,
          'systole numerics convert --help lists them.',
        );
      }
      const { convert } = await import('../numerics/convert.ts');
      const { numberConversionCsv, numberConversionJson, numberConversionText } =
        await import('@systole/report');
      const conversions = convert(numbers, flags);
      if (flags.json === true) print(numberConversionJson(conversions));
      else if (flags.csv === true) print(numberConversionCsv(conversions));
      else print(numberConversionText(conversions));
    });
}

function addErrors(parent: Command): void {
  const command = parent
    .command('errors')
    .summary('what formats lose on the values of a tensor')
    .description(
      'Rounds tensors to formats and compares: SQNR, largest and mean error, cosine, values saturated or lost, bits an element ' +
        'takes with its share of scales. Blocks and scales lie along the last axis.',
    )
    .option('--from <source>', 'a .safetensors file, normal[:seed] or outliers[:seed]')
    .option('--tensor <name>', 'of the file; may be given several times', collect, [])
    .option(
      '--formats <list>',
      'with commas; integers, and floats of at most 8 bits, take @none, @tensor, @row or @128 (a group) for what shares a scale, as int4@128 (default: ten of them)',
    )
    .option(
      '--scale <sharing>',
      'none, tensor, row or the elements of a group, for formats without @ (default: row)',
    )
    .option('--n <values>', 'how many values of a distribution (default: 262144)')
    .option('--shape <extents>', 'their shape, such as 64x1024')
    .option('--axis <number>', 'the axis that blocks and scales lie along (default: the last, -1)')
    .option('--pad', 'fill up the last block of a row where blocks do not divide it')
    .option('--non-finite <policy>', 'NaN and infinities of a file: refuse, zero or keep (default: refuse)')
    .option('--rounding <how>', ROUNDING)
    .option('--overflow <how>', OVERFLOW)
    .option('--seed <number>', 'of stochastic rounding (default: 1)')
    .option(PAGE_FLAG, 'write a page with plots (default: systole-results/numerics.html)');
  addViews(command)
    .addHelpText(
      'after',
      `
Examples:
  systole numerics errors --from normal:1
  systole numerics errors --from outliers:7 --n 65536 --formats int4@tensor,int4@row,int4@32,mxfp4,nvfp4
  systole numerics errors --formats mxfp4,nvfp4,posit8_0,int4 --from weights.safetensors --tensor name --html errors.html`,
    )
    .action(async (flags: ErrorsFlags & ViewFlags & { readonly html?: PageFlag }) => {
      const page = flags.html === undefined ? undefined : pageFile(flags.html, 'numerics');
      if (page !== undefined) checkWritable(page);
      const isQuiet = flags.json === true || flags.csv === true;
      const { measureErrors } = await import('../numerics/measure-errors.ts');
      const progress = createProgress('numerics', isQuiet, 'formats');
      const errors = (() => {
        try {
          return measureErrors(flags, progress.step);
        } finally {
          progress.stop();
        }
      })();
      if (page !== undefined) {
        const { numberErrorsHtml } = await import('@systole/report/html');
        writeTextFile(page, numberErrorsHtml(errors));
      }
      const { numberErrorsCsv, numberErrorsJson, numberErrorsText } = await import('@systole/report');
      if (flags.json === true) print(numberErrorsJson(errors));
      else if (flags.csv === true) print(numberErrorsCsv(errors));
      else print(numberErrorsText(errors, { colour: wantsColour() }));
      if (page !== undefined && (!isQuiet || flags.html === true)) note(`Page: ${page}`);
    });
}

function addList(parent: Command): void {
  parent
    .command('list')
    .summary('the formats that can be named')
    .description(
      'Lists number formats. Any posit(n, es) with n up to 32 and es up to 3, and any integer of up to 32 bits, is there too.',
    )
    .option('--json', 'print the list as JSON')
    .action(async (flags: ViewFlags) => {
      const { formatRows } = await import('../numerics/list-formats.ts');
      const { listText } = await import('@systole/report');
      const rows = formatRows();
      print(flags.json === true ? JSON.stringify(rows, undefined, 2) : listText(rows));
    });
}
