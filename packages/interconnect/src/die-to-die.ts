import { defineComponent } from '@systole/core';
import { DieToDieModel } from './die-to-die-model.ts';
import { dieToDieParameters, flitConflicts, flitRates } from './die-to-die-parameters.ts';
import { dieToDiePresets } from './die-to-die-presets.ts';
import { DIRECTION_DIMS } from './direction.ts';
import { transferForm } from './transfer.ts';
import { ceilDivide } from './whole-division.ts';

const PICOSECONDS_PER_SECOND = 1e12;

/** `interconnect/die-to-die`: modules of wires between two dies that carry flits. */
export const dieToDie = defineComponent({
  type: 'interconnect/die-to-die',
  role: 'interconnect',
  summary: 'Die-to-die link: modules of lanes that carry flits with headers and checks, and credits for room',
  parameters: dieToDieParameters,
  presets: dieToDiePresets,
  ports: {
    a: { help: 'one die; transfers from it have direction 0', connections: 1 },
    b: { help: 'the other die; transfers from it have direction 1', connections: 1 },
  },
  accepts: { transfer: { ...transferForm('moves bytes from one die to the other'), dims: DIRECTION_DIMS } },
  reasons: {
    transfer: 'flits on the wires',
    credits: 'no room at the receiver that the sender knows of',
    latency: 'the way from die to die',
  },
  statistics: {
    bytesIn: { unit: 'B', help: 'bytes that entered' },
    bytesOut: { unit: 'B', help: 'bytes that left' },
    flits: { unit: 'flits', help: 'flits sent, full or not' },
  },
  actions: {
    bit: {
      help: 'one bit on the wires: payload, header, check or padding',
      unit: 'bit',
      energy: (values) => values.energyPerBit,
    },
  },
  citations: ['Universal Chiplet Interconnect Express (UCIe) specification 1.1 (2023)'],
  staticPower: (values) => values.idlePower,
  area: (values) => values.area,
  facts: (values) => ({
    bandwidth: flitRates(values).payload * (values.duplex === 'full' ? 2 : 1),
    minimumLatency: Math.floor(values.latency),
    resources: values.duplex === 'full' ? 2 : 1,
  }),
  lowerBound({ bytes }, values) {
    const { payloadBytes, payload, creditLoop } = flitRates(values);
    const flits = ceilDivide(bytes, payloadBytes);
    const onTheWires = ((flits * payloadBytes) / payload) * PICOSECONDS_PER_SECOND;
    // A credit serves again after a whole loop, so that the last flit has seen that many of them pass.
    const rounds = values.credits === 0 ? 0 : Math.ceil(flits / values.credits) - 1;
    return Math.floor(values.latency) + Math.floor(Math.max(onTheWires, rounds * creditLoop));
  },
  conflicts: flitConflicts,
  create: (context) => new DieToDieModel(context, flitRates(context.values)),
});
