import { checkPolicy } from '@systole/memory';
import type { MemoryRun } from '@systole/report';
import { argument } from '../inputs.ts';
import type { Toolbox } from '../toolbox.ts';
import { changeDram, readDramChanges } from './change-dram.ts';
import { findMemory } from './find-memory.ts';
import type { DramBase } from './memory-base.ts';
import { refuseFlags, wholeFlag } from './memory-work.ts';
import type { MemoryFlags } from './memory-work.ts';
import { runDram } from './run-dram.ts';
import { runFastDram } from './run-fast-dram.ts';
import { runFlash } from './run-flash.ts';
import { runPim } from './run-pim.ts';

/** Finds a memory and runs on it what the flags ask for. Throws `SystoleError` for what is wrong in either. */
export async function runMemory(
  what: string,
  flags: MemoryFlags,
  toolbox: Toolbox,
  isQuiet: boolean,
): Promise<MemoryRun> {
  if (flags.detail !== undefined && flags.detail !== 'fast' && flags.detail !== 'detailed') {
    throw argument(
      `--detail takes fast or detailed, got "${flags.detail.slice(0, 40)}"`,
      'Write --detail detailed.',
    );
  }
  const base = findMemory(what, toolbox);
  if (base.kind === 'in-memory-compute') return runPim(base, flags);
  refuseFlags(flags, ['gemv', 'attention'], `"${base.name}", which does not compute in its banks`);
  if (base.kind === 'flash') return runFlash(base, flags, isQuiet);
  refuseFlags(flags, ['size'], 'DRAM, whose requests are of one burst');
  const memory = changed(base, flags);
  return flags.detail === 'fast' ? runFastDram(memory, flags) : await runDram(memory, flags, isQuiet);
}

/** With what `--set`, `--channels` and `--queue` say. */
function changed(base: DramBase, flags: MemoryFlags): DramBase {
  const changes = readDramChanges(flags.set);
  const channels = wholeFlag(flags.channels, '--channels', 4096);
  const queue = wholeFlag(flags.queue, '--queue', 65_536);
  const memory = changeDram(base, {
    ...changes,
    ...(channels === undefined ? {} : { channels }),
    ...(queue === undefined ? {} : { policy: { ...changes.policy, readQueue: queue, writeQueue: queue } }),
  });
  checkPolicy(memory.policy, memory.device, memory.channels);
  if (flags.detail === 'fast' && memory.device !== base.device) {
    throw argument(
      'the fast level takes the device as its preset or chip has it',
      'Leave out --set of the device, or take --detail detailed.',
    );
  }
  return memory;
}
