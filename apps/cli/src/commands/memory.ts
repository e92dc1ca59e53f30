import type { Command } from 'commander';
import { CheckFailed } from '../exit-code.ts';
import { checkWritable, writeTextFile } from '../files.ts';
import { addPluginFlag, collect } from '../flags.ts';
import type { PluginFlags } from '../flags.ts';
import type { MemoryFlags } from '../memory/memory-work.ts';
import { note, print, wantsColour } from '../output.ts';
import { PAGE_FLAG, pageFile } from '../page-file.ts';
import { loadToolbox } from '../toolbox.ts';

export function addMemoryCommand(program: Command): void {
  const command = program
    .command('memory')
    .summary('run a stream of requests, or a product in its banks, through one memory')
    .description(
      'Runs a stream of requests through one memory and says how fast it is, and why: bandwidth, latencies, rows, ' +
        'commands, energy, what the data buses waited for.',
    )
    .argument(
      '<memory>',
      'a preset (systole list memories), a memory.yaml, or a memory of a chip as pim-gpt:dram',
    )
    .option(
      '--pattern <kind>',
      'seq-read, random-read, strided-read, bank-conflict-read, block-random-read, multi-stream-read-4, each of them with write ' +
        'for read; seq-mix-2r1w, random-mix-2r1w and other mixes; dependent-random-read (default: random-read)',
    )
    .option('--n <requests>', 'how many requests, such as 1e6 (default: 100000)')
    .option('--seed <number>', 'of random patterns (default: 1)')
    .option('--region <bytes>', 'where addresses go, such as 64 MiB (default: the whole memory)')
    .option('--stride <bytes>', 'from one request of a strided pattern to the next')
    .option('--size <bytes>', 'of a request to flash (default: a page)')
    .option(
      '--interval <ticks>',
      'from the earliest time of a request to the next: clocks for DRAM, ps for flash (default: 0)',
    )
    .option('--trace <file>', 'requests of a memory trace, plain or .gz, in place of a pattern')
    .option(
      '--trace-format <format>',
      'load-store, read-write or dramsim3 (default: as its first line shows)',
    )
    .option('--detail <level>', 'detailed, which issues every command, or fast, in closed forms', 'detailed')
    .option('--channels <number>', 'how many channels')
    .option(
      '--queue <entries>',
      'of the read and of the write queue of a channel; of flash, requests outstanding',
    )
    .option(
      '--set <key=value>',
      'change the memory or its controller: nRCD=24, rank=2, rowPolicy=closed, addressMapping=MOP4CLXOR, cacheRead=false',
      collect,
      [],
    )
    .option('--energy <figures>', 'take these figures of energy: currents or pJ/bit, by name')
    .option('--commands <log.csv>', 'write every command with its time as it is issued')
    .option('--check', 'hold every command against the rules of the standard; ends with 1 when one is broken')
    .option('--gemv <MxK>', 'a matrix-vector product, for a memory that computes in its banks')
    .option('--attention <HxLxD>', 'an attention layer of heads x context x size of a head, likewise')
    .option('--json', 'print the result as JSON, and nothing else')
    .option('--csv', 'print the result as CSV, and nothing else')
    .option(PAGE_FLAG, 'write a page with plots (default: systole-results/memory-<name>.html)');
  addPluginFlag(command)
    .addHelpText(
      'after',
      `
Traces have a request a line; empty lines and lines from # on are skipped, addresses are of bytes in decimal or as 0x:
  load-store   LD 0x12340 | ST 4096             as Ramulator reads them
  read-write   R 0x12340 | W 4096 | 0x12340 R   or a place: R 0,0,3,1,200,16 (channel, levels, row, burst of the row)
  dramsim3     0x12340 READ 100                 the cycle is the earliest at which it arrives

A memory.yaml has systole: memory/1, a preset or a standard, and what differs: channels, clockPeriod, counts, rowsPerBank,
rowBytes, burstBytes, timings (clock periods as nRCD), policy, energy.

Examples:
  systole memory ddr4-8gb-x8-3200aa --pattern seq-read --n 1e6
  systole memory hbm3-16gb-8hi-6400 --pattern random-mix-2r1w --channels 8 --queue 64 --html hbm.html
  systole memory ddr5-16gb-x8-4800an --trace my.trace.gz --commands log.csv --check
  systole memory ddr4-8gb-x8-3200aa --detail fast --json
  systole memory pim-gpt:dram --pattern bank-conflict-read --set rowPolicy=closed
  systole memory samsung-176l-tlc --pattern random-read --size 16384 --queue 64
  systole memory aim-gddr6 --gemv 4096x4096 --channels 8
  systole memory attacc-hbm3 --attention 16x2048x128`,
    )
    .action(async (what: string, flags: MemoryFlags & PluginFlags) => {
      await memory(what, flags);
    });
}

async function memory(what: string, flags: MemoryFlags & PluginFlags): Promise<void> {
  const toolbox = await loadToolbox(flags);
  const page = flags.html === undefined ? undefined : pageFile(flags.html, `memory-${what}`);
  if (page !== undefined) checkWritable(page);
  const isQuiet = flags.json === true || flags.csv === true;
  // Devices and controllers are loaded for this command alone.
  const { runMemory } = await import('../memory/run-memory.ts');
  const run = await runMemory(what, flags, toolbox, isQuiet);
  if (page !== undefined) {
    const { memoryHtml } = await import('@systole/report/html');
    writeTextFile(page, memoryHtml(run));
  }
  const { memoryCsv, memoryJson, memoryText } = await import('@systole/report');
  if (flags.json === true) print(memoryJson(run));
  else if (flags.csv === true) print(memoryCsv(run));
  else print(memoryText(run, { colour: wantsColour() }));
  if (page !== undefined && (!isQuiet || flags.html === true)) note(`Page: ${page}`);
  if (flags.commands !== undefined && !isQuiet) note(`Commands: ${flags.commands}`);
  if (run.protocol !== undefined && run.protocol.violations > 0) throw new CheckFailed();
}
