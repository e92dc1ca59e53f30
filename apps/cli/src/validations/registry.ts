import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { referenceFolder } from '../library.ts';
import { vectorFiles } from './numerics/vector-files.ts';
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
    unit: 'cases',
    run: async (options) => {
      const { validateMemory } = await import('./memory/validate-memory.ts');
      const report = await validateMemory(options);
      const { validationJson, validationText } = await import('@systole/report');
      return {
        holds: report.rows.every(({ holds }) => holds !== false),
        text: (style) => validationText(report, style),
        json: () => validationJson(report),
      };
    },
  },
  {
    name: 'numerics',
    summary: 'number formats beside vectors that independent libraries agreed on, bit for bit',
    folder: referenceFolder('numerics'),
    unit: 'files',
    count: () => vectorFiles(referenceFolder('numerics')).length,
    run: async (options) => {
      const { validateNumerics } = await import('./numerics/validate-numerics.ts');
      const report = await validateNumerics(options);
      const { exactnessJson, exactnessText } = await import('@systole/report');
      return {
        holds: report.wrong === 0,
        text: (style) => exactnessText(report, style),
        json: () => exactnessJson(report),
      };
    },
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
