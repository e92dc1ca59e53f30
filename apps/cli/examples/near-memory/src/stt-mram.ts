import { defineComponent, param } from '@systole/core';
import type { Facts, ParameterConflict, Source, TransactionForm, Values } from '@systole/core';
import { SttMramModel } from './stt-mram-model.ts';

const MACRO: Source = {
  source:
    'A 22nm 1Mb 1024b-Read and Near-Memory-Computing Dual-Mode STT-MRAM Macro with 42.6GB/s Read Bandwidth, ISSCC 2021, 13.4',
  confidence: 'secondary',
  note: 'from its abstract',
};
const SELF_TERMINATED: Source = {
  source: 'A 1-Mb 28-nm 1T1MTJ STT-MRAM with In Situ Write-Self-Termination, IEEE JSSC 54:1 (2019)',
  confidence: 'secondary',
  note: 'from its abstract',
};
const SAMSUNG: Source = {
  source: "World's most energy-efficient MRAM technology for non-volatile RAM applications, IEDM 2022, 10.7",
  confidence: 'secondary',
  note: 'a write of one bit in 14 nm, from a preview of the conference',
};
const CHOICE = (note: string): Source => ({ source: 'a choice', confidence: 'inferred', note });

/** The parameters of `memory/stt-mram`. */
export const sttMramParameters = {
  capacity: param.quantity('data', 'Data that it holds', { min: '1 KiB', max: '1 TiB' }),
  banks: param.integer('Banks that work at the same time, interleaved by the width', {
    max: 4096,
    default: 16,
    source: CHOICE('a product puts many of the published macros side by side'),
  }),
  width: param.quantity('data', 'Data of one access of one bank', {
    default: '128 B',
    min: '1 B',
    max: '4 KiB',
    source: MACRO,
  }),
  readCycle: param.quantity('time', 'A bank from one read to the next', {
    default: '3 ns',
    min: '1 ps',
    max: '1 ms',
    source: { ...MACRO, confidence: 'inferred', note: '1024 bits a read and 42.67 GB/s' },
  }),
  writeCycle: param.quantity(
    'time',
    'A bank from one write to the next: the pulse that turns the free layer',
    {
      default: '20 ns',
      min: '1 ps',
      max: '1 ms',
      source: SELF_TERMINATED,
    },
  ),
  portRate: param.quantity('bandwidth', 'Rate of the port, in both directions together', {
    default: '64 GB/s',
    min: '1 MB/s',
    source: CHOICE('half of what sixteen banks can read'),
  }),
  readEnergy: param.quantity('energyPerBit', 'Reading, per bit of the width', {
    default: '0.23 pJ/bit',
    source: MACRO,
  }),
  writeEnergy: param.quantity('energyPerBit', 'Writing, per bit of the width', {
    default: '25 pJ/bit',
    source: SAMSUNG,
  }),
  leakage: param.quantity('power', 'Drawn by the circuits around the cells; the cells draw nothing', {
    default: '0 W',
    source: CHOICE('unpublished'),
  }),
} as const;

export type SttMramValues = Values<typeof sttMramParameters>;

const data = (summary: string): TransactionForm => ({
  summary,
  dims: {},
  bytes: { min: 1, max: 2 ** 44, help: 'data moved: runs x run of the pattern' },
  pattern: true,
  formats: [],
});

/** The port and the banks both limit the rate; a read is the fastest that a bank does. */
function facts({ capacity, banks, width, readCycle, writeCycle, portRate }: SttMramValues): Facts {
  const cycle = Math.min(readCycle, writeCycle);
  return {
    capacity,
    bandwidth: Math.min(portRate, (banks * width * 1e12) / cycle),
    minimumLatency: Math.floor(cycle),
    resources: banks,
  };
}

function conflicts({ capacity, width, readCycle, writeCycle }: SttMramValues): readonly ParameterConflict[] {
  const whole = { capacity, width, readCycle, writeCycle };
  return Object.entries(whole).flatMap(([parameter, value]) =>
    Number.isSafeInteger(value)
      ? []
      : [{ parameter, message: `it is ${value}, and no whole number of bytes or ps`, hint: 'Round it.' }],
  );
}

/** STT-MRAM: no refresh and no rows to open, but a write holds its bank several times as long as a read. */
export const sttMram = defineComponent({
  type: 'memory/stt-mram',
  role: 'memory',
  summary:
    'Spin-transfer-torque MRAM: banks without rows or refresh, whose writes take several times as long as reads.',
  parameters: sttMramParameters,
  ports: { port: { help: 'Where data goes in and out', connections: 64 } },
  accepts: {
    read: data('Reads data; the banks that it meets, and not the order, set the time'),
    write: data('Writes data; the banks that it meets, and not the order, set the time'),
  },
  reasons: {
    port: 'data went through the port',
    read: 'banks were sensing',
    write: 'banks were being written',
    conflict: 'accesses met in one bank, or found it busy',
  },
  statistics: {
    reads: { unit: 'accesses', help: 'Reads of one bank' },
    writes: { unit: 'accesses', help: 'Writes of one bank' },
  },
  actions: {
    'read-bit': { help: 'Reads a bit', unit: 'bit', energy: ({ readEnergy }) => readEnergy },
    'write-bit': { help: 'Writes a bit', unit: 'bit', energy: ({ writeEnergy }) => writeEnergy },
  },
  citations: [MACRO.source, SELF_TERMINATED.source, SAMSUNG.source],
  staticPower: ({ leakage }) => leakage,
  facts,
  lowerBound(transaction, values) {
    const { bandwidth = Infinity, minimumLatency } = facts(values);
    return Math.max(minimumLatency, Math.floor((transaction.bytes * 1e12) / bandwidth));
  },
  // A cut may fall into a word, which both halves then need, and ends the overlap of the banks.
  cutOverhead: ({ kind }, { readCycle, writeCycle }) => 2 * (kind === 'write' ? writeCycle : readCycle) + 1,
  conflicts,
  create: (context) => new SttMramModel(context),
});
