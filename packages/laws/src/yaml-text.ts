/** Data that a YAML file can hold. */
export type YamlValue =
  string | number | boolean | readonly YamlValue[] | { readonly [key: string]: YamlValue };

const KEYWORDS = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
const WORD = /^[A-Za-z][\w./-]*$/;
const QUANTITY = /^\d+(?:\.\d+)? [A-Za-z%/µ²]+[A-Za-z0-9/²]*$/;

/** A mapping as YAML in block style; lists of one-line entries. What YAML might take for something else is quoted. */
export function yamlText(value: { readonly [key: string]: YamlValue }, indent = ''): string {
  let text = '';
  for (const [key, part] of Object.entries(value)) {
    const head = `${indent}${scalar(key)}:`;
    if (typeof part !== 'object') text += `${head} ${scalar(part)}\n`;
    else if (isList(part)) {
      text += part.length === 0 ? `${head} []\n` : `${head}\n`;
      for (const entry of part) text += `${indent}  - ${flow(entry)}\n`;
    } else {
      text += Object.keys(part).length === 0 ? `${head} {}\n` : `${head}\n${yamlText(part, `${indent}  `)}`;
    }
  }
  return text;
}

function flow(value: YamlValue): string {
  if (typeof value !== 'object') return scalar(value);
  if (isList(value)) return `[${value.map(flow).join(', ')}]`;
  const entries = Object.entries(value).map(([key, part]) => `${scalar(key)}: ${flow(part)}`);
  return `{ ${entries.join(', ')} }`;
}

function scalar(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  const isPlain = (WORD.test(value) && !KEYWORDS.test(value)) || QUANTITY.test(value);
  return isPlain ? value : JSON.stringify(value);
}

function isList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}
