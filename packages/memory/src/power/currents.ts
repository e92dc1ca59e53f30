import { suggestName, SystoleError } from '@systole/core';
import type { Problem, Source } from '@systole/core';
import type { Volts } from '@systole/units';
import { CURRENT_TABLE } from '../presets/current-table.ts';

/** A current in thousandths of an ampere, as data sheets give it: V x mA x ps is fJ. */
export type Milliamperes = number;

/** Supply voltages and currents of one device, under the names of the JEDEC data sheets. */
export interface DramCurrents {
  readonly VDD: Volts;
  /** One bank activated and precharged every tRC. */
  readonly IDD0: Milliamperes;
  /** All banks precharged. */
  readonly IDD2N: Milliamperes;
  /** Banks active. */
  readonly IDD3N: Milliamperes;
  /** Read bursts without a gap. */
  readonly IDD4R: Milliamperes;
  readonly IDD4W: Milliamperes;
  /** Refreshes of all banks without a gap. */
  readonly IDD5: Milliamperes;
  /** Power-down with all banks precharged, and with banks active. */
  readonly IDD2P?: Milliamperes;
  readonly IDD3P?: Milliamperes;
  /** Refreshes of one bank without a gap. */
  readonly IDD5PB?: Milliamperes;
  /** Self-refresh. */
  readonly IDD6?: Milliamperes;
  /** The pump supply of the word lines. It is counted where the voltage and all its currents up to IPP5 are given. */
  readonly VPP?: Volts;
  readonly IPP0?: Milliamperes;
  readonly IPP2N?: Milliamperes;
  readonly IPP3N?: Milliamperes;
  readonly IPP4R?: Milliamperes;
  readonly IPP4W?: Milliamperes;
  readonly IPP5?: Milliamperes;
}

/** Currents with where they come from and what a reader should know of them. */
export interface CurrentPreset {
  readonly name: string;
  readonly currents: DramCurrents;
  /** Data pins of the device, where the source says of which it is. */
  readonly pins?: number;
  readonly source: Source;
  readonly warnings: readonly string[];
}

const REQUIRED = ['VDD', 'IDD0', 'IDD2N', 'IDD3N', 'IDD4R', 'IDD4W', 'IDD5'] as const;
const OPTIONAL = [
  'IDD2P',
  'IDD3P',
  'IDD5PB',
  'IDD6',
  'VPP',
  'IPP0',
  'IPP2N',
  'IPP3N',
  'IPP4R',
  'IPP4W',
  'IPP5',
] as const;

const EXCLUDES_IO = 'Drivers and termination of the data bus are not in these currents.';

const WARNINGS: readonly (readonly [prefix: string, warning: string])[] = [
  ['idd-gddr', 'Few currents of this family are published: an estimate.'],
  ['idd-hbm', 'Few currents of this family are published: an estimate for one device of 128 data bits.'],
  ['idd-ddr5-default', 'The currents repeat those of the DDR4 table of the same source: low confidence.'],
];

/** Every line of the table of currents, by name, such as `idd-ddr4-8gb-x8-3200`. */
export const CURRENT_PRESETS: Readonly<Record<string, CurrentPreset>> = readTable();

/**
 * The currents of a preset.
 *
 * @throws SystoleError with the nearest name where there is none.
 */
export function currentPreset(name: string): CurrentPreset {
  const found = Object.hasOwn(CURRENT_PRESETS, name) ? CURRENT_PRESETS[name] : undefined;
  if (found !== undefined) return found;
  throw new SystoleError({
    code: 'parameter/out-of-range',
    message: `there are no currents named "${name.slice(0, 100)}"`,
    place: { path: 'currents' },
    hint: suggestName(name, Object.keys(CURRENT_PRESETS)),
  });
}

/** What is wrong with currents: every problem, each with its name. Sound ones give energies that are not negative. */
export function checkCurrents(currents: DramCurrents): readonly Problem[] {
  const problems: Problem[] = [];
  const refuse = (path: string, message: string, hint: string): void => {
    problems.push({ code: 'parameter/out-of-range', message, place: { path }, hint });
  };
  for (const name of [...REQUIRED, ...OPTIONAL]) {
    const value = currents[name];
    if (value !== undefined && !(value >= 0 && value < 1e6)) {
      refuse(name, `expected a finite number that is not negative, got ${value}`, 'Give V and mA.');
    }
  }
  if (currents.VDD === 0) refuse('VDD', 'a device without supply voltage draws no energy', 'Give volts.');
  const { IDD2N, IDD3N } = currents;
  if (IDD3N < IDD2N) {
    refuse('IDD3N', `${IDD3N} mA is below IDD2N, ${IDD2N} mA`, 'Open banks draw more than closed ones.');
  }
  for (const name of ['IDD0', 'IDD4R', 'IDD4W', 'IDD5'] as const) {
    if (currents[name] < IDD3N) {
      const message = `${currents[name]} mA is below IDD3N, ${IDD3N} mA, which it includes`;
      refuse(name, message, 'Give the current of the whole device.');
    }
  }
  return problems;
}

function readTable(): Readonly<Record<string, CurrentPreset>> {
  const [head = [], ...lines] = CURRENT_TABLE.trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return Object.fromEntries(
    lines.map((words) => {
      const word = (column: string): string => words[head.indexOf(column)] ?? '-';
      const given = OPTIONAL.filter((column) => word(column) !== '-');
      const number = (column: string): number => Number(word(column));
      const currents: DramCurrents = {
        VDD: number('VDD'),
        IDD0: number('IDD0'),
        IDD2N: number('IDD2N'),
        IDD3N: number('IDD3N'),
        IDD4R: number('IDD4R'),
        IDD4W: number('IDD4W'),
        IDD5: number('IDD5'),
        ...Object.fromEntries(given.map((column) => [column, number(column)])),
      };
      const name = word('preset');
      const [, pins] = /-x(\d+)/.exec(name) ?? [];
      const preset: CurrentPreset = {
        name,
        currents,
        source: sourceOf(word('source')),
        warnings: warningsOf(name),
        ...(pins === undefined ? {} : { pins: Number(pins) }),
      };
      return [name, preset];
    }),
  );
}

function sourceOf(word: string): Source {
  const [simulator = '', file = ''] = word.split(':');
  const owner =
    simulator === 'DRAMsim3'
      ? 'umd-memsys/DRAMsim3 (commit 2981759), configs'
      : 'CMU-SAFARI/ramulator2 tag v2.0a, src/dram/impl';
  return { source: `${owner}/${file}`, confidence: 'secondary' };
}

function warningsOf(name: string): readonly string[] {
  return [
    ...WARNINGS.filter(([prefix]) => name.startsWith(prefix)).map(([, warning]) => warning),
    EXCLUDES_IO,
  ];
}
