import { join } from 'node:path';
import { suggestName, SystoleError } from '@systole/core';
import {
  errorOf,
  fidelityCases,
  fidelityError,
  inMemoryFidelityCases,
  inMemoryFidelityError,
} from '@systole/memory/validation';
import type { CaseError } from '@systole/memory/validation';
import { summariseCases } from '@systole/report';
import type { ValidationCase, ValidationReport } from '@systole/report';
import { argument } from '../../inputs.ts';
import { referenceFolder } from '../../library.ts';
import { MEMORY_FILES } from '../registry.ts';
import type { ValidationOptions } from '../validation.ts';
import { memoryGroup, sortMemoryRows } from './memory-bounds.ts';
import { readMemoryJobs } from './memory-jobs.ts';
import type { MemoryJob } from './memory-jobs.ts';
import { measureRates, processorSeconds, RateTable } from './memory-rates.ts';

/** What memories are held against; `fast` is the fast level against the detailed one. */
export const MEMORY_PEERS = [
  'ramulator',
  'dramsim3',
  'aim',
  'hbm-pim',
  'newton',
  'attacc',
  'mqsim',
  'cacti',
  'fast',
] as const;

/** Of the cases of fast against detailed, every so many are run where not all are asked for. */
const EVERY = 29;

/** Runs cases of the memories beside those of other simulators. Throws as `readMemoryJobs` does. */
export async function validateMemory(options: ValidationOptions): Promise<ValidationReport> {
  const { reference, only, isThorough, onProgress } = options;
  for (const name of only ?? []) {
    if (MEMORY_PEERS.some((peer) => peer === name)) continue;
    throw argument(`--only has no "${name.slice(0, 40)}"`, suggestName(name, MEMORY_PEERS));
  }
  const files =
    reference === undefined ? MEMORY_FILES.map((file) => join(referenceFolder('memory'), file)) : [reference];
  const jobs = [
    ...files.flatMap(readMemoryJobs),
    ...(reference === undefined ? fidelityJobs(isThorough) : []),
  ].filter(({ peer }) => only?.includes(peer) ?? true);
  const rates = new RateTable();
  const cases: ValidationCase[] = [];
  for (const [index, job] of jobs.entries()) {
    let errors: readonly CaseError[] = [];
    const seconds = processorSeconds(() => {
      errors = job.run();
    });
    cases.push(...errors.map(caseOf));
    // Points of a table, and pairs of levels, are no work of a simulator.
    if (job.unit !== 'points') rates.add(`cases of ${job.peer}`, job, seconds);
    onProgress(index + 1, jobs.length);
    // Lets a bar be drawn and a signal be heard.
    if (index % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  if (reference !== undefined && cases.length === 0) {
    throw new SystoleError({
      code: 'config/invalid',
      message: `nothing to compare: ${jobs.length === 0 ? 'no case is left' : 'no case says what to expect'}`,
      place: { file: reference },
      hint: 'Give each case a figure of the simulator that it comes from, such as cycles; leave out --only.',
    });
  }
  if (reference === undefined && only === undefined) measureRates(rates);
  return {
    systole: 'validation/1',
    name: 'memory',
    rows: sortMemoryRows(summariseCases(cases, memoryGroup), MEMORY_PEERS),
    cases,
    rates: rates.rates(),
  };
}

function fidelityJobs(isThorough: boolean): readonly MemoryJob[] {
  const step = isThorough ? 1 : EVERY;
  const job = (run: () => CaseError): MemoryJob => ({
    peer: 'fast',
    work: 1,
    unit: 'points',
    run: () => [run()],
  });
  const streams = [...fidelityCases()].filter((_, index) => index % step === 0);
  // There is one case of vectors a preset, and they are short.
  const inMemory = [...inMemoryFidelityCases()].filter(
    ({ group }, index) => group === 'vectors' || index % step === 0,
  );
  return [
    ...streams.map((each) => job(() => fidelityError(each))),
    ...inMemory.map((each) =>
      job(() => {
        const error = inMemoryFidelityError(each);
        return { ...error, group: `in-memory ${error.group}` };
      }),
    ),
  ];
}

function caseOf(error: CaseError): ValidationCase {
  const share = errorOf(error);
  return { ...error, error: Number.isFinite(share) ? share : 1 };
}
