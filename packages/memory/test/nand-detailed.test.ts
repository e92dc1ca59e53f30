import { describe, expect, test } from 'vitest';
import { ArrayTimes, CommandTiming } from '../src/nand/detailed/command-timing.ts';
import { FLASH_DIES, FLASH_INTERFACES, flashEnergyOf, flashSpecOf } from '../src/nand/detailed/flash-dies.ts';
import { checkFlashSpec } from '../src/nand/detailed/flash-spec.ts';
import type { FlashSpec, Suspension } from '../src/nand/detailed/flash-spec.ts';
import { runFlashRequests } from '../src/nand/detailed/run-flash-requests.ts';
import { ListSource, runSmall } from './helpers/small-flash.ts';

/** Time of one request of `bytes` from address 0 on, in ns. */
function alone(changes: Partial<FlashSpec>, bytes: number, isWrite = false): number {
  return runSmall(changes, [{ address: 0, bytes, isWrite }]).time / 1000;
}

describe('operations, followed by hand (ns)', () => {
  test('a page: command, array, transfer', () => {
    expect(alone({}, 100)).toBe(10 + 1000 + 100);
    expect(alone({}, 30)).toBe(10 + 1000 + 30);
  });

  test('planes of a die that share a command', () => {
    expect(alone({ planesPerDie: 2 }, 200)).toBe(15 + 1000 + 200);
    expect(alone({ planesPerDie: 2, multiPlane: 'none' }, 200)).toBe(2 * (10 + 1000 + 100));
    const { counts } = runSmall({ planesPerDie: 4 }, [{ address: 0, bytes: 400 }]);
    expect(counts).toMatchObject({ multiPlaneRead: 1, read: 0, pagesRead: 4, bytesOut: 400 });
  });

  test('planes that read each for itself', () => {
    const spec = { planesPerDie: 2, multiPlane: 'independent' } as const;
    expect(alone(spec, 200)).toBe(10 + 1000 + 100 + 100);
  });

  test('a cache register lets the array read on, if the command goes before the data', () => {
    expect(alone({}, 200)).toBe(2 * (10 + 1000 + 100));
    expect(alone({ cacheRead: true }, 200)).toBe(10 + 1000 + 10 + 1000 + 100);
    expect(alone({ cacheRead: true, arbitration: 'data-first' }, 200)).toBe(2 * (10 + 1000 + 100));
    expect(runSmall({ cacheRead: true }, [{ address: 0, bytes: 300 }]).counts.cacheRead).toBe(2);
    // The way from the page register to the cache register is part of the array's time.
    expect(alone({ cacheRead: true, tCBSY: 40_000 }, 200)).toBe(10 + 1040 + 10 + 1040 + 100);
  });

  test('a page register is held until the cache register is free', () => {
    // Transfers of 100 ns, arrays of 50 ns: the second page waits for the first, the third array for the second page.
    const times = { cacheRead: true, tR: [50_000] } as const;
    expect(alone(times, 300)).toBe(10 + 50 + 10 + 100 + 10 + 100 + 100);
  });

  test('dies of one chip side by side, or one after the other', () => {
    expect(alone({ diesPerChip: 2 }, 200)).toBe(10 + 10 + 1000 + 100 + 90);
    expect(alone({ diesPerChip: 2, dieInterleave: false }, 200)).toBe(2 * (10 + 1000 + 100));
    expect(alone({ chipsPerChannel: 2, dieInterleave: false }, 200)).toBe(10 + 10 + 1000 + 100 + 90);
    expect(alone({ channels: 2 }, 200)).toBe(10 + 1000 + 100);
  });

  test('a program brings its data, after the erase of its block', () => {
    expect(alone({}, 100, true)).toBe(10 + 20_000 + 10 + 100 + 5000);
    expect(alone({ planesPerDie: 2 }, 200, true)).toBe(15 + 20_000 + 15 + 200 + 5000);
    const { counts } = runSmall({ planesPerDie: 2 }, [{ address: 0, bytes: 200, isWrite: true }]);
    expect(counts).toMatchObject({
      multiPlaneProgram: 1,
      multiPlaneErase: 1,
      blocksErased: 2,
      pagesProgrammed: 2,
    });
  });

  test('a cached program takes its data while the array works', () => {
    const first = 10 + 20_000 + 10 + 100;
    expect(alone({}, 200, true)).toBe(first + 5000 + 10 + 100 + 5000);
    expect(alone({ cacheProgram: true }, 200, true)).toBe(first + 5000 + 5000);
    // Data that takes longer than the array: 300 pages of 100 ns would, so programs of 50 ns do.
    const short = { cacheProgram: true, tPROG: [50_000] } as const;
    expect(alone(short, 200, true)).toBe(first + 10 + 100 + 50);
    expect(
      runSmall({ cacheProgram: true }, [{ address: 0, bytes: 300, isWrite: true }]).counts.cacheProgram,
    ).toBe(2);
  });

  test('a word line at once', () => {
    const spec = { bitsPerCell: 3, tPROG: [1e6, 2e6, 3e6] } as const;
    expect(alone(spec, 300, true)).toBe(10 + 20_000 + 3 * (10 + 100) + 1000 + 2000 + 3000);
    expect(alone({ ...spec, oneShotProgram: true }, 300, true)).toBe(10 + 20_000 + 20 + 300 + 6000);
    // What is not there is padded.
    expect(alone({ ...spec, oneShotProgram: true }, 100, true)).toBe(10 + 20_000 + 10 + 100 + 6000);
  });

  test('commands on pins of their own go beside data', () => {
    expect(alone({ commandBus: 'separate', cacheRead: true, tR: [50_000] }, 300)).toBe(
      10 + 50 + 100 + 100 + 100,
    );
  });

  test('channel time in whole nanoseconds', () => {
    expect(alone({ channelRate: 667e6, transferTime: 'whole-nanoseconds' }, 100)).toBe(1110);
    expect(alone({ channelRate: 1200e6, transferTime: 'whole-nanoseconds' }, 100)).toBe(1010);
    expect(alone({ channelRate: 500e6 }, 100)).toBe(1210);
  });
});

const GIVES_WAY: Suspension = { time: 500_000, least: 0, span: 1e9, times: 4 };

describe('suspension', () => {
  const requests = [
    { address: 0, bytes: 100, isWrite: true },
    { address: 700, bytes: 100, at: 10_000 },
  ];

  test('without it, a read waits for the erase, and goes before the program', () => {
    const { readLatency, time } = runSmall({}, requests);
    expect(readLatency.mean / 1000).toBe(20_010 - 10_000 + 1110);
    expect(time / 1000).toBe(20_010 + 1110 + 10 + 100 + 5000);
  });

  test('an erase gives way', () => {
    const { counts, readLatency, operationTimes, time } = runSmall({ eraseSuspend: GIVES_WAY }, requests);
    expect(readLatency.mean / 1000).toBe(10 + 500 + 1110);
    // It goes on after the page has left, for what was left of it at the suspension.
    expect(time / 1000).toBe(10_000 + 10 + 500 + 1110 + 10 + 10_010 + 10 + 100 + 5000);
    expect(counts).toMatchObject({ suspendErase: 1, resume: 1, suspendProgram: 0 });
    expect(operationTimes.erase.suspended / 1000).toBe(10 + 500 + 1110 + 10);
  });

  test('a program gives way', () => {
    const late = [requests[0], { address: 700, bytes: 100, at: 22_000 }].filter((one) => one !== undefined);
    const { counts, readLatency } = runSmall({ programSuspend: GIVES_WAY }, late);
    expect(readLatency.mean / 1000).toBe(10 + 500 + 1110);
    expect(counts).toMatchObject({ suspendProgram: 1, resume: 1 });
  });

  test('not for what is nearly done, nor more often than allowed, nor for longer', () => {
    const least = { eraseSuspend: { ...GIVES_WAY, least: 15e6 } };
    expect(runSmall(least, requests).counts.suspendErase).toBe(0);
    const reads = Array.from({ length: 20 }, (_, index) => ({
      address: 700,
      bytes: 100,
      at: 1000 * index + 500,
    }));
    const all = [{ address: 0, bytes: 100, isWrite: true }, ...reads];
    const once = runSmall({ eraseSuspend: { ...GIVES_WAY, times: 1, span: 0 } }, all);
    expect(once.counts).toMatchObject({ suspendErase: 1, resume: 1 });
    const twice = runSmall({ eraseSuspend: { ...GIVES_WAY, times: 2, span: 1e6 } }, all);
    expect(twice.counts).toMatchObject({ suspendErase: 2, resume: 2 });
  });

  test('not for a read of the page that is being programmed', () => {
    const same = [
      { address: 0, bytes: 100, isWrite: true },
      { address: 0, bytes: 100, at: 22_000 },
    ];
    const { counts, readLatency } = runSmall({ programSuspend: GIVES_WAY }, same);
    expect(counts.suspendProgram).toBe(0);
    expect(readLatency.mean / 1000).toBe(25_120 - 22_000 + 1110);
  });
});

describe('order', () => {
  const mixed = [
    { address: 100, bytes: 100 },
    { address: 600, bytes: 100, isWrite: true },
    { address: 200, bytes: 100 },
  ];

  test('reads go before programs and erases, unless all keep their order', () => {
    const priority = runSmall({}, mixed);
    expect(priority.readLatency.most / 1000).toBe(2 * 1110);
    const inOrder = runSmall({ scheduling: 'in-order' }, mixed);
    expect(inOrder.readLatency.most / 1000).toBe(1110 + 10 + 20_000 + 110 + 5000 + 1110);
  });

  test('a read of a page follows the program that was asked for before it', () => {
    const { readLatency } = runSmall({}, [
      { address: 0, bytes: 100, isWrite: true },
      { address: 0, bytes: 100 },
    ]);
    expect(readLatency.mean / 1000).toBe(10 + 20_000 + 110 + 5000 + 1110);
  });

  test('the depth of the queue, in the host and in the device', () => {
    const reads = [0, 100, 200].map((address) => ({ address, bytes: 100 }));
    expect(runSmall({ channels: 3 }, reads).time / 1000).toBe(1110);
    expect(runSmall({ channels: 3 }, reads, { queueDepth: 1 }).time / 1000).toBe(3 * 1110);
    const fetched = runSmall({ channels: 3 }, reads, { fetchDepth: 1 });
    expect(fetched.time / 1000).toBe(3 * 1110);
    expect(fetched.readLatency.most / 1000).toBe(3 * 1110);
  });

  test('where the time goes adds up', () => {
    const { operationTimes, readLatency } = runSmall({}, [
      { address: 0, bytes: 100 },
      { address: 100, bytes: 100 },
    ]);
    const { array, busBusy, command, dieBusy, suspended, transfer } = operationTimes.read;
    expect({ array, busBusy, command, dieBusy, suspended, transfer }).toEqual({
      array: 2_000_000,
      busBusy: 0,
      command: 20_000,
      dieBusy: 1_110_000,
      suspended: 0,
      transfer: 200_000,
    });
    expect(array + command + dieBusy + transfer).toBe(2 * readLatency.mean);
  });
});

describe('host link and mapping table', () => {
  const hostLink = { rate: 1e9, packetPayload: 128, packetOverhead: 28 };

  test('a read crosses the link as bell, fetch, command, data and completion', () => {
    // Messages of 4, 4, 64, 100 and 16 bytes with 28 bytes each, at 1 ns a byte.
    const { time } = runSmall({}, [{ address: 0, bytes: 100 }], { hostLink });
    expect(time / 1000).toBe(32 + 32 + 92 + 1110 + 128 + 44);
  });

  test('the data of a write crosses it before', () => {
    const { time } = runSmall({}, [{ address: 0, bytes: 100, isWrite: true }], { hostLink });
    expect(time / 1000).toBe(32 + 32 + 92 + 32 + 128 + (10 + 20_000 + 110 + 5000) + 44);
  });

  test('an entry that is not held costs a read of the table, one for all that wait for it', () => {
    const mappingTable = { cachedEntries: 2, entriesPerPage: 16, readBytes: 20 };
    const reads = [0, 100, 0, 200, 0].map((address) => ({ address, bytes: 100 }));
    const serial = runSmall({}, reads, { mappingTable, queueDepth: 1 });
    expect(serial.mappingReads).toBe(3);
    expect(serial.time / 1000).toBe(3 * (10 + 1000 + 20) + 5 * 1110);
    expect(runSmall({}, reads, { mappingTable }).mappingReads).toBe(1);
  });
});

describe('energy', () => {
  test('is a range, by what was done', () => {
    const one = { low: 1, typical: 2, high: 4 };
    const energy = {
      read: one,
      program: one,
      erase: one,
      byte: one,
      idle: { low: 0, typical: 0, high: 1 },
      source: '',
    };
    const result = runSmall({ energy }, [
      { address: 0, bytes: 200 },
      { address: 600, bytes: 100, isWrite: true },
    ]);
    expect(result.energy.read).toEqual({ low: 2, typical: 4, high: 8 });
    expect(result.energy.erase).toEqual(one);
    expect(result.energy.transfer).toEqual({ low: 300, typical: 600, high: 1200 });
    // The die is idle for commands and transfers: 2 x 110 + 10 + 110 ns; a W for a ps is 1000 fJ.
    expect(result.energy.idle.high).toBeCloseTo(340_000 * 1000, 0);
    expect(result.energy.total.typical).toBe(4 + 2 + 2 + 600);
  });

  test('published ranges: a TLC page of 16 KiB takes 3 to 6 uJ to read', () => {
    const { byte, program, read } = flashEnergyOf(3, 16_384, 1200e6);
    expect(read.low / 1e9).toBeCloseTo(3.3, 1);
    expect(read.high / 1e9).toBeCloseTo(5.9, 1);
    expect(program).toEqual({ low: 30e9, typical: 55e9, high: 80e9 });
    expect(byte.high / byte.low).toBeCloseTo(5 / 3, 6);
  });
});

describe('dies', () => {
  test('all of the catalogue make a disk, with a source and a confidence', () => {
    const dies = Object.values(FLASH_DIES);
    expect(dies).toHaveLength(18);
    for (const die of dies) {
      const spec = flashSpecOf(die, { channels: 1, chipsPerChannel: 1, diesPerChip: 1 });
      checkFlashSpec(spec);
      expect(die.source.length).toBeGreaterThan(5);
      expect(die.tR.low).toBeLessThanOrEqual(die.tR.high);
      const { bandwidth } = runFlashRequests(spec, new ListSource([{ address: 0, bytes: 1 << 20 }]), {
        queueDepth: 1,
      });
      const array = (die.planes * die.pageBytes * 1e12) / die.tR.typical;
      expect(bandwidth).toBeLessThanOrEqual(Math.min(array, die.channelRate));
      expect(bandwidth).toBeGreaterThan(0.35 * Math.min(array, die.channelRate));
    }
    expect(FLASH_INTERFACES['onfi-5.1']).toBe(3600);
    expect(FLASH_DIES['qlc-96l']?.tR).toEqual({ low: 110e6, typical: 135e6, high: 160e6 });
    expect(FLASH_DIES['kioxia-170l-tlc']?.inferred).toEqual(['tPROG', 'tBERS']);
    expect(FLASH_DIES['mqsim-mlc']?.eraseSuspend?.time).toBe(700e6);
  });

  test('NV-DDR2 commands take what the formulas of the reference say', () => {
    const die = FLASH_DIES['mqsim-mlc'];
    if (die === undefined) throw new Error('no such die');
    const timing = new CommandTiming(flashSpecOf(die));
    expect([1, 2, 4].map((planes) => timing.read(planes) / 1000)).toEqual([290, 940, 2240]);
    expect(timing.dataOut(true) / 1000).toBe(30);
    expect((timing.dataOut(true) + timing.dataOut(false)) / 1000).toBe(610);
  });

  test('kinds of pages in a block', () => {
    const shadowed = new ArrayTimes([1, 2, 3], 3, 'shadowed');
    const pages = Array.from({ length: 16 }, (_, page) => shadowed.at(page));
    expect(pages).toEqual([1, 1, 1, 1, 1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 1, 1]);
    const inTurn = new ArrayTimes([1, 2], 3, 'in-turn');
    expect([0, 1, 2, 3].map((page) => inTurn.at(page))).toEqual([1, 2, 2, 1]);
  });
});
