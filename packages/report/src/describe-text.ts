import type { ChipDescription, ComponentDescription } from '@systole/chip';
import { describeChipText } from './describe-chip-text.ts';
import { describeComponentText } from './describe-component-text.ts';
import type { ColourOptions } from './text/style.ts';

/** What `describe` prints: of a chip, or of a type of component. */
export function describeText(
  description: ChipDescription | ComponentDescription,
  options: ColourOptions = {},
): string {
  return 'components' in description
    ? describeChipText(description, options)
    : describeComponentText(description, options);
}
