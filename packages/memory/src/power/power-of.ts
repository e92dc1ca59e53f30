import { suggestName, SystoleError } from '@systole/core';
import type { Source } from '@systole/core';
import type { Femtojoules } from '@systole/units';
import { DEVICE_FACTS } from '../presets/device-facts.ts';
import type { DeviceFacts } from '../presets/device-facts.ts';
import { CURRENT_PRESETS } from './currents.ts';
import type { CurrentPreset } from './currents.ts';
import type { MemoryPower } from './memory-power.ts';
import { PER_BIT_PRESETS } from './pj-per-bit.ts';
import type { PerBitPreset, PicojoulesPerBit } from './pj-per-bit.ts';

/** What a device draws, with where the figures come from and what a reader should know of them. */
export interface PowerFigures {
  readonly power: MemoryPower;
  readonly source: Source;
  readonly warnings: readonly string[];
}

export interface PowerOptions {
  /** Figures to take instead of those that are known of the device: currents or an energy per bit, by name. */
  readonly figures?: string;
  /** Of the drivers and the termination of the data bus, for each bit; where left out, what the source gives, or none. */
  readonly ioPerBit?: Femtojoules;
}

const OTHER_DENSITY = 'Nothing is published on this density: currents of another.';

/** Figures by the name of a device's preset, or its beginning: the longest that fits counts. */
const KNOWN: Readonly<Record<string, { readonly figures: string; readonly because?: string }>> = {
  'ddr3-': { figures: 'ddr3' },
  'ddr4-8gb-x8-3200': { figures: 'idd-ddr4-8gb-x8-3200' },
  'ddr4-8gb-x8-2400': { figures: 'idd-ddr4-8gb-x8-2400' },
  'ddr4-8gb-x16-3200': { figures: 'idd-ddr4-8gb-x16-3200' },
  'ddr5-': { figures: 'ddr5' },
  'lpddr5-': { figures: 'lpddr5' },
  'lpddr6-': { figures: 'lpddr6' },
  'gddr6-': { figures: 'gddr6' },
  'gddr6-8gb-x16-14000-1350mv': { figures: 'idd-gddr6-8gb-x16' },
  'gddr7-': { figures: 'gddr7' },
  'hbm1-2gb': { figures: 'idd-hbm1-4gb-x128', because: OTHER_DENSITY },
  'hbm2-4gb': { figures: 'idd-hbm2-4gb-x128' },
  'hbm2-8gb': { figures: 'idd-hbm2-8gb-x128' },
  'hbm3-': { figures: 'hbm3' },
  'hbm4-': { figures: 'hbm4' },
};

/** Names that `figures` may have. */
export const POWER_FIGURES: readonly string[] = [
  ...Object.keys(CURRENT_PRESETS),
  ...Object.keys(PER_BIT_PRESETS),
];

/**
 * What is known of the power of a device preset, such as `ddr4-8gb-x8-3200aa`: currents where they are published, else an
 * energy for each bit. The data bus is not in the currents.
 *
 * @throws SystoleError with the nearest name where there is no such preset, or no such figures.
 */
export function powerOf(presetName: string, options: PowerOptions = {}): PowerFigures {
  const facts = DEVICE_FACTS.find(({ name }) => name === presetName);
  if (facts === undefined) {
    throw refuse(
      'preset',
      `there is no DRAM preset "${presetName.slice(0, 100)}"`,
      presetName,
      DEVICE_FACTS.map(({ name }) => name),
    );
  }
  const [beginning = ''] = Object.keys(KNOWN)
    .filter((key) => presetName.startsWith(key))
    .sort((a, b) => b.length - a.length);
  const known = KNOWN[beginning];
  const name = options.figures ?? known?.figures ?? '';
  const because = options.figures === undefined ? known?.because : undefined;
  const found = presetOf(name);
  if ('currents' in found) return fromCurrents(found, facts, because, options.ioPerBit ?? 0);
  return perBit(found, options.ioPerBit);
}

/**
 * Figures by name for a device of one's own.
 *
 * @param devices That act as one rank or pseudo channel, which energies per bit do not depend on.
 * @throws SystoleError with the nearest name where there are none.
 */
export function powerNamed(name: string, devices: number, ioPerBit?: Femtojoules): PowerFigures {
  const found = presetOf(name);
  if (!('currents' in found)) return perBit(found, ioPerBit);
  const { currents, source, warnings } = found;
  return { power: { kind: 'currents', currents, devices, ioPerBit: ioPerBit ?? 0 }, source, warnings };
}

function presetOf(name: string): CurrentPreset | PerBitPreset {
  const presets = { ...CURRENT_PRESETS, ...PER_BIT_PRESETS };
  const found = Object.hasOwn(presets, name) ? presets[name] : undefined;
  if (found !== undefined) return found;
  throw refuse('figures', `there are no power figures named "${name.slice(0, 100)}"`, name, POWER_FIGURES);
}

function fromCurrents(
  { currents, pins, source, warnings }: CurrentPreset,
  facts: DeviceFacts,
  because: string | undefined,
  ioPerBit: Femtojoules,
): PowerFigures {
  const devices = pins === undefined ? facts.devices : facts.dataPins / pins;
  return {
    power: { kind: 'currents', currents, devices, ioPerBit },
    source: because === undefined ? source : { ...source, confidence: 'inferred', note: because },
    warnings: because === undefined ? warnings : [because, ...warnings],
  };
}

function perBit({ read, write, io, source }: PerBitPreset, ioPerBit = io * 1000): PowerFigures {
  const average = 'An average over use: it does not tell rows that are hit from rows that are opened.';
  return {
    power: { kind: 'per-bit', read: inFemtojoules(read), write: inFemtojoules(write), ioPerBit },
    source,
    warnings: source.note === undefined ? [average] : [source.note, average],
  };
}

function inFemtojoules({ typical, least, most }: PicojoulesPerBit): PicojoulesPerBit {
  return { typical: typical * 1000, least: least * 1000, most: most * 1000 };
}

function refuse(path: string, message: string, name: string, known: readonly string[]): SystoleError {
  return new SystoleError({
    code: 'parameter/out-of-range',
    message,
    place: { path },
    hint: suggestName(name, known),
  });
}
