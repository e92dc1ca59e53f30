import type { ChipSpec } from '@systole/chip';
import type { Catalogue } from '@systole/core';
import { argument } from './inputs.ts';

export const DETAIL_FLAG = '--detail <level>';
export const DETAIL_HELP = 'fast or detailed, for every component that has both (default: as the chip says)';

/** The level of detail of every component that has more than one, as assignments. Throws `argument/invalid`. */
export function levelAssignments(
  level: string | undefined,
  { components }: ChipSpec,
  catalogue: Catalogue,
): readonly string[] {
  if (level === undefined) return [];
  if (level !== 'fast' && level !== 'detailed') {
    throw argument(`--detail takes fast or detailed, got "${level.slice(0, 40)}"`, 'Write --detail fast.');
  }
  const names = Object.keys(components).filter((name) => {
    const type = components[name]?.type;
    return type !== undefined && Object.hasOwn(catalogue.find(type).parameters, 'detail');
  });
  if (names.length === 0 && level === 'detailed') {
    throw argument(
      'no component of this chip has a detailed level',
      'Leave out --detail, or use --detail fast.',
    );
  }
  return names.map((name) => `components.${name}.detail=${level}`);
}
