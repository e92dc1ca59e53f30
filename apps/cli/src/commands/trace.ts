import type { Command } from 'commander';
import { listText } from '@systole/report';
import { operatorMacs, traceJsonSchema } from '@systole/trace';
import type { TraceBlock } from '@systole/trace';
import { bytesMoved } from '@systole/replay';
import { writeTraceFile } from '@systole/trace/node';
import { makeFoldersOf, checkWritable } from '../files.ts';
import { addWorkloadFlags } from '../flags.ts';
import { argument, loadTraceInput } from '../inputs.ts';
import type { TraceInput, WorkloadFlags } from '../inputs.ts';
import { note, print } from '../output.ts';

export function addTraceCommand(program: Command): void {
  const trace = program
    .command('trace')
    .summary('make or inspect an operator trace')
    .description('Makes or inspects operator traces.')
    .addHelpText(
      'after',
      '\nExamples:\n  systole trace make gpt2-xl --generate 16 -o t.jsonl\n  systole trace inspect t.jsonl',
    )
    .exitOverride();

  const make = trace
    .command('make')
    .summary('write a workload as an operator trace')
    .description(
      'Writes a workload as an operator trace in JSON Lines, which systole run replays to the same answer.',
    )
    .argument('[workload]', 'a workload by name or recipe file')
    .requiredOption('-o, --output <file>', 'the trace to write: .jsonl, or .jsonl.gz to compress it')
    .exitOverride();
  addWorkloadFlags(make)
    .addHelpText(
      'after',
      `
Examples:
  systole trace make gpt2-xl --generate 16 -o t.jsonl
  systole trace make --model my/config.json --prompt 128 --generate 256 -o t.jsonl.gz`,
    )
    .action(async (workload: string | undefined, flags: WorkloadFlags & { readonly output: string }) => {
      checkWritable(flags.output);
      const input = await loadTraceInput(workload, flags, '');
      if (input.kind !== 'generated') {
        throw argument('this is a trace already', 'Name a workload, or give --model.');
      }
      makeFoldersOf(flags.output);
      await writeTraceFile(flags.output, input.trace);
      note(`Trace: ${flags.output}`);
    });

  const inspect = trace
    .command('inspect')
    .summary('say what a trace or workload holds')
    .description('Counts the operators of a trace or workload, with their MACs and bytes.')
    .argument('[trace]', 'a trace file, or a workload by name or recipe file')
    .option('--json', 'print the counts as JSON')
    .option('--schema', 'print the JSON Schema of a line of the trace format')
    .exitOverride();
  addWorkloadFlags(inspect)
    .addHelpText(
      'after',
      '\nExamples:\n  systole trace inspect t.jsonl\n  systole trace inspect gpt2-xl --json',
    )
    .action(
      async (
        name: string | undefined,
        flags: WorkloadFlags & { readonly json?: boolean; readonly schema?: boolean },
      ) => {
        if (flags.schema === true) {
          print(JSON.stringify(traceJsonSchema(), undefined, 2));
          return;
        }
        const counts = await inspectTrace(await loadTraceInput(name, flags, ''));
        print(flags.json === true ? JSON.stringify(counts, undefined, 2) : table(counts));
      },
    );
}

interface KindCount {
  readonly kind: string;
  operators: number;
  macs: number;
  bytes: number;
}

async function inspectTrace(input: TraceInput): Promise<readonly KindCount[]> {
  const kinds = new Map<string, KindCount>();
  const add = (block: TraceBlock): void => {
    for (const operator of block.operators) {
      const entry = kinds.get(operator.kind) ?? { kind: operator.kind, operators: 0, macs: 0, bytes: 0 };
      entry.operators += block.repeat;
      entry.macs += operatorMacs(operator) * block.repeat;
      entry.bytes += bytesMoved(operator) * block.repeat;
      kinds.set(operator.kind, entry);
    }
  };
  if (input.kind === 'generated') for (const block of input.trace.blocks()) add(block);
  else for await (const block of input.blocks) add(block);
  return [...kinds.values()].sort((a, b) => b.macs - a.macs || b.operators - a.operators);
}

function table(counts: readonly KindCount[]): string {
  const total = counts.reduce(
    (sum, { operators, macs, bytes }) => ({
      kind: 'all',
      operators: sum.operators + operators,
      macs: sum.macs + macs,
      bytes: sum.bytes + bytes,
    }),
    { kind: 'all', operators: 0, macs: 0, bytes: 0 },
  );
  return listText(
    [...counts, total].map(({ kind, operators, macs, bytes }) => ({
      kind,
      operators: operators.toLocaleString('en-US'),
      MACs: macs.toLocaleString('en-US'),
      bytes: bytes.toLocaleString('en-US'),
    })),
  );
}
