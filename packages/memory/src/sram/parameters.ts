import { param } from '@systole/core';
import type { Parameter, Values } from '@systole/core';
import { SRAM_CELLS } from './cacti-table.ts';

/** A whole number that follows from others where nobody gives it. */
function optionalInteger(help: string, range: { min: number; max: number }): Parameter<number | undefined> {
  return { ...param.integer(help, range), optional: true };
}

const FROM_NODE = 'from the node where there is one';

/** The parameters of `memory/sram`. */
export const sramParameters = {
  capacity: param.quantity('data', 'Data that it holds, both halves of a double buffer together', {
    min: '1 B',
    max: '1 TiB',
  }),
  width: param.quantity('data', 'Data of one access of one bank', {
    default: '32 B',
    min: '1 B',
    max: '64 KiB',
  }),
  clock: param.quantity('frequency', 'Clock of its accesses', { default: '1 GHz', min: '1 kHz' }),
  banks: param.integer('Banks (of each half, of two), each of which takes one access at a time and port', {
    max: 4096,
    default: 1,
  }),
  ports: param.choice(['single', 'read-write'], 'One port for both, or one for reads and one for writes', {
    default: 'single',
  }),
  buffers: param.integer('2 for a double buffer: two halves, one filled while the other is read', {
    max: 2,
    default: 1,
  }),
  node: param.optionalQuantity(
    'length',
    'Feature size of its process: gives the figures that are left out, from 7 nm to 45 nm',
    { max: '1 um' },
  ),
  cell: param.choice(SRAM_CELLS, 'Its transistors: fast, of low operating or of low standby power', {
    default: 'itrs-hp',
  }),
  latency: optionalInteger(
    `Cycles from an access to its data, beyond the access itself; ${FROM_NODE}, else 1`,
    { min: 0, max: 10_000 },
  ),
  interval: optionalInteger(`Cycles from an access of a bank's port to its next one; ${FROM_NODE}, else 1`, {
    min: 1,
    max: 10_000,
  }),
  readEnergy: param.optionalQuantity(
    'energyPerBit',
    `Reading, per bit of the width; ${FROM_NODE}, else 0 fJ/bit`,
  ),
  writeEnergy: param.optionalQuantity(
    'energyPerBit',
    `Writing, per bit of the width; ${FROM_NODE}, else 0 fJ/bit`,
  ),
  leakage: param.optionalQuantity('power', `Drawn whatever happens; ${FROM_NODE}, else 0 W`),
  area: param.optionalQuantity('area', `Silicon that it takes; ${FROM_NODE}`),
} as const;

export type SramValues = Values<typeof sramParameters>;
