import { param } from '@systole/core';
import type { Source, Values } from '@systole/core';

const TLC: Source = {
  source: 'Samsung 64-layer TLC, 512 Gb (ISSCC 2017)',
  confidence: 'secondary',
  note: 'tR, tPROG and page size; geometry and interface rate are typical of its generation',
};
const TYPICAL: Source = { source: 'typical of 3D TLC dies', confidence: 'recalled' };
const ENERGY: Source = {
  source: 'data sheet ICC x VCC x time, Grupp 2009, FlashPower',
  confidence: 'recalled',
  note: 'middle of a range, good to a factor of two',
};

/**
 * The parameters of `memory/nand`. A channel has a bus of its own; a die reads its planes as `multiPlane` says. The
 * defaults are those of an SSD of eight channels of 3D TLC.
 */
export const nandParameters = {
  channels: param.integer('Independent channels', { max: 4096, default: 8 }),
  chipsPerChannel: param.integer('Packages that share a channel', { max: 1024, default: 4 }),
  diesPerChip: param.integer('Dies of one package', { max: 64, default: 2 }),
  planesPerDie: param.integer('Planes of one die', { max: 64, default: 2 }),
  pageBytes: param.quantity('data', 'Data of one page, without its spare area', {
    default: '16 KiB',
    min: '1 B',
    max: '1 MiB',
    source: TLC,
  }),
  spareBytes: param.quantity('data', 'Spare area of one page; never moved over the channel', {
    default: '1952 B',
    max: '1 MiB',
    source: TYPICAL,
  }),
  pagesPerBlock: param.integer('Pages of one block, over all bits of its cells', {
    max: 1_048_576,
    default: 1152,
    source: TYPICAL,
  }),
  blocksPerPlane: param.integer('Blocks of one plane', {
    max: 2 ** 24,
    default: 1820,
    source: { source: '512 Gb over 2 planes of 18 MiB blocks', confidence: 'inferred' },
  }),
  bitsPerCell: param.integer('Bits of one cell: a word line holds as many pages', {
    max: 8,
    default: 3,
    source: TLC,
  }),
  tR: param.quantity('time', 'Array to page register, mean over the pages of a word line', {
    default: '60 us',
    max: '1 s',
    source: TLC,
  }),
  tPROG: param.quantity('time', 'Page register to array, per page, mean over the pages of a word line', {
    default: '700 us',
    max: '1 s',
    source: TLC,
  }),
  tBERS: param.quantity('time', 'Erasing a block', { default: '3.5 ms', max: '10 s', source: TYPICAL }),
  channelRate: param.quantity('pinRate', 'Data rate of one pin of a channel', {
    default: '1.2 GT/s',
    min: '1 Mb/s',
    max: '1 Tb/s',
    source: { source: 'ONFI 4.1', confidence: 'recalled' },
  }),
  channelPins: param.integer('Data pins of a channel', { max: 1024, default: 8 }),
  commandOverhead: param.quantity(
    'time',
    'Bus time of the command and address of one page; 0 ps where they have pins of their own',
    {
      default: '290 ns',
      max: '1 s',
      source: {
        source: 'MQSim (CMU-SAFARI), defaults of its NV-DDR2 protocol',
        confidence: 'secondary',
        note: 'tCS + 6 tWC + tWB + tRR of a read of one plane',
      },
    },
  ),
  planeOverhead: param.optionalQuantity(
    'time',
    'The same of each further page of a multi-plane command; commandOverhead unless given, and nothing where that is 0 ps',
    { max: '1 s' },
  ),
  arbitration: param.choice(
    ['command-first', 'data-first'],
    'Whether the channel issues commands before it moves pages, which keeps dies busy, or after',
    { default: 'command-first' },
  ),
  multiPlane: param.choice(
    ['none', 'aligned', 'independent'],
    'Planes of a die at work together: one, those whose next pages are in one row (one command), or each for itself',
    { default: 'aligned' },
  ),
  cacheRead: param.flag(
    'Whether a cache register takes a page over, so that the next array read starts during the transfer',
    { default: true },
  ),
  readSlice: param.quantity(
    'data',
    'Transfers of pages are cut into slices of this size, started only in the gaps of read-compute traffic; 0 B for whole pages, which make it wait',
    { default: '0 B', max: '1 MiB' },
  ),

  programSuspend: param.optionalQuantity(
    'time',
    'Level detailed: from the suspension of a program until its die takes a read; programs are not suspended unless given',
    { min: '1 ps', max: '1 s' },
  ),
  eraseSuspend: param.optionalQuantity(
    'time',
    'Level detailed: from the suspension of an erase until its die takes a read; erases are not suspended unless given',
    { min: '1 ps', max: '1 s' },
  ),
  detail: param.choice(
    ['fast', 'detailed'],
    'Page by page, with leaps over what repeats; or every operation, in queues by priority, for reads and writes',
    { default: 'fast' },
  ),

  coresPerDie: param.integer(
    'In-memory compute: cores of one die, each beside a plane of its own, from plane 0 on',
    { max: 64, default: 1 },
  ),
  vectorBuffer: param.quantity('data', 'In-memory compute: room of a core for the input that it waits with', {
    default: '1 KiB',
    max: '64 MiB',
  }),
  errorCorrection: param.choice(
    ['none', 'outlier'],
    'In-memory compute: on-die protection of the largest hundredth of the INT8 values of a computed page, kept in its spare area',
    { default: 'none' },
  ),
  correctionTime: param.quantity('time', 'In-memory compute: added to the array read of a computed page', {
    default: '0 ps',
    max: '1 s',
  }),
  correctionEnergy: param.quantity('energy', 'In-memory compute: correcting a computed page', {
    default: '0 J',
    max: '1 mJ',
  }),

  readEnergy: param.quantity('energy', 'Array read of one page', {
    default: '4.5 uJ',
    max: '1 mJ',
    source: ENERGY,
  }),
  programEnergy: param.quantity('energy', 'Programming one page', {
    default: '55 uJ',
    max: '10 mJ',
    source: ENERGY,
  }),
  eraseEnergy: param.quantity('energy', 'Erasing one block', {
    default: '150 uJ',
    max: '100 mJ',
    source: ENERGY,
  }),
  ioEnergy: param.quantity('energyPerBit', 'Moving a bit over a channel', {
    default: '4 pJ/bit',
    source: { ...ENERGY, note: 'NV-DDR3 at 1.2 V: 3 to 5 pJ/bit' },
  }),
  standbyPower: param.quantity('power', 'Standby of one die', {
    default: '0.1 mW',
    max: '100 W',
    source: ENERGY,
  }),
} as const;

export type NandValues = Values<typeof nandParameters>;
