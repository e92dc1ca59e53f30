import type { FactDescription } from '@systole/chip';
import { clean } from '../format.ts';

const LABEL = 'peak MACs     ';

/** A peak rate of multiply-accumulates, and the format of the operand that it is for. */
export type Peak = Required<Pick<FactDescription, 'text' | 'format' | 'operand'>>;

/**
 * Peak rates as lines of at most `width` columns, in their order: formats of one rate stand together, those of activations
 * that take several passes apart.
 */
export function peakLines(peaks: readonly Peak[], width: number): readonly string[] {
  const groups = new Map<string, { readonly first: Peak; readonly formats: string[] }>();
  for (const peak of peaks) {
    const key = `${peak.operand} ${peak.text}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: peak, formats: [clean(peak.format)] });
    else group.formats.push(clean(peak.format));
  }
  const room = width - LABEL.length;
  const lines = [...groups.values()].flatMap(({ first: { text, operand }, formats }) => {
    const names = formats.join(', ');
    const said = operand === 'stored' ? `${text} in ${names}` : `activations of ${names} at ${text}`;
    return wrapped(said, room);
  });
  return lines.map((line, index) => `${index === 0 ? LABEL : ' '.repeat(LABEL.length)}${line}`);
}

/** The peaks among the facts of a component, and its other facts. */
export function partPeaks(facts: readonly FactDescription[]): {
  readonly peaks: readonly Peak[];
  readonly others: readonly FactDescription[];
} {
  const peaks: Peak[] = [];
  const others: FactDescription[] = [];
  for (const fact of facts) {
    const { text, format, operand } = fact;
    if (format === undefined || operand === undefined) others.push(fact);
    else peaks.push({ text, format, operand });
  }
  return { peaks, others };
}

function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && [...longer].length > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}
