import { readFileSync } from 'node:fs';
import { SystoleError } from '@systole/core';
import { describe, expect, test } from 'vitest';
import { createAddressMapping } from '../src/device/address-mapping.ts';
import { devicePreset, findDevice } from '../src/device/device-presets.ts';
import type { DramDevice } from '../src/device/device.ts';
import { createStream } from '../src/request/streams.ts';

const DDR4 = devicePreset('ddr4-8gb-x8-3200aa');
const HBM3 = devicePreset('hbm3-16gb-8hi-6400');

/** [channel, bank, row, column] of a burst. */
function placeOf(text: string, device: DramDevice, channels: number, burst: number): readonly number[] {
  const mapping = createAddressMapping(text, device, channels);
  mapping.decode(burst);
  return [mapping.channel, mapping.bank, mapping.row, mapping.column];
}

// DDR4 8 Gb x8: 128 bursts (7 bits), rank 0 bits, 4 groups and 4 banks (2 bits each), 65536 rows (16 bits). The bank counts
// group x 4 + bank.
describe('worked out by hand', () => {
  test('RoBaRaCoCh: column, bank group, bank, row', () => {
    expect(placeOf('RoBaRaCoCh', DDR4, 1, 127)).toEqual([0, 0, 0, 127]);
    expect(placeOf('RoBaRaCoCh', DDR4, 1, 128)).toEqual([0, 4, 0, 0]);
    expect(placeOf('RoBaRaCoCh', DDR4, 1, 128 * 4)).toEqual([0, 1, 0, 0]);
    expect(placeOf('RoBaRaCoCh', DDR4, 1, 128 * 16)).toEqual([0, 0, 1, 0]);
    expect(placeOf('RoBaRaCoCh', DDR4, 2, 3 + 2 * 128)).toEqual([1, 4, 0, 1]);
  });

  test('ChRaBaRoCo: column, row, bank, bank group', () => {
    expect(placeOf('ChRaBaRoCo', DDR4, 1, 128)).toEqual([0, 0, 1, 0]);
    expect(placeOf('ChRaBaRoCo', DDR4, 1, 2 ** 23)).toEqual([0, 1, 0, 0]);
    expect(placeOf('ChRaBaRoCo', DDR4, 1, 2 ** 25)).toEqual([0, 4, 0, 0]);
    expect(placeOf('ChRaBaRoCo', DDR4, 4, 2 ** 27 + 3)).toEqual([3, 4, 0, 0]);
  });

  test('MOP4CLXOR: four bursts of a row, then the next bank group; levels and row are hashed with the column', () => {
    expect(placeOf('MOP4CLXOR', DDR4, 1, 3)).toEqual([0, 12, 0, 3]);
    expect(placeOf('MOP4CLXOR', DDR4, 1, 4)).toEqual([0, 4, 0, 0]);
    // Column 0b101_10_01: group ^ 01, bank ^ 10, row ^ 101.
    const burst = 0b01 + 4 * 16 * 0b10110;
    expect(placeOf('MOP4CLXOR', DDR4, 1, burst)).toEqual([0, 0b01 * 4 + 0b10, 0b101, 0b1011001]);
  });

  test('the fields of DRAMsim3, most significant first: two ranks', () => {
    const device = { ...DDR4, counts: { ...DDR4.counts, rank: 2 } };
    expect(placeOf('rochrababgco', device, 2, 128)).toEqual([0, 4, 0, 0]);
    expect(placeOf('rochrababgco', device, 2, 128 * 4)).toEqual([0, 1, 0, 0]);
    expect(placeOf('rochrababgco', device, 2, 128 * 16)).toEqual([0, 16, 0, 0]);
    expect(placeOf('rochrababgco', device, 2, 128 * 32)).toEqual([1, 0, 0, 0]);
    expect(placeOf('rochrababgco', device, 2, 128 * 64)).toEqual([0, 0, 1, 0]);
    expect(placeOf('rorabgbachco', device, 2, 128)).toEqual([1, 0, 0, 0]);
  });

  test('an order of one’s own, with a split and hashes', () => {
    const text =
      'row columnHigh bank bankGroup columnLow(2) channel bank^row bankGroup^row(2) channel^row(4)';
    expect(placeOf(text, DDR4, 4, 1)).toEqual([1, 0, 0, 0]);
    expect(placeOf(text, DDR4, 4, 4)).toEqual([0, 0, 0, 1]);
    expect(placeOf(text, DDR4, 4, 16)).toEqual([0, 4, 0, 0]);
    const row = 0b10_01_11;
    expect(placeOf(text, DDR4, 4, row * 2 ** 13)).toEqual([0b10, 0b01 * 4 + 0b11, row, 0]);
  });

  test('three stack levels and twelve channels: divisions instead of bits', () => {
    const device = { ...HBM3, counts: { ...HBM3.counts, stackId: 3 } };
    const mapping = createAddressMapping('RoBaRaCoCh', device, 12);
    expect(mapping.bursts).toBe(12 * 32 * 2 * 3 * 16 * 16_384);
    mapping.decode(12 * 32 * 2 * 2 + 7);
    // The third stack level of the first pseudo channel: bank 2 x 16.
    expect([mapping.channel, mapping.bank, mapping.row, mapping.column]).toEqual([7, 32, 0, 0]);
  });

  test('an address beyond 2^32, and one beyond the memory', () => {
    const mapping = createAddressMapping('RoBaRaCoCh', HBM3, 32);
    expect(mapping.bursts * 32).toBe(32 * 2 ** 30);
    const burst = mapping.encode(31, 63, 16_383, 31);
    expect(burst * 32).toBe(32 * 2 ** 30 - 32);
    mapping.decode(burst + mapping.bursts);
    expect([mapping.channel, mapping.bank, mapping.row, mapping.column]).toEqual([31, 63, 16_383, 31]);
  });
});

describe('what cannot be', () => {
  test.each([
    ['RoBaRaCoCH', 1, /addressMapping: .*is no address mapping[^]*Did you mean "RoBaRaCoCh"/],
    ['', 1, /no address mapping/],
    ['rochrababgro', 1, /row 2 times without a width/],
    ['row bank column', 1, /lacks bankGroup, of which there are 4/],
    ['row bank bankGroup column', 2, /lacks channel/],
    ['row bank bankGroup columnHigh columnLow', 1, /column 2 times without a width/],
    ['row bank bankGroup columnHigh(3) columnLow(3)', 1, /6 bits of column, of which there are 128/],
    ['row bank bankGroup columnHigh columnLow(9)', 1, /9 bits from column/],
    ['row bank bankgroup column', 1, /"bankgroup", which is no field[^]*Did you mean "bankGroup"/],
    ['row bank bankGroup column bank^bankGroup', 1, /"bank\^bankGroup", which is no hash/],
    ['row bank bankGroup column row^row', 1, /hashes row with itself/],
    ['row bank bankGroup column bank^column(7)', 1, /bit 7 of the column/],
    ['RoBaRaCoCh', 0, /number of channels/],
    ['RoBaRaCoCh', 1.5, /number of channels/],
    ['row bank bankGroup column channel channel^row', 3, /hashes channel, of which there are 3/],
  ] as const)('"%s" with %d channels is named', (text, channels, message) => {
    expect(() => createAddressMapping(text, DDR4, channels)).toThrow(SystoleError);
    expect(() => createAddressMapping(text, DDR4, channels)).toThrow(message);
  });

  test('more bytes than numbers are exact for', () => {
    const device = { ...DDR4, rowsPerBank: 2 ** 31 };
    expect(() => createAddressMapping('RoBaRaCoCh', device, 4096)).toThrow(/no exact numbers/);
  });
});

interface StreamCase {
  readonly id: string;
  readonly peer: string;
  readonly config: {
    readonly org_preset: string;
    readonly timing_preset: string;
    readonly addr_mapper: string;
    readonly refresh: string;
    readonly channels: number;
  };
  readonly stream: {
    readonly kind: string;
    readonly n: number;
    readonly seed?: number;
    readonly tx_bytes: number;
    readonly region_log2_tx: number;
    readonly row_stride_bytes: number;
  };
  readonly expected: { readonly row_misses: number; readonly row_conflicts: number };
}

/** Requests that find their bank closed, and those that find another row, if they are served in their order. */
function rowChangesOf({ config, stream }: StreamCase): {
  readonly misses: number;
  readonly conflicts: number;
} {
  const device = findDevice(config.org_preset, config.timing_preset);
  if (device === undefined) throw new Error('no such device');
  const mapping = createAddressMapping(config.addr_mapper, device, config.channels);
  const source = createStream({
    kind: stream.kind,
    count: stream.n,
    burstBytes: stream.tx_bytes,
    regionLog2: stream.region_log2_tx,
    rowStrideBytes: stream.row_stride_bytes,
    ...(stream.seed === undefined ? {} : { seed: stream.seed }),
  });
  const open = new Map<number, number>();
  let conflicts = 0;
  while (source.next()) {
    mapping.decode(source.address / stream.tx_bytes);
    const bank = mapping.channel * 65_536 + mapping.bank;
    const row = open.get(bank);
    if (row !== undefined && row !== mapping.row) conflicts++;
    open.set(bank, mapping.row);
  }
  return { misses: open.size, conflicts };
}

// Where nothing is reordered across rows and no refresh closes them, the rows that Ramulator opened follow from addresses alone.
describe('rows that Ramulator opened', () => {
  const text = readFileSync(new URL('../reference/streams.json', import.meta.url), 'utf8');
  const { cases } = JSON.parse(text) as { cases: readonly StreamCase[] };
  const ordered = cases.filter(
    ({ peer, config, stream }) =>
      peer.startsWith('ramulator') &&
      config.refresh === 'NoRefresh' &&
      /^(seq-read|bank-conflict-read|dependent-random-read)$/.test(stream.kind),
  );

  test('there are such cases for four standards and two mappings', () => {
    expect(ordered.length).toBeGreaterThanOrEqual(16);
  });

  test.each(ordered.map((one) => [`${one.id} ${one.stream.kind} ${one.config.addr_mapper}`, one] as const))(
    '%s',
    (_, one) => {
      const { row_misses: misses, row_conflicts: conflicts } = one.expected;
      expect(rowChangesOf(one)).toEqual({ misses, conflicts });
    },
  );
});
