import { ClockDomain, param, readParameter, suggestName, SystoleError, show } from '@systole/core';
import type { Catalogue, ComponentDeclaration, Facts } from '@systole/core';
import { readAttachments } from './attachments.ts';
import type { Attachments } from './attachments.ts';
import { readChipForm } from './chip-form.ts';
import { Findings } from './findings.ts';
import type { Places } from './findings.ts';
import { freeze } from './freeze.ts';
import { rateProblems } from './rates.ts';
import type { ChosenMapping, ResolvedChip, ResolvedPart } from './resolved-chip.ts';
import { createRouter } from './router.ts';
import { resolveSettings } from './settings.ts';
import type { ChipSpec } from './spec.ts';
import { readConnections } from './wiring.ts';
import type { Connection } from './wiring.ts';

const CLOCK = param.quantity('frequency', 'The clock that results are counted in', { min: '1 Hz' });

/**
 * Checks a chip against a catalogue and settles every value: declaration, then presets in their order, then the chip.
 *
 * @param places where the values stand in their file; left out for a chip that was varied or comes from no file.
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
  const parts: ResolvedPart[] = [];
  for (const [name, declaration] of declarations) {
    const part =
      declaration === undefined
        ? undefined
        : resolvePart(name, declaration, spec, attachments, findings);
    if (part !== undefined) parts.push(part);
  }
  const connections = readConnections(spec, declarations, attachments, findings);
  if (findings.count > 0 || clock === undefined) throw findings.toError();
  return createResolvedChip(freeze(spec), clock, parts, connections);
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
      hint: () =>
        suggestName(
          type,
          catalogue.components.map((declaration) => declaration.type),
        ),
    });
  }
  return declarations;
}

function resolvePart(
  name: string,
  declaration: ComponentDeclaration,
  spec: ChipSpec,
  attachments: Attachments,
  findings: Findings,
): ResolvedPart | undefined {
  const component = spec.components[name];
  if (component === undefined) return undefined;
  const path = ['components', name];
  const before = findings.count;
  const settings = resolveSettings(component, declaration, spec.citations, path, findings);
  // What follows from the parameters is only worth asking when each of them is right.
  if (findings.count > before) return undefined;
  const values = Object.fromEntries(Object.entries(settings).map(([key, { value }]) => [key, value]));

  const derived = attempt(
    () => {
      for (const { parameter, message, hint } of declaration.conflicts(values)) {
        findings.add({ code: 'parameter/out-of-range', path: [...path, parameter], message, hint });
      }
      if (findings.count > before) return undefined;
      const facts = declaration.facts(values);
      const staticPower = declaration.staticPower(values);
      const area = declaration.area(values);
      const energies = Object.entries(declaration.actions).map(
        ([action, form]) => [`the energy of ${action}`, form.energy(values)] as const,
      );
      for (const message of rateProblems(facts, [
        ['the static power', staticPower],
        ['the area', area ?? 0],
        ...energies,
      ])) {
        findings.add({
          code: 'parameter/out-of-range',
          path,
          message,
          hint: 'The parameters are each in range, but what follows from them is not a quantity.',
        });
      }
      return { facts, staticPower, area };
    },
    path,
    findings,
  );
  if (derived === undefined) return undefined;
  const attached = attachments.get(name);
  const host = [...attachments].find(([, unit]) => unit === name)?.[0];
  return Object.freeze({
    name,
    declaration,
    role: declaration.role,
    values: Object.freeze(values),
    settings: freeze(settings),
    ...derived,
    facts: freeze<Facts>(derived.facts),
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
      hint: suggestName(name, indices.keys()),
    });
  }

  return Object.freeze<ResolvedChip>({
    spec,
    name: spec.name,
    clock,
    mapping: chosenMapping(spec),
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
