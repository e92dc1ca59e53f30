export { readResult } from './read-result.ts';
