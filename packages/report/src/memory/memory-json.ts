import { dataJson } from '../json.ts';
import type { MemoryRun } from './memory-run.ts';

/** A run as JSON: sorted keys, so that equal runs give equal bytes. Energies are in fJ, times in ps. */
export function memoryJson(run: MemoryRun): string {
  return dataJson(run, 'run');
}
