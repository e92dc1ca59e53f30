import { suggestName, SystoleError } from '@systole/core';
import type { Source } from '@systole/core';

/** An energy for each bit that moves, in pJ, and between which figures it lies. */
export interface PicojoulesPerBit {
  readonly typical: number;
  readonly least: number;
  readonly most: number;
}

/** What is published where no currents are: an energy for each bit, all states of the device averaged into it. */
export interface PerBitPreset {
  readonly name: string;
  readonly read: PicojoulesPerBit;
  readonly write: PicojoulesPerBit;
  /** Drivers and termination of the data bus, where they are not in `read` and `write`; 0 where they are. */
  readonly io: number;
  readonly source: Source;
}

/**
 * By name. A range is told by its middle. Each figure is an average over use at its source: row hits, refresh and standby are
 * in it, so that it says nothing of a stream that uses the memory differently.
 */
export const PER_BIT_PRESETS: Readonly<Record<string, PerBitPreset>> = Object.fromEntries(
  (
    [
      range('ddr3', 9, 9, {
        source:
          'Vogelsang, MICRO 2010 (Rambus model), 2 Gb in 65 nm, streaming at IDD7, in the DRAM_info collection',
        confidence: 'secondary',
        note: 'The device without its data bus.',
      }),
      range('ddr5', 12, 17, {
        source: 'general knowledge, device and data bus',
        confidence: 'recalled',
        note: 'No currents of DDR5 devices are at hand.',
      }),
      range('lpddr5', 4, 6, { source: 'general knowledge, device and PHY', confidence: 'recalled' }),
      range('lpddr6', 4, 6, {
        source: 'general knowledge of LPDDR5, device and PHY',
        confidence: 'inferred',
        note: 'Nothing is published on LPDDR6: the range of LPDDR5.',
      }),
      range('gddr6', 5.5, 7.5, {
        source:
          'Jouppi et al., ISCA 2021 (TPUv4i), 350 to 480 pJ for 64 bit; 7.5 pJ/bit in the GDDR6X brief of Micron',
        confidence: 'recalled',
      }),
      range('gddr7', 5.5, 7.5, {
        source: 'the figures of GDDR6; 7.25 pJ/bit of GDDR6X in the brief of Micron lies between',
        confidence: 'inferred',
        note: 'Nothing is published on GDDR7 devices: the range of GDDR6.',
      }),
      range('hbm2', 3.9, 3.92, {
        source:
          "O'Connor et al., MICRO 2017 (Fine-Grained DRAM), 3.92 pJ/bit; 3.9 in the tables of Accelergy",
        confidence: 'recalled',
      }),
      range('hbm3', 3.4, 4, { source: 'talks of vendors', confidence: 'recalled' }),
      range('hbm4', 3, 4, {
        source: 'talks of vendors on HBM3E',
        confidence: 'inferred',
        note: 'Nothing is published on HBM4: the range of HBM3E.',
      }),
      {
        name: 'gddr6-aim',
        read: exactly(438.15 / 256),
        write: exactly(553.15 / 256),
        io: 5.5,
        source: {
          source:
            'arkhadem/aim_simulator, power script (CENT): 438.15 mW reading, 553.15 mW writing, 5.5 pJ/bit on the pins',
          confidence: 'secondary',
          note: 'Powers of one channel of 16 pins at 16 GT/s, 256 Gbit/s; an estimate of that study.',
        },
      },
    ] satisfies readonly PerBitPreset[]
  ).map((preset): [string, PerBitPreset] => [preset.name, preset]),
);

/**
 * The energy per bit of a preset.
 *
 * @throws SystoleError with the nearest name where there is none.
 */
export function perBitPreset(name: string): PerBitPreset {
  const found = Object.hasOwn(PER_BIT_PRESETS, name) ? PER_BIT_PRESETS[name] : undefined;
  if (found !== undefined) return found;
  throw new SystoleError({
    code: 'parameter/out-of-range',
    message: `there is no energy per bit named "${name.slice(0, 100)}"`,
    place: { path: 'perBit' },
    hint: suggestName(name, Object.keys(PER_BIT_PRESETS)),
  });
}

function exactly(picojoules: number): PicojoulesPerBit {
  return { typical: picojoules, least: picojoules, most: picojoules };
}

function range(name: string, least: number, most: number, source: Source): PerBitPreset {
  const both = { typical: (least + most) / 2, least, most };
  return { name, read: both, write: both, io: 0, source };
}
