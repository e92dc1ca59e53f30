import { formatParameter } from '@systole/core';
import type { ComponentRole, Confidence } from '@systole/core';
import { formatQuantity } from '@systole/units';
import { chipHash } from './chip-hash.ts';
import { describeFacts, describeParameter, formatRate } from './describe-component.ts';
import type { FactDescription, ParameterDescription } from './describe-component.ts';
import type { ChosenMapping, ResolvedChip, ResolvedPart } from './resolved-chip.ts';
import type { Layer, Setting } from './settings.ts';
import type { ConnectionEnd } from './wiring.ts';

/** A quantity as people read it, and as a number in `unit`. */
export interface QuantityDescription {
  readonly text: string;
  readonly value: number;
  readonly unit: string;
}

/** A parameter of a component of a chip: its value, and who said so. */
export interface SettingDescription extends Omit<ParameterDescription, 'source'> {
  /** As people read it; a dash for an optional parameter that is not set. */
  readonly value: string;
  readonly layer: Layer;
  /** As it was written, where it was. */
  readonly written?: string;
  readonly preset?: string;
  readonly source?: string;
  readonly confidence?: Confidence;
  readonly note?: string;
}

/** A component of a chip. */
export interface PartDescription {
  readonly name: string;
  readonly type: string;
  readonly role: ComponentRole;
  readonly summary: string;
  /** The in-memory compute unit inside this memory. */
  readonly attached?: string;
  /** The memory that this unit works in. */
  readonly host?: string;
  readonly parameters: readonly SettingDescription[];
  readonly facts: readonly FactDescription[];
  readonly staticPower: QuantityDescription;
  readonly area?: QuantityDescription;
  readonly citations: readonly string[];
}

/** What a chip amounts to. */
export interface ChipTotals {
  /** Of each memory that states them: its capacity and its peak rates. */
  readonly memories: readonly {
    readonly name: string;
    readonly capacity?: QuantityDescription;
    readonly bandwidth?: QuantityDescription;
    readonly internalBandwidth?: QuantityDescription;
  }[];
  /** Peak multiply-accumulates of all components together, by number format of the stored operand. */
  readonly macsPerSecond: Readonly<Record<string, QuantityDescription>>;
  /** The same by number format of activations, where these are taken in several passes. */
  readonly wideMacsPerSecond: Readonly<Record<string, QuantityDescription>>;
  readonly staticPower: QuantityDescription;
  /** Of the components that state an area. */
  readonly area: QuantityDescription;
  /** The components that state no area. */
  readonly withoutArea: readonly string[];
  /** How many parameters each confidence stands behind; `none` counts those without a stated source. */
  readonly confidences: Readonly<Partial<Record<Confidence | 'none', number>>>;
}

/** A chip, in words and numbers. */
export interface ChipDescription {
  readonly name: string;
  readonly summary?: string;
  readonly hash: string;
  readonly clock: QuantityDescription;
  readonly mapping: ChosenMapping;
  readonly components: readonly PartDescription[];
  readonly connections: readonly { readonly from: string; readonly to: string; readonly lanes: number }[];
  readonly citations: Readonly<Record<string, string>>;
  readonly totals: ChipTotals;
}

/** Describes a chip as plain data: components with every value and its source, connections, and totals. */
export function describeChip(chip: ResolvedChip): ChipDescription {
  const { spec, clock } = chip;
  const nameOf = ({ component, port }: ConnectionEnd): string =>
    `${chip.parts[component]?.name ?? '?'}${port === undefined ? '' : `.${port}`}`;
  return {
    name: chip.name,
    ...(spec.summary === undefined ? {} : { summary: spec.summary }),
    hash: chipHash(spec),
    clock: {
      text: formatQuantity(clock.frequency, 'frequency'),
      value: clock.frequency,
      unit: 'Hz',
    },
    mapping: chip.mapping,
    components: chip.parts.map(describePart),
    connections: chip.connections.map(({ from, to, lanes }) => ({
      from: nameOf(from),
      to: nameOf(to),
      lanes,
    })),
    citations: spec.citations,
    totals: totalsOf(chip),
  };
}

function describePart(part: ResolvedPart): PartDescription {
  const { declaration, attached, host, area } = part;
  return {
    name: part.name,
    type: declaration.type,
    role: part.role,
    summary: declaration.summary,
    ...(attached === undefined ? {} : { attached }),
    ...(host === undefined ? {} : { host }),
    parameters: Object.entries(declaration.parameters).flatMap(([name, parameter]) => {
      const setting = part.settings[name];
      if (setting === undefined) return [];
      const { source: _, ...described } = describeParameter(name, parameter);
      return [{ ...described, value: formatParameter(parameter, setting.value), ...originOf(setting) }];
    }),
    facts: describeFacts(part.facts),
    staticPower: power(part.staticPower),
    ...(area === undefined ? {} : { area: squareMillimetres(area) }),
    citations: declaration.citations,
  };
}

function originOf({
  layer,
  written,
  preset,
  source,
}: Setting): Pick<SettingDescription, 'layer' | 'written' | 'preset' | 'source' | 'confidence' | 'note'> {
  return {
    layer,
    ...(written === undefined ? {} : { written: String(written) }),
    ...(preset === undefined ? {} : { preset }),
    ...source,
  };
}

function totalsOf({ parts }: ResolvedChip): ChipTotals {
  const confidences: Partial<Record<Confidence | 'none', number>> = {};
  let staticPower = 0;
  let area = 0;
  for (const part of parts) {
    for (const { source, value } of Object.values(part.settings)) {
      if (value === undefined) continue;
      const confidence = source?.confidence ?? 'none';
      confidences[confidence] = (confidences[confidence] ?? 0) + 1;
    }
    staticPower += part.staticPower;
    area += part.area ?? 0;
  }
  return {
    memories: parts.filter((part) => part.role === 'memory').map(memoryTotals),
    macsPerSecond: sumOfRates(parts.map(({ facts }) => facts.macsPerSecond)),
    wideMacsPerSecond: sumOfRates(parts.map(({ facts }) => facts.wideMacsPerSecond)),
    staticPower: power(staticPower),
    area: squareMillimetres(area),
    withoutArea: parts.flatMap((part) => (part.area === undefined ? [part.name] : [])),
    confidences,
  };
}

function sumOfRates(
  rates: readonly (Readonly<Record<string, number>> | undefined)[],
): Readonly<Record<string, QuantityDescription>> {
  const sums = new Map<string, number>();
  for (const [format, perSecond] of rates.flatMap((each) => Object.entries(each ?? {}))) {
    sums.set(format, (sums.get(format) ?? 0) + perSecond);
  }
  return Object.fromEntries(
    [...sums].map(([format, value]) => [format, { text: formatRate(value, 'MAC/s'), value, unit: 'MAC/s' }]),
  );
}

function memoryTotals({ name, facts }: ResolvedPart): ChipTotals['memories'][number] {
  const { capacity, bandwidth, internalBandwidth } = facts;
  return {
    name,
    ...(capacity === undefined
      ? {}
      : { capacity: { text: formatQuantity(capacity, 'data'), value: capacity, unit: 'B' } }),
    ...(bandwidth === undefined ? {} : { bandwidth: rate(bandwidth) }),
    ...(internalBandwidth === undefined ? {} : { internalBandwidth: rate(internalBandwidth) }),
  };
}

function rate(value: number): QuantityDescription {
  return { text: formatQuantity(value, 'bandwidth'), value, unit: 'B/s' };
}

function power(value: number): QuantityDescription {
  return { text: formatQuantity(value, 'power'), value, unit: 'W' };
}

function squareMillimetres(value: number): QuantityDescription {
  return { text: formatQuantity(value, 'area'), value, unit: 'mm2' };
}
