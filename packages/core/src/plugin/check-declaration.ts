import { isType } from '../component-type.ts';
import { COMPONENT_ROLES, CONTRACT } from '../component.ts';
import type { ActionForm, ComponentDeclaration, PortForm } from '../component.ts';
import type { Problem } from '../errors.ts';
import type { ParameterSpecs } from '../parameter.ts';
import type { DimensionForm, TransactionForm } from '../transaction.ts';
import { inspectParameters, inspectPresets, inspectSource } from './check-parameters.ts';
import { copyPlain, NotPlain } from './copy-plain.ts';
import { Inspection, isEntries, keysOf } from './inspection.ts';
import type { Entries } from './inspection.ts';

type Path = readonly string[];

/** Every key of a declaration, so that a slip in one is found. */
const KEYS = keysOf<ComponentDeclaration>({
  contract: true,
  type: true,
  plugin: true,
  role: true,
  summary: true,
  parameters: true,
  presets: true,
  ports: true,
  accepts: true,
  reasons: true,
  statistics: true,
  actions: true,
  citations: true,
  inMemory: true,
  placesParameter: true,
  places: true,
  commandOverheads: true,
  fastError: true,
  staticPower: true,
  area: true,
  facts: true,
  lowerBound: true,
  cutOverhead: true,
  conflicts: true,
  create: true,
});
const PORT_KEYS = keysOf<PortForm>({ help: true, connections: true, direction: true });
const FORM_KEYS = keysOf<TransactionForm>({
  summary: true,
  dims: true,
  bytes: true,
  pattern: true,
  formats: true,
});
const SIZE_KEYS = keysOf<DimensionForm>({
  min: true,
  max: true,
  help: true,
  multipleOf: true,
  below: true,
  atMost: true,
});
const ACTION_KEYS = keysOf<ActionForm<ParameterSpecs>>({
  help: true,
  unit: true,
  energy: true,
  source: true,
});

const FUNCTIONS: Readonly<Record<string, string>> = {
  facts: 'what follows from the parameters alone',
  lowerBound: 'the least time for a transaction, from the facts',
  create: 'the model',
  staticPower: 'the power that is drawn whatever happens',
  area: 'the area, or nothing',
  conflicts: 'what is wrong between the parameters',
};

/**
 * Everything that is wrong with the form of a declaration, each at its path: what a catalogue, a chip file and the machine
 * have to rely on. Whether the model keeps its contract is for the laws to say. Never throws.
 */
export function checkDeclaration(value: unknown): readonly Problem[] {
  try {
    return inspectDeclaration(copyPlain(value));
  } catch (error) {
    if (!(error instanceof NotPlain)) throw error;
    const inspection = new Inspection();
    inspection.add(error.path, error.message);
    return inspection.problems;
  }
}

/** As `checkDeclaration`, of a value that `copyPlain` made. */
export function inspectDeclaration(value: unknown): readonly Problem[] {
  const inspection = new Inspection();
  const expected = 'a component, as defineComponent makes it';
  if (!isEntries(value)) {
    inspection.mismatch([], expected, value);
    return inspection.problems;
  }
  const { contract } = value;
  if (contract !== undefined && contract !== CONTRACT) {
    inspection.add(
      ['contract'],
      `it was built against version ${String(contract).slice(0, 20)} of the component contract, this is version ${CONTRACT}`,
      'Build the plugin against the @systole/core of this version of Systole.',
      'plugin/incompatible',
    );
    return inspection.problems;
  }
  if (contract === undefined)
    inspection.add(['contract'], 'it does not come from defineComponent', `Write ${expected}.`);
  inspection.entries(value, [], expected, KEYS);
  inspectKind(value, inspection);
  inspectParameters(value['parameters'], ['parameters'], inspection);
  inspectPresets(value['presets'], value['parameters'], ['presets'], inspection);
  inspectInterface(value, inspection);
  inspectCounts(value, inspection);
  inspectMemory(value, inspection);
  for (const [name, what] of Object.entries(FUNCTIONS)) inspection.callable(value[name], [name], what);
  if (value['cutOverhead'] !== undefined)
    inspection.callable(value['cutOverhead'], ['cutOverhead'], 'a time');
  return inspection.problems;
}

function inspectKind({ type, role, summary, citations }: Entries, inspection: Inspection): void {
  const isNamed = isType(type);
  if (!isNamed)
    inspection.mismatch(
      ['type'],
      'a type of the form family/name',
      type,
      'Write type: "memory/my-memory", say.',
    );
  if (inspection.oneOf(role, COMPONENT_ROLES, ['role']) && isNamed) {
    const family = type.slice(0, type.indexOf('/'));
    if (family !== role && COMPONENT_ROLES.some((other) => other === family)) {
      inspection.add(
        ['role'],
        `the type "${type}" says that it is of the family ${family}, the role says ${role}`,
      );
    }
  }
  inspection.text(summary, ['summary'], 'a summary, in one line');
  inspection.texts(citations, ['citations'], 'a list of citations');
}

/** Ports and transactions: how the machine meets it. */
function inspectInterface({ ports, accepts, parameters }: Entries, inspection: Inspection): void {
  inspection.named(ports, ['ports'], 'ports by name', (value, path) => {
    const port = inspection.entries(value, path, 'a port: { help, connections }', PORT_KEYS);
    if (port === undefined) return;
    inspection.text(port['help'], [...path, 'help'], 'help, in words');
    inspection.number(port['connections'], [...path, 'connections'], 0, true);
    if (port['direction'] !== undefined)
      inspection.oneOf(port['direction'], ['in', 'out'], [...path, 'direction']);
  });
  inspection.named(accepts, ['accepts'], 'kinds of transactions by name', (value, path) => {
    const form = inspection.entries(
      value,
      path,
      'a transaction: { summary, dims, bytes, pattern, formats }',
      FORM_KEYS,
    );
    if (form === undefined) return;
    inspection.text(form['summary'], [...path, 'summary'], 'a summary, in one line');
    inspection.named(form['dims'], [...path, 'dims'], 'sizes by name', (size, at) =>
      inspectSize(size, parameters, at, inspection),
    );
    inspectSize(form['bytes'], parameters, [...path, 'bytes'], inspection);
    inspection.flag(form['pattern'], [...path, 'pattern']);
    inspection.texts(form['formats'], [...path, 'formats'], 'a list of number formats');
  });
}

function inspectSize(value: unknown, parameters: unknown, path: Path, inspection: Inspection): void {
  const size = inspection.entries(value, path, 'a size: { min, max, help }', SIZE_KEYS);
  if (size === undefined) return;
  const { min, max, multipleOf } = size;
  const isRange = inspection.number(min, [...path, 'min'], 0) && inspection.number(max, [...path, 'max'], 0);
  if (isRange && min > max)
    inspection.add([...path, 'max'], `it is ${max}, which is below the least, ${min}`);
  inspection.text(size['help'], [...path, 'help'], 'help, in words');
  if (multipleOf !== undefined) inspection.number(multipleOf, [...path, 'multipleOf'], 1, true);
  for (const key of ['below', 'atMost']) {
    if (size[key] !== undefined) inspectParameterName(size[key], parameters, [...path, key], inspection);
  }
}

function inspectParameterName(value: unknown, parameters: unknown, path: Path, inspection: Inspection): void {
  inspection.oneOf(value, isEntries(parameters) ? Object.keys(parameters) : [], path);
}

/** What it counts and explains: reasons, statistics, actions with their price. */
function inspectCounts({ reasons, statistics, actions }: Entries, inspection: Inspection): void {
  inspection.named(reasons, ['reasons'], 'reasons by name', (value, path) => {
    inspection.text(value, path, 'the reason, in words');
  });
  inspection.named(statistics, ['statistics'], 'statistics by name', (value, path) => {
    const statistic = inspection.entries(value, path, 'a statistic: { unit, help }', ['unit', 'help']);
    if (statistic === undefined) return;
    inspection.text(statistic['unit'], [...path, 'unit'], 'what it is counted in');
    inspection.text(statistic['help'], [...path, 'help'], 'help, in words');
  });
  inspection.named(actions, ['actions'], 'actions by name', (value, path) => {
    const action = inspection.entries(value, path, 'an action: { help, unit, energy }', ACTION_KEYS);
    if (action === undefined) return;
    inspection.text(action['help'], [...path, 'help'], 'help, in words');
    inspection.text(action['unit'], [...path, 'unit'], 'what one is counted in');
    inspection.callable(action['energy'], [...path, 'energy'], 'femtojoules for one action');
    if (action['source'] !== undefined) inspectSource(action['source'], [...path, 'source'], inspection);
  });
}

/** In-memory compute, and how far the fast level may be off. */
function inspectMemory(declaration: Entries, inspection: Inspection): void {
  const { inMemory, places, placesParameter, parameters, fastError } = declaration;
  inspection.oneOf(inMemory, ['none', 'host', 'unit'], ['inMemory']);
  if (places !== undefined) inspection.callable(places, ['places'], 'the places where a unit can work');
  if (placesParameter !== undefined) {
    inspectParameterName(placesParameter, parameters, ['placesParameter'], inspection);
  }
  if (declaration['commandOverheads'] !== undefined) inspectOverheads(declaration, inspection);
  if (fastError === undefined) return;
  const keys = ['share', 'basis', 'worst'];
  const error = inspection.entries(fastError, ['fastError'], '{ share, basis }', keys);
  if (error === undefined) return;
  inspection.number(error['share'], ['fastError', 'share'], 0);
  inspection.text(error['basis'], ['fastError', 'basis'], 'where it was measured');
  if (error['worst'] !== undefined) inspection.number(error['worst'], ['fastError', 'worst'], 0);
}

/** What a report tells of in-memory compute: names of reasons and of presets. */
function inspectOverheads(declaration: Entries, inspection: Inspection): void {
  const { commandOverheads: value, reasons, presets } = declaration;
  const path = ['commandOverheads'];
  const overheads = inspection.entries(value, path, '{ parts, presets }', ['parts', 'presets']);
  if (overheads === undefined) return;
  const inspectNames = (names: unknown, known: unknown, at: Path): void => {
    if (!Array.isArray(names)) return inspection.mismatch(at, 'a list of names', names);
    const choices = isEntries(known) ? Object.keys(known) : [];
    for (const [index, name] of names.entries()) inspection.oneOf(name, choices, [...at, String(index)]);
  };
  inspection.named(overheads['parts'], [...path, 'parts'], 'lists of reasons by part', (part, at) =>
    inspectNames(part, reasons, at),
  );
  inspectNames(overheads['presets'], presets, [...path, 'presets']);
}
