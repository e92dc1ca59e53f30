import { describe, expect, test } from 'vitest';
import { SystoleError } from '@systole/core';
import type { FlashSpec, Suspension } from '../src/nand/detailed/flash-spec.ts';
import { FlashStream } from '../src/nand/detailed/flash-stream.ts';
import { runFlashRequests } from '../src/nand/detailed/run-flash-requests.ts';
import { runSmall, SMALL_FLASH } from './helpers/small-flash.ts';

const GIVES_WAY: Suspension = { time: 500_000, least: 0, span: 1e9, times: 4 };

describe('streams of requests', () => {
  const spec = {
    pattern: 'random',
    requests: 2000,
    bytes: 100,
    readShare: 0.7,
    space: 4800,
    gap: 0,
    seed: 1,
  } as const;

  test('are the same for the same seed, and others for another', () => {
    const all = (seed: number): readonly number[] => {
      const stream = new FlashStream({ ...spec, seed });
      const seen: number[] = [];
      while (stream.next()) seen.push(stream.isWrite ? -stream.address - 1 : stream.address);
      return seen;
    };
    const first = all(1);
    expect(first).toHaveLength(2000);
    expect(all(1)).toEqual(first);
    expect(all(2)).not.toEqual(first);
    const writes = first.filter((address) => address < 0).length;
    expect(writes / 2000).toBeGreaterThan(0.26);
    expect(writes / 2000).toBeLessThan(0.34);
    expect(new Set(first.map((address) => (address < 0 ? -address - 1 : address))).size).toBe(48);
  });

  test('run against a memory', () => {
    const sequential = new FlashStream({ ...spec, pattern: 'sequential', readShare: 1, requests: 100 });
    const { bandwidth, requests } = runFlashRequests(SMALL_FLASH, sequential, { queueDepth: 4 });
    expect(requests).toBe(100);
    expect(bandwidth / 1e6).toBeCloseTo(100 / 1.11, 3);
  });

  test.each([{ readShare: 2 }, { space: 99 }, { bytes: 0 }, { requests: -1 }, { seed: 0.5 }, { gap: NaN }])(
    'refuse %o',
    (wrong) => {
      expect(() => new FlashStream({ ...spec, ...wrong })).toThrowError(SystoleError);
    },
  );
});

describe('what cannot be', () => {
  const range = { low: 2, typical: 1, high: 3 };

  test.each<[Partial<FlashSpec>, string]>([
    [{ planesPerDie: 0 }, 'planesPerDie'],
    [{ channels: 1.5 }, 'channels'],
    [{ channels: 2 ** 23 }, 'channels'],
    [{ blocksPerPlane: 2 ** 50 }, 'blocksPerPlane'],
    [{ channelBytes: 3 }, 'pageBytes'],
    [{ channelRate: 0 }, 'channelRate'],
    [{ channelRate: NaN }, 'channelRate'],
    [{ tR: [] }, 'tR'],
    [{ tR: [-1] }, 'tR'],
    [{ tPROG: [Infinity] }, 'tPROG'],
    [{ tBERS: 0.5 }, 'tBERS'],
    [{ bitsPerCell: 4, oneShotProgram: true }, 'pagesPerBlock'],
    [{ bitsPerCell: 9 }, 'bitsPerCell'],
    [{ multiPlane: 'independent', dieInterleave: false }, 'multiPlane'],
    [{ programSuspend: { ...GIVES_WAY, time: 0 } }, 'programSuspend.time'],
    [{ eraseSuspend: { ...GIVES_WAY, times: 0 } }, 'eraseSuspend.times'],
    [{ energy: { ...SMALL_FLASH.energy, read: range } }, 'energy.read'],
    [{ commands: { ...SMALL_FLASH.commands, tWC: NaN } }, 'commands.tWC'],
    [{ scanDepth: 0 }, 'scanDepth'],
  ])('spec %#', (changes, path) => {
    let caught: unknown;
    try {
      runSmall(changes, [{ address: 0, bytes: 100 }]);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(SystoleError);
    expect(caught).toMatchObject({ code: 'parameter/out-of-range', place: { path } });
    expect((caught as SystoleError).message).toContain(path);
  });

  test.each([
    [{ address: -1, bytes: 1 }, 'argument/invalid'],
    [{ address: 0, bytes: 0 }, 'argument/invalid'],
    [{ address: 0.5, bytes: 1 }, 'argument/invalid'],
    [{ address: 0, bytes: 4801 }, 'capacity/exceeded'],
    [{ address: 0, bytes: 2 ** 40 }, 'limit/exceeded'],
    [{ address: 4800, bytes: 1, isWrite: true }, 'capacity/exceeded'],
  ])('request %#', (request, code) => {
    expect(() => runSmall({}, [request])).toThrowError(expect.objectContaining({ code }) as Error);
  });

  test.each([
    [{ queueDepth: 0 }, 'queueDepth'],
    [{ fetchDepth: 0.5 }, 'fetchDepth'],
    [{ hostLink: { rate: 0, packetPayload: 128, packetOverhead: 28 } }, 'hostLink.rate'],
    [{ mappingTable: { cachedEntries: 1, entriesPerPage: 0, readBytes: 1 } }, 'mappingTable.entriesPerPage'],
  ])('option %#', (options, path) => {
    expect(() => runSmall({}, [{ address: 0, bytes: 1 }], options)).toThrowError(
      expect.objectContaining({ place: { path } }) as Error,
    );
  });

  test('no requests take no time', () => {
    expect(runSmall({}, [])).toMatchObject({ time: 0, requests: 0, bandwidth: 0 });
  });
});
