export { compareHtml } from './compare-html.ts';
export { diffHtml } from './diff/diff-html.ts';
export { memoryHtml } from './memory/memory-html.ts';
export { numberErrorsHtml } from './numerics/number-errors-html.ts';
export { reportHtml } from './report-html.ts';
export type { ComparedRun, LabelledResult, RefusedRun } from './run.ts';
