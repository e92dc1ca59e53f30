import { SystoleError } from './errors.ts';
import type { Problem } from './errors.ts';

/**
 * What a model throws about a transaction, at its component's place in the chip where it names none. A name that leads the
 * message already moves to the place.
 */
export function refusalOf(component: string, error: unknown): unknown {
  if (!(error instanceof SystoleError)) return error;
  const [first, ...more] = error.problems.map((problem): Problem => {
    if (problem.place !== undefined) return problem;
    const lead = `${component}: `;
    const { message } = problem;
    return {
      ...problem,
      message: message.startsWith(lead) ? message.slice(lead.length) : message,
      place: { path: `components.${component}` },
    };
  });
  return first === undefined ? error : new SystoleError(first, ...more);
}
