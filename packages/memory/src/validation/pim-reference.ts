import { SystoleError } from '@systole/core';

/** Configurations and cases of simulators of in-memory compute, in the layout of `reference/pim-gemv.json`. */
export interface PimReference {
  /** Values by name; `same_as` names another one whose values hold where this one has none. */
  readonly configs: Readonly<Record<string, PimConfig>>;
  readonly cases: readonly PimCase[];
}

export type PimConfig = Readonly<Record<string, string | number>>;

export interface PimCase {
  readonly peer: string;
  readonly config: string;
  readonly workload: Readonly<Record<string, string | number | boolean>>;
  /** The stream of instructions: `pimsim-gemv-pim`, `newton-gemv`, … */
  readonly rule: string;
  readonly cycles: number;
  readonly readout_cycles?: number;
  /** Commands of a channel: none are compared where there are none, and others than these are then not to be issued. */
  readonly commands?: Readonly<Record<string, number>>;
}

/** All values of a configuration. Throws `argument/invalid` for one that is not there or that builds on itself. */
export function pimConfig(
  configs: PimReference['configs'],
  name: string,
  seen: readonly string[] = [],
): PimConfig {
  const config = configs[name];
  if (config === undefined || seen.includes(name)) {
    throw new SystoleError({
      code: 'argument/invalid',
      message: config === undefined ? `no configuration ${JSON.stringify(name)}` : `${name} builds on itself`,
      place: { path: `configs.${name}` },
      hint: `Configurations: ${Object.keys(configs).join(', ')}.`,
    });
  }
  const { same_as: base } = config;
  return typeof base === 'string' ? { ...pimConfig(configs, base, [...seen, name]), ...config } : config;
}

/** A whole number of a workload. */
export function workloadNumber({ workload }: PimCase, name: string): number {
  const value = workload[name];
  if (typeof value === 'number') return value;
  throw new SystoleError({
    code: 'argument/invalid',
    message: `expected a number, got ${JSON.stringify(value)}`,
    place: { path: `workload.${name}` },
  });
}

/** Values of a configuration in place of those of a preset: text stands for something that never comes. */
export function overrideTimings<Timings extends { readonly [name in keyof Timings]: number }>(
  timings: Timings,
  config: PimConfig,
  names: Readonly<Record<string, keyof Timings>>,
): Timings {
  const changed = Object.entries(names).flatMap(([name, timing]) => {
    const value = config[name];
    return value === undefined ? [] : [[timing, typeof value === 'number' ? value : 0] as const];
  });
  return { ...timings, ...Object.fromEntries(changed) };
}

/** A case as one line: its configuration, rule and workload. */
export function pimCaseId({ config, rule, workload }: PimCase): string {
  const sizes = Object.entries(workload).map(([name, value]) => `${name}=${value}`);
  return [config, rule, ...sizes].join(' ');
}
