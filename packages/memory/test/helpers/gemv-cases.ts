import { readFileSync } from 'node:fs';
import type { Transaction } from '@systole/core';
import { pimUnit } from './pim-unit.ts';
import type { UnitShape } from './pim-unit.ts';
import { dramMachine, sequence } from './run.ts';

interface Workload {
  readonly M: number;
  readonly K: number;
  readonly channels: number;
  readonly bias: boolean;
  readonly rows: number;
  readonly cols: number;
  readonly n: number;
  readonly in: number;
  readonly out: number;
  readonly mac_commands: number;
}

export interface GemvCase {
  readonly config: string;
  readonly rule: string;
  readonly workload: Workload;
  readonly cycles: number;
}

interface Fixture {
  readonly configs: Readonly<Record<string, Readonly<Record<string, string | number>>>>;
  readonly cases: readonly GemvCase[];
}

const fixture = new URL('../fixtures/pim-gemv.json', import.meta.url);
const { configs, cases } = JSON.parse(readFileSync(fixture, 'utf8')) as Fixture;

/** One clock of every reference, in ps: what counts is the number of clocks. */
const CLOCK = 1000;
const clocks = (count: number): string => `${count} ns`;

type Values = Readonly<Record<string, string | number>>;

function configOf(name: string): Values {
  const config = configs[name] ?? {};
  return typeof config.same_as === 'string' ? { ...configOf(config.same_as), ...config } : config;
}

/** What is written over the values of every case: the level of detail. */
let level: Values = {};

function cyclesOf(values: Values, unit: UnitShape, transactions: readonly Transaction[], start = 0): number {
  const tasks = sequence(transactions).map((task, index) =>
    index === 0 ? { ...task, delay: start * CLOCK } : task,
  );
  return dramMachine([], { ...values, ...level }, pimUnit(unit)).run(tasks).duration / CLOCK;
}

function stream(dims: Readonly<Record<string, number>>): Transaction {
  return { kind: 'segment-stream', bytes: 0, format: 'bf16', dims: { channels: 1, passes: 1, ...dims } };
}

function vector(bytes: number): Transaction {
  return { kind: 'vector-write', bytes, dims: { vectorBytes: bytes, channels: 1 } };
}

// GDDR6-AiM: https://github.com/arkhadem/aim_simulator, 16 banks of 2 KiB rows, 32 B columns.
const AIM_BANKS = 16;
const AIM_COLUMN = 32;
const AIM_ROW = 2048;

function aimValues(config: string, resultRead: number): Values {
  const base = configOf('aim-none');
  const own = configOf(config);
  const n = (name: string): number => Number(own[name] ?? base[name]);
  const isRefreshed = own.nREFI !== undefined;
  return {
    bankGroups: 4,
    banksPerGroup: 4,
    rowBytes: '2 KiB',
    rowsPerBank: 16384,
    burstBytes: '32 B',
    dataPins: 16,
    pinRate: '8 Gb/s',
    tRCD: clocks(n('nRCDRD')),
    tRP: clocks(n('nRP')),
    tRAS: clocks(n('nRAS')),
    tRC: clocks(n('nRC')),
    tRTP: clocks(n('nRTP')),
    tCCDS: clocks(n('nCCDS')),
    tCCDL: clocks(n('nCCDL')),
    refresh: isRefreshed ? 'all-bank' : 'none',
    ...(isRefreshed ? { tREFI: clocks(n('nREFI')), tRFC: clocks(n('nRFC')) } : {}),
    tRCDMac: clocks(n('nRCDRDMAC')),
    tCCDMac: clocks(n('nCCDL')),
    // WRGB to WRGB; and a blocking read of 16 sums: 3, or 1 for the bias before and 5 until the next write.
    tBufferWrite: clocks(2),
    tResultRead: clocks(resultRead),
    modeSwitch: clocks(n('nMODCH')),
  };
}

/** MAC16 to RDMAC16 is one column gap: when the sum is there. */
const AIM_UNIT: UnitShape = { drain: 2 * CLOCK };
/** The peer writes a configuration register first, which takes a slot of its instruction queue. */
const AIM_START = 1;

function aimGemv({ config, rule, workload }: GemvCase): number {
  const { M, K, channels, bias } = workload;
  const groups = Math.ceil(M / (AIM_BANKS * channels));
  const tiles = Array.from({ length: Math.ceil(K / 1024) }, (_, tile) =>
    Math.min(64, Math.ceil((K - 1024 * tile) / 16)),
  );
  const packed = rule.endsWith('packed') ? Math.floor(64 / (tiles[0] ?? 64)) : 1;
  const values = aimValues(config, bias ? 6 : 3);
  const dims = { banks: AIM_BANKS, groupStride: AIM_ROW * tiles.length };
  if (rule.includes('SO') && tiles.length > 1) {
    // Output-stationary: the sums of a group stay in place while the vector tiles follow one another.
    const last = tiles.length - 1;
    const group = tiles.flatMap((columns, tile) => [
      vector(columns * AIM_COLUMN),
      stream({ ...dims, groups: 1, segments: columns, keep: tile === last ? 0 : 1 }),
    ]);
    return cyclesOf(values, AIM_UNIT, Array.from({ length: groups }, () => group).flat(), AIM_START);
  }
  const work = tiles.flatMap((columns) => {
    if (packed === 1) return [vector(columns * AIM_COLUMN), stream({ ...dims, groups, segments: columns })];
    // `packed` groups side by side in a row, and the rest of the row unused.
    const rows = Array.from({ length: Math.ceil(groups / packed) }, (_, row) =>
      stream({ banks: AIM_BANKS, groups: Math.min(packed, groups - row * packed), segments: columns }),
    );
    return [vector(columns * AIM_COLUMN), ...rows];
  });
  return cyclesOf(values, AIM_UNIT, work, AIM_START);
}

function aimRows({ config, workload }: GemvCase): number {
  // Every row gives a sum of its own, and none is read.
  const values = { ...aimValues(config, 2), modeSwitch: '0 ns' };
  const { rows, cols } = workload;
  const dims = { banks: AIM_BANKS, groups: rows, segments: cols, groupStride: AIM_ROW, keep: 1 };
  return cyclesOf(values, { accumulators: rows + 1 }, [stream(dims)]);
}

function aimVectors({ config, workload }: GemvCase): number {
  const writes = Array.from({ length: workload.n }, () => vector(workload.cols * AIM_COLUMN));
  return cyclesOf(aimValues(config, 3), {}, writes, AIM_START);
}

// AttAcc: HBM3, all 32 banks of a pseudo channel, columns 6 clocks apart for the sake of power.
function attaccStream({ config, workload }: GemvCase): number {
  const values = configOf(config);
  const n = (name: string): string => clocks(Number(values[name]));
  const dram = {
    bankGroups: 4,
    banksPerGroup: 8,
    rowBytes: '1 KiB',
    burstBytes: '32 B',
    dataPins: 32,
    pinRate: '4 Gb/s',
    tRCD: n('nRCDRD'),
    tRP: n('nRP'),
    tRAS: n('nRAS'),
    tRC: n('nRC'),
    tRTP: n('nRTPL'),
    tCCDS: n('nCCDS'),
    tCCDL: n('nCCDL'),
    tCCDMac: n('nCCDAB'),
    tREFI: n('nREFI'),
    tRFC: n('nRFC'),
    refresh: values.refresh === undefined ? 'all-bank' : 'none',
  };
  return cyclesOf(dram, {}, [stream({ banks: 32, groups: 1, segments: workload.mac_commands, keep: 1 })]);
}

// Newton: four banks per activate command, one such command per tFAW; its ranks overlap, so that one is modelled.
const NEWTON_BANKS = 32;
const NEWTON_ROW = 1024;

function newtonGemv({ workload }: GemvCase): number {
  const { M, K } = workload;
  const tiles = Math.ceil(M / NEWTON_BANKS);
  const widths = Array.from({ length: Math.ceil(K / 512) }, (_, chunk) => Math.min(512, K - 512 * chunk));
  const dram = {
    bankGroups: 4,
    banksPerGroup: 4,
    rowBytes: '1 KiB',
    rowsPerBank: 2 ** 20,
    burstBytes: '32 B',
    dataPins: 128,
    pinRate: '2 Gb/s',
    tRCD: clocks(14),
    tRP: clocks(14),
    tRAS: clocks(34),
    tRC: clocks(48),
    tRTP: clocks(5),
    tRRDS: clocks(4),
    tRRDL: clocks(6),
    tFAW: clocks(30),
    tCCDS: clocks(1),
    tCCDL: clocks(2),
    tCCDMac: clocks(2),
    allBankActivation: 'windowed',
    refresh: 'none',
  };
  const work = widths.flatMap((width) => {
    const segments = Math.ceil(width / 16);
    const groupStride = NEWTON_ROW * widths.length;
    return [vector(width * 2), stream({ banks: 16, groups: tiles, segments, groupStride })];
  });
  return cyclesOf(dram, { drain: 2 * CLOCK }, work);
}

// HBM2-PIM: 8 units of a pseudo channel, tiles of 128 inputs and 64 outputs per channel, 8 sums in each unit.
/** Clocks that entering and leaving the compute mode take, which is not modelled. */
const HBM_PIM_MODES = 331;

function hbmPimGemv({ config, workload }: GemvCase): number {
  const inputTiles = Math.ceil(workload.in / 128);
  const outputTiles = Math.ceil(workload.out / (64 * workload.channels));
  const dram = {
    bankGroups: 4,
    banksPerGroup: 4,
    rowBytes: '1 KiB',
    burstBytes: '32 B',
    dataPins: 64,
    pinRate: '2 Gb/s',
    tRCD: clocks(14),
    tRP: clocks(14),
    tRAS: clocks(33),
    tRC: clocks(47),
    tRTP: clocks(3),
    tCCDS: clocks(2),
    tCCDL: clocks(4),
    tCCDMac: clocks(4),
    tBufferWrite: clocks(4),
    tREFI: clocks(3900),
    tRFC: clocks(350),
    refresh: config === 'pimsim' ? 'all-bank' : 'none',
  };
  const tile = [vector(256), stream({ banks: 8, groups: 1, segments: 64, keep: 1 })];
  const work = Array.from({ length: inputTiles * outputTiles }, () => tile).flat();
  return HBM_PIM_MODES + cyclesOf(dram, { accumulators: 8 }, work);
}

const REFRESH_INTERVALS: Readonly<Record<string, number>> = {
  'aim-rf3333-210': 3333,
  'aim-rf7800-520': 7800,
  pimsim: 3900,
  'attacc-power': 5070,
  'attacc-npc': 5070,
};

/** What a case is called in the table: refresh as a rate says little about a run that sees few of them. */
export function groupOf({ config, rule, workload, cycles }: GemvCase): string {
  const interval = REFRESH_INTERVALS[config];
  const name = rule.replace(/^aim-gemv-(S[VO]).*/, `aim $1 ${workload.bias ? 'bias' : 'plain'}`);
  if (interval === undefined) return name;
  return `${name}, refreshed ${cycles > 5 * interval ? 'often' : 'seldom'}`;
}

export function simulate(item: GemvCase, detail: 'fast' | 'detailed'): number {
  level = detail === 'fast' ? {} : { detail, standard: 'GDDR6', clockPeriod: clocks(1) };
  if (item.rule.startsWith('aim-gemv')) return aimGemv(item);
  if (item.rule === 'aim-micro-mac-rows') return aimRows(item);
  if (item.rule === 'aim-micro-wr-gb') return aimVectors(item);
  if (item.rule === 'attacc-macab-stream') return attaccStream(item);
  if (item.rule === 'newton-gemv') return newtonGemv(item);
  return hbmPimGemv(item);
}

/** Clocks of public simulators for matrix-vector products in memory. */
export const GEMV_CASES: readonly GemvCase[] = cases;
