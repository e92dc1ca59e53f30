import { ClockDomain, defineComponent, param } from '@systole/core';
import type { Source } from '@systole/core';
import { readDot, TemplateNameModel } from './template-name-model.ts';

/** Replace this by where your figures come from. */
const CHOICE: Source = { source: 'a choice of the starter', confidence: 'inferred' };

const PICOSECONDS_PER_SECOND = 1e12;

const parameters = {
  lanes: param.integer('Lanes side by side, each of which forms one sum at a time', {
    max: 65_536,
    default: 1024,
    source: CHOICE,
  }),
  depth: param.integer('Cycles from the last operands of a sum until it is there', {
    min: 0,
    max: 1000,
    default: 4,
    source: CHOICE,
  }),
  clock: param.quantity('frequency', 'Clock of the lanes', {
    default: '1 GHz',
    min: '1 MHz',
    max: '100 GHz',
    source: CHOICE,
  }),
  format: param.choice(['bf16', 'fp16', 'int8'], 'Number format of the operands', {
    default: 'bf16',
    source: CHOICE,
  }),
  macEnergy: param.quantity('energy', 'One multiply-accumulate', {
    default: '1 pJ',
    max: '1 uJ',
    source: CHOICE,
  }),
  paddingEnergy: param.quantity('energy', 'One step of a lane that has no sum to form', {
    default: '0.1 pJ',
    max: '1 uJ',
    source: CHOICE,
  }),
  leakage: param.quantity('power', 'Drawn whatever happens', { default: '10 mW', source: CHOICE }),
  area: param.optionalQuantity('area', 'Silicon that it takes'),
} as const;

export type TemplateNameParameters = typeof parameters;

/** `template-family/template-name`: an element is broadcast to all lanes, each of which adds its product to a sum of its own. */
export const templateName = defineComponent({
  type: 'template-family/template-name',
  role: 'compute',
  summary: 'Multipliers side by side: one element is broadcast to all of them in a cycle, each keeps a sum',
  parameters,
  ports: { port: { help: 'operands in, sums out', connections: 64 } },
  accepts: {
    dot: {
      summary: 'A matrix product: rows x columns sums of inner products each',
      dims: {
        rows: { min: 1, max: 1_048_576, help: 'rows of the left matrix' },
        inner: { min: 1, max: 1_048_576, help: 'products of each sum' },
        columns: { min: 1, max: 1_048_576, help: 'columns of the right matrix' },
      },
      bytes: { min: 0, max: 2 ** 40, help: 'operands and sums; the lanes, not the port, set the time' },
      pattern: false,
      formats: [],
    },
  },
  reasons: {
    multiply: 'operands entered the lanes',
    depth: 'the last sums were on their way',
  },
  statistics: { cycles: { unit: 'cycles', help: 'cycles in which operands entered' } },
  actions: {
    mac: { help: 'a multiply-accumulate', unit: 'MAC', energy: (values) => values.macEnergy },
    padding: {
      help: 'a step of a lane without a sum',
      unit: 'step',
      energy: (values) => values.paddingEnergy,
    },
  },
  citations: [],
  staticPower: (values) => values.leakage,
  area: (values) => values.area,
  facts: ({ lanes, clock, depth, format }) => ({
    macsPerSecond: { [format]: lanes * clock },
    minimumLatency: new ClockDomain(clock).edge(1 + depth),
    resources: 1,
  }),
  lowerBound(transaction, { lanes, clock, depth, format }) {
    const { rows, inner, columns } = readDot(transaction, format);
    const domain = new ClockDomain(clock);
    const seconds = (rows * inner * columns) / (lanes * clock);
    return Math.max(domain.edge(1 + depth), Math.floor(seconds * PICOSECONDS_PER_SECOND));
  },
  create: (context) => new TemplateNameModel(context),
});
