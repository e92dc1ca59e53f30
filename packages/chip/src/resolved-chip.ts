import type { ClockDomain, ComponentRole, Facts, Part } from '@systole/core';
import type { SquareMillimetres, Watts } from '@systole/units';
import type { Places } from './findings.ts';
import type { Hop } from './router.ts';
import type { Settings } from './settings.ts';
import type { ChipSpec, Scalar } from './spec.ts';
import type { Connection } from './wiring.ts';

/** A component of a chip with its values settled: what a machine is built from, and how the values came about. */
export interface ResolvedPart extends Part {
  readonly role: ComponentRole;
  readonly settings: Settings;
  readonly facts: Facts;
  /** Power that is drawn whatever happens, in W. */
  readonly staticPower: Watts;
  /** In mm2; `undefined` when the component does not say. */
  readonly area: SquareMillimetres | undefined;
  /** The memory that an in-memory compute unit works in. */
  readonly host?: string;
}

/** The mapping that a chip asks for. Its options are checked by the mapping itself. */
export interface ChosenMapping {
  readonly name: string;
  readonly options: Readonly<Record<string, Scalar>>;
}

/** A chip that has been checked against a catalogue: every value settled, every connection allotted its ports. */
export interface ResolvedChip {
  readonly spec: ChipSpec;
  readonly name: string;
  /** The clock that results are counted in. */
  readonly clock: ClockDomain;
  readonly mapping: ChosenMapping;
  /** Where the values stand in their file, for a chip that was resolved with their places. */
  readonly places?: Places;
  /** In the order of the specification; the index is the component's index in a machine. */
  readonly parts: readonly ResolvedPart[];
  readonly connections: readonly Connection[];
  /** The component of that name. Throws `chip/unknown-component`. */
  part(name: string): ResolvedPart;
  /** The index of the component of that name. Throws `chip/unknown-component`. */
  indexOf(name: string): number;
  /** All components of a role, in the order of the specification. */
  partsOf(role: ComponentRole): readonly ResolvedPart[];
  /**
   * The interconnect components between two components, in the order in which data passes them; the two ends are not
   * among them, and an in-memory compute unit stands where its memory does. The fewest hops; of equally short ways the
   * one whose connections come first in the list.
   *
   * Throws `chip/unknown-component`, and `chip/missing-reference` when nothing joins the two.
   */
  route(from: string, to: string): readonly Hop[];
}
