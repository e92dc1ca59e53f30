import { SystoleError } from '@systole/core';
import type { Problem } from '@systole/core';
import { parsePath, parseWith, readDocument } from '@systole/document';
import type { LocatedDocument } from '@systole/document';
import { checkPolicy, createAddressMapping, defaultPolicy, deviceOf, devicePreset } from '@systole/memory';
import { readTextFile } from '../files.ts';
import { changeDram, defined } from './change-dram.ts';
import type { DramBase } from './memory-base.ts';
import { memoryPreset } from './memory-presets.ts';
import { memoryFileSchema } from './memory-schema.ts';
import type { MemoryFile } from './memory-schema.ts';

/** What a device needs where it starts from no preset. */
const NEEDED = ['clockPeriod', 'rowsPerBank', 'rowBytes', 'burstBytes', 'timings'] as const;

/** Reads a DRAM from a file of `systole: memory/1`. Throws `SystoleError` with file, line and column. */
export function readMemoryFile(file: string): DramBase {
  const document = readDocument(readTextFile(file), file);
  const written = parseWith(document, memoryFileSchema, 'config/invalid');
  return locating(document, () => {
    const base = baseOf(written, document);
    const { name = base.name, energy } = written;
    const changed = { ...base, name, ...(energy === undefined ? {} : { energy: defined(energy) }) };
    checkPolicy(changed.policy, changed.device, changed.channels);
    createAddressMapping(changed.policy.addressMapping, changed.device, changed.channels);
    return changed;
  });
}

function baseOf(written: MemoryFile, document: LocatedDocument): DramBase {
  const { preset, standard, systole: _format, name: _name, energy: _energy, ...changes } = written;
  if (preset !== undefined) {
    devicePreset(preset);
    const base = memoryPreset(preset);
    if (base?.kind === 'dram') return changeDram(base, changes);
  }
  const missing = NEEDED.filter((key) => written[key] === undefined);
  const [first, ...more] = missing.map((key): Problem => ({
    code: 'parameter/required',
    message: `a memory of a standard needs ${key}`,
    place: document.placeOf([key]),
    hint: 'Give it, or start from a preset.',
  }));
  if (first !== undefined) throw new SystoleError(first, ...more);
  const {
    clockPeriod = 0,
    counts = {},
    rowsPerBank = 0,
    rowBytes = 0,
    burstBytes = 0,
    dataPins,
    timings = {},
  } = changes;
  const device = deviceOf({
    standard: standard ?? '',
    clockPeriod,
    counts: defined(counts),
    rowsPerBank,
    rowBytes,
    burstBytes,
    ...(dataPins === undefined ? {} : { dataPins }),
    timings,
  });
  const { channels = 1, policy = {} } = changes;
  return {
    kind: 'dram',
    name: standard ?? '',
    device,
    policy: { ...defaultPolicy, ...defined(policy) },
    channels,
  };
}

/** Gives problems that name a parameter the place at which it was written. */
function locating<T>(document: LocatedDocument, build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof SystoleError)) throw error;
    const [first, ...more] = error.problems.map((problem) => locate(problem, document));
    throw first === undefined ? error : new SystoleError(first, ...more);
  }
}

function locate(problem: Problem, document: LocatedDocument): Problem {
  const path = problem.place?.path;
  const steps = path === undefined ? undefined : parsePath(path.replace(/^device\./, ''));
  if (problem.place?.file !== undefined) return problem;
  const [last] = steps?.slice(-1) ?? [];
  // A model names the parameter alone, and not the section that it was written in.
  const ways = [steps ?? [], ['timings', last ?? ''], ['policy', last ?? ''], ['counts', last ?? '']];
  const way = ways.find((candidate) => candidate.length > 0 && isWritten(document.value, candidate));
  return { ...problem, place: document.placeOf(way ?? steps ?? []) };
}

function isWritten(value: unknown, path: readonly (string | number)[]): boolean {
  let here = value;
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return false;
    here = (here as Readonly<Record<string, unknown>>)[step];
  }
  return true;
}
