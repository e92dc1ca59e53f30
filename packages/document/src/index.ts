export { describeValue } from './describe-value.ts';
export type { LocatedDocument } from './located-document.ts';
export { parseWith } from './parse-with.ts';
export type { ParseCodes } from './parse-with.ts';
export { formatPath, parsePath } from './path.ts';
export type { DocumentPath } from './path.ts';
export { readDocument } from './read-document.ts';
export type { ReadDocumentOptions } from './read-document.ts';
