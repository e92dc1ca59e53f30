import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAddressMapping } from '../src/device/address-mapping.ts';
import type { AddressMapping } from '../src/device/address-mapping.ts';
import { DEVICE_PRESETS, devicePreset } from '../src/device/device-presets.ts';
import type { DramDevice } from '../src/device/device.ts';
import { LEVELS } from '../src/device/level.ts';

const arbitraryDevice = fc
  .tuple(fc.constantFrom(...Object.values(DEVICE_PRESETS)), fc.constantFrom(1, 2, 3, 4))
  .map(([device, outer]): DramDevice => {
    const level = device.standard.levels.includes('stackId') ? 'stackId' : 'rank';
    if (!device.standard.levels.includes(level)) return device;
    return { ...device, counts: { ...device.counts, [level]: outer } };
  });

const NAMED = ['RoBaRaCoCh', 'ChRaBaRoCo', 'rochrababgco', 'rorabgbachco', 'chrababgroco'];

/** Orders of fields, some with the column split and the bank hashed. */
const arbitraryOrder = fc
  .tuple(fc.shuffledSubarray(['column', 'row', ...LEVELS], { minLength: 8 }), fc.nat(2), fc.boolean())
  .map(([fields, low, isHashed]) => {
    const split = low === 0 ? fields : [...fields, `columnLow(${low})`];
    return [...split, ...(isHashed ? ['bank^row', 'bankGroup^row(3)'] : [])].join(' ');
  });

function banksOf({ counts }: DramDevice): number {
  return LEVELS.reduce((product, level) => product * counts[level], 1);
}

function placeOf(mapping: AddressMapping): readonly number[] {
  return [mapping.channel, mapping.bank, mapping.row, mapping.column];
}

const arbitraryMapping = fc
  .tuple(
    arbitraryDevice,
    fc.constantFrom(1, 2, 3, 8, 12, 64),
    fc.oneof(fc.constantFrom(...NAMED), arbitraryOrder),
  )
  .map(([device, channels, text]) => ({
    device,
    channels,
    text,
    mapping: createAddressMapping(text, device, channels),
  }));

describe('a mapping', () => {
  test('has every place once: what is decoded is encoded to the same burst, and the other way round', () => {
    fc.assert(
      fc.property(
        arbitraryMapping,
        fc.array(fc.double({ min: 0, max: 0.999999, noNaN: true }), { minLength: 4, maxLength: 4 }),
        (made, parts) => {
          const { device, channels, mapping } = made;
          expect(mapping.bursts).toBe(channels * banksOf(device) * device.rowsPerBank * device.burstsPerRow);
          const burst = Math.floor((parts[0] ?? 0) * mapping.bursts);
          mapping.decode(burst);
          const place = placeOf(mapping);
          const sizes = [channels, banksOf(device), device.rowsPerBank, device.burstsPerRow];
          place.forEach((value, index) => {
            expect(Number.isInteger(value) && value >= 0 && value < (sizes[index] ?? 0)).toBe(true);
          });
          const [channel = 0, bank = 0, row = 0, column = 0] = place;
          expect(mapping.encode(channel, bank, row, column)).toBe(burst);
          mapping.decode(burst + 3 * mapping.bursts);
          expect(placeOf(mapping)).toEqual(place);

          const other = parts.map((part, index) => Math.floor(part * (sizes[index] ?? 0)));
          const [c = 0, b = 0, r = 0, o = 0] = other;
          mapping.decode(mapping.encode(c, b, r, o));
          expect(placeOf(mapping)).toEqual(other);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('of a small memory, decoded burst by burst, comes upon every place', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(...NAMED), arbitraryOrder),
        fc.constantFrom(1, 3),
        fc.constantFrom(1, 2),
        (text, channels, rank) => {
          const device: DramDevice = {
            ...devicePreset('ddr4-8gb-x8-3200aa'),
            counts: { channel: 1, pseudoChannel: 1, rank, stackId: 1, bankGroup: 2, bank: 2 },
            rowsPerBank: 16,
            burstsPerRow: 8,
          };
          const mapping = createAddressMapping(text, device, channels);
          const seen = new Set<string>();
          for (let burst = 0; burst < mapping.bursts; burst++) {
            mapping.decode(burst);
            seen.add(placeOf(mapping).join());
          }
          expect(seen.size).toBe(channels * rank * 4 * 16 * 8);
        },
      ),
      { numRuns: 100 },
    );
  });
});

/** The fields from the least significant bit up, as one takes them off an address with pencil and paper. */
class PencilAddress {
  #rest: bigint;

  constructor(burst: number) {
    this.#rest = BigInt(burst);
  }

  take(size: number): number {
    const value = Number(this.#rest % BigInt(size));
    this.#rest /= BigInt(size);
    return value;
  }
}

describe('MOP4CLXOR', () => {
  test('is four bursts, the levels, the rest of the row, the row, all hashed with the column', () => {
    const devices = Object.values(DEVICE_PRESETS);
    fc.assert(
      fc.property(
        fc.constantFrom(...devices),
        fc.constantFrom(1, 16),
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        (device, channels, part) => {
          const mapping = createAddressMapping('MOP4CLXOR', device, channels);
          const burst = Math.floor(part * mapping.bursts);
          const address = new PencilAddress(burst);
          const channel = address.take(channels);
          const low = address.take(4);
          const inner = LEVELS.slice(1);
          const levels = inner.map((level) => address.take(device.counts[level]));
          const column = low + 4 * address.take(device.burstsPerRow / 4);
          const row = address.take(device.rowsPerBank);
          let rest = column;
          let bank = 0;
          inner.forEach((level, index) => {
            const size = device.counts[level];
            bank = bank * size + ((levels[index] ?? 0) ^ (rest % size));
            rest = Math.floor(rest / size);
          });
          mapping.decode(burst);
          expect(placeOf(mapping)).toEqual([channel, bank, row ^ rest, column]);
        },
      ),
      { numRuns: 300 },
    );
  });
});
