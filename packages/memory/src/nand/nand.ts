import { defineComponent } from '@systole/core';
import type { Facts, ParameterConflict, Transaction } from '@systole/core';
import type { Picoseconds } from '@systole/units';
import { DetailedNandModel } from './detailed/detailed-nand-model.ts';
import { channelBandwidth, diesOf } from './device.ts';
import { outlierBytes } from './error-correction.ts';
import { NandModel } from './nand-model.ts';
import { nandPresets } from './nand-presets.ts';
import { nandParameters } from './parameters.ts';
import type { NandValues } from './parameters.ts';
import { nandTransactions } from './transactions.ts';

const PICOSECONDS_PER_SECOND = 1e12;

function facts(values: NandValues): Facts {
  const { channels, planesPerDie, pageBytes, pagesPerBlock, blocksPerPlane, tR, tPROG } = values;
  const dies = channels * diesOf(values);
  const reading = dies * (values.multiPlane === 'none' ? 1 : planesPerDie);
  return {
    capacity: dies * planesPerDie * blocksPerPlane * pagesPerBlock * pageBytes,
    bandwidth: channels * channelBandwidth(values),
    ...(tR > 0 ? { internalBandwidth: (reading * pageBytes * PICOSECONDS_PER_SECOND) / tR } : {}),
    minimumLatency: Math.floor(values.commandOverhead + Math.min(tR, tPROG)),
    resources: channels,
  };
}

function lowerBound(transaction: Transaction, values: NandValues): Picoseconds {
  const { bandwidth = Infinity, minimumLatency } = facts(values);
  const moving = Math.floor((transaction.bytes * PICOSECONDS_PER_SECOND) / bandwidth);
  if (transaction.kind !== 'page-compute') return Math.max(minimumLatency, moving);
  const { rounds = 1, pagesPerCore = 1, channels = values.channels } = transaction.dims ?? {};
  // The array beside a core reads one page after another; each channel that is used moves its own inputs and results.
  const reading = Math.floor(rounds * pagesPerCore * values.tR);
  return Math.max(
    minimumLatency,
    reading,
    Math.floor((moving * values.channels) / Math.max(channels, 1)) - 1,
  );
}

function conflicts(values: NandValues): readonly ParameterConflict[] {
  const found: ParameterConflict[] = [];
  const expect = (isRight: boolean, parameter: string, message: string, hint: string): void => {
    if (!isRight) found.push({ parameter, message, hint });
  };
  const { pageBytes, spareBytes, readSlice, vectorBuffer, coresPerDie, planesPerDie } = values;
  for (const [parameter, bytes] of Object.entries({ pageBytes, spareBytes, readSlice, vectorBuffer })) {
    const message = `${parameter} of ${bytes} B is no whole number of bytes`;
    expect(Number.isInteger(bytes), parameter, message, 'Give it in bytes.');
  }
  expect(
    values.pagesPerBlock % values.bitsPerCell === 0,
    'pagesPerBlock',
    `a block of ${values.pagesPerBlock} pages does not end with a word line of ${values.bitsPerCell} pages`,
    `Make it a multiple of ${values.bitsPerCell}.`,
  );
  expect(
    coresPerDie <= planesPerDie,
    'coresPerDie',
    `${coresPerDie} cores for ${planesPerDie} planes of a die`,
    'Each core stands beside a plane of its own.',
  );
  expect(
    coresPerDie === 1 || values.multiPlane !== 'none',
    'multiPlane',
    `${coresPerDie} cores of a die work together, on planes that cannot`,
    'Set multiPlane: aligned, or use one core of each die.',
  );
  if (values.errorCorrection === 'outlier') {
    const needed = outlierBytes(pageBytes);
    expect(
      needed <= spareBytes,
      'spareBytes',
      `outlier protection takes ${needed} B of a page, and its spare area has ${spareBytes} B`,
      'Raise spareBytes, or set errorCorrection: none.',
    );
  }
  const { capacity = 0 } = facts(values);
  expect(
    Number.isSafeInteger(Math.ceil(capacity)),
    'blocksPerPlane',
    `a capacity of ${capacity} B is more than can be addressed`,
    'Lower the number of channels, dies or blocks.',
  );
  return found;
}

/** NAND flash: planes, dies and channels by their timing, with computing in the dies where a unit is attached. */
export const nand = defineComponent({
  type: 'memory/nand',
  role: 'memory',
  summary: 'NAND flash behind shared channels: page reads, programs, and read-compute of cores in the dies.',
  parameters: nandParameters,
  presets: nandPresets,
  ports: { port: { help: 'Where data goes in and out', connections: 64 } },
  accepts: nandTransactions,
  reasons: {
    command: 'a command was on the bus of its channel',
    'transfer-in': 'data to program, or the input of a round, was on the bus of its channel',
    'page-read': 'a page was being read from its array',
    compute: 'cores were computing, and no page was being read for them',
    'transfer-out': 'a page, or the results of a round, were on the bus of their channel',
    program: 'a page was being programmed, or its block erased',
    'channel-wait': 'its channel, its die or another of its channels was at work for others',
  },
  statistics: {
    pagesRead: { unit: 'pages', help: 'Pages read to be moved out' },
    pagesProgrammed: { unit: 'pages', help: 'Pages programmed' },
    blocksErased: { unit: 'blocks', help: 'Blocks erased before their first page was programmed' },
    pagesComputed: { unit: 'pages', help: 'Pages read for the cores beside them' },
    channelBusy: { unit: 'ps x channel', help: 'Time of commands and data on the buses' },
  },
  actions: {
    'read-page': { help: 'Reads a page from its array', unit: 'page', energy: (values) => values.readEnergy },
    'program-page': { help: 'Programs a page', unit: 'page', energy: (values) => values.programEnergy },
    'erase-block': { help: 'Erases a block', unit: 'block', energy: (values) => values.eraseEnergy },
    'correct-page': {
      help: 'Corrects a page for the core beside it',
      unit: 'page',
      energy: (values) => values.correctionEnergy,
    },
    'interface-bit': { help: 'Moves a bit over a channel', unit: 'bit', energy: (values) => values.ioEnergy },
  },
  citations: [
    'Yu et al.: Cambricon-LLM, MICRO 2024 (arXiv 2409.15654): read-compute, sliced reads, outlier protection',
    'MQSim (CMU-SAFARI, FAST 2018): behaviour of an SSD back end',
  ],
  inMemory: 'host',
  places: ({ channels, chipsPerChannel, diesPerChip, coresPerDie }) =>
    channels * chipsPerChannel * diesPerChip * coresPerDie,
  fastError: {
    share: 0.06,
    basis:
      'level detailed, which is within 2 % of 46 cases of MQSim: 13,000 small transactions of generated specs within 2.5 %, of 4,800 larger ones and mixes a median of 0 % and a 95th percentile of 6 %; runs in random order over aligned planes are off by up to 57 % (writes) and 23 % (reads)',
  },
  staticPower: (values) => values.standbyPower * values.channels * diesOf(values),
  facts,
  lowerBound,
  conflicts,
  create: (context) =>
    context.values.detail === 'detailed' ? new DetailedNandModel(context) : new NandModel(context),
});
