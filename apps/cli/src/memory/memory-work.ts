import { parseQuantity } from '@systole/units';
import { argument } from '../inputs.ts';

/** The flags of `systole memory`, as they were typed. */
export interface MemoryFlags {
  readonly pattern?: string;
  readonly n?: string;
  readonly seed?: string;
  readonly region?: string;
  readonly stride?: string;
  readonly size?: string;
  readonly interval?: string;
  readonly detail?: string;
  readonly channels?: string;
  readonly queue?: string;
  readonly set: readonly string[];
  readonly trace?: string;
  readonly traceFormat?: string;
  readonly commands?: string;
  readonly energy?: string;
  readonly check?: boolean;
  readonly gemv?: string;
  readonly attention?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly html?: string | true;
}

export const DEFAULT_PATTERN = 'random-read';
export const DEFAULT_REQUESTS = 100_000;

/** At a million requests a second this is a quarter of an hour; patterns are steady long before. */
const MOST_REQUESTS = 1e9;

/** A flag that counts something, with digits or as `1e6`. Throws `argument/invalid`. */
export function wholeFlag(
  text: string | undefined,
  flag: string,
  most: number,
  least = 1,
): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,16}(?:e\d{1,2})?$/i.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
  throw argument(
    `${flag} takes a whole number from ${least} to ${most}, got "${text.slice(0, 40)}"`,
    most === MOST_REQUESTS && value > most
      ? 'A pattern is steady after some hundred thousand requests: --n 1e6 tells the same.'
      : `Write ${flag} ${Math.max(least, Math.min(most, 1000))}, say.`,
  );
}

export function requestsOf({ n }: MemoryFlags): number {
  return wholeFlag(n, '--n', MOST_REQUESTS) ?? DEFAULT_REQUESTS;
}

/** A flag that is an amount of data, in bytes where no unit stands. Throws `argument/invalid`. */
export function bytesFlag(text: string | undefined, flag: string): number | undefined {
  if (text === undefined) return undefined;
  const read = parseQuantity(/^\d+$/.test(text) ? `${text} B` : text, 'data');
  if (read.ok && Number.isSafeInteger(read.value) && read.value >= 1) return read.value;
  throw argument(
    `${flag} takes an amount of data, got "${text.slice(0, 40)}"`,
    `Write ${flag} 64 KiB in quotes, or bytes as ${flag} 65536.`,
  );
}

/** Refuses flags that a memory of this kind does not take. */
export function refuseFlags(
  flags: MemoryFlags,
  names: readonly (keyof MemoryFlags)[],
  because: string,
): void {
  for (const name of names) {
    const value = flags[name];
    if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    throw argument(`${flag} does not go with ${because}`, `Leave out ${flag}.`);
  }
}
