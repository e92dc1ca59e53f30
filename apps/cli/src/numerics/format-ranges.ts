import type { CodeFormat } from '@systole/numerics';
import type { FormatRange } from '@systole/report';

interface Range {
  from: number;
  to: number;
  values: number;
  step: number;
  isRelative: boolean | undefined;
  /** The first value of the last power of two, and the step there. */
  last: number;
  lastStep: number;
}

/**
 * How densely the positive values of a format lie: powers of two with equal steps (subnormals, integers), or with equal
 * relative ones (normal floats), are put together.
 */
export function formatRanges(format: CodeFormat): readonly FormatRange[] {
  const ranges: Range[] = [];
  const first = format.encode(format.smallest);
  const end = format.encode(format.largest);
  for (let code = first; code <= end;) {
    const from = format.decode(code);
    const next = firstAtLeast(format, 2 * powerAtMost(from), code + 1, end + 1);
    const run = ranges.at(-1);
    const step = code < end ? format.decode(code + 1) - from : (run?.lastStep ?? from);
    const values = next - code;
    const to = format.decode(next - 1);
    const isSameStep = run !== undefined && step === run.lastStep && run.isRelative !== true;
    const isSameShare =
      run !== undefined && step / from === run.lastStep / run.last && run.isRelative !== false;
    // What ends at its first value has no step of its own.
    if (run !== undefined && (isSameStep || isSameShare || code === end)) {
      run.isRelative ??= !isSameStep;
      Object.assign(run, { to, values: run.values + values, last: from, lastStep: step });
    } else {
      ranges.push({ from, to, values, step, isRelative: undefined, last: from, lastStep: step });
    }
    code = next;
  }
  return ranges.map(({ from, to, values, step, isRelative = false }) => ({
    from,
    to,
    values,
    step: isRelative ? step / from : step,
    isRelative,
  }));
}

/** The power of two at or below a positive number. */
function powerAtMost(value: number): number {
  let power = 1;
  while (power > value) power /= 2;
  while (power * 2 <= value) power *= 2;
  return power;
}

/** The first code from `low` to below `high` with at least this value, or `high`; positive codes ascend with their values. */
function firstAtLeast(format: CodeFormat, value: number, low: number, high: number): number {
  let [least, most] = [low, high];
  while (least < most) {
    const middle = Math.floor((least + most) / 2);
    if (format.decode(middle) < value) least = middle + 1;
    else most = middle;
  }
  return least;
}
