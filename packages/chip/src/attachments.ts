import { show } from '@systole/core';
import type { ComponentDeclaration } from '@systole/core';
import type { Findings } from './findings.ts';
import { suggest } from './form.ts';
import type { ChipSpec } from './spec.ts';

/** The declarations of a chip's components by name, in the chip's order; `undefined` for a type that is not there. */
export type Declarations = ReadonlyMap<string, ComponentDeclaration | undefined>;

/** Which in-memory compute unit works inside which memory. */
export interface Attachments {
  readonly unitOf: ReadonlyMap<string, string>;
  readonly hostOf: ReadonlyMap<string, string>;
  /** Components that an attachment means or may mean, though something is wrong with it. */
  readonly meant: ReadonlySet<string>;
}

/** Reads the attachments of a chip: a memory that hosts, a unit made for it, each unit at one memory. */
export function readAttachments(spec: ChipSpec, declarations: Declarations, findings: Findings): Attachments {
  const unitOf = new Map<string, string>();
  const hostOf = new Map<string, string>();
  const meant = new Set<string>();
  for (const [host, declaration] of declarations) {
    const unit = spec.components[host]?.attach;
    const path = ['components', host, 'attach'];
    if (unit === undefined) {
      // An attachment of the wrong form meant some unit, so none of them is said to be left alone as well.
      if (findings.concern(path)) for (const name of namesOfUnits(declarations)) meant.add(name);
      continue;
    }
    meant.add(unit);
    const units = namesOfUnits(declarations);
    const attached = declarations.get(unit);
    // One of the units was meant, so none of them is said to be left alone as well.
    if (attached?.inMemory !== 'unit') for (const name of units) meant.add(name);
    if (!declarations.has(unit)) {
      findings.add({
        code: 'chip/missing-reference',
        path,
        message: `there is no component ${show(unit)}`,
        hint: () => suggest(unit, units),
      });
      continue;
    }
    if (declaration !== undefined && declaration.inMemory !== 'host') {
      findings.add({
        code: 'chip/invalid',
        path,
        atKey: true,
        message: `nothing can be attached to ${declaration.type}`,
        hint: 'In-memory compute needs a memory that hosts it.',
      });
      continue;
    }
    if (attached !== undefined && attached.inMemory !== 'unit') {
      findings.add({
        code: 'chip/invalid',
        path,
        message: `"${unit}" is ${attached.type}, which does not work inside a memory`,
        hint:
          units.length === 0
            ? 'The chip has no in-memory compute unit.'
            : `In-memory compute units: ${units.slice(0, 12).join(', ')}.`,
      });
      continue;
    }
    const earlier = hostOf.get(unit);
    if (earlier !== undefined) {
      findings.add({
        code: 'chip/duplicate',
        path,
        message: `"${unit}" is attached to both "${earlier}" and "${host}"`,
        hint: 'Give each memory a unit of its own.',
      });
      continue;
    }
    hostOf.set(unit, host);
    unitOf.set(host, unit);
  }
  return { unitOf, hostOf, meant };
}

function namesOfUnits(declarations: Declarations): readonly string[] {
  return [...declarations].flatMap(([name, found]) => (found?.inMemory === 'unit' ? [name] : []));
}
