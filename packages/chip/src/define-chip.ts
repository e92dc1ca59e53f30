import { readChipForm } from './chip-form.ts';
import { Findings } from './findings.ts';
import { freeze } from './freeze.ts';
import { CHIP_FORMAT } from './spec.ts';
import type { ChipInput, ChipSpec } from './spec.ts';

/**
 * A chip written in TypeScript: the same specification as the chip file that says the same. Checks the form; types,
 * parameters and connections are checked when the chip is resolved against a catalogue.
 *
 * @throws SystoleError with every fault of form, each at its path.
 */
export function defineChip<const Names extends string>(input: ChipInput<Names>): ChipSpec<Names> {
  const findings = new Findings();
  const spec = readChipForm({ ...input, systole: input.systole ?? CHIP_FORMAT }, findings);
  if (spec === undefined || findings.count > 0) throw findings.toError();
  // The form keeps every component under its name, or has found something wrong.
  return freeze(spec) as ChipSpec<Names>;
}
