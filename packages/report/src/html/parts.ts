import { colourVariable } from '../charts/palette.ts';
import { escapeHtml } from './escape.ts';

export interface HtmlColumn {
  readonly head: string;
  readonly isNumber?: boolean;
}

/** A table of texts, which are escaped here. */
export function htmlTable(columns: readonly HtmlColumn[], rows: readonly (readonly string[])[]): string {
  const mark = (index: number): string => (columns[index]?.isNumber === true ? ' class="n"' : '');
  const head = columns.map(
    (column, index) => `<th scope="col"${mark(index)}>${escapeHtml(column.head)}</th>`,
  );
  const body = rows.map(
    (row) => `<tr>${row.map((cell, index) => `<td${mark(index)}>${escapeHtml(cell)}</td>`).join('')}</tr>`,
  );
  return `<div class="scroll"><table><thead><tr>${head.join('')}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>`;
}

/** Something to open when wanted. `inner` is HTML. */
export function details(summary: string, inner: string): string {
  return `<details><summary>${escapeHtml(summary)}</summary>\n${inner}\n</details>`;
}

/** Names with the colours that a chart gives them. */
export function legend(colours: Iterable<readonly [name: string, colour: string]>): string {
  const items = [...colours].map(
    ([name, colour]) => `<li><i style="background:${colourVariable(colour)}"></i>${escapeHtml(name)}</li>`,
  );
  return items.length === 0 ? '' : `<ul class="legend">${items.join('')}</ul>`;
}

export interface FigureParts {
  /** SVG of our own drawing. */
  readonly svg: string;
  readonly caption: string;
  /** HTML. */
  readonly legend?: string;
  /** HTML: the same data as a table. */
  readonly table?: string;
}

export function figure({ svg, caption, legend: names = '', table }: FigureParts): string {
  const data = table === undefined ? '' : details('Table', table);
  return `<figure><figcaption>${escapeHtml(caption)}</figcaption>${names}<div class="plot">${svg}</div>${data}</figure>`;
}

/** A titled part of a page; nothing when there is nothing in it. `inner` is HTML. */
export function section(title: string, inner: string): string {
  return inner === '' ? '' : `<section><h2>${escapeHtml(title)}</h2>\n${inner}\n</section>`;
}

/** Headline figures, each with what it is. */
export function tiles(items: readonly (readonly [value: string, name: string])[]): string {
  const cells = items.map(
    ([value, name]) => `<div class="tile"><b>${escapeHtml(value)}</b><span>${escapeHtml(name)}</span></div>`,
  );
  return `<div class="tiles">${cells.join('')}</div>`;
}
