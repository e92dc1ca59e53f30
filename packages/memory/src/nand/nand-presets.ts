import { CONFIDENCES } from '@systole/core';
import type { Preset, Source } from '@systole/core';

/**
 * Dies, a line each: bits per cell, planes, page, tR, tPROG and tBERS in us, rate in MT/s, blocks of a plane and pages of a
 * block; `-` is not given, and leaves what the chip or the default says.
 *
 * Where a range was given, its middle stands here. tPROG of dies with a published program rate is planes x page / rate.
 * Pages of a block follow from a published erase block of 18 or 24 MB, and blocks of a plane from the capacity of the die;
 * pages are 16 KiB where nobody said otherwise.
 */
const DIES = `
preset              bits  planes   page   tR  tPROG  tBERS  MT/s  blocks  blockPages  confidence
z-nand                 1       8   2048    3    100   2000  1000       -           -  secondary
xl-flash               1      16   4096    5     75      -  1066       -           -  recalled
slc-mode-3d            1       4  16384   25    200   4000     -       -           -  recalled
slc-planar             1       2   2048   25    200   1500     -       -           -  recalled
mqsim-mlc              2       2   8192   75    750   3800   333       -         256  secondary
samsung-48l-tlc        3       -  16384   45    660      -     -       -           -  published
samsung-64l-tlc        3       -  16384   60    700      -     -       -           -  published
samsung-9xl-tlc        3       -  16384   50    500      -     -       -           -  published
kioxia-96l-tlc         3       2  16384   58  574.9      -   533       -           -  published
kioxia-128l-tlc        3       4  16384   56  496.5      -  1066     910        1152  published
kioxia-170l-tlc        3       4  16384   50  409.6      -  2000    1365        1536  published
sk-hynix-176l-tlc      3       4  16384   50  390.1      -  1600       -           -  published
samsung-128l-tlc       3       2  16384   45  399.6      -  1200       -           -  published
samsung-176l-tlc       3       4  16384   40  356.2      -  2000       -           -  published
micron-232l-tlc        3       6  16384   47      -      -  2400       -           -  recalled
qlc-96l                4       4  16384  135   2000      -     -       -           -  recalled
`;

const SOURCES: Readonly<Record<string, string>> = {
  'z-nand': 'Samsung 48-layer SLC, 64 Gb (ISSCC 2018, via the trade press); planes and rate recalled',
  'xl-flash': 'Kioxia XL-FLASH, first generation, 128 Gb',
  'slc-mode-3d': 'conventional 3D NAND in SLC mode',
  'slc-planar': 'planar SLC of the 2x nm class',
  'mqsim-mlc': 'MQSim (CMU-SAFARI), its default planar MLC',
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
  'qlc-96l': 'QLC of 96 layers, 1 Tb (ISSCC 2020); 30 MB/s published, the rest recalled',
};

const ABSENT = '-';

function diePresets(): readonly (readonly [string, Preset])[] {
  const [head = [], ...lines] = DIES.trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  return lines.map((words) => {
    const word = (column: string): string => words[head.indexOf(column)] ?? ABSENT;
    const written = {
      bitsPerCell: word('bits'),
      planesPerDie: word('planes'),
      pageBytes: word('page') === ABSENT ? ABSENT : `${word('page')} B`,
      tR: `${word('tR')} us`,
      tPROG: word('tPROG') === ABSENT ? ABSENT : `${word('tPROG')} us`,
      tBERS: word('tBERS') === ABSENT ? ABSENT : `${word('tBERS')} us`,
      channelRate: word('MT/s') === ABSENT ? ABSENT : `${word('MT/s')} MT/s`,
      blocksPerPlane: word('blocks'),
      pagesPerBlock: word('blockPages'),
    };
    const name = word('preset');
    const values = Object.fromEntries(Object.entries(written).filter(([, text]) => text !== ABSENT));
    const source = SOURCES[name] ?? name;
    const confidence = CONFIDENCES.find((known) => known === word('confidence')) ?? 'recalled';
    return [name, { help: `A die: ${source}`, values, source: { source, confidence } }];
  });
}

const CAMBRICON: Source = {
  source: 'Yu et al.: Cambricon-LLM, MICRO 2024 (arXiv 2409.15654)',
  confidence: 'secondary',
  note: 'not published, and inferred: slices of 256 B, 1 KiB of the 2 KB of buffers for inputs, no time for commands, a cache register, planes that read each for itself',
};

function cambricon(size: string, channels: number, chipsPerChannel: number): readonly [string, Preset] {
  const values = {
    channels,
    chipsPerChannel,
    diesPerChip: 2,
    planesPerDie: 2,
    coresPerDie: 1,
    pageBytes: '16 KiB',
    spareBytes: '1664 B',
    tR: '30 us',
    channelRate: '1 GT/s',
    channelPins: 8,
    commandOverhead: '0 ps',
    multiPlane: 'independent',
    cacheRead: true,
    readSlice: '256 B',
    vectorBuffer: '1 KiB',
    errorCorrection: 'outlier',
  };
  const help = `Flash of Cambricon-LLM-${size}: ${channels} channels of ${chipsPerChannel} chips`;
  return [`cambricon-llm-${size.toLowerCase()}`, { help, values, source: CAMBRICON }];
}

/** Dies, and the flash of the three sizes of Cambricon-LLM. */
export const nandPresets: Readonly<Record<string, Preset>> = Object.fromEntries([
  ...diePresets(),
  cambricon('S', 8, 2),
  cambricon('M', 16, 4),
  cambricon('L', 32, 8),
]);
