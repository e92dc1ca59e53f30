import type { ComponentSummary, Result } from '@systole/replay';

/** A limit on MACs per second that does not depend on the operator. */
export interface ComputeRoof {
  readonly name: string;
  /** The number formats of stored operands in which it is reached. */
  readonly formats: readonly string[];
  readonly macsPerSecond: number;
}

/** A limit on the bytes per second at which operands arrive. */
export interface BandwidthRoof {
  readonly name: string;
  readonly bytesPerSecond: number;
}

/** An operator kind: what it asks for, and what it got. */
export interface RooflinePoint {
  readonly kind: string;
  /** MACs per byte of operands. */
  readonly intensity: number;
  readonly macsPerSecond: number;
}

export interface Roofline {
  readonly compute: readonly ComputeRoof[];
  readonly bandwidth: readonly BandwidthRoof[];
  readonly points: readonly RooflinePoint[];
}

/**
 * The roofline of a run (after Williams, Waterman and Patterson, CACM 2009), in MACs instead of FLOPs. Roofs come from
 * the components' facts, components of one type added up; a memory that computes in place has one roof for its ports and
 * one for the banks. Points are operator kinds with MACs: intensity by the bytes of the trace, rate by the
 * kind's share of the critical path. Bytes that a chip keeps on chip or that are read twice are not in the trace's
 * count, so a point may lie above a bandwidth that it does not use; and an operator that works beside others holds less of the
 * critical path than it works, so its point may lie above every roof.
 */
export function roofline(result: Result): Roofline {
  const compute: ComputeRoof[] = [];
  const bandwidth: BandwidthRoof[] = [];
  for (const group of groupsByType(result.components)) {
    const { name, members } = group;
    for (const [macsPerSecond, formats] of macRates(members, result)) {
      compute.push({ name, formats, macsPerSecond });
    }
    const first = members[0];
    if (first?.role !== 'memory') continue;
    const ports = sum(members, (member) => member.facts.bandwidth ?? 0);
    const inside = sum(members, (member) => member.facts.internalBandwidth ?? 0);
    if (ports > 0) bandwidth.push({ name: inside > 0 ? `${name} ports` : name, bytesPerSecond: ports });
    if (inside > 0) bandwidth.push({ name: `${name} in place`, bytesPerSecond: inside });
  }
  const points = result.operators
    .filter(({ macs, bytes, ps }) => macs > 0 && bytes > 0 && ps > 0)
    .map(({ kind, macs, bytes, ps }) => ({
      kind,
      intensity: macs / bytes,
      macsPerSecond: (macs / ps) * 1e12,
    }))
    .filter((point) => Number.isFinite(point.intensity) && Number.isFinite(point.macsPerSecond));
  return { compute, bandwidth, points };
}

function groupsByType(
  components: readonly ComponentSummary[],
): readonly { readonly name: string; readonly members: readonly ComponentSummary[] }[] {
  const groups = new Map<string, ComponentSummary[]>();
  for (const component of components) {
    const group = groups.get(component.type);
    if (group === undefined) groups.set(component.type, [component]);
    else group.push(component);
  }
  return [...groups].map(([type, members]) => ({
    name: members.length === 1 ? (members[0]?.name ?? type) : `${members.length} × ${type}`,
    members,
  }));
}

/** The rates of a group with the formats of the workload that have them, or its best one where it has none of these formats. */
function macRates(
  members: readonly ComponentSummary[],
  result: Result,
): ReadonlyMap<number, readonly string[]> {
  const rates = new Map<string, number>();
  for (const member of members) {
    for (const [format, rate] of Object.entries(member.facts.macsPerSecond ?? {})) {
      rates.set(format, (rates.get(format) ?? 0) + rate);
    }
  }
  const usable = [...rates].filter(([, rate]) => rate > 0 && Number.isFinite(rate));
  const { weights, kv, activations } = result.workload;
  const asked = usable.filter(([format]) => format === weights || format === kv || format === activations);
  const best = usable.reduce<(readonly [string, number])[]>(
    (found, entry) => (found[0] === undefined || entry[1] > found[0][1] ? [entry] : found),
    [],
  );
  const formatsOf = new Map<number, readonly string[]>();
  for (const [format, rate] of asked.length > 0 ? asked : best) {
    formatsOf.set(rate, [...(formatsOf.get(rate) ?? []), format]);
  }
  return formatsOf;
}

function sum(members: readonly ComponentSummary[], value: (member: ComponentSummary) => number): number {
  return members.reduce((total, member) => total + value(member), 0);
}
