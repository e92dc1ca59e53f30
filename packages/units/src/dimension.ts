/** What a quantity measures. A parameter declares one, and a text is read against it. */
export type Dimension =
  | 'time'
  | 'frequency'
  | 'data'
  | 'bandwidth'
  | 'pinRate'
  | 'energy'
  | 'energyPerBit'
  | 'power'
  | 'voltage'
  | 'current'
  | 'area'
  | 'length'
  | 'ratio';

/** The unit in which the value of a parsed quantity is held, one for each dimension. */
export const BASE_UNITS: Readonly<Record<Dimension, string>> = {
  time: 'ps',
  frequency: 'Hz',
  data: 'B',
  bandwidth: 'B/s',
  pinRate: 'b/s',
  energy: 'fJ',
  energyPerBit: 'fJ/bit',
  power: 'W',
  voltage: 'V',
  current: 'A',
  area: 'mm2',
  length: 'mm',
  ratio: '1',
};

/** Every dimension, in the order in which messages name them. */
export const DIMENSIONS: readonly Dimension[] = [
  'time',
  'frequency',
  'data',
  'bandwidth',
  'pinRate',
  'energy',
  'energyPerBit',
  'power',
  'voltage',
  'current',
  'area',
  'length',
  'ratio',
];

/** The dimension as it stands in a sentence, with its article. */
export const DIMENSION_PHRASES: Readonly<Record<Dimension, string>> = {
  time: 'a time',
  frequency: 'a frequency',
  data: 'an amount of data',
  bandwidth: 'a bandwidth',
  pinRate: 'a pin rate',
  energy: 'an energy',
  energyPerBit: 'an energy per bit',
  power: 'a power',
  voltage: 'a voltage',
  current: 'a current',
  area: 'an area',
  length: 'a length',
  ratio: 'a ratio',
};
