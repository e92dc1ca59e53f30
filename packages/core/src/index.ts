export { formatProblem, nearestName, suggestName, SystoleError } from './errors.ts';
export type { ErrorCode, Place, Problem } from './errors.ts';
