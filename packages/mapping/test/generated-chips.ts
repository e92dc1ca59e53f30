import * as fc from 'fast-check';
import { defineChip, resolveChip } from '@systole/chip';
import type { ComponentSpec, ResolvedChip } from '@systole/chip';
import { catalogue } from './support.ts';

/** What a small chip is made of; printed as it is when a property fails. */
export interface ChipShape {
  readonly channels: number;
  readonly rowsPerBank: number;
  readonly sram: number;
  readonly arrays: number;
  readonly side: number;
  readonly dataflow: string;
  /** A flash with cores of a few dies, or none. */
  readonly flash: { readonly channels: number; readonly dies: number; readonly page: number } | null;
}

/** Chips of a DRAM, an SRAM, none to three arrays of one kind, a vector unit and perhaps a flash that computes. */
export const chipShape: fc.Arbitrary<ChipShape> = fc.record({
  channels: fc.integer({ min: 1, max: 4 }),
  rowsPerBank: fc.constantFrom(4, 256, 65_536),
  sram: fc.constantFrom(32, 100, 512, 4096),
  arrays: fc.integer({ min: 0, max: 3 }),
  side: fc.constantFrom(4, 16, 40),
  dataflow: fc.constantFrom('weight-stationary', 'output-stationary', 'input-stationary'),
  flash: fc.option(
    fc.record({
      channels: fc.integer({ min: 1, max: 4 }),
      dies: fc.integer({ min: 1, max: 4 }),
      page: fc.constantFrom(2, 16),
    }),
  ),
});

export function chipOf({
  channels,
  rowsPerBank,
  sram,
  arrays,
  side,
  dataflow,
  flash,
}: ChipShape): ResolvedChip {
  const units = Array.from({ length: arrays }, (_, index) => `array${index}`);
  const array = {
    type: 'compute/systolic',
    rows: side,
    columns: side,
    dataflow,
    format: 'bf16',
    widens: true,
  };
  const flashes: Readonly<Record<string, ComponentSpec>> =
    flash === null
      ? {}
      : {
          flash: {
            type: 'memory/nand',
            channels: flash.channels,
            chipsPerChannel: 1,
            diesPerChip: flash.dies,
            pageBytes: `${flash.page} KiB`,
            commandOverhead: '0 ps',
            multiPlane: 'independent',
            readSlice: '256 B',
            attach: 'cores',
          },
          cores: {
            type: 'compute/flash-core',
            format: 'bf16',
            widens: true,
            resultFormat: 'bf16',
            outputBuffer: '16 KiB',
          },
        };
  const names = ['dram', 'sram', 'vector', ...units, ...(flash === null ? [] : ['flash'])];
  const chip = defineChip({
    name: 'generated',
    clock: '1 GHz',
    mapping: 'auto',
    components: {
      dram: { type: 'memory/dram', channels, rowsPerBank },
      sram: { type: 'memory/sram', capacity: `${sram} KiB`, width: '64 B', ports: 'read-write' },
      vector: { type: 'compute/vector' },
      xbar: { type: 'interconnect/crossbar', inputs: 8, outputs: 8, width: '64 B' },
      ...Object.fromEntries(units.map((name) => [name, array])),
      ...flashes,
    },
    connections: names.map((from) => ({ from, to: 'xbar' })),
  });
  return resolveChip(chip, catalogue);
}
