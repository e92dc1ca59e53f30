import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { referenceFolder } from '../library.ts';
import type { Validation } from './validation.ts';

/** Reference files of the memories: where the cases are, and how they are called. */
export const MEMORY_FILES = ['streams.json', 'pim-gemv.json', 'mqsim-reads.json', 'sram-cacti.json'] as const;

/** Everything that `systole validate` can be told by name and that is no chip. */
export const VALIDATIONS: readonly Validation[] = [
  {
    name: 'memory',
    summary: 'memories beside Ramulator, DRAMsim3, simulators of in-memory compute, MQSim and CACTI',
    folder: referenceFolder('memory'),
    count: () => MEMORY_FILES.reduce((sum, file) => sum + casesOf(join(referenceFolder('memory'), file)), 0),
    run: async (options) => (await import('./memory/validate-memory.ts')).validateMemory(options),
  },
];

export function findValidation(name: string | undefined): Validation | undefined {
  return VALIDATIONS.find((validation) => validation.name === name);
}

function casesOf(file: string): number {
  // Our own files have one of these lists.
  const { cases, rows } = JSON.parse(readFileSync(file, 'utf8')) as Readonly<
    Partial<Record<'cases' | 'rows', readonly unknown[]>>
  >;
  return (cases ?? rows ?? []).length;
}
