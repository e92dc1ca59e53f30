import { ClockDomain, param, readParameter, show, SystoleError } from '@systole/core';
import type { Catalogue, ComponentDeclaration, Facts } from '@systole/core';
import { readAttachments } from './attachments.ts';
import type { Attachments, Declarations } from './attachments.ts';
import { readChipForm } from './chip-form.ts';
import { isModulePath, PLUGIN_HINT } from './code-hint.ts';
import { Findings } from './findings.ts';
import type { Places } from './findings.ts';
import { suggest } from './form.ts';
import { freeze } from './freeze.ts';
import { rateProblems } from './rates.ts';
import type { ChosenMapping, ResolvedChip, ResolvedPart } from './resolved-chip.ts';
import { createRouter } from './router.ts';
import { resolveSettings } from './settings.ts';
import type { Settings } from './settings.ts';
import type { ChipSpec, ComponentSpec } from './spec.ts';
import { readConnections } from './wiring.ts';
import type { Connection } from './wiring.ts';

const CLOCK = param.quantity('frequency', 'The clock that results are counted in', { min: '1 Hz' });

/**
 * Checks a chip against a catalogue and settles every value: declaration, then presets in their order, then the chip.
 *
 * @param places where the values stand in their file (see `placesWithout` for a chip that was varied); left out for one that comes
 * from no file.
 * @throws SystoleError with everything that is wrong with the chip (the first 50 findings), each at its path and, with
 * `places`, its line and column.
 */
export function resolveChip(spec: ChipSpec, catalogue: Catalogue, places?: Places): ResolvedChip {
  return resolveValue(spec, catalogue, places);
}

/** As `resolveChip`, for a value of which nothing is known. */
export function resolveValue(value: unknown, catalogue: Catalogue, places?: Places): ResolvedChip {
  const findings = new Findings(places);
  const spec = readChipForm(value, findings);
  if (spec === undefined) throw findings.toError();
  const clock = readClock(spec, findings);
  const declarations = findDeclarations(spec, catalogue, findings);
  const attachments = readAttachments(spec, declarations, findings);
  const derived = deriveAll(spec, declarations, attachments, findings);
  const connections = readConnections(
    spec,
    declarations,
    attachments,
    (name) => derived.get(name)?.values,
    findings,
  );
  if (findings.count > 0 || clock === undefined) throw findings.toError();
  const parts = [...derived].map(([name, found]) => createPart(name, found, attachments));
  return createResolvedChip(freeze(spec), clock, parts, connections, places);
}

/** What follows from the values of one component alone. */
interface Derived {
  readonly declaration: ComponentDeclaration;
  readonly settings: Settings;
  readonly values: ResolvedPart['values'];
  readonly facts: Facts;
  readonly staticPower: number;
  readonly area: number | undefined;
}

function readClock(spec: ChipSpec, findings: Findings): ClockDomain | undefined {
  // The form has complained of a clock that is missing.
  if (spec.clock === '') return undefined;
  const result = readParameter(CLOCK, spec.clock);
  if (!result.ok) {
    const { code, message, hint } = result;
    findings.add({ code, message, hint, path: ['clock'] });
    return undefined;
  }
  return attempt(() => new ClockDomain(Number(result.value)), ['clock'], findings);
}

function findDeclarations(
  spec: ChipSpec,
  catalogue: Catalogue,
  findings: Findings,
): ReadonlyMap<string, ComponentDeclaration | undefined> {
  const declarations = new Map<string, ComponentDeclaration | undefined>();
  for (const [name, { type }] of Object.entries(spec.components)) {
    const isKnown = catalogue.has(type);
    declarations.set(name, isKnown ? catalogue.find(type) : undefined);
    if (isKnown || type === '') continue;
    findings.add({
      code: 'chip/unknown-component',
      path: ['components', name, 'type'],
      message: `there is no component type ${show(type)}`,
      hint: () => unknownTypeHint(type, catalogue),
    });
  }
  return declarations;
}

/** The nearest type there is; a type of a package that is not loaded may be meant as well. */
function unknownTypeHint(type: string, catalogue: Catalogue): string {
  if (isModulePath(type)) return PLUGIN_HINT;
  const known = catalogue.components.map((declaration) => declaration.type);
  return `${suggest(type, known)} A type of another package needs its plugin: --plugin <package>.`;
}

/** Derives every component; hosts of in-memory compute before their units, which take the number of places from them. */
function deriveAll(
  spec: ChipSpec,
  declarations: Declarations,
  attachments: Attachments,
  findings: Findings,
): ReadonlyMap<string, Derived> {
  const found = new Map<string, Derived>();
  const visited = new Set<string>();
  const visit = (name: string): void => {
    if (visited.has(name)) return;
    visited.add(name);
    const declaration = declarations.get(name);
    const component = spec.components[name];
    if (declaration === undefined || component === undefined) return;
    const host = attachments.hostOf.get(name);
    if (host !== undefined) visit(host);
    const places = placesIn(host === undefined ? undefined : found.get(host));
    const derived = derive(component, declaration, spec.citations, places, ['components', name], findings);
    if (derived !== undefined) found.set(name, derived);
  };
  for (const name of declarations.keys()) visit(name);
  // In the order of the specification, which is that of the parts.
  return new Map(
    [...declarations.keys()].flatMap((name) => {
      const derived = found.get(name);
      return derived === undefined ? [] : [[name, derived] as const];
    }),
  );
}

function placesIn(host: Derived | undefined): number | undefined {
  return host?.declaration.places?.(host.values);
}

/** The settings of a unit, its number of places taken from its memory where the chip does not say it. */
function withPlaces(settings: Settings, parameter: string | undefined, places: number | undefined): Settings {
  const own = parameter === undefined ? undefined : settings[parameter];
  if (parameter === undefined || own === undefined || places === undefined) return settings;
  if (own.layer === 'chip' || own.layer === 'override') return settings;
  const source = { source: 'the memory that it is attached to', confidence: 'inferred' } as const;
  return { ...settings, [parameter]: { value: places, layer: 'default', source } };
}

function derive(
  component: ComponentSpec,
  declaration: ComponentDeclaration,
  citations: ChipSpec['citations'],
  places: number | undefined,
  path: readonly string[],
  findings: Findings,
): Derived | undefined {
  const settings = withPlaces(
    resolveSettings(component, declaration, citations, path, findings),
    declaration.placesParameter,
    places,
  );
  // What follows from the parameters is only worth asking when each of them is right.
  if (findings.concern(path)) return undefined;
  const values = Object.fromEntries(Object.entries(settings).map(([key, { value }]) => [key, value]));
  return attempt(
    () => {
      for (const { parameter, message, hint } of declaration.conflicts(values)) {
        findings.add({ code: 'parameter/out-of-range', path: [...path, parameter], message, hint });
      }
      if (findings.concern(path)) return undefined;
      const facts = declaration.facts(values);
      const staticPower = declaration.staticPower(values);
      const area = declaration.area(values);
      const further: (readonly [string, number])[] = Object.entries(declaration.actions).map(
        ([action, form]) => [`the energy of ${action}`, form.energy(values)] as const,
      );
      further.push(['the static power', staticPower], ['the area', area ?? 0]);
      for (const message of rateProblems(facts, further)) {
        findings.add({
          code: 'parameter/out-of-range',
          path,
          message,
          hint: 'Each parameter is in its range, but what follows from them together is not.',
        });
      }
      return { declaration, settings, values, facts, staticPower, area };
    },
    path,
    findings,
  );
}

function createPart(name: string, derived: Derived, attachments: Attachments): ResolvedPart {
  const attached = attachments.unitOf.get(name);
  const host = attachments.hostOf.get(name);
  return Object.freeze({
    name,
    role: derived.declaration.role,
    ...derived,
    values: Object.freeze(derived.values),
    settings: freeze(derived.settings),
    facts: freeze(derived.facts),
    ...(attached === undefined ? {} : { attached }),
    ...(host === undefined ? {} : { host }),
  });
}

/** Runs what may refuse its input; a refusal becomes a finding at `path`. */
function attempt<T>(run: () => T, path: readonly string[], findings: Findings): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof SystoleError)) throw error;
    findings.addError(error, path);
    return undefined;
  }
}

function createResolvedChip(
  spec: ChipSpec,
  clock: ClockDomain,
  parts: readonly ResolvedPart[],
  connections: readonly Connection[],
  places: Places | undefined,
): ResolvedChip {
  const indices = new Map(parts.map((part, index) => [part.name, index]));
  const router = createRouter(
    parts.map((part) => part.role),
    connections,
  );

  function find(name: string): { part: ResolvedPart; index: number } {
    const index = indices.get(name);
    const part = index === undefined ? undefined : parts[index];
    if (index !== undefined && part !== undefined) return { part, index };
    throw new SystoleError({
      code: 'chip/unknown-component',
      message: `the chip "${spec.name}" has no component ${show(name)}`,
      hint: suggest(name, indices.keys()),
    });
  }

  return Object.freeze<ResolvedChip>({
    spec,
    name: spec.name,
    clock,
    mapping: chosenMapping(spec),
    ...(places === undefined ? {} : { places }),
    parts: Object.freeze(parts),
    connections: freeze(connections),
    part: (name) => find(name).part,
    indexOf: (name) => find(name).index,
    partsOf: (role) => parts.filter((part) => part.role === role),
    route(from, to) {
      const [start, end] = [from, to].map((name) => {
        const { part, index } = find(name);
        return part.host === undefined ? index : find(part.host).index;
      });
      const hops = router(start ?? 0, end ?? 0);
      if (hops !== undefined) return hops;
      throw new SystoleError({
        code: 'chip/missing-reference',
        message: `nothing in the chip "${spec.name}" leads from "${from}" to "${to}"`,
        place: { path: 'connections' },
        hint: 'Connect them, directly or through interconnect components.',
      });
    },
  });
}

function chosenMapping({ mapping = 'auto' }: ChipSpec): ChosenMapping {
  if (typeof mapping === 'string') return Object.freeze({ name: mapping, options: Object.freeze({}) });
  const { name, ...options } = mapping;
  return Object.freeze({ name, options: Object.freeze(options) });
}
