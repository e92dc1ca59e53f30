import type { Dimension } from './dimension.ts';

/**
 * One spelling of a unit. A value in it is `value * 10^tenPower * factor` in the base unit, where
 * `factor` is a power of two: scaling by it rounds nothing, so all rounding is in the decimal text.
 */
export interface Unit {
  readonly tenPower: number;
  readonly factor: number;
}

type Spellings = readonly (readonly [string, Unit])[];

const KIBI = 1024;
const BITS_PER_BYTE = 8;

// The micro sign and the Greek letter look alike and have different code points: both are read.
const MICRO = ['u', '\u00b5', '\u03bc'];

const ATTO_TO_PETA: readonly (readonly [string, number])[] = [
  ['a', -18],
  ['f', -15],
  ['p', -12],
  ['n', -9],
  ...MICRO.map((prefix): readonly [string, number] => [prefix, -6]),
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
];

// Memory data sheets write KB and Kb for thousands as often as kB: with data both stand for 1000.
const DATA_DECIMAL: readonly (readonly [string, number])[] = [
  ['', 0],
  ['k', 3],
  ['K', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
];

const DATA_BINARY: readonly (readonly [string, number])[] = [
  ['Ki', KIBI],
  ['Mi', KIBI * KIBI],
  ['Gi', KIBI * KIBI * KIBI],
  ['Ti', KIBI * KIBI * KIBI * KIBI],
  ['Pi', KIBI * KIBI * KIBI * KIBI * KIBI],
];

/** `symbol` with each of the SI prefixes asked for; `basePower` is the power of ten of the bare symbol in base units. */
function si(symbol: string, prefixes: string, basePower: number, factor = 1): Spellings {
  return ATTO_TO_PETA.filter(([prefix]) => {
    const letter = MICRO.includes(prefix) ? 'u' : prefix;
    return letter === '' || prefixes.includes(letter);
  }).map(([prefix, power]) => [prefix + symbol, { tenPower: power + basePower, factor }]);
}

/** Decimal prefixes of data on `symbol`, then `suffix`. */
function decimalData(symbol: string, suffix: string, factor: number): Spellings {
  return DATA_DECIMAL.map(([prefix, power]) => [prefix + symbol + suffix, { tenPower: power, factor }]);
}

/** Binary prefixes of data on `symbol`, then `suffix`. */
function binaryData(symbol: string, suffix: string, factor: number): Spellings {
  return DATA_BINARY.map(([prefix, scale]) => [
    prefix + symbol + suffix,
    { tenPower: 0, factor: scale * factor },
  ]);
}

function dataIn(suffix: string): Spellings {
  const bit = 1 / BITS_PER_BYTE;
  return [
    ...decimalData('B', suffix, 1),
    ...binaryData('B', suffix, 1),
    ...decimalData('b', suffix, bit),
    ...binaryData('b', suffix, bit),
    ...decimalData('bit', suffix, bit),
    ...binaryData('bit', suffix, bit),
  ];
}

function energyPer(suffix: string, factor: number): Spellings {
  return si('J', 'afpnum', 15, factor).map(([spelling, unit]) => [spelling + suffix, unit]);
}

/** A squared length: the prefix is squared with the metre, so its power of ten counts twice. */
function areas(): Spellings {
  const lengths: Spellings = [...si('m', 'num', 0), ['cm', { tenPower: -2, factor: 1 }]];
  return ['2', '^2', '\u00b2'].flatMap((square) =>
    lengths.map(([spelling, unit]): readonly [string, Unit] => [
      spelling + square,
      { tenPower: 2 * unit.tenPower + 6, factor: 1 },
    ]),
  );
}

const ONE: Unit = { tenPower: 0, factor: 1 };

/** The accepted unit spellings of each dimension, and what each is worth in the base unit. */
export const UNIT_TABLE: Readonly<Record<Dimension, ReadonlyMap<string, Unit>>> = {
  time: new Map(si('s', 'fpnum', 12)),
  frequency: new Map(si('Hz', 'kMGT', 0)),
  data: new Map([
    ...dataIn(''),
    ['byte', ONE],
    ['bytes', ONE],
    ['bits', { tenPower: 0, factor: 1 / BITS_PER_BYTE }],
  ]),
  bandwidth: new Map([...dataIn('/s'), ...decimalData('bps', '', 1 / BITS_PER_BYTE)]),
  pinRate: new Map([
    ...decimalData('b/s', '', 1),
    ...decimalData('bit/s', '', 1),
    ...decimalData('bps', '', 1),
    ...si('T/s', 'kMGT', 0),
  ]),
  energy: new Map(si('J', 'afpnumk', 15)),
  energyPerBit: new Map([
    ...energyPer('/bit', 1),
    ...energyPer('/b', 1),
    ...energyPer('/B', 1 / BITS_PER_BYTE),
    ...energyPer('/byte', 1 / BITS_PER_BYTE),
  ]),
  power: new Map(si('W', 'pnumkM', 0)),
  voltage: new Map(si('V', 'umk', 0)),
  current: new Map(si('A', 'pnumk', 0)),
  area: new Map(areas()),
  length: new Map([...si('m', 'num', 3), ['cm', { tenPower: 1, factor: 1 }]]),
  ratio: new Map([
    ['%', { tenPower: -2, factor: 1 }],
    ['x', ONE],
    ['\u00d7', ONE],
  ]),
};

/**
 * The units in which each dimension is written for a reader, smallest first. A ratio is a plain number.
 */
export const DISPLAY_UNITS: Readonly<Record<Dimension, readonly string[]>> = {
  time: ['ps', 'ns', 'us', 'ms', 's'],
  frequency: ['Hz', 'kHz', 'MHz', 'GHz', 'THz'],
  data: ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'],
  bandwidth: ['B/s', 'kB/s', 'MB/s', 'GB/s', 'TB/s', 'PB/s'],
  pinRate: ['b/s', 'kb/s', 'Mb/s', 'Gb/s', 'Tb/s'],
  energy: ['fJ', 'pJ', 'nJ', 'uJ', 'mJ', 'J', 'kJ'],
  energyPerBit: ['fJ/bit', 'pJ/bit', 'nJ/bit', 'uJ/bit', 'mJ/bit', 'J/bit'],
  power: ['pW', 'nW', 'uW', 'mW', 'W', 'kW', 'MW'],
  voltage: ['uV', 'mV', 'V', 'kV'],
  current: ['pA', 'nA', 'uA', 'mA', 'A', 'kA'],
  area: ['nm2', 'um2', 'mm2'],
  length: ['nm', 'um', 'mm', 'm'],
  ratio: [],
};

/** The unit to suggest when a number came without one: the scale at which chips are usually described. */
export const EXAMPLE_UNITS: Readonly<Record<Dimension, string>> = {
  time: 'ns',
  frequency: 'GHz',
  data: 'KiB',
  bandwidth: 'GB/s',
  pinRate: 'Gb/s',
  energy: 'pJ',
  energyPerBit: 'pJ/bit',
  power: 'W',
  voltage: 'V',
  current: 'mA',
  area: 'mm2',
  length: 'mm',
  ratio: '%',
};

/**
 * The unit spellings that `parseQuantity` accepts for `dimension`, small to large within each
 * family. A ratio may also stand without any.
 */
export function unitsOf(dimension: Dimension): readonly string[] {
  return [...UNIT_TABLE[dimension].keys()];
}
