import { CONFIDENCES } from '@systole/core';
import type { Confidence } from '@systole/core';
import type { DocumentPath } from '@systole/document';
import type { Findings } from './findings.ts';
import {
  found,
  isKey,
  isMapping,
  isName,
  isScalar,
  isWithin,
  MAX_ENTRIES,
  own,
  readMapping,
  readText,
  refuseBadName,
  refuseUnknownKeys,
  suggest,
} from './form.ts';
import type { Mapping } from './form.ts';
import { RESERVED_KEYS } from './spec.ts';
import type { ComponentSpec, Figure, Written } from './spec.ts';

const FIGURE_KEYS = ['value', 'source', 'confidence', 'note', 'override'] as const;
const RESERVED: ReadonlySet<string> = new Set(RESERVED_KEYS);

/** Reads the form of one component, leaving out what is wrong and saying so. */
export function readComponentForm(
  value: unknown,
  path: DocumentPath,
  findings: Findings,
): ComponentSpec | undefined {
  const mapping = readMapping(value, path, 'a component: a mapping with a type', findings);
  if (mapping === undefined) return undefined;

  const type = readText(mapping, 'type', path, 'memory/dram', findings, true) ?? '';
  const preset = readPreset(own(mapping, 'preset'), [...path, 'preset'], findings);
  const attach = readAttach(mapping, path, findings);
  const detail = own(mapping, 'detail');
  const isDetail = detail === 'fast' || detail === 'detailed';
  if (detail !== undefined && !isDetail) {
    findings.add({
      code: 'chip/invalid',
      path: [...path, 'detail'],
      message: `expected fast or detailed, found ${found(detail)}`,
      hint: 'Leave it out for fast.',
    });
  }

  const parameters: Record<string, Written> = {};
  for (const [key, written] of Object.entries(mapping)) {
    if (RESERVED.has(key)) continue;
    if (!isKey(key)) {
      refuseBadName(key, path, 'a parameter', findings);
      continue;
    }
    const read = readWritten(written, [...path, key], findings);
    if (read !== undefined) parameters[key] = read;
  }
  return {
    type,
    ...(preset === undefined ? {} : { preset }),
    ...(attach === undefined ? {} : { attach }),
    ...(isDetail ? { detail } : {}),
    ...parameters,
  };
}

function readAttach(mapping: Mapping, path: DocumentPath, findings: Findings): string | undefined {
  const value = own(mapping, 'attach');
  if (!Array.isArray(value)) return readText(mapping, 'attach', path, 'the name of a compute unit', findings);
  const [first] = value;
  findings.add({
    code: 'chip/duplicate',
    path: [...path, 'attach'],
    message: `one unit can be attached to a memory, found ${found(value)}`,
    hint: `Write attach: ${typeof first === 'string' && isName(first) ? first : '<unit>'} here, and give each further unit a memory of its own.`,
  });
  return undefined;
}

function readPreset(
  value: unknown,
  path: DocumentPath,
  findings: Findings,
): string | readonly string[] | undefined {
  if (value === undefined || typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((name) => typeof name === 'string')) {
    return isWithin(value.length, MAX_ENTRIES, 'presets', path, findings) ? [...value] : undefined;
  }
  findings.add({
    code: 'chip/invalid',
    path,
    message: `expected the name of a preset or a list of names, found ${found(value)}`,
    hint: 'systole describe <type> lists the presets of a type.',
  });
  return undefined;
}

function readWritten(value: unknown, path: DocumentPath, findings: Findings): Written | undefined {
  if (isScalar(value)) return value;
  if (isMapping(value)) return readFigure(value, path, findings);
  findings.add({
    code: 'parameter/wrong-type',
    path,
    message: `expected a value, found ${found(value)}`,
    hint: 'Write the value alone, or { value: …, source: …, confidence: …, note: … }.',
  });
  return undefined;
}

function readFigure(mapping: Mapping, path: DocumentPath, findings: Findings): Figure | undefined {
  refuseUnknownKeys(mapping, FIGURE_KEYS, path, findings);
  const value = own(mapping, 'value');
  const source = readText(mapping, 'source', path, 'a citation', findings);
  const note = readText(mapping, 'note', path, 'a note', findings);
  const confidence = readConfidence(own(mapping, 'confidence'), [...path, 'confidence'], findings);
  const override = own(mapping, 'override');
  if (override !== undefined && typeof override !== 'boolean') {
    findings.add({
      code: 'chip/invalid',
      path: [...path, 'override'],
      message: `expected true or false, found ${found(override)}`,
      hint: 'Leave it out: it marks a value that was set from outside the file.',
    });
  }
  if (confidence !== undefined) refuseUnfounded(confidence, source, note, path, findings);
  if (!isScalar(value)) {
    findings.add(
      value === undefined
        ? { code: 'parameter/required', path, message: 'a figure needs a value', hint: 'Write { value: … }.' }
        : {
            code: 'parameter/wrong-type',
            path: [...path, 'value'],
            message: `expected a number, text, true or false, found ${found(value)}`,
            hint: 'A figure has one value: write { value: 12 ns, source: … }, say.',
          },
    );
    return undefined;
  }
  return {
    value,
    ...(source === undefined ? {} : { source }),
    ...(confidence === undefined ? {} : { confidence }),
    ...(note === undefined ? {} : { note }),
    ...(typeof override === 'boolean' ? { override } : {}),
  };
}

function readConfidence(value: unknown, path: DocumentPath, findings: Findings): Confidence | undefined {
  if (value === undefined) return undefined;
  const known = CONFIDENCES.find((confidence) => confidence === value);
  if (known !== undefined) return known;
  findings.add({
    code: 'chip/invalid',
    path,
    message: `expected one of ${CONFIDENCES.join(', ')}, found ${found(value)}`,
    hint: () => {
      // The word that reference notes use for the same thing.
      if (value === 'paper') return 'Write "published" for a figure that its authors print.';
      return typeof value === 'string' ? suggest(value, CONFIDENCES) : 'Write one of these words.';
    },
  });
  return undefined;
}

/** A confidence is a claim about something: a text that can be looked up, a derivation, points of a fit. */
function refuseUnfounded(
  confidence: Confidence,
  source: string | undefined,
  note: string | undefined,
  path: DocumentPath,
  findings: Findings,
): void {
  if (source !== undefined || confidence === 'recalled') return;
  const isOwn = confidence === 'inferred' || confidence === 'calibrated';
  if (isOwn && note !== undefined) return;
  findings.add({
    code: 'chip/incomplete',
    path,
    message: `a figure that is ${confidence} needs a ${isOwn ? 'note' : 'source'}`,
    hint: {
      published: 'Say where it is published: source: a citation.',
      standard: 'Name the standard: source: a citation.',
      measured: 'Say who measured it, and on what: source: a citation.',
      secondary: 'Name the text in which it was read: source: a citation.',
      inferred: 'Say in the note what it is derived from.',
      calibrated: 'Name in the note the points that it was fitted on.',
    }[confidence],
  });
}
