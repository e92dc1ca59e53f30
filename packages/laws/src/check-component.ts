import type { ComponentDeclaration } from '@systole/core';
import type { ComponentSubject } from './bench.ts';
import { COMPONENT_LAWS } from './component-laws.ts';
import type { LawId } from './law.ts';
import { lawsFor } from './law.ts';
import { judge, reportOf } from './report.ts';
import type { CheckOptions, Report } from './report.ts';

export interface ComponentCheckOptions extends CheckOptions, Omit<ComponentSubject, 'declaration'> {}

/**
 * Holds a component to every law that is about it, over generated parameters and transactions. A half of a pair that
 * computes in memory is judged together with `partner`. Throws nothing: what is wrong is in the report.
 */
export function checkComponent(
  declaration: ComponentDeclaration,
  options: ComponentCheckOptions = {},
): Report {
  const { runs, seed, laws, ...how } = options;
  const subject: ComponentSubject = { ...how, declaration };
  const findings = lawsFor(declaration).flatMap(({ id }) => {
    if (laws !== undefined && !laws.some((law) => law === id)) return [];
    if (!isComponentLaw(id)) return [];
    const settings = { ...(runs === undefined ? {} : { runs }), ...(seed === undefined ? {} : { seed }) };
    return [judge(id, COMPONENT_LAWS[id](subject), settings)];
  });
  return reportOf(declaration.type, findings);
}

function isComponentLaw(id: string): id is Extract<LawId, `component/${string}`> {
  return Object.hasOwn(COMPONENT_LAWS, id);
}
