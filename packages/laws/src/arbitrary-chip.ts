import * as fc from 'fast-check';
import { defineChip } from '@systole/chip';
import type { ChipSpec } from '@systole/chip';

/** What of a generated chip varies. Counts are powers of two where the hardware's are. */
interface Variation {
  readonly channels: number;
  readonly bankGroups: number;
  readonly banksPerGroup: number;
  readonly rowKibibytes: number;
  readonly columnGap: number;
  readonly rowPolicy: 'open' | 'closed';
  readonly allBankActivation: 'simultaneous' | 'windowed';
  readonly refresh: 'all-bank' | 'none';
  readonly vectorBuffer: number;
  readonly modeSwitch: number;
  readonly lanes: number;
  readonly accumulators: number;
  readonly unitMegahertz: number;
  readonly adders: number;
  readonly multipliers: number;
  readonly sramWidth: number;
  readonly ports: 'single' | 'read-write';
  readonly portWidth: number;
  readonly multicast: boolean;
  readonly headConcatenation: boolean;
}

const oneOf = <T>(...values: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...values);

const variations: fc.Arbitrary<Variation> = fc.record({
  channels: oneOf(1, 2, 4, 8),
  bankGroups: oneOf(1, 2, 4),
  banksPerGroup: oneOf(2, 4),
  rowKibibytes: oneOf(1, 2, 4),
  columnGap: fc.integer({ min: 500, max: 3000 }),
  rowPolicy: oneOf('open', 'closed'),
  allBankActivation: oneOf('simultaneous', 'windowed'),
  refresh: oneOf('all-bank', 'none'),
  vectorBuffer: oneOf(512, 1024, 2048),
  modeSwitch: oneOf(0, 0, 7000),
  lanes: oneOf(8, 16),
  accumulators: oneOf(1, 2, 4),
  unitMegahertz: fc.integer({ min: 300, max: 2000 }),
  adders: oneOf(16, 64, 256),
  multipliers: oneOf(16, 64, 128),
  sramWidth: oneOf(32, 128, 512),
  ports: oneOf('single', 'read-write'),
  portWidth: oneOf(8, 32, 64),
  multicast: fc.boolean(),
  headConcatenation: fc.boolean(),
});

/**
 * A chip that computes in its memory: DRAM with a unit beside each bank, SRAM, a vector unit and a crossbar between
 * them, mapped by `pim-gpt`. Needs the declarations `memory/dram`, `memory/sram`, `compute/pim-bank`,
 * `compute/vector` and `interconnect/crossbar`.
 */
export function arbitraryChip(): fc.Arbitrary<ChipSpec> {
  return variations.map(chipOf);
}

function chipOf(of: Variation): ChipSpec {
  return defineChip({
    name: 'generated',
    clock: '1 GHz',
    mapping: { name: 'pim-gpt', headConcatenation: of.headConcatenation },
    components: {
      dram: {
        type: 'memory/dram',
        preset: 'gddr6-8gb-x16-14000-1250mv',
        attach: 'mac',
        channels: of.channels,
        bankGroups: of.bankGroups,
        banksPerGroup: of.banksPerGroup,
        rowBytes: `${of.rowKibibytes} KiB`,
        burstBytes: '32 B',
        tCCDMac: `${of.columnGap} ps`,
        rowPolicy: of.rowPolicy,
        refresh: of.refresh,
        allBankActivation: of.allBankActivation,
        vectorBuffer: `${of.vectorBuffer} B`,
        modeSwitch: `${of.modeSwitch} ps`,
      },
      mac: {
        type: 'compute/pim-bank',
        banks: of.channels * of.bankGroups * of.banksPerGroup,
        lanes: of.lanes,
        accumulators: of.accumulators,
        clock: `${of.unitMegahertz} MHz`,
        format: 'bf16',
        macEnergy: '1.5 pJ',
      },
      sram: {
        type: 'memory/sram',
        capacity: '256 KiB',
        width: `${of.sramWidth} B`,
        ports: of.ports,
        readEnergy: '0.1 pJ/bit',
        writeEnergy: '0.1 pJ/bit',
        leakage: '20 mW',
      },
      vector: { type: 'compute/vector', adders: of.adders, multipliers: of.multipliers, idlePower: '100 mW' },
      xbar: {
        type: 'interconnect/crossbar',
        inputs: of.channels + 8,
        outputs: of.channels + 8,
        width: `${of.portWidth} B`,
        multicast: of.multicast,
      },
    },
    connections: [
      { from: 'sram', to: 'vector' },
      { from: 'sram', to: 'xbar', lanes: 4 },
      { from: 'vector', to: 'xbar', lanes: 4 },
      { from: 'xbar', to: 'dram', lanes: of.channels },
    ],
  });
}
