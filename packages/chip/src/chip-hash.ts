import { sha256 } from './sha256.ts';
import type { ChipSpec } from './spec.ts';

/**
 * A hash of what a chip says: 64 hexadecimal digits, SHA-256 of its canonical JSON and the names of its components in their
 * order, since of equal components a mapping takes the first. The order of other keys does not count; that of connections and
 * presets does. The values count as they are written, sources and notes included.
 */
export function chipHash(spec: ChipSpec): string {
  return contentHash([spec, Object.keys(spec.components)]);
}

/** The SHA-256 of any plain data, by its canonical JSON. */
export function contentHash(value: unknown): string {
  return sha256(canonicalJson(value));
}

/** JSON with the keys of every object in the order of their UTF-16 code units, and without white space. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
