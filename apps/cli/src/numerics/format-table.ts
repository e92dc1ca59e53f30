import { findFormat } from '@systole/numerics';
import type { CodeFormat } from '@systole/numerics';
import type { FormatDescription, NumberFormatTable } from '@systole/report';
import { argument } from '../inputs.ts';
import { familyOf, fieldsOf } from './code-layout.ts';
import { formatRanges } from './format-ranges.ts';
import { anyFormat } from './number-format.ts';
import type { AnyFormat } from './number-format.ts';
import { numberText, readCode } from './number-value.ts';

/** Formats of so many bits show all of their codes. */
const MOST_BITS_SHOWN = 8;
const MOST_CODES = 65_536;

export interface TableFlags {
  readonly from?: string;
  readonly to?: string;
}

/** What a format is and holds. */
export function describeFormat({ kind, format }: AnyFormat): FormatDescription {
  const known = findFormat(format.name);
  const text = known === undefined ? {} : { summary: known.summary, source: known.source };
  if (kind === 'codes') {
    const { name, bits, largest, smallest, nan } = format;
    const special = nan === undefined ? {} : { nan };
    return {
      name,
      family: familyOf(format),
      bits,
      bitsPerElement: bits,
      largest,
      smallest,
      ...special,
      ...text,
    };
  }
  const { name, block, element, scale } = format;
  return {
    name,
    family: 'block',
    bits: element.bits,
    bitsPerElement: element.bits + scale.bits / block,
    largest: element.largest,
    smallest: element.smallest,
    block: { elements: block, element: element.name, scale: scale.name },
    ...text,
  };
}

/**
 * The codes of a format, or those from one to another, and how dense its values are. Of a block format those of its elements.
 * Throws as `anyFormat` and `readCode` do, and `argument/invalid` for more codes than anyone reads.
 */
export function formatTable(name: string, flags: TableFlags): NumberFormatTable {
  const any = anyFormat(name);
  const codes = any.kind === 'codes' ? any.format : any.format.element;
  const [first, last] = codesOf(codes, flags);
  const rows = [];
  for (let code = first; code <= last; code++) {
    const value = numberText(codes.decode(code), codes);
    rows.push({ code, value, fields: fieldsOf(codes, code) });
  }
  const all = 2 ** codes.bits;
  return {
    systole: 'number-format/1',
    format: describeFormat(any),
    digits: Math.ceil(codes.bits / 4),
    codes: rows,
    ranges: formatRanges(codes),
    notes: [
      ...(any.kind === 'blocks'
        ? [`Codes are those of an element; its value is times the scale of its block.`]
        : []),
      ...(rows.length > 0
        ? []
        : [
            `${codes.name} has ${all} codes: systole numerics table ${codes.name} --from 0x${codes.encode(1).toString(16)} shows those from one on.`,
          ]),
    ],
  };
}

/** First and last code that are shown; none of a wide format unless asked for. */
function codesOf(format: CodeFormat, { from, to }: TableFlags): readonly [first: number, last: number] {
  const end = 2 ** format.bits - 1;
  if (from === undefined && to === undefined) return format.bits <= MOST_BITS_SHOWN ? [0, end] : [0, -1];
  const first = from === undefined ? 0 : readCode(from, format);
  // A beginning alone shows a page of codes.
  const last = to === undefined ? Math.min(end, first + PAGE - 1) : readCode(to, format);
  if (last < first) throw argument(`--to ${last} is before --from ${first}`, 'Exchange them.');
  if (last - first < MOST_CODES) return [first, last];
  throw argument(
    `${last - first + 1} codes are too many, the most is ${MOST_CODES}`,
    'Bring --from and --to nearer.',
  );
}

const PAGE = 32;
