/**
 * Plain data as JSON: keys sorted by code unit, two spaces of indent, lists of numbers on one line, a line feed at the end.
 * What has no JSON, such as a number that is not finite, is a fault: `TypeError` with its path below `name`.
 */
export function dataJson(value: unknown, name: string): string {
  return `${write(value, '', name)}\n`;
}

function write(value: unknown, indent: string, path: string): string {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${path} is ${value}`);
    return JSON.stringify(value);
  }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value !== 'object') throw new TypeError(`${path} is a ${typeof value}, which is no data`);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown, index) => write(item, inner, `${path}[${index}]`));
    if (items.length === 0) return '[]';
    if (value.every((item) => typeof item === 'number')) return `[${items.join(', ')}]`;
    return `[\n${inner}${items.join(`,\n${inner}`)}\n${indent}]`;
  }
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return '{}';
  const lines = entries.map(
    ([key, item]) => `${JSON.stringify(key)}: ${write(item, inner, `${path}.${key}`)}`,
  );
  return `{\n${inner}${lines.join(`,\n${inner}`)}\n${indent}}`;
}
