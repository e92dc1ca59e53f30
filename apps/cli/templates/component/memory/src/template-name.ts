import { ClockDomain, defineComponent, param } from '@systole/core';
import type { Facts, Source, TransactionForm, Values } from '@systole/core';
import { TemplateNameModel } from './template-name-model.ts';

/** Replace this by where your figures come from. */
const CHOICE: Source = { source: 'a choice of the starter', confidence: 'inferred' };

const PICOSECONDS_PER_SECOND = 1e12;

const parameters = {
  capacity: param.quantity('data', 'Data that it holds', {
    default: '8 MiB',
    min: '1 B',
    max: '1 TiB',
    source: CHOICE,
  }),
  width: param.quantity('data', 'Data of one word, which is read or written as a whole', {
    default: '256 B',
    min: '1 B',
    max: '64 KiB',
    source: CHOICE,
  }),
  clock: param.quantity('frequency', 'Clock of its accesses', {
    default: '1 GHz',
    min: '1 MHz',
    max: '100 GHz',
    source: CHOICE,
  }),
  readCycles: param.integer('Cycles for which a read of a word takes the port', {
    max: 1000,
    default: 1,
    source: CHOICE,
  }),
  writeCycles: param.integer('Cycles for which a write of a word takes the port', {
    max: 1000,
    default: 2,
    source: CHOICE,
  }),
  latency: param.integer('Cycles from the end of an access until its data is there', {
    min: 0,
    max: 10_000,
    default: 2,
    source: CHOICE,
  }),
  readEnergy: param.quantity('energyPerBit', 'Reading, per bit of the word', {
    default: '0.1 pJ/bit',
    source: CHOICE,
  }),
  writeEnergy: param.quantity('energyPerBit', 'Writing, per bit of the word', {
    default: '0.3 pJ/bit',
    source: CHOICE,
  }),
  leakage: param.quantity('power', 'Drawn whatever happens', { default: '10 mW', source: CHOICE }),
  area: param.optionalQuantity('area', 'Silicon that it takes'),
} as const;

export type TemplateNameParameters = typeof parameters;

const access = (summary: string): TransactionForm => ({
  summary,
  dims: {},
  bytes: { min: 1, max: 2 ** 50, help: 'data moved: runs x run of the pattern' },
  pattern: true,
  formats: [],
});

/** Bytes per second while accesses of so many cycles follow one another. */
function rateOf(cycles: number, { width, clock }: Values<TemplateNameParameters>): number {
  return (width * clock) / cycles;
}

/** What follows from the parameters alone: the laws hold the model to it. */
function facts(values: Values<TemplateNameParameters>): Facts {
  const fastest = Math.min(values.readCycles, values.writeCycles);
  return {
    capacity: values.capacity,
    bandwidth: rateOf(fastest, values),
    minimumLatency: new ClockDomain(values.clock).edge(fastest + values.latency),
    resources: 1,
  };
}

/** `template-family/template-name`: one port, words of a fixed width, writes that take longer than reads. */
export const templateName = defineComponent({
  type: 'template-family/template-name',
  role: 'memory',
  summary: 'A memory with one port, in which a write takes the port for longer than a read',
  parameters,
  ports: { port: { help: 'data in and out', connections: 64 } },
  accepts: {
    read: access('Reads data; every run begins with a word of its own'),
    write: access('Writes data; every run begins with a word of its own'),
  },
  reasons: {
    access: 'words were read or written',
    latency: 'the last word was on its way',
  },
  statistics: {
    reads: { unit: 'words', help: 'words read' },
    writes: { unit: 'words', help: 'words written' },
  },
  actions: {
    'read-bit': { help: 'reads a bit', unit: 'bit', energy: (values) => values.readEnergy },
    'write-bit': { help: 'writes a bit', unit: 'bit', energy: (values) => values.writeEnergy },
  },
  citations: [],
  staticPower: (values) => values.leakage,
  area: (values) => values.area,
  facts,
  lowerBound({ kind, bytes }, values) {
    const cycles = kind === 'write' ? values.writeCycles : values.readCycles;
    const seconds = bytes / rateOf(cycles, values);
    return Math.max(facts(values).minimumLatency, Math.floor(seconds * PICOSECONDS_PER_SECOND));
  },
  conflicts({ width, capacity }) {
    if (Number.isInteger(width) && Number.isInteger(capacity)) return [];
    const message = 'width and capacity are whole numbers of bytes';
    return [{ parameter: 'width', message, hint: 'Give both in bytes, such as 64 B.' }];
  },
  create: (context) => new TemplateNameModel(context),
});
