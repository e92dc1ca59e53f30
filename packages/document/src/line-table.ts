/** A position in a text; both count from 1, columns in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Finds the line and column of an offset. */
export interface LineTable {
  positionOf(offset: number): Position;
}

/**
 * Builds the table of line starts of a text. Lines end at a line feed, so that a carriage return before it belongs
 * to its line. `firstLine` is the number of the first line, for a text that is a part of a larger file.
 */
export function createLineTable(text: string, firstLine = 1): LineTable {
  const starts: number[] = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);

  return {
    positionOf(offset) {
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return { line: firstLine + low, column: offset - (starts[low] ?? 0) + 1 };
    },
  };
}
