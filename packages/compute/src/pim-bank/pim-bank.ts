import { ClockDomain, defineComponent } from '@systole/core';
import { operandRates } from '../operand-formats.ts';
import { PimBankModel } from './pim-bank-model.ts';
import { pimBankParameters } from './pim-bank-parameters.ts';

/** 1 W for 1 ps is 1 pJ. */
const FEMTOJOULES_PER_WATT_PICOSECOND = 1000;

/** `compute/pim-bank`: a unit of multiply-accumulate lanes beside each bank of a memory. */
export const pimBank = defineComponent({
  type: 'compute/pim-bank',
  role: 'compute',
  summary: 'Multiply-accumulate lanes beside each bank of a memory that computes in place',
  parameters: pimBankParameters,
  presets: {
    'gddr6-aim': {
      help: 'SK hynix GDDR6-AiM, one chip: 2 channels of 16 banks, a 256-bit BF16 unit each',
      values: { banks: 32, lanes: 16, clock: '1 GHz', format: 'bf16', resultFormat: 'bf16', accumulators: 1 },
      source: {
        source: 'SK hynix, ISSCC 2022 and Hot Chips 2023',
        confidence: 'secondary',
        note: '32 banks x 16 lanes x 1 GHz is the published 1 TFLOPS',
      },
    },
    'hbm2-pim': {
      help: 'Samsung HBM2-PIM, one stack: 128 FP16 units, each shared by two banks, no adder tree',
      values: {
        banks: 128,
        lanes: 16,
        clock: '300 MHz',
        format: 'fp16',
        resultFormat: 'fp16',
        adderTree: false,
        inputBuffer: '256 B',
        accumulators: 8,
      },
      source: {
        source: 'Lee et al., ISCA 2021; PIMSimulator of Samsung',
        confidence: 'secondary',
        note: '128 units x 16 lanes x 300 MHz is the published 1.2 TFLOPS; of two sets of eight registers of 256 bits one holds inputs, the other sums',
      },
    },
  },
  ports: {},
  // It is reached through the memory that it is attached to.
  accepts: {},
  statistics: { segments: { unit: 'segments', help: 'segments consumed, over all banks' } },
  actions: {
    mac: {
      help: 'a multiply-accumulate, useful or not; free where macPower is given',
      unit: 'MAC',
      energy: ({ macEnergy, macPower, derating }) => (macPower === undefined ? macEnergy * derating : 0),
    },
    busy: {
      help: 'one unit at work; free where macPower is not given',
      unit: 'ps',
      energy: ({ macPower = 0, derating }) => macPower * FEMTOJOULES_PER_WATT_PICOSECOND * derating,
    },
  },
  citations: [
    'Kwon et al.: System architecture and software stack for GDDR6-AiM, Hot Chips 34 (2022)',
    'Lee et al.: Hardware architecture and software stack for PIM based on commercial DRAM technology, ISCA 2021',
  ],
  inMemory: 'unit',
  placesParameter: 'banks',
  staticPower: ({ banks, idlePower }) => banks * idlePower,
  area: ({ banks, areaPerBank }) => (areaPerBank === undefined ? undefined : banks * areaPerBank),
  facts(values) {
    const { banks, lanes, clock, pipelineDepth } = values;
    return {
      ...operandRates(values, banks * lanes * clock),
      minimumLatency: new ClockDomain(clock).edge(pipelineDepth),
      resources: banks,
    };
  },
  // It serves no transactions of its own, so there is nothing to bound.
  lowerBound: () => 0,
  create: (context) => new PimBankModel(context),
});
