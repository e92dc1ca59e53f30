export { loadRecipeFile } from './load-recipe-file.ts';
export { openTraceFile } from './open-trace-file.ts';
export type { TraceFile } from './open-trace-file.ts';
export { writeTraceFile } from './write-trace-file.ts';
