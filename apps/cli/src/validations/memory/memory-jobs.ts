import { SystoleError } from '@systole/core';
import type { Problem } from '@systole/core';
import { parsePath, parseWith, readDocument } from '@systole/document';
import type { DocumentPath, LocatedDocument } from '@systole/document';
import {
  aimErrors,
  attAccErrors,
  hbmPimErrors,
  nandErrors,
  newtonErrors,
  readNandRow,
  runStreamCase,
  sramErrors,
} from '@systole/memory/validation';
import type {
  CaseError,
  Dramsim3Inis,
  PimCase,
  PimReference,
  SramReferenceRow,
  StreamCase,
} from '@systole/memory/validation';
import { suggestName } from '@systole/core';
import { readTextFile } from '../../files.ts';
import { flashSchema, pimSchema, sramSchema, streamsSchema } from './reference-schema.ts';

/** One case that is to be run. */
export interface MemoryJob {
  /** As figures of it are called: `ramulator`, `aim`. */
  readonly peer: string;
  /** Requests or points that it stands for, and what they are: for the rate. */
  readonly work: number;
  readonly unit: string;
  run(): readonly CaseError[];
}

type PimErrors = (reference: PimReference, each: PimCase) => readonly CaseError[];

/** Simulators of in-memory compute as the reference calls them. */
const PIM_PEERS: Readonly<Record<string, { readonly peer: string; readonly errors: PimErrors }>> = {
  aim_simulator: { peer: 'aim', errors: aimErrors },
  PIMSimulator: { peer: 'hbm-pim', errors: hbmPimErrors },
  'NewtonSim (NeuPIMs)': { peer: 'newton', errors: newtonErrors },
  'AttAcc ramulator': { peer: 'attacc', errors: attAccErrors },
};

/**
 * The cases of a reference file, whichever of the layouts it has.
 *
 * @throws SystoleError with file, line and column of what is wrong, now or when a case is run.
 */
export function readMemoryJobs(file: string): readonly MemoryJob[] {
  const document = readDocument(readTextFile(file), file);
  const { value } = document;
  const [first] = listOf(value, 'rows');
  if (first !== undefined) return hasKey(first, 'capacity_bytes') ? sramJobs(document) : flashJobs(document);
  if (hasKey(value, 'cases')) return hasKey(value, 'configs') ? pimJobs(document) : streamJobs(document);
  throw new SystoleError({
    code: 'file/wrong-kind',
    message: 'this is no reference of memories: it has neither cases nor rows',
    place: { file, line: 1, column: 1 },
    hint: 'Known layouts are those of streams.json, pim-gemv.json, mqsim-reads.json and sram-cacti.json.',
  });
}

function streamJobs(document: LocatedDocument): readonly MemoryJob[] {
  const { cases, dramsim3_parameters: parameters = {} } = parseWith(
    document,
    streamsSchema,
    'config/invalid',
  );
  // The schema has looked at what is read of a case; what it calls an optional value is left out or there.
  const inis = parameters as Dramsim3Inis;
  return cases.map((each, index) => ({
    peer: each.peer === 'dramsim3' ? 'dramsim3' : 'ramulator',
    work: each.stream.n,
    unit: 'requests',
    run: () =>
      locating(document, ['cases', index], () =>
        runStreamCase({ id: `cases[${index}]`, ...each } as StreamCase, inis),
      ),
  }));
}

function pimJobs(document: LocatedDocument): readonly MemoryJob[] {
  const reference = parseWith(document, pimSchema, 'config/invalid') as PimReference;
  return reference.cases.map((each, index) => {
    const known = Object.hasOwn(PIM_PEERS, each.peer) ? PIM_PEERS[each.peer] : undefined;
    if (known === undefined) {
      throw new SystoleError({
        code: 'config/invalid',
        message: `there is no simulator "${each.peer.slice(0, 60)}" to compare with`,
        place: document.placeOf(['cases', index, 'peer']),
        hint: suggestName(each.peer, Object.keys(PIM_PEERS)),
      });
    }
    const commands = Object.values(each.commands ?? {}).reduce((sum, count) => sum + count, 0);
    return {
      peer: known.peer,
      work: commands,
      unit: 'commands',
      run: () => locating(document, ['cases', index], () => known.errors(reference, each)),
    };
  });
}

function flashJobs(document: LocatedDocument): readonly MemoryJob[] {
  const { rows } = parseWith(document, flashSchema, 'config/invalid');
  return rows.map((each, index) => {
    const row = locating(document, ['rows', index], () => readNandRow({ id: `rows[${index}]`, ...each }));
    return {
      peer: 'mqsim',
      work: row.workload.requests,
      unit: 'requests',
      run: () => locating(document, ['rows', index], () => nandErrors(row)),
    };
  });
}

function sramJobs(document: LocatedDocument): readonly MemoryJob[] {
  const { rows } = parseWith(document, sramSchema, 'config/invalid');
  return rows.map((each, index) => ({
    peer: 'cacti',
    work: 1,
    unit: 'points',
    // Of the same shape, where what is left out is left out.
    run: () => locating(document, ['rows', index], () => sramErrors(each as SramReferenceRow)),
  }));
}

/** Gives problems of a case the place at which they stand in the file. */
function locating<T>(document: LocatedDocument, base: DocumentPath, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof SystoleError)) throw error;
    const [first, ...more] = error.problems.map((problem): Problem => {
      const { place } = problem;
      if (place?.file !== undefined) return problem;
      const steps = parsePath(place?.path ?? '') ?? [];
      // Configurations stand beside the cases, and not in one.
      const path = steps[0] === 'configs' || steps[0] === 'dramsim3_parameters' ? steps : [...base, ...steps];
      return { ...problem, place: document.placeOf(path) };
    });
    throw first === undefined ? error : new SystoleError(first, ...more);
  }
}

function hasKey(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}

function listOf(value: unknown, key: string): readonly unknown[] {
  const list: unknown = hasKey(value, key) ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
  return Array.isArray(list) ? list : [];
}
