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

// A key after a dot (or at the start), an index in brackets, or a quoted key in brackets.
const STEP = /(?:^|(?!^)\.)([A-Za-z_][A-Za-z0-9_-]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/y;

/** Reads a path as `formatPath` writes it; `undefined` for any other text. */
export function parsePath(text: string): DocumentPath | undefined {
  const path: (string | number)[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < text.length) {
    const [, key, index, quoted] = STEP.exec(text) ?? [];
    if (key !== undefined) path.push(key);
    else if (index !== undefined) path.push(Number(index));
    else if (quoted !== undefined) {
      const step = unquoted(quoted);
      if (step === undefined) return undefined;
      path.push(step);
    } else return undefined;
  }
  return path;
}

function unquoted(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
