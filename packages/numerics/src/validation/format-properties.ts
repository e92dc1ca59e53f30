import { blockFormat } from '../block/find-block-format.ts';
import type { CodeFormat } from '../code-format.ts';
import { codeFormat } from '../find-code-format.ts';
import { exponentOf } from '../scalar/binary64.ts';
import { codeOf, entriesOf, listOf, memberOf, valueOf, wrong } from './read-reference.ts';
import type { VectorRow } from './vector-row.ts';
import { VectorCount } from './vector-row.ts';

/** Formats of so many bits are searched for further codes of infinity and NaN. */
const MOST_BITS_SEARCHED = 16;

/**
 * Compares what `formats.json` says of formats: widths, extremes, special codes, blocks. Undefined for another file; keys that it does not know
 * are passed over. Throws `numerics/reference` for another layout, and `numerics/unknown-format` for a format that there is none of.
 */
export function formatPropertyRows(file: string, content: unknown): VectorRow[] | undefined {
  if (file !== 'formats.json') return undefined;
  const members = entriesOf(content, file);
  const rows = entriesOf(memberOf(content, 'formats', file), file).map(([name, properties]) =>
    scalarProperties(file, name, properties),
  );
  const blocks = members.find(([key]) => key === 'block_formats')?.[1] ?? {};
  return [
    ...rows,
    ...entriesOf(blocks, file).map(([name, properties]) => blockProperties(file, name, properties)),
  ];
}

function scalarProperties(file: string, name: string, content: unknown): VectorRow {
  const format = codeFormat(elementName(name));
  const place = `${file} ${name}`;
  const entries = entriesOf(content, place);
  const half = 2 ** (format.bits - 1);
  /** Codes from one power of two to the next; the exponent of E8M0 is all of its code. */
  const perPower = format.encode(2) - format.encode(1);
  /** What the format has for a property that is a number. */
  const came: Readonly<Record<string, () => number>> = {
    bits: () => format.bits,
    exponent_bits: () => format.bits - 1 - exponentOf(perPower),
    mantissa_bits: () => exponentOf(perPower),
    // One has the bias for its exponent field, and no fraction.
    bias: () => Math.floor(format.encode(1) / perPower),
    emax: () => exponentOf(format.largest),
    max_finite: () => format.largest,
    max_code: () => format.encode(format.largest),
    min_normal: () => format.decode(perPower),
    min_subnormal: () => format.smallest,
    maxpos: () => format.largest,
    minpos: () => format.smallest,
    useed: () => format.decode((half * 3) / 4),
    nar: () => format.nan ?? Number.NaN,
    zero: () => format.encode(0),
    max: () => format.largest,
    min: () => (format.name === 'e8m0' ? format.smallest : format.decode(half)),
    min_used: () => format.decode(format.encode(-Infinity)),
  };
  const count = new VectorCount(file, name, 'properties');
  for (const [key, value] of entries) {
    if (key === 'infinity' || key === 'nan') {
      if (value !== null && !Array.isArray(value)) continue;
      const codes = value === null ? [] : listOf(value, place).map((code) => codeOf(code, `${place}.${key}`));
      const isSpecial = (code: number): boolean =>
        key === 'nan' ? Number.isNaN(format.decode(code)) : Math.abs(format.decode(code)) === Infinity;
      const found =
        format.bits <= MOST_BITS_SEARCHED ? codesWith(format, isSpecial) : codes.filter(isSpecial);
      count.compare(
        codes.join() === found.join(),
        () => `${key}: expected ${codes.join()}, came ${found.join()}`,
      );
      continue;
    }
    const property = Object.hasOwn(came, key) ? came[key] : undefined;
    // What there is none of is told in words, or by null.
    if (property === undefined || value === null) continue;
    const expected = valueOf(value, `${place}.${key}`);
    const result = property();
    count.compare(result === expected, () => `${key}: expected ${expected}, came ${result}`);
  }
  return count.row();
}

function codesWith(format: CodeFormat, isSpecial: (code: number) => boolean): number[] {
  const codes: number[] = [];
  for (let code = 0; code < 2 ** format.bits; code++) if (isSpecial(code)) codes.push(code);
  return codes;
}

function blockProperties(file: string, name: string, content: unknown): VectorRow {
  const { block, element, scale } = blockFormat(name);
  const place = `${file} ${name}`;
  const count = new VectorCount(file, name, 'properties');
  for (const [key, value] of entriesOf(content, place)) {
    if (key === 'element' || key === 'scale') {
      if (typeof value !== 'string') throw wrong(`${place}.${key}`, 'the name of a format');
      const result = key === 'element' ? element.name : scale.name;
      count.compare(result === elementName(value), () => `${key}: expected ${value}, came ${result}`);
    } else if (key === 'block' || key === 'bits_per_element') {
      const expected = valueOf(value, `${place}.${key}`);
      const result = key === 'block' ? block : element.bits + scale.bits / block;
      count.compare(result === expected, () => `${key}: expected ${expected}, came ${result}`);
    }
  }
  return count.row();
}

/** The elements of MXINT8 go by its name in the reference. */
function elementName(name: string): string {
  return name === 'mxint8' ? 'mxint8_element' : name;
}
