import { suggestName, SystoleError } from '@systole/core';
import { describeValue, parseWith } from '@systole/document';
import type { DocumentPath, LocatedDocument } from '@systole/document';
import type { Result } from '@systole/replay';
import { resultSchema } from './result-schema.ts';

const MAKE_ONE = 'systole run <chip> <workload> --json prints a result, and --out writes one.';

/**
 * Reads a result of `systole run --json`, or one run out of a list of `systole compare --json`.
 *
 * @param run the label of the run in a list, or its number from 1 on; a list of one needs none.
 * @throws SystoleError `result/invalid` with file, line and column of everything that is missing or out of its range,
 * `result/version` for one that another version wrote, `file/wrong-kind` for what is no result, `argument/invalid` where a
 * list holds several runs and none of them is named, or where there is no such run or it was refused.
 */
export function readResult(document: LocatedDocument, run?: string): Result {
  const { value } = document;
  if (Array.isArray(value)) return readResult(chosen(document, value, run));
  if (run !== undefined) {
    throw new SystoleError({
      code: 'argument/invalid',
      message: `this is one result and no list, so that there is no run "${run.slice(0, 60)}" in it`,
      place: document.placeOf([]),
      hint: 'Leave out what stands after the #.',
    });
  }
  refuseOtherKind(document);
  return parseWith(
    document,
    resultSchema,
    'result/invalid',
    'Results are not written by hand: make it anew with systole run --json.',
  );
}

/** The document of one run out of a list, by its label or number. */
function chosen(
  document: LocatedDocument,
  entries: readonly unknown[],
  run: string | undefined,
): LocatedDocument {
  const labels = entries.map((entry, index) => labelOf(document, entry, index));
  const index = run === undefined ? (entries.length === 1 ? 0 : -1) : indexOf(labels, run);
  const entry = entries[index];
  if (entry === undefined) {
    const quoted = labels.slice(0, 8).map((label) => `#${label}`);
    throw new SystoleError({
      code: 'argument/invalid',
      message:
        run === undefined
          ? `this holds ${labels.length} runs, and one of them has to be named`
          : `there is no run "${run.slice(0, 60)}" in it`,
      place: document.placeOf([]),
      hint:
        run === undefined
          ? `Write one of them after the file, by label or number: ${quoted.join(', ')}${labels.length > 8 ? ', …' : ''}.`
          : suggestName(run, labels),
    });
  }
  if (isObject(entry) && Object.hasOwn(entry, 'refused')) {
    throw new SystoleError({
      code: 'argument/invalid',
      message: `the run "${labels[index] ?? ''}" could not be made, so that there is nothing to compare`,
      place: document.placeOf([index, 'refused']),
      hint: 'Its problems stand here, each with what would make it run.',
    });
  }
  return below(document, [index, 'result']);
}

function labelOf(document: LocatedDocument, entry: unknown, index: number): string {
  const label = isObject(entry) ? own(entry, 'label') : undefined;
  const hasRun = isObject(entry) && (Object.hasOwn(entry, 'result') || Object.hasOwn(entry, 'refused'));
  if (typeof label === 'string' && hasRun) return label;
  throw new SystoleError({
    code: 'file/wrong-kind',
    message: `expected a run with a label and a result, found ${describeValue(entry)}`,
    place: document.placeOf([index]),
    hint: 'systole compare --json prints such a list.',
  });
}

function indexOf(labels: readonly string[], run: string): number {
  const found = labels.indexOf(run);
  return found >= 0 || !/^[1-9]\d{0,5}$/.test(run) ? found : Number(run) - 1;
}

/** A part of a document as a document of its own. */
function below(document: LocatedDocument, base: DocumentPath): LocatedDocument {
  const value = base.reduce<unknown>(
    (inner, step) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, step) : undefined),
    document.value,
  );
  return {
    value,
    file: document.file,
    placeOf: (path) => document.placeOf([...base, ...path]),
    placeOfKey: (path) => document.placeOfKey([...base, ...path]),
  };
}

/** What other files look like, and how to come from them to a result. */
const OTHERS: readonly (readonly [key: string, name: string, hint: string])[] = [
  ['systole', 'a chip', 'Run it: systole run <chip> <workload> --json.'],
  ['model_type', "a model's config.json", 'Run it: systole run <chip> --model config.json --json.'],
  ['claims', 'a report of systole validate', MAKE_ONE],
  ['sensitivity', 'a report of systole validate', MAKE_ONE],
  ['traceEvents', 'a timeline', MAKE_ONE],
];

function refuseOtherKind(document: LocatedDocument): void {
  const { value } = document;
  const format = isObject(value) ? own(value, 'format') : undefined;
  if (format === 'systole-result') {
    refuseOtherVersion(document);
    return;
  }
  const other = isObject(value) ? OTHERS.find(([key]) => Object.hasOwn(value, key)) : undefined;
  const what =
    format === 'systole-trace'
      ? 'a recorded trace'
      : format === 'systole-diff'
        ? 'a diff'
        : (other?.[1] ?? (isObject(value) ? 'no result' : describeValue(value)));
  throw new SystoleError({
    code: 'file/wrong-kind',
    message: `this is ${what}, expected a result with "format": "systole-result"`,
    place: document.placeOf([]),
    hint: other?.[2] ?? MAKE_ONE,
  });
}

function refuseOtherVersion(document: LocatedDocument): void {
  const version = isObject(document.value) ? own(document.value, 'version') : undefined;
  if (version === 1 || version === undefined) return;
  throw new SystoleError({
    code: 'result/version',
    message: `this result is of version ${describeValue(version)}, and this Systole reads version 1`,
    place: document.placeOf(['version']),
    hint: 'Make it anew with this Systole, or compare it with the one that wrote it.',
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(value: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}
