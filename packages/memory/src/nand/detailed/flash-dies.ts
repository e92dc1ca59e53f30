import type { Confidence } from '@systole/core';
import type { CommandTimes, FlashEnergy, FlashSpec, Range, RangeOf, Suspension } from './flash-spec.ts';

/** A die of the catalogue. Times in ps, sizes in bytes, rates in transfers per second. */
export interface FlashDie {
  readonly name: string;
  readonly bitsPerCell: number;
  readonly planes: number;
  readonly pageBytes: number;
  readonly tR: Range;
  readonly tPROG: Range;
  readonly tBERS: Range;
  readonly channelRate: number;
  readonly blocksPerPlane: number;
  readonly pagesPerBlock: number;
  readonly eraseSuspend?: Suspension;
  readonly programSuspend?: Suspension;
  readonly source: string;
  readonly confidence: Confidence;
  /** Figures that nobody published of this die: what is usual of its kind stands there. */
  readonly inferred: readonly string[];
}

/*
 * Bits per cell, planes, page in bytes, tR, tPROG and tBERS in us (low-high, where the source gives a range), capacity in
 * Gb, pages of a block, MT/s. `~` before a figure: usual of such dies rather than known of this one. tPROG of dies with a
 * published program rate is planes x page / rate.
 */
const DIES = `
name                bits planes  page       tR       tPROG        tBERS    Gb  pages  MT/s  confidence
z-nand                 1     ~8  2048        3         100   ~1000-3000    64   ~256  ~1000  secondary
xl-flash               1     16  4096      4-5          75   ~1000-3000   128   ~256   1066  recalled
xl-flash-2             2     16  4096     5-10   ~150-250    ~1000-3000   256   ~512   3200  recalled
slc-mode-3d            1      4 16384    20-30     150-250    3000-5000  ~128   ~384  ~1200  recalled
slc-planar             1      2  2048       25         200         1500   ~32   ~128   ~200  recalled
mqsim-mlc              2      2  8192       75         750         3800   ~64    256    333  secondary
samsung-48l-tlc        3     ~2 16384       45         660   ~3000-5000   256   ~576   ~800  published
samsung-64l-tlc        3     ~2 16384       60         700   ~3000-5000   512  ~1152   ~800  published
samsung-9xl-tlc        3     ~2 16384       50         500   ~3000-5000   256  ~1152  ~1200  published
kioxia-96l-tlc         3      2 16384       58      ~574.9   ~3000-5000   512  ~1152    533  published
kioxia-128l-tlc        3      4 16384       56      ~496.5   ~3000-5000   512   1152   1066  published
kioxia-170l-tlc        3      4 16384       50      ~409.6   ~3000-5000  1024   1536   2000  published
sk-hynix-176l-tlc      3      4 16384       50      ~390.1   ~3000-5000   512  ~1152   1600  published
samsung-128l-tlc       3      2 16384       45      ~399.6   ~3000-5000   512  ~1152   1200  published
samsung-176l-tlc       3      4 16384       40      ~356.2   ~3000-5000   512  ~1152   2000  published
micron-232l-tlc        3      6 16384    45-50   ~350-450    ~3000-5000  1024  ~2304   2400  recalled
tlc-2xx-layers         3      6 16384    34-45  ~479-507     ~3000-5000  1024  ~2304   3600  recalled
qlc-96l                4      4 16384  110-160        2000   ~3000-5000  1024  ~1152  ~1200  recalled
`;

const SOURCES: Readonly<Record<string, string>> = {
  'z-nand': 'Samsung 48-layer SLC, 64 Gb (ISSCC 2018, via the trade press); planes and rate recalled',
  'xl-flash': 'Kioxia XL-FLASH, first generation, 128 Gb',
  'xl-flash-2': 'Kioxia XL-FLASH, second generation in MLC mode, 256 Gb',
  'slc-mode-3d': 'conventional 3D NAND in SLC mode',
  'slc-planar': 'planar SLC of the 2x nm class',
  'mqsim-mlc': 'MQSim (CMU-SAFARI), its default planar MLC, with its suspend times',
  'samsung-48l-tlc': 'Samsung 48-layer TLC, 256 Gb',
  'samsung-64l-tlc': 'Samsung 64-layer TLC, 512 Gb',
  'samsung-9xl-tlc': 'Samsung 9x-layer TLC, 256 Gb',
  'kioxia-96l-tlc': 'Kioxia/WD 96-layer TLC, 512 Gb (ISSCC 2018): 57 MB/s',
  'kioxia-128l-tlc': 'Kioxia/WD 128-layer TLC, 512 Gb (ISSCC 2019): 132 MB/s',
  'kioxia-170l-tlc': 'Kioxia/WD >170-layer TLC, 1 Tb (ISSCC 2021): 160 MB/s',
  'sk-hynix-176l-tlc': 'SK hynix 176-layer TLC, 512 Gb (ISSCC 2021): 168 MB/s',
  'samsung-128l-tlc': 'Samsung 128-layer TLC, 512 Gb (ISSCC 2019): 82 MB/s',
  'samsung-176l-tlc': 'Samsung 176-layer-class TLC, 512 Gb (ISSCC 2021): 184 MB/s',
  'micron-232l-tlc': 'Micron 232-layer TLC, 1 Tb',
  'tlc-2xx-layers': 'TLC of 2xx to 3xx layers (2023-24), 1 Tb: 194 to 205 MB/s',
  'qlc-96l': 'QLC of 96 layers, 1 Tb (ISSCC 2020); 30 MB/s published, the rest recalled',
};

const PICOSECONDS_PER_MICROSECOND = 1e6;
const PICOSECONDS_PER_NANOSECOND = 1000;
const GIGABIT = 2 ** 30;
const BITS_PER_BYTE = 8;
const FEMTOJOULES_PER_PICOJOULE = 1000;
const FEMTOJOULES_PER_MICROJOULE = 1e9;

/** MQSim's suspend times. It suspends erases alone unless told otherwise; the limits beside the times are ours. */
const MQSIM_SUSPENSION = {
  eraseSuspend: suspension(700),
  programSuspend: suspension(100),
} as const;

function suspension(microseconds: number): Suspension {
  const time = microseconds * PICOSECONDS_PER_MICROSECOND;
  return { time, least: 0, span: 4 * time, times: 4 };
}

/** Dies by name, with their sources. */
export const FLASH_DIES: Readonly<Record<string, FlashDie>> = Object.fromEntries(
  readDies().map((die) => [die.name, die]),
);

function readDies(): readonly FlashDie[] {
  const [head = [], ...lines] = DIES.trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return lines.map((words) => {
    const word = (column: string): string => (words[head.indexOf(column)] ?? '').replace('~', '');
    const size = (column: string): number => Number(word(column));
    const time = (column: string): Range => {
      const ends = word(column)
        .split('-')
        .map((text) => Math.round(Number(text) * PICOSECONDS_PER_MICROSECOND));
      const [low = 0, high = low] = ends;
      return { low, typical: (low + high) / 2, high };
    };
    const name = word('name');
    const planeBytes = (size('Gb') * GIGABIT) / BITS_PER_BYTE / size('planes');
    return {
      name,
      bitsPerCell: size('bits'),
      planes: size('planes'),
      pageBytes: size('page'),
      tR: time('tR'),
      tPROG: time('tPROG'),
      tBERS: time('tBERS'),
      channelRate: size('MT/s') * 1e6,
      blocksPerPlane: Math.max(1, Math.floor(planeBytes / size('page') / size('pages'))),
      pagesPerBlock: size('pages'),
      ...(name === 'mqsim-mlc' ? MQSIM_SUSPENSION : {}),
      source: SOURCES[name] ?? name,
      confidence: confidenceOf(word('confidence')),
      inferred: head.filter((_, column) => words[column]?.startsWith('~') === true),
    };
  });
}

function confidenceOf(word: string): Confidence {
  return word === 'published' || word === 'secondary' ? word : 'recalled';
}

/** ONFI revisions and Toggle DDR, in MT/s of a pin; recalled from their headlines. */
export const FLASH_INTERFACES: Readonly<Record<string, number>> = {
  'onfi-2-nv-ddr': 200,
  'onfi-3-nv-ddr2': 533,
  'onfi-4.0-nv-ddr3': 800,
  'onfi-4.1': 1200,
  'onfi-4.2': 1600,
  'onfi-5.0': 2400,
  'onfi-5.1': 3600,
  'onfi-6.0-sca': 4800,
  'toggle-4.0': 1600,
  'toggle-5.0': 3200,
};

function nanoseconds<Name extends string>(
  times: Readonly<Record<Name, number>>,
): Readonly<Record<Name, number>> {
  const entries = Object.entries<number>(times).map(([name, time]) => [
    name,
    time * PICOSECONDS_PER_NANOSECOND,
  ]);
  // The same names, of which each has a time.
  return Object.fromEntries(entries) as Record<Name, number>;
}

/** NV-DDR2 times of commands: the defaults of MQSim (CMU-SAFARI), read from the program. */
export const NV_DDR2_COMMANDS: CommandTimes = nanoseconds({
  tCS: 20,
  tWC: 25,
  tWB: 100,
  tRR: 20,
  tDBSY: 500,
  tADL: 70,
  tCALS: 15,
  tWPST: 6,
  tWPSTH: 15,
  tRHW: 100,
  tCCS: 300,
  tRPRE: 15,
  tDQSRE: 15,
});

const SLC_PAGE = 4096;
const MLC_PAGE = 8192;
const TLC_PAGE = 16384;

/**
 * What a die takes, as ranges: data sheets (ICC x VCC x time), Grupp 2009 and FlashPower, recalled, within a factor of two
 * either way. `typical` is the middle. Reads go by the bit; programs and erases by the page and block of the kind of cell.
 */
export function flashEnergyOf(bitsPerCell: number, pageBytes: number, channelRate: number): FlashEnergy {
  const bits = pageBytes * BITS_PER_BYTE;
  const isSlc = bitsPerCell === 1;
  const isMlc = bitsPerCell === 2;
  const usualPage = isSlc ? SLC_PAGE : isMlc ? MLC_PAGE : TLC_PAGE;
  const pages = Math.max(1, pageBytes / usualPage);
  const [programLow, programHigh] = isSlc ? [8, 30] : isMlc ? [40, 150] : [30, 80];
  const [ioLow, ioHigh] = channelRate <= 533e6 ? [5, 10] : channelRate <= 1600e6 ? [3, 5] : [2, 4];
  const perByte = BITS_PER_BYTE * FEMTOJOULES_PER_PICOJOULE;
  return {
    read: range(bitsPerCell <= 2 ? 10 : 25, 45, bits * FEMTOJOULES_PER_PICOJOULE),
    program: range(programLow, programHigh, pages * FEMTOJOULES_PER_MICROJOULE),
    erase: range(20, 300, FEMTOJOULES_PER_MICROJOULE),
    byte: range(ioLow, ioHigh, perByte),
    idle: range(0.03e-3, 0.3e-3, 1),
    source: 'data sheet ICC x VCC x time, Grupp 2009, FlashPower (recalled; within a factor of two)',
  };
}

function range(low: number, high: number, unit: number): RangeOf<number> {
  return { low: low * unit, typical: ((low + high) / 2) * unit, high: high * unit };
}

/**
 * A disk of a die, with a controller of today: everything that may overlap does. Commands go before data, since a cache
 * register, or a second die, is of no use when its next command waits for all the data that is to leave.
 */
export function flashSpecOf(die: FlashDie, changes: Partial<FlashSpec> = {}): FlashSpec {
  const channelRate = changes.channelRate ?? die.channelRate;
  return {
    channels: 8,
    chipsPerChannel: 4,
    diesPerChip: 2,
    planesPerDie: die.planes,
    blocksPerPlane: die.blocksPerPlane,
    pagesPerBlock: die.pagesPerBlock,
    pageBytes: die.pageBytes,
    bitsPerCell: die.bitsPerCell,
    tR: [die.tR.typical],
    tPROG: [die.tPROG.typical],
    tBERS: die.tBERS.typical,
    tCBSY: 0,
    pageOrder: 'in-turn',
    channelRate,
    channelBytes: 1,
    transferTime: 'exact',
    commands: NV_DDR2_COMMANDS,
    commandBus: 'shared',
    dataOutSetup: true,
    multiPlane: 'aligned',
    dieInterleave: true,
    cacheRead: true,
    cacheProgram: true,
    oneShotProgram: false,
    ...(die.programSuspend === undefined ? {} : { programSuspend: die.programSuspend }),
    ...(die.eraseSuspend === undefined ? {} : { eraseSuspend: die.eraseSuspend }),
    arbitration: 'command-first',
    scheduling: 'priority',
    eraseOrder: 'block',
    laneOrder: 'round-robin',
    scanDepth: 256,
    energy: flashEnergyOf(
      changes.bitsPerCell ?? die.bitsPerCell,
      changes.pageBytes ?? die.pageBytes,
      channelRate,
    ),
    ...changes,
  };
}
