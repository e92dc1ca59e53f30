import { ClockDomain, defineComponent } from '@systole/core';
import type { ActionForm } from '@systole/core';
import { wideRates } from '../operand-formats.ts';
import { formatsOf, LANE_WIDTHS, lanesIn, requireLanes } from './lane-formats.ts';
import { SimdMacModel } from './simd-mac-model.ts';
import { macEnergyOf, simdMacParameters } from './simd-mac-parameters.ts';
import type { SimdMacParameters } from './simd-mac-parameters.ts';
import { readSimdWork, SIMD_FORMS } from './simd-work.ts';

const PICOSECONDS_PER_SECOND = 1e12;

const actions: Readonly<Record<string, ActionForm<SimdMacParameters>>> = Object.fromEntries(
  LANE_WIDTHS.map((bits) => [
    `mac${bits}`,
    {
      help: `a multiply-accumulate on operands of ${bits} bits, or a pass of it`,
      unit: 'MAC',
      energy: (values) => macEnergyOf(bits, values),
    },
  ]),
);

/** `compute/simd-mac`: lanes that multiply and accumulate, more of them on narrower operands. */
export const simdMac = defineComponent({
  type: 'compute/simd-mac',
  role: 'compute',
  summary: 'SIMD MAC unit: dot and matrix products on lanes that pack narrower integers, floats and posits',
  parameters: simdMacParameters,
  ports: { port: { help: 'operands in and results out', connections: 64 } },
  accepts: SIMD_FORMS,
  reasons: {
    compute: 'operands entering the lanes',
    drain: 'the pipeline, after the last operands',
  },
  statistics: { cycles: { unit: 'cycles', help: 'cycles in which operands enter' } },
  actions,
  staticPower: (values) => values.idlePower,
  area: (values) => values.area,
  facts(values) {
    const { lanes, clock } = values;
    const rates = formatsOf(values).map((name) => [name, (lanesIn(name, values) ?? lanes) * clock]);
    return {
      macsPerSecond: Object.fromEntries(rates),
      ...wideRates(values, lanes * clock),
      minimumLatency: new ClockDomain(values.clock).edge(values.pipelineDepth),
      resources: 1,
    };
  },
  lowerBound(transaction, values) {
    const { clock, pipelineDepth } = values;
    const { lanes, passes } = requireLanes(transaction, values);
    const { batches, width, k } = readSimdWork(transaction);
    const cycles = (batches * width * k * passes) / lanes;
    return new ClockDomain(clock).edge(pipelineDepth) + Math.floor(cycles * (PICOSECONDS_PER_SECOND / clock));
  },
  create: (context) => new SimdMacModel(context),
});
