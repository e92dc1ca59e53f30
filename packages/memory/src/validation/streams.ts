import { SystoleError } from '@systole/core';
import type { CaseError } from './case-error.ts';
import { runDramsim3Case } from './dramsim3-case.ts';
import type { Dramsim3Case, Dramsim3Inis } from './dramsim3-case.ts';
import { runRamulatorCase } from './ramulator-case.ts';
import type { RamulatorCase } from './stream-case.ts';

/** A case of any of the simulators in `reference/streams.json`. */
export type StreamCase = RamulatorCase | Dramsim3Case;

/**
 * Runs a stream of the reference at the detailed level, with the controller that the simulator has, and compares.
 *
 * @param inis Configurations of DRAMsim3 by name: `dramsim3_parameters` of the reference.
 * @throws SystoleError where the case names a simulator, a device or a policy that there is none of.
 */
export function runStreamCase(each: StreamCase, inis: Dramsim3Inis = {}): readonly CaseError[] {
  const peer: string = each.peer;
  if (each.peer === 'ramulator2.1') return runRamulatorCase(each);
  if (each.peer === 'dramsim3') return runDramsim3Case(each, inis);
  throw new SystoleError({
    code: 'argument/invalid',
    message: `there is no simulator "${peer.slice(0, 100)}" to compare with`,
    place: { path: 'peer' },
    hint: 'Known are ramulator2.1 and dramsim3.',
  });
}
