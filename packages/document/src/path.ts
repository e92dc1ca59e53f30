/** The way from the root of a document to a value: keys of mappings and indexes of lists. */
export type DocumentPath = readonly (string | number)[];

const PLAIN_KEY = /^[A-Za-z_][A-Za-z0-9_-]*$/;

/**
 * Writes a path the way it is shown to people: `components.dram.ports[0].name`. A key that is not a plain word is
 * put in brackets and quotes. The root itself is the empty text.
 */
export function formatPath(path: DocumentPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (PLAIN_KEY.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}
