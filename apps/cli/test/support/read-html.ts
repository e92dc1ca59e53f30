const VOID = new Set(['meta', 'br', 'hr', 'img', 'input', 'link', 'col', 'wbr']);

/** What a strict reader finds in a page. */
export interface Page {
  readonly text: string;
  /** Elements by their tag. */
  readonly count: (tag: string) => number;
  /** Addresses that opening the page would load, or that lead out of it. */
  readonly addresses: readonly string[];
}

/** Reads a page; throws when an element is not closed, or closed that was not open. */
export function readHtml(html: string): Page {
  if (!/^<!doctype html>/i.test(html)) throw new Error('the page has no doctype');
  const open: string[] = [];
  const counts = new Map<string, number>();
  const addresses: string[] = [];
  // The content of style and script is no markup.
  const markup = html.replace(/<(style|script)\b([^>]*)>[\s\S]*?<\/\1>/gi, (_, tag: string, rest: string) => {
    return `<${tag}${rest}></${tag}>`;
  });
  for (const [, css = ''] of html.matchAll(/<style\b[^>]*>([\s\S]*?)<\/style>/gi)) {
    for (const [, address = ''] of css.matchAll(/(?:url\(|@import)\s*["']?([^"')]+)/gi))
      addresses.push(address);
  }
  for (const [, closing, tag = '', attributes = '', own] of markup.matchAll(
    /<(\/)?([a-z][\w-]*)((?:\s+[\w:-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'>]+))?)*)\s*(\/)?>/gi,
  )) {
    const name = tag.toLowerCase();
    if (closing !== undefined) {
      const last = open.pop();
      if (last !== name) throw new Error(`</${name}> closes <${last}>`);
      continue;
    }
    counts.set(name, (counts.get(name) ?? 0) + 1);
    for (const [, address = ''] of attributes.matchAll(
      /\b(?:src|href|action|data|poster)\s*=\s*["']?([^"'\s>]+)/gi,
    )) {
      addresses.push(address);
    }
    if (own === undefined && !VOID.has(name)) open.push(name);
  }
  if (open.length > 0) throw new Error(`<${open.join('>, <')}> are never closed`);
  return {
    text: markup.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' '),
    count: (tag) => counts.get(tag) ?? 0,
    addresses,
  };
}
