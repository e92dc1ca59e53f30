import { describeFormat } from './format-table.ts';
import { anyFormat, numberFormatNames } from './number-format.ts';

/** All number formats that are listed, a row each. */
export function formatRows(): readonly Readonly<Record<string, string | number>>[] {
  return numberFormatNames().map((name) => {
    const { family, bitsPerElement, largest, smallest, block, summary } = describeFormat(anyFormat(name));
    return {
      name,
      family,
      bits: bitsPerElement,
      largest: String(Number(largest.toPrecision(5))),
      smallest: String(Number(smallest.toPrecision(5))),
      blocks: block === undefined ? '' : `${block.elements} ${block.element}, scale ${block.scale}`,
      summary: summary ?? '',
    };
  });
}
