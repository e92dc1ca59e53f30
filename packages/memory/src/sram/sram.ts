import { ClockDomain, defineComponent } from '@systole/core';
import type { Facts, ParameterConflict, Transaction, TransactionForm } from '@systole/core';
import { sramComplaint } from './estimate-sram.ts';
import { sramParameters } from './parameters.ts';
import type { SramValues } from './parameters.ts';
import { figuresInUse, shapeOf } from './sram-figures.ts';
import { SramModel } from './sram-model.ts';

const data = (summary: string): TransactionForm => ({
  summary,
  dims: {},
  bytes: { min: 1, max: 2 ** 50, help: 'data moved: runs x run of the pattern' },
  pattern: true,
  formats: [],
});

function facts(values: SramValues): Facts {
  const { banks, width, clock, ports, buffers } = values;
  const { latency, interval } = figuresInUse(values);
  const count = ports === 'single' && buffers === 1 ? 1 : 2;
  return {
    capacity: values.capacity,
    bandwidth: (count * banks * width * clock) / interval,
    minimumLatency: new ClockDomain(clock).edge(interval + latency),
    resources: count,
  };
}

function conflicts(values: SramValues): readonly ParameterConflict[] {
  const { width, capacity, ports, buffers } = values;
  const found: ParameterConflict[] = [];
  if (!Number.isInteger(width) || !Number.isInteger(capacity)) {
    const message = 'width and capacity are whole numbers of bytes';
    found.push({ parameter: 'width', message, hint: 'Give both in bytes.' });
  }
  if (buffers > 1 && Number.isInteger(capacity) && capacity % buffers !== 0) {
    const message = `${capacity} B cannot be halved for a double buffer`;
    found.push({ parameter: 'capacity', message, hint: `Try ${capacity + 1} B.` });
  }
  if (buffers > 1 && ports !== 'single') {
    const message = 'a double buffer reads one half and fills the other through a port each as it is';
    found.push({ parameter: 'ports', message, hint: 'Write ports: single, or buffers: 1.' });
  }
  const shape = shapeOf(values);
  const complaint = shape === undefined ? undefined : sramComplaint(shape);
  return complaint === undefined ? found : [...found, complaint];
}

/**
 * On-chip SRAM: banks that each take one access at a time, interleaved by width. There is no other level of detail: an access
 * depends on nothing but its bank and port, so that what is counted here is what happens.
 */
export const sram = defineComponent({
  type: 'memory/sram',
  role: 'memory',
  summary: 'On-chip SRAM: banks interleaved by width, one or two ports or halves, pipelined accesses.',
  parameters: sramParameters,
  ports: { port: { help: 'Where data goes in and out', connections: 64 } },
  accepts: {
    read: data('Reads data; the order of a pattern does not matter, its bank conflicts do'),
    write: data('Writes data; the order of a pattern does not matter, its bank conflicts do'),
  },
  reasons: {
    access: 'banks were being accessed',
    latency: 'the last data was on its way',
  },
  statistics: {
    reads: { unit: 'accesses', help: 'Read accesses of one bank' },
    writes: { unit: 'accesses', help: 'Write accesses of one bank' },
    conflictCycles: {
      unit: 'cycles',
      help: 'Cycles beyond those that an even spread over the banks would take',
    },
  },
  actions: {
    'read-bit': { help: 'Reads a bit', unit: 'bit', energy: (values) => figuresInUse(values).readEnergy },
    'write-bit': { help: 'Writes a bit', unit: 'bit', energy: (values) => figuresInUse(values).writeEnergy },
  },
  staticPower: (values) => figuresInUse(values).leakage,
  area: (values) => figuresInUse(values).area,
  citations: [
    'Balasubramonian et al., CACTI 7: New Tools for Interconnect Exploration in Innovative Off-Chip Memories, ACM TACO 14(2), 2017',
  ],
  facts,
  lowerBound(transaction: Transaction, values) {
    const { bandwidth = Infinity, minimumLatency } = facts(values);
    return Math.max(minimumLatency, Math.floor((transaction.bytes * 1e12) / bandwidth));
  },
  conflicts,
  create: (context) => new SramModel(context),
});
