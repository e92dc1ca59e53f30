import * as fc from 'fast-check';
import type { ChipSpec } from '@systole/chip';
import type { Catalogue } from '@systole/core';
import type { MappingCatalogue } from '@systole/mapping';
import type { Trace } from '@systole/trace';
import { arbitraryTrace } from './arbitrary-trace.ts';
import { CHIP_LAWS } from './chip-laws.ts';
import type { ChipSubject } from './chip-laws.ts';
import { LAWS } from './law.ts';
import { judge, reportOf } from './report.ts';
import type { CheckOptions, Report } from './report.ts';

export interface ChipCheckOptions extends CheckOptions {
  /** The components that the chip is built from. */
  readonly catalogue: Catalogue;
  readonly mappings: MappingCatalogue;
  /** What is run; small decoder models unless given. */
  readonly traces?: fc.Arbitrary<Trace>;
}

/**
 * Holds runs on a chip, or on generated chips, to every law about chips. Cases that a mapping or a capacity refuses do
 * not count. Throws nothing: what is wrong is in the report.
 */
export function checkChip(chip: ChipSpec | fc.Arbitrary<ChipSpec>, options: ChipCheckOptions): Report {
  const { catalogue, mappings, traces = arbitraryTrace(), laws, runs = 25, seed } = options;
  const isGenerated = chip instanceof fc.Arbitrary;
  const subject: ChipSubject = {
    chips: isGenerated ? chip : fc.constant(chip),
    traces,
    catalogue,
    mappings,
  };
  const findings = LAWS.flatMap(({ id }) => {
    if (laws !== undefined && !laws.includes(id)) return [];
    if (!isChipLaw(id)) return [];
    return [judge(id, CHIP_LAWS[id](subject), { runs, ...(seed === undefined ? {} : { seed }) })];
  });
  return reportOf(isGenerated ? 'generated chips' : chip.name, findings);
}

function isChipLaw(id: string): id is keyof typeof CHIP_LAWS {
  return Object.hasOwn(CHIP_LAWS, id);
}
