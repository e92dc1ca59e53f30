import { defineComponent } from '@systole/core';
import type { Facts, ParameterConflict, Transaction } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import { dramPresets } from '../presets/dram-presets.ts';
import { inMemoryPresets } from '../presets/in-memory-presets.ts';
import { detailedConflicts } from './detailed/detailed-conflicts.ts';
import { DetailedDramModel } from './detailed/detailed-dram-model.ts';
import { burstPeriods, detailedBurstPeriod } from './detailed/device-of-values.ts';
import { DramModel } from './dram-model.ts';
import {
  activateEnergy,
  readBurstEnergy,
  refreshEnergyPerPs,
  standbyEnergyPerPs,
  standbyPower,
  writeBurstEnergy,
} from './energy.ts';
import { dramParameters } from './parameters.ts';
import type { DramValues } from './parameters.ts';
import { perBankConflicts } from './per-bank-refresh.ts';
import { burstTime, geometryOf, macGapOf } from './timing.ts';
import { dramTransactions } from './transactions.ts';

const PICOSECONDS_PER_SECOND = 1e12;

/** Banks over all channels: the state of each is held, and more are not to be found in one chip. */
const MAX_BANKS = 2 ** 20;

/** Time of one burst of a channel at its peak rate, exact. */
function burstPeriod(values: DramValues): number {
  if (values.detail === 'detailed') return detailedBurstPeriod(values);
  return Math.max(burstTime(values), values.tCCDS);
}

/** Time of one burst on the pins. */
function pinTime(values: DramValues): number {
  return values.detail === 'detailed' ? burstPeriods(values) * values.clockPeriod : burstTime(values);
}

function facts(values: DramValues): Facts {
  const { channels, banks, bankBytes, burstBytes } = geometryOf(values);
  const lanes = channels * banks;
  const macGap = macGapOf(values);
  const bufferGap = Math.max(pinTime(values), values.tBufferWrite ?? values.tCCDS);
  const access = Math.min(values.tCL, values.tCWL) + pinTime(values);
  const inPlace = (values.tRCDMac ?? values.tRCD) + macGap;
  return {
    capacity: lanes * bankBytes,
    bandwidth: (channels * burstBytes * PICOSECONDS_PER_SECOND) / burstPeriod(values),
    ...(macGap > 0 ? { internalBandwidth: (lanes * burstBytes * PICOSECONDS_PER_SECOND) / macGap } : {}),
    minimumLatency: Math.floor(Math.min(access, bufferGap, inPlace)),
    resources: channels,
  };
}

function lowerBound(transaction: Transaction, values: DramValues): Picoseconds {
  const { bandwidth = Infinity, internalBandwidth = Infinity, minimumLatency } = facts(values);
  const { channels, banks, burstBytes } = geometryOf(values);
  const dim = (name: string, otherwise: number): number => transaction.dims?.[name] ?? otherwise;
  if (transaction.kind === 'vector-write') {
    const time = (dim('vectorBytes', 0) * PICOSECONDS_PER_SECOND * channels) / bandwidth;
    return Math.max(minimumLatency, Math.floor(time));
  }
  if (transaction.kind === 'segment-stream') {
    const bytes = dim('groups', 1) * dim('segments', 1) * dim('passes', 1) * burstBytes;
    const time = (bytes * PICOSECONDS_PER_SECOND * channels * banks) / internalBandwidth;
    return Math.max(minimumLatency, Math.floor(time));
  }
  return Math.max(minimumLatency, Math.floor((transaction.bytes * PICOSECONDS_PER_SECOND) / bandwidth));
}

function conflicts(values: DramValues): readonly ParameterConflict[] {
  const found: ParameterConflict[] = [];
  const expect = (isRight: boolean, parameter: string, message: string, hint: string): void => {
    if (!isRight) found.push({ parameter, message, hint });
  };
  const { rowBytes, burstBytes, tRAS, tRC, tRFC, tREFI, tFAW, tRRDS, tCCDS, tCCDL } = values;
  const banks = values.channels * values.bankGroups * values.banksPerGroup;
  expect(
    banks <= MAX_BANKS,
    'channels',
    `${values.channels} channels have ${banks} banks together; the most is ${MAX_BANKS}`,
    'Lower channels, bankGroups or banksPerGroup.',
  );
  const isWhole = Number.isInteger(burstBytes) && Number.isInteger(rowBytes);
  expect(isWhole, 'burstBytes', 'bursts and rows are whole numbers of bytes', 'Give both in bytes.');
  expect(
    rowBytes % burstBytes === 0 && rowBytes >= burstBytes,
    'rowBytes',
    `a row of ${rowBytes} B is no multiple of a burst of ${burstBytes} B`,
    `Make it a multiple of ${burstBytes} B.`,
  );
  expect(tRAS <= tRC, 'tRAS', `tRAS of ${tRAS} ps is above tRC of ${tRC} ps`, 'tRC is about tRAS + tRP.');
  if (values.refresh === 'per-bank') found.push(...perBankConflicts(values));
  if (values.refresh === 'all-bank') {
    expect(
      tRFC < tREFI,
      'tRFC',
      `tRFC of ${tRFC} ps leaves nothing of tREFI of ${tREFI} ps`,
      'Lower tRFC, raise tREFI, or set refresh: none.',
    );
  }
  expect(
    tFAW === 0 || tFAW >= tRRDS,
    'tFAW',
    `tFAW of ${tFAW} ps is below tRRDS of ${tRRDS} ps`,
    'A window of four activates is at least one gap long; 0 ps switches it off.',
  );
  expect(
    tCCDL >= tCCDS || values.bankGroups === 1,
    'tCCDL',
    'tCCDL is below tCCDS',
    'Banks of one group are slower.',
  );
  const { tBufferWrite = tCCDS, tResultRead = tCCDS } = values;
  // Both pass the port, whose peak rate is a burst every tCCDS.
  for (const [parameter, gap] of Object.entries({ tBufferWrite, tResultRead })) {
    expect(
      gap >= tCCDS,
      parameter,
      `${parameter} of ${gap} ps is below tCCDS of ${tCCDS} ps`,
      'No burst follows another sooner.',
    );
  }
  if (values.detail === 'detailed' && found.length === 0) found.push(...detailedConflicts(values));
  const { IDD2N, IDD3N, IDD4R, IDD4W, IDD5 } = values;
  expect(IDD3N >= IDD2N, 'IDD3N', 'open rows draw less than closed ones', 'IDD3N is at least IDD2N.');
  expect(IDD4R >= IDD3N, 'IDD4R', 'reading draws less than standing by', 'IDD4R is at least IDD3N.');
  expect(IDD4W >= IDD3N, 'IDD4W', 'writing draws less than standing by', 'IDD4W is at least IDD3N.');
  expect(
    IDD5 >= IDD3N || values.refresh === 'none',
    'IDD5',
    'refresh draws less than standing by',
    'IDD5 is at least IDD3N.',
  );
  expect(
    activateEnergy(values) >= 0,
    'IDD0',
    'activates draw less than the open rows that they leave',
    'Raise IDD0, or set activeStandby: per-bank where IDD3N was measured with all banks open.',
  );
  return found;
}

/**
 * DRAM at row granularity: DDR, LPDDR, GDDR and HBM by their timing, with in-memory compute where a unit is attached.
 */
export const dram = defineComponent({
  type: 'memory/dram',
  role: 'memory',
  summary:
    'DRAM at row granularity: open rows, activation limits, refresh as a rate, compute beside the banks.',
  parameters: dramParameters,
  presets: { ...dramPresets, ...inMemoryPresets },
  ports: { port: { help: 'Where data goes in and out', connections: 64 } },
  accepts: dramTransactions,
  reasons: {
    activate: 'a row was being opened',
    column: 'data was moved, or column commands kept their gaps',
    'vector-write': 'the vector of in-memory compute was written into the buffers',
    precharge: 'a bank was closing a row or not yet ready to open the next',
    refresh: 'rows were being refreshed',
    turnaround: 'the data bus was turning around, or a bank group was not ready, before the first access',
    'activation-window': 'tRRD or the four-activate window held an activate back',
    'mode-switch': 'a channel was switching between its array and its vector buffer and sums',
    'result-read': 'sums of in-memory compute were completed and read',
    'command-wait': 'detailed: commands waited for banks, windows, refreshes, or for one another',
    latency: 'the first data was on its way',
    'channel-wait': 'the channel that ended last was still serving earlier work',
  },
  statistics: {
    rowHits: { unit: 'accesses', help: 'Column accesses of one bank that found their row open' },
    rowMisses: { unit: 'accesses', help: 'First accesses to a row of a bank that held no data open' },
    rowConflicts: { unit: 'accesses', help: 'First accesses to a row of a bank that held another row open' },
    activations: { unit: 'activates', help: 'Rows opened, per bank' },
    columnReads: { unit: 'bursts', help: 'Read bursts' },
    columnWrites: { unit: 'bursts', help: 'Write bursts' },
    inPlaceAccesses: { unit: 'accesses', help: 'Column accesses of one bank for in-memory compute' },
  },
  actions: {
    activate: { help: 'Opens and closes a row of one bank', unit: 'activation', energy: activateEnergy },
    'read-burst': { help: 'Reads a burst, up to the interface', unit: 'burst', energy: readBurstEnergy },
    'write-burst': { help: 'Writes a burst, from the interface on', unit: 'burst', energy: writeBurstEnergy },
    'in-place-access': {
      help: 'Reads a column of one bank for the unit beside it',
      unit: 'access',
      energy: (values) => values.inPlaceAccessShare * readBurstEnergy(values),
    },
    'interface-bit': {
      help: 'Moves a bit across the pins',
      unit: 'bit',
      energy: (values) => values.interfaceEnergy,
    },
    refresh: {
      help: 'Refreshes a channel while it serves',
      unit: 'ps x channel',
      energy: refreshEnergyPerPs,
    },
    'active-standby': {
      help: 'Holds rows open while a channel serves',
      unit: 'ps x bank',
      energy: standbyEnergyPerPs,
    },
  },
  citations: [
    'Ramulator 2.1 (CMU-SAFARI): presets and behaviour of its controller',
    'DRAMsim3 (University of Maryland): currents and the IDD method',
    'GDDR6-AiM simulator (arkhadem/aim_simulator): commands of in-memory compute',
  ],
  inMemory: 'host',
  commandOverheads: {
    parts: {
      columns: ['column'],
      rows: ['activate', 'precharge'],
      'activation-limit': ['activation-window'],
      'mode-switch': ['mode-switch'],
      'result-read': ['result-read'],
      'vector-write': ['vector-write'],
      refresh: ['refresh'],
    },
    presets: Object.keys(inMemoryPresets),
  },
  places: ({ channels, bankGroups, banksPerGroup }) => channels * bankGroups * banksPerGroup,
  fastError: {
    share: 0.05,
    worst: 0.18,
    basis:
      '95 of 100 of 4500 reads, writes and mixes of streams on every preset, with queues of 16 to 64, both row policies, with refresh and without; reads and writes at once where pseudo channels share a controller are off by up to 28 %',
  },
  staticPower: standbyPower,
  facts,
  lowerBound,
  conflicts,
  create: (context) =>
    context.values.detail === 'detailed' ? new DetailedDramModel(context) : new DramModel(context),
});
