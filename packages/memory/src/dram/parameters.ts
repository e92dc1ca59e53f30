import { param } from '@systole/core';
import type { Source, Values } from '@systole/core';

const DDR4: Source = {
  source: 'CMU-SAFARI/ramulator2 v2.1 (commit c5b1c3a), DDR4_8Gb_x8 at DDR4_3200AA',
  confidence: 'secondary',
};
const DDR4_CURRENTS: Source = {
  source: 'umd-memsys/DRAMsim3 (commit 2981759), configs/DDR4_8Gb_x8_3200.ini',
  confidence: 'secondary',
};

/** Those of DRAM_STANDARDS. */
const STANDARDS = [
  'DDR3',
  'DDR4',
  'DDR5',
  'LPDDR5',
  'LPDDR6',
  'GDDR6',
  'GDDR7',
  'HBM1',
  'HBM2',
  'HBM3',
  'HBM4',
] as const;

function time(help: string, value: string) {
  return param.quantity('time', help, { default: value, max: '80 us', source: DDR4 });
}

function current(help: string, value: string) {
  return param.quantity('current', help, { default: value, max: '100 A', source: DDR4_CURRENTS });
}

/**
 * The parameters of `memory/dram`, under their JEDEC names. Everything is per channel, and a channel is what has a
 * data bus of its own: for HBM, and wherever a channel is split, that is the pseudo channel. The defaults are those of
 * one channel of DDR4-3200.
 */
export const dramParameters = {
  detail: param.choice(
    ['fast', 'detailed'],
    'Rows in closed forms, or every command of a controller with queues; what is for detailed alone says so',
    { default: 'fast' },
  ),
  channels: param.integer('Independent channels; pseudo channels where a channel is split', {
    max: 4096,
    default: 1,
  }),
  bankGroups: param.integer('Bank groups per channel', { max: 64, default: 4, source: DDR4 }),
  banksPerGroup: param.integer('Banks per bank group; ranks and stack levels count as further banks', {
    max: 256,
    default: 4,
    source: DDR4,
  }),
  rowBytes: param.quantity('data', 'Row of one bank, over all devices of the channel', {
    default: '8 KiB',
    min: '1 B',
    max: '1 MiB',
    source: DDR4,
  }),
  rowsPerBank: param.integer('Rows of one bank', { max: 2 ** 24, default: 65536, source: DDR4 }),
  burstBytes: param.quantity('data', 'Data of one burst, which is one column access', {
    default: '64 B',
    min: '1 B',
    max: '64 KiB',
    source: DDR4,
  }),
  dataPins: param.integer('Data pins per channel', { max: 4096, default: 64, source: DDR4 }),
  pinRate: param.quantity('pinRate', 'Data rate of one pin; a burst takes burstBytes x 8 / (pins x rate)', {
    default: '3.2 GT/s',
    min: '1 Mb/s',
    max: '1 Tb/s',
    source: DDR4,
  }),
  queueDepth: param.integer('Bursts that the controller of a channel holds: how far ahead rows are opened', {
    max: 1024,
    default: 32,
    source: { source: 'CMU-SAFARI/ramulator2 v2.1, read queue of its controller', confidence: 'secondary' },
  }),
  rowPolicy: param.choice(['open', 'closed'], 'Whether a row stays open after its last queued access', {
    default: 'open',
  }),

  tRCD: time('Activate to read', '13.75 ns'),
  tRCDWR: param.optionalQuantity('time', 'Activate to write; tRCD unless given', { max: '80 us' }),
  tRP: time('Precharge to activate', '13.75 ns'),
  tRAS: time('Activate to precharge', '32.5 ns'),
  tRC: time('Activate to activate of the same bank', '46.25 ns'),
  tCL: time('Read command to its data', '13.75 ns'),
  tCWL: time('Write command to its data', '10 ns'),
  tCCDS: time('Column command to column command, another bank group', '2.5 ns'),
  tCCDL: time('Column command to column command, same bank group', '5 ns'),
  tCCDLWR: param.optionalQuantity('time', 'Write to write, same bank group; tCCDL unless given', {
    max: '80 us',
  }),
  tRRDS: time('Activate to activate, another bank group', '2.5 ns'),
  tRRDL: time('Activate to activate, same bank group', '5 ns'),
  tRowCommand: param.quantity(
    'time',
    'Row commands of one activate and its precharge, where their bus can be what limits; its share of a shared bus',
    { default: '0 ps', max: '80 us' },
  ),
  tPrechargeCommand: param.quantity(
    'time',
    'The share of tRowCommand that the precharge has; rows that are closed by their last access do without it',
    { default: '0 ps', max: '80 us' },
  ),
  tFAW: time('Window in which at most four activates are allowed; 0 ps switches it off', '21.25 ns'),
  tWR: time('End of write data to precharge', '15 ns'),
  tRTP: time('Read to precharge', '7.5 ns'),
  tWTRS: time('End of write data to read, another bank group', '2.5 ns'),
  tWTRL: time('End of write data to read, same bank group', '7.5 ns'),
  tRTW: param.optionalQuantity(
    'time',
    'Read to write; unless given, until their data cannot meet on the bus',
    {
      max: '80 us',
    },
  ),
  standard: param.choice(STANDARDS, 'Detailed: the family whose commands and rules hold', {
    default: 'DDR4',
    source: DDR4,
  }),
  clockPeriod: param.quantity(
    'time',
    'Detailed: clock of the commands, in whose periods all times are kept',
    {
      default: '625 ps',
      min: '10 ps',
      max: '100 ns',
      source: DDR4,
    },
  ),
  pseudoChannels: param.integer('Channels that share a command bus and the queues of its controller', {
    max: 64,
    default: 1,
  }),
  ranks: param.integer('Ranks among what counts as banks of a group', {
    max: 64,
    default: 1,
  }),
  stackLevels: param.integer('Stack levels among what counts as banks of a group', {
    max: 64,
    default: 1,
  }),
  scheduler: param.choice(
    ['fr-fcfs-row-hit', 'fr-fcfs'],
    'Detailed: whether a row with queued hits is kept from older requests for other rows',
    { default: 'fr-fcfs-row-hit' },
  ),
  writeQueueDepth: param.integer('Detailed: bursts to be written that the controller of a channel holds', {
    max: 1024,
    default: 32,
  }),
  tPPD: param.optionalQuantity('time', 'Detailed: precharge to precharge; a clock period unless given', {
    max: '80 us',
  }),
  tCS: param.optionalQuantity('time', 'Idle data bus from rank to rank; none unless given', {
    max: '80 us',
  }),
  tCCDR: param.optionalQuantity('time', 'Read to read of another stack level; tCCDS unless given', {
    max: '80 us',
  }),
  refresh: param.choice(
    ['all-bank', 'per-bank', 'none'],
    'Whether all banks are refreshed at once every tREFI, or one of them every tREFIpb while the others work',
    { default: 'all-bank' },
  ),
  tRFC: time('Refresh command to activate', '360 ns'),
  tREFI: time('Refresh command to refresh command', '7.8 us'),
  tRFCpb: param.optionalQuantity('time', 'Per-bank refresh: refresh command to activate of that bank', {
    max: '80 us',
  }),
  tREFIpb: param.optionalQuantity('time', 'Per-bank refresh: refresh command to refresh command', {
    max: '80 us',
  }),
  tRREFD: param.optionalQuantity(
    'time',
    'Detailed, per-bank refresh: to the activate or refresh of another bank; tRRDS unless given',
    { max: '80 us' },
  ),
  tPBR2PBR: param.optionalQuantity(
    'time',
    'Detailed, per-bank refresh of LPDDR: refresh to refresh of another bank; tRREFD unless given',
    { max: '80 us' },
  ),

  VDD: param.quantity('voltage', 'Supply voltage', { default: '1.2 V', max: '10 V', source: DDR4_CURRENTS }),
  IDD0: current('Current of one device while one bank is activated and precharged every tRC', '57 mA'),
  IDD2N: current('Current of one device, all banks precharged', '37 mA'),
  IDD3N: current('Current of one device, rows open', '52 mA'),
  IDD4R: current('Current of one device, reading without a gap', '168 mA'),
  IDD4W: current('Current of one device, writing without a gap', '150 mA'),
  IDD5: current('Current of one device during an all-bank refresh', '250 mA'),
  IDD5PB: param.optionalQuantity(
    'current',
    'Current of one device while one bank is refreshed; its share of an all-bank refresh unless given',
    { max: '100 A' },
  ),
  devicesPerChannel: param.quantity(
    'ratio',
    'Devices that act as one channel; a half where two pseudo channels share the currents of a device',
    { default: '8', min: '0.001', max: '256', source: DDR4 },
  ),
  activeStandby: param.choice(
    ['any-bank', 'per-bank'],
    'Whether one open bank draws all of IDD3N - IDD2N, or only its share among the banks',
    { default: 'any-bank' },
  ),
  interfaceEnergy: param.quantity('energyPerBit', 'Drivers and termination, per bit that crosses the pins', {
    default: '0 fJ/bit',
  }),

  vectorBuffer: param.quantity('data', 'In-memory compute: buffer of each channel for the vector', {
    default: '2 KiB',
    max: '64 MiB',
  }),
  tRCDMac: param.optionalQuantity('time', 'In-memory compute: activate to column access; tRCD unless given', {
    max: '80 us',
  }),
  tCCDMac: param.optionalQuantity(
    'time',
    'In-memory compute: gap between column accesses of all banks; tCCDS unless given',
    { max: '80 us' },
  ),
  tBufferWrite: param.optionalQuantity(
    'time',
    'In-memory compute: gap between vector buffer writes; tCCDS unless given, and never below a burst',
    { max: '80 us' },
  ),
  tResultRead: param.optionalQuantity(
    'time',
    'In-memory compute: time to read one burst of sums; tCCDS unless given, and never below a burst',
    { max: '80 us' },
  ),
  modeSwitch: param.quantity(
    'time',
    'In-memory compute: switching a channel between its array and its vector buffer and sums',
    { default: '0 ps', max: '80 us' },
  ),
  allBankActivation: param.choice(
    ['simultaneous', 'windowed'],
    'In-memory compute: one command opens a row in every bank, or four banks per tFAW',
    { default: 'simultaneous' },
  ),
  tPrechargeStep: param.quantity(
    'time',
    'In-memory compute: bank to bank where the rows of all banks are closed one by one; 0 ps where one command closes them',
    { default: '0 ps', max: '80 us' },
  ),
  macSlowdown: param.quantity(
    'ratio',
    'In-memory compute: how many times tCCDMac column accesses of all banks are apart, for the power that they draw',
    { default: '1', min: '1', max: '100' },
  ),
  resultReads: param.choice(
    ['exclusive', 'overlapped'],
    'In-memory compute: whether the banks stand still while sums are read, or compute on meanwhile, without switching',
    { default: 'exclusive' },
  ),
  inPlaceAccessShare: param.quantity(
    'ratio',
    'In-memory compute: core energy of a column access of one bank, relative to that of a read burst',
    { default: '1', max: '100' },
  ),
} as const;

export type DramValues = Values<typeof dramParameters>;
