import { createCatalogue, defineComponent, param, share } from '@systole/core';
import type { ComponentModel } from '@systole/core';
import { defineChip, resolveChip } from '@systole/chip';
import type { ResolvedChip } from '@systole/chip';
import { createMappings, defineMapping, OPERATOR_KINDS } from '@systole/mapping';
import { operatorKey, operatorMacs } from '@systole/trace';
import type { MatmulOperator, Trace, TraceBlock } from '@systole/trace';

/** One multiplier that needs `warmUp` ps when it has done anything else than the same number of columns before. */
export const multiplier = defineComponent({
  type: 'test/multiplier',
  role: 'compute',
  summary: 'A multiplier with a weight register.',
  parameters: {
    cycle: param.quantity('time', 'of a MAC', { default: '10 ps' }),
    warmUp: param.quantity('time', 'of loading other weights', { default: '7 ps' }),
    idlePower: param.quantity('power', 'always', { default: '2 W' }),
  },
  ports: { port: { help: 'operands', connections: 1 } },
  accepts: {
    multiply: {
      summary: 'Multiplies.',
      dims: { columns: { min: 1, max: 2 ** 40, help: 'columns' } },
      bytes: { min: 0, max: 2 ** 40, help: 'operands' },
      pattern: false,
      formats: [],
    },
  },
  reasons: { load: 'loading weights' },
  statistics: { loads: { unit: 'loads', help: 'Weights that were loaded' } },
  actions: {
    mac: { help: 'a MAC', unit: 'MAC', energy: () => 3 },
    load: { help: 'a load', unit: 'load', energy: () => 5 },
  },
  staticPower: (values) => values.idlePower,
  facts: ({ cycle }) => ({ macsPerSecond: { bf16: 1e12 / cycle }, minimumLatency: 0, resources: 1 }),
  lowerBound: (transaction, { cycle }) => (transaction.macs ?? 0) * cycle,
  create({ values, host, action, statistic, reason }): ComponentModel {
    let loaded = 0;
    let freeAt = 0;
    return {
      accept(token, { macs = 0, dims }, chunk, chunks) {
        const columns = dims?.['columns'] ?? 0;
        const load = columns === loaded ? 0 : values.warmUp;
        loaded = columns;
        const mine = share(macs, chunk, chunks);
        const start = Math.max(host.now, freeAt);
        freeAt = start + load + mine * values.cycle;
        if (load > 0) {
          host.act(action('load'), 1);
          host.count(statistic('loads'), 1);
        }
        host.act(action('mac'), mine);
        host.macs(mine, 0);
        host.spend(token, reason('load'), load);
        host.finish(token, start, freeAt, freeAt);
        host.occupy(freeAt - start);
      },
      save: (now) => [loaded, Math.max(0, freeAt - now)],
      load: ([columns = 0, left = 0], now) => {
        loaded = columns;
        freeAt = now + left;
      },
    };
  },
});

/** Every operator is a stretch of one task at the multiplier; `chunks` is an option. */
export const oneByOne = defineMapping({
  name: 'one-by-one',
  summary: 'One operator after another.',
  citations: [],
  options: { chunks: param.integer('Chunks of an operator', { max: 16, default: 2 }) },
  plan: (chip, _header, { chunks }) => ({
    placement: [],
    decisions: ['one by one'],
    stretchesOf: (block) =>
      block.operators.map((operator, index) => ({
        key: `${index} ${operatorKey(operator)}`,
        tasks: () => [
          {
            name: operator.id,
            tag: OPERATOR_KINDS.indexOf(operator.kind),
            after: [],
            delay: 4,
            chunks,
            operator: index,
            stages: [
              {
                component: chip.indexOf('unit'),
                slots: 1,
                transaction: {
                  kind: 'multiply',
                  bytes: 8,
                  macs: operatorMacs(operator),
                  dims: { columns: operator.kind === 'matmul' ? operator.columns : 1 },
                },
              },
            ],
          },
        ],
      })),
  }),
});

export const mappings = createMappings([oneByOne]);
export const catalogue = createCatalogue([{ name: 'test', components: [multiplier] }]);

export function tinyChip(parameters: Readonly<Record<string, string>> = {}): ResolvedChip {
  return resolveChip(
    defineChip({
      name: 'tiny',
      clock: '1 GHz',
      mapping: 'one-by-one',
      components: { unit: { type: 'test/multiplier', ...parameters }, twin: { type: 'test/multiplier' } },
      connections: [{ from: 'unit', to: 'twin' }],
    }),
    catalogue,
  );
}

export function matmul(id: string, columns: number): MatmulOperator {
  const use = { tensor: id, shape: [2, 3], format: 'bf16', role: 'activation' } as const;
  return {
    kind: 'matmul',
    id,
    after: [],
    inputs: [use],
    outputs: [use],
    rows: 2,
    inner: 3,
    columns,
    bias: false,
  };
}

export function blockOf(step: number, repeat: number, columns: readonly number[]): TraceBlock {
  return {
    name: 'layer',
    step,
    phase: step === 0 ? 'prefill' : 'decode',
    repeat,
    first: 0,
    operators: columns.map((count, index) => matmul(`L{i}.m${index}`, count)),
  };
}

export function traceOf(blocks: readonly TraceBlock[]): Trace {
  return {
    header: {
      format: 'systole-trace',
      version: 1,
      name: 'hand-made',
      tensors: [],
      steps: Math.max(0, ...blocks.map(({ step }) => step + 1)),
    },
    blocks: () => blocks,
  };
}
