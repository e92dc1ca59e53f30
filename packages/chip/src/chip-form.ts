import type { DocumentPath } from '@systole/document';
import { readComponentForm } from './component-form.ts';
import type { Findings } from './findings.ts';
import {
  found,
  isKey,
  isMapping,
  isName,
  isScalar,
  isWithin,
  MAX_COMPONENTS,
  MAX_CONNECTIONS,
  MAX_ENTRIES,
  MAX_LANES,
  own,
  readMapping,
  readText,
  refuseBadName,
  refuseUnknownKeys,
} from './form.ts';
import type { Mapping } from './form.ts';
import { CHIP_FORMAT } from './spec.ts';
import type { ChipSpec, ComponentSpec, ConnectionSpec, MappingSpec, Scalar } from './spec.ts';

const CHIP_KEYS = [
  'systole',
  'name',
  'summary',
  'clock',
  'mapping',
  'citations',
  'components',
  'connections',
] as const;

/**
 * Reads the form of a chip, from a file or from TypeScript, into fresh plain data. What is wrong is left out and said
 * in `findings`, so that the rest can still be checked; `undefined` when it is no chip at all.
 */
export function readChipForm(value: unknown, findings: Findings): ChipSpec | undefined {
  const mapping = readMapping(value, [], 'a chip: a mapping that starts with systole: chip/1', findings);
  if (mapping === undefined || !isChipFormat(mapping, findings)) return undefined;
  refuseUnknownKeys(mapping, CHIP_KEYS, [], findings);

  const name = readText(mapping, 'name', [], 'my-chip', findings, true) ?? '';
  if (name !== '' && !isName(name)) {
    findings.add({
      code: 'chip/invalid',
      path: ['name'],
      message: `${found(name)} cannot be the name of a chip`,
      hint: 'Use lower-case letters, digits and hyphens, and start with a letter.',
    });
  }
  const summary = readText(mapping, 'summary', [], 'a sentence about the chip', findings);
  const mappingSpec = readMappingSpec(own(mapping, 'mapping'), findings);
  return {
    systole: CHIP_FORMAT,
    name,
    ...(summary === undefined ? {} : { summary }),
    clock: readText(mapping, 'clock', [], '1 GHz', findings, true) ?? '',
    ...(mappingSpec === undefined ? {} : { mapping: mappingSpec }),
    citations: readCitations(own(mapping, 'citations'), findings),
    components: readComponents(own(mapping, 'components'), findings),
    connections: readConnections(own(mapping, 'connections'), findings),
  };
}

function isChipFormat(mapping: Mapping, findings: Findings): boolean {
  const format = own(mapping, 'systole');
  if (format === CHIP_FORMAT) return true;
  const isMissing = format === undefined;
  findings.add({
    code: 'file/wrong-kind',
    path: isMissing ? [] : ['systole'],
    message: isMissing
      ? `a chip file starts with systole: ${CHIP_FORMAT}`
      : `expected ${CHIP_FORMAT}, found ${found(format)}`,
    hint: isMissing
      ? `Write systole: ${CHIP_FORMAT} as its first line.`
      : `This version reads ${CHIP_FORMAT}.`,
  });
  // Another kind of file would only draw one complaint after the other.
  return isMissing && own(mapping, 'components') !== undefined;
}

function readMappingSpec(value: unknown, findings: Findings): string | MappingSpec | undefined {
  const path: DocumentPath = ['mapping'];
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  const mapping = readMapping(value, path, 'the name of a mapping, or { name: …, options }', findings);
  if (
    mapping === undefined ||
    !isWithin(Object.keys(mapping).length, MAX_ENTRIES, 'options', path, findings)
  ) {
    return undefined;
  }
  const name = readText(mapping, 'name', path, 'auto', findings, true) ?? '';
  const options: Record<string, Scalar> = {};
  for (const [key, option] of Object.entries(mapping)) {
    if (!isKey(key)) refuseBadName(key, path, 'an option', findings);
    else if (isScalar(option)) options[key] = option;
    else {
      findings.add({
        code: 'chip/invalid',
        path: [...path, key],
        message: `expected a number, text, true or false, found ${found(option)}`,
        hint: 'An option has one value: write mapping: { name: pim-gpt, headConcatenation: false }, say.',
      });
    }
  }
  return { ...options, name };
}

function readCitations(value: unknown, findings: Findings): Readonly<Record<string, string>> {
  const path: DocumentPath = ['citations'];
  if (value === undefined) return {};
  const mapping = readMapping(value, path, 'citations: a mapping of short names to full texts', findings);
  const citations: Record<string, string> = {};
  if (
    mapping === undefined ||
    !isWithin(Object.keys(mapping).length, MAX_ENTRIES, 'citations', path, findings)
  ) {
    return citations;
  }
  for (const key of Object.keys(mapping)) {
    if (!isName(key)) {
      refuseBadName(key, path, 'a citation', findings);
      continue;
    }
    citations[key] = readText(mapping, key, path, 'authors, title, venue, year', findings) ?? '';
  }
  return citations;
}

function readComponents(value: unknown, findings: Findings): Readonly<Record<string, ComponentSpec>> {
  const path: DocumentPath = ['components'];
  const components: Record<string, ComponentSpec> = {};
  const mapping = isMapping(value) ? value : {};
  const names = Object.keys(mapping);
  if (value !== undefined && !isMapping(value)) {
    readMapping(value, path, 'components: a mapping of names to components', findings);
    return components;
  }
  if (names.length === 0) {
    findings.add({
      code: 'chip/incomplete',
      path: value === undefined ? [] : path,
      message: 'a chip has at least one component',
      hint: 'Write components: { dram: { type: memory/dram, … }, … }.',
    });
  }
  if (!isWithin(names.length, MAX_COMPONENTS, 'components', path, findings)) return components;
  for (const name of names) {
    if (!isName(name)) refuseBadName(name, path, 'a component', findings);
    const component = readComponentForm(mapping[name], [...path, name], findings);
    if (component !== undefined && isName(name)) components[name] = component;
  }
  return components;
}

function readConnections(value: unknown, findings: Findings): readonly ConnectionSpec[] {
  const path: DocumentPath = ['connections'];
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    findings.add({
      code: 'chip/invalid',
      path,
      message: `expected a list of connections, found ${found(value)}`,
      hint: 'Write each as { from: sram, to: xbar }.',
    });
    return [];
  }
  if (!isWithin(value.length, MAX_CONNECTIONS, 'connections', path, findings)) return [];
  return Array.from(value, (item: unknown, index) => readConnection(item, [...path, index], findings));
}

// A connection that is wrong keeps its position in the list, with an end that is left empty.
function readConnection(value: unknown, path: DocumentPath, findings: Findings): ConnectionSpec {
  const mapping = readMapping(value, path, 'a connection: { from: …, to: … }', findings);
  if (mapping === undefined) return { from: '', to: '' };
  refuseUnknownKeys(mapping, ['from', 'to', 'lanes'], path, findings);
  const from = readText(mapping, 'from', path, 'sram', findings, true) ?? '';
  const to = readText(mapping, 'to', path, 'xbar', findings, true) ?? '';
  const lanes = own(mapping, 'lanes');
  if (lanes === undefined) return { from, to };
  if (typeof lanes === 'number' && Number.isSafeInteger(lanes) && lanes >= 1 && lanes <= MAX_LANES) {
    return { from, to, lanes };
  }
  findings.add({
    code: 'chip/invalid',
    path: [...path, 'lanes'],
    message: `expected a whole number of lanes from 1 to ${MAX_LANES}, found ${found(lanes)}`,
    hint: 'Write as many lanes as the ends have channels or ports: lanes: 8, say.',
  });
  return { from, to };
}
