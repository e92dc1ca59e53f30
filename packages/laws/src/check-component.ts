import type { ComponentDeclaration } from '@systole/core';
import type { ComponentSubject } from './bench.ts';
import { plainComponentCase } from './component-case.ts';
import { COMPONENT_LAWS } from './component-laws.ts';
import { LAWS, lawsFor, whyNotHeldTo } from './law.ts';
import type { ComponentLawId } from './law.ts';
import { judge, reportOf } from './report.ts';
import type { CheckOptions, Report } from './report.ts';

export interface ComponentCheckOptions extends CheckOptions, Omit<ComponentSubject, 'declaration'> {}

/** A declaration is the same in every case. */
const ONCE: readonly ComponentLawId[] = ['component/declaration'];

/**
 * Holds a component to every law that is about it, over generated parameters and transactions. A half of a pair that
 * computes in memory is judged together with `partner`. What is wrong is in the report; only a `path` that
 * leads to no case throws, `argument/invalid`.
 */
export function checkComponent(
  declaration: ComponentDeclaration,
  options: ComponentCheckOptions = {},
): Report {
  const { runs = 100, seed, path, laws, onLaw, ...how } = options;
  const subject: ComponentSubject = { ...how, declaration };
  const isAsked = (id: string): boolean => laws === undefined || laws.some((law) => law === id);
  const held = lawsFor(declaration, how).filter(({ id }) => isAsked(id));
  const findings = held.map(({ id }, index) => {
    const { cases, check } = COMPONENT_LAWS[id];
    const judged = {
      cases: cases(subject),
      check: (one: Parameters<typeof plainComponentCase>[0]) => check(subject, one),
      toPlain: plainComponentCase,
    };
    const finding = judge(id, judged, {
      runs: ONCE.includes(id) ? 1 : runs,
      ...(seed === undefined ? {} : { seed }),
      ...(path === undefined ? {} : { path }),
    });
    onLaw?.(finding, index + 1, held.length);
    return finding;
  });
  const inapplicable = LAWS.flatMap(({ id }) => {
    if (!isComponentLaw(id) || !isAsked(id)) return [];
    const reason = whyNotHeldTo(id, declaration, how);
    return reason === undefined ? [] : [{ law: id, reason }];
  });
  return reportOf(declaration.type, findings, inapplicable);
}

function isComponentLaw(id: string): id is ComponentLawId {
  return Object.hasOwn(COMPONENT_LAWS, id);
}
