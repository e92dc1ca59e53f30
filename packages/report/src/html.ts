export { compareHtml } from './compare-html.ts';
export { reportHtml } from './report-html.ts';
export type { LabelledResult } from './run.ts';
