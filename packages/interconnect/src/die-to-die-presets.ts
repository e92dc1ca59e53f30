import type { Preset, Source } from '@systole/core';
import { UCIE_STANDARD } from './die-to-die-parameters.ts';

const UCIE_ADVANCED: Source = {
  source: 'UCIe 1.0, key metrics of the advanced package',
  confidence: 'secondary',
  note: 'rates and latency; the energy is from memory',
};

/** Rates of a UCIe lane in GT/s. */
const UCIE_RATES = [4, 8, 12, 16, 24, 32] as const;
const BOW_RATES = [4, 8, 16] as const;

/** `interconnect/die-to-die` as published. */
export const dieToDiePresets: Readonly<Record<string, Preset>> = {
  ...Object.fromEntries(
    UCIE_RATES.map((rate) => [
      `ucie-standard-${rate}`,
      {
        help: `One UCIe module on an organic package: ${rate * 2} GB/s each way on the wires`,
        values: { lanes: 16, laneRate: `${rate} GT/s`, latency: '2 ns', energyPerBit: '0.5 pJ/bit' },
        source: UCIE_STANDARD,
      },
    ]),
  ),
  ...Object.fromEntries(
    UCIE_RATES.map((rate) => [
      `ucie-advanced-${rate}`,
      {
        help: `One UCIe module on an interposer or bridge: ${rate * 8} GB/s each way on the wires`,
        values: { lanes: 64, laneRate: `${rate} GT/s`, latency: '2 ns', energyPerBit: '0.25 pJ/bit' },
        source: UCIE_ADVANCED,
      },
    ]),
  ),
  ...Object.fromEntries(
    BOW_RATES.map((rate) => [
      `bow-${rate}`,
      {
        help: `One slice of Bunch of Wires: ${rate * 2} GB/s each way on the wires`,
        values: {
          lanes: 16,
          laneRate: `${rate} GT/s`,
          flitOverhead: 0,
          latency: '3 ns',
          energyPerBit: '0.5 pJ/bit',
        },
        source: {
          source: 'OCP Bunch of Wires 1.9 and 2.0',
          confidence: 'recalled',
          note: 'a physical layer without flits of its own: no overhead is counted; the energy lies in a range of 0.25 to 0.7 pJ/bit, the latency is its upper limit',
        },
      },
    ]),
  ),
  'nvlink-c2c': {
    help: 'NVLink-C2C of Grace Hopper: 450 GB/s each way',
    values: {
      modules: 10,
      lanes: 9,
      laneRate: '40 Gb/s',
      flitOverhead: 0,
      latency: '5 ns',
      energyPerBit: '1.3 pJ/bit',
    },
    source: {
      source: 'NVIDIA, Grace Hopper architecture',
      confidence: 'secondary',
      note: '10 links of 9 wires each way; its flits are not published, so no overhead is counted; the latency is the published upper limit of the interface',
    },
  },
};
