import { baseUnit, describeForm, formatParameter } from '@systole/core';
import type { ComponentDeclaration, ComponentRole, Facts, Parameter, Source } from '@systole/core';
import { formatQuantity } from '@systole/units';

/** A parameter of a component, in words. */
export interface ParameterDescription {
  readonly name: string;
  readonly help: string;
  /** The base unit, empty where a value has none. */
  readonly unit: string;
  /** What it takes: `time from 0 ps to 1000 s (units: …)`. */
  readonly range: string;
  /** As people read it; absent when a value is required, or when an optional one is not there. */
  readonly default?: string;
  readonly required: boolean;
  readonly source?: Source;
}

/** A component type without a chip: what it models, takes, does and costs. */
export interface ComponentDescription {
  readonly type: string;
  readonly role: ComponentRole;
  readonly summary: string;
  readonly inMemory: ComponentDeclaration['inMemory'];
  readonly parameters: readonly ParameterDescription[];
  readonly presets: readonly {
    readonly name: string;
    readonly help: string;
    readonly source: Source;
    readonly values: Readonly<Record<string, string | number | boolean>>;
  }[];
  readonly ports: readonly { readonly name: string; readonly help: string; readonly connections: number }[];
  readonly transactions: readonly {
    readonly kind: string;
    readonly summary: string;
    readonly formats: readonly string[];
    readonly dims: readonly { readonly name: string; readonly help: string }[];
  }[];
  readonly reasons: readonly { readonly name: string; readonly help: string }[];
  readonly statistics: readonly { readonly name: string; readonly unit: string; readonly help: string }[];
  readonly actions: readonly {
    readonly name: string;
    readonly unit: string;
    readonly help: string;
    readonly source?: Source;
  }[];
  readonly citations: readonly string[];
  readonly fastError?: { readonly share: number; readonly basis: string };
}

/** Describes a component type, as plain data. */
export function describeComponent(declaration: ComponentDeclaration): ComponentDescription {
  const { type, role, summary, inMemory, citations, fastError } = declaration;
  return {
    type,
    role,
    summary,
    inMemory,
    parameters: Object.entries(declaration.parameters).map(([name, parameter]) =>
      describeParameter(name, parameter),
    ),
    presets: Object.entries(declaration.presets).map(([name, preset]) => ({ name, ...preset })),
    ports: Object.entries(declaration.ports).map(([name, port]) => ({ name, ...port })),
    transactions: Object.entries(declaration.accepts).map(([kind, form]) => ({
      kind,
      summary: form.summary,
      formats: form.formats,
      dims: Object.entries(form.dims).map(([name, { help }]) => ({ name, help })),
    })),
    reasons: Object.entries(declaration.reasons).map(([name, help]) => ({ name, help })),
    statistics: Object.entries(declaration.statistics).map(([name, statistic]) => ({ name, ...statistic })),
    actions: Object.entries(declaration.actions).map(([name, { unit, help, source }]) => ({
      name,
      unit,
      help,
      ...(source === undefined ? {} : { source }),
    })),
    citations,
    ...(fastError === undefined ? {} : { fastError }),
  };
}

/** Describes one parameter of a declaration. */
export function describeParameter(name: string, parameter: Parameter): ParameterDescription {
  const { form, help, fallback, optional, source } = parameter;
  return {
    name,
    help,
    unit: baseUnit(form),
    range: describeForm(form),
    ...(fallback === undefined ? {} : { default: formatParameter(parameter, fallback) }),
    required: fallback === undefined && !optional,
    ...(source === undefined ? {} : { source }),
  };
}

/** A fact of a component, in words and as a number. */
export interface FactDescription {
  readonly name: string;
  readonly text: string;
  readonly value: number;
  /** The unit of `value`. */
  readonly unit: string;
  /** Of a rate of multiply-accumulates: the number format that it is for. */
  readonly format?: string;
  /** Whether that is the format of the stored operand, or of an activation that takes several passes. */
  readonly operand?: 'stored' | 'activation';
}

/** Describes what follows from a component's parameters. */
export function describeFacts(facts: Facts): readonly FactDescription[] {
  const { capacity, bandwidth, internalBandwidth, macsPerSecond, operationsPerSecond } = facts;
  const described: FactDescription[] = [];
  const add = (
    name: string,
    value: number | undefined,
    unit: string,
    write: (value: number) => string,
  ): void => {
    if (value !== undefined) described.push({ name, text: write(value), value, unit });
  };
  add('capacity', capacity, 'B', (value) => formatQuantity(value, 'data'));
  add('bandwidth', bandwidth, 'B/s', (value) => formatQuantity(value, 'bandwidth'));
  add('internal bandwidth', internalBandwidth, 'B/s', (value) => formatQuantity(value, 'bandwidth'));
  const addPeak = (name: string, value: number, peak: Pick<FactDescription, 'format' | 'operand'>): void => {
    described.push({ name, text: formatRate(value, 'MAC/s'), value, unit: 'MAC/s', ...peak });
  };
  for (const [format, rate] of Object.entries(macsPerSecond ?? {})) {
    addPeak(`peak ${format}`, rate, { format, operand: 'stored' });
  }
  for (const [format, rate] of Object.entries(facts.wideMacsPerSecond ?? {})) {
    addPeak(`peak with activations of ${format}`, rate, { format, operand: 'activation' });
  }
  add('peak operations', operationsPerSecond, 'op/s', (value) => formatRate(value, 'op/s'));
  add('minimum latency', facts.minimumLatency, 'ps', (value) => formatQuantity(value, 'time'));
  add('resources', facts.resources, '', String);
  return described;
}

/** A rate of countable things with the prefixes of a frequency: `2.048 TMAC/s`. */
export function formatRate(perSecond: number, unit: string): string {
  return formatQuantity(perSecond, 'frequency').replace('Hz', unit);
}
