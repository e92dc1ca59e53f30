import { describe, expect, it } from 'vitest';
import { coreTime, findFlash } from '../src/in-flash/flash-device.ts';
import type { FlashDevice } from '../src/in-flash/flash-device.ts';
import { roundShares } from '../src/in-flash/round-shares.ts';
import type { FlashProduct } from '../src/in-flash/round-shares.ts';
import { chipNamed } from './auto-support.ts';

function flashOf(size: string): FlashDevice {
  const { flash } = findFlash(chipNamed(`cambricon-llm-${size}`));
  if (flash === undefined) throw new Error('the chip has a flash that computes');
  return flash;
}

const small = flashOf('s');
const large = flashOf('l');
const bytes = { weight: 1, input: 1, result: 1 };

function product(rows: number, columns: number, vectors = 1, flash = small): FlashProduct {
  return {
    rows,
    columns,
    vectors,
    bytes,
    pageCompute: coreTime(flash, 25.6e9 * (flash === small ? 1 : 16), 1),
  };
}

describe('the device', () => {
  it('is read from the parameters of the flash and of its cores', () => {
    expect(small.shape).toMatchObject({ channels: 8, cores: 4, pageBytes: 16384, channelRate: 1e9 });
    expect(small.shape.inputRoom).toBe(1024);
    expect(small.resultRoom).toBe(4 * 1024);
    expect(small.resultBytes).toBe(1);
    // 16384 elements, 2 a cycle of 2.5 ns.
    expect(coreTime(small, 25.6e9, 1)).toBe(20_480_000);
  });

  it('is missing where no memory has cores, and the reason is said', () => {
    expect(findFlash(chipNamed('npu-hbm'))).toEqual({ why: 'no flash of the chip computes' });
  });
});

describe('sharing of a product', () => {
  it('takes tiles that the buffers of the cores hold, filled by whole matrices', () => {
    for (const share of roundShares(large, product(4096, 11_008, 1, large))) {
      const { tile, across, kept, down } = share;
      expect(Math.ceil(tile.width / 32)).toBeLessThanOrEqual(1024);
      expect(tile.height).toBeLessThanOrEqual(large.resultRoom);
      expect(tile.width * tile.height).toBeLessThanOrEqual(32 * 16 * 16384);
      expect(tile.width * across).toBeGreaterThanOrEqual(11_008);
      expect(tile.height * down).toBeGreaterThanOrEqual(4096);
      expect(kept).toBeGreaterThanOrEqual(1);
      expect(kept).toBeLessThanOrEqual(down);
    }
  });

  it('ends about together in cores and channels, by a search over every number of rows of tiles', () => {
    const wanted = product(11_008, 4096);
    const [best] = roundShares(small, wanted);
    // 2048 wide: rounds of 30 us and 256 B at 1 GB/s, tiles of 256 rows, two of them side by side.
    const round = 30_256_000;
    const gaps = 8e9 * (1 - (256_000 + 256_000) / round);
    const times = Array.from({ length: 43 }, (_, index) => {
      const computing = (index + 1) * 2 * round + 20_480_000 + 256_000;
      const rows = Math.max(0, 11_008 - (index + 1) * 256);
      return Math.max(computing, rows === 0 ? 0 : 30e6 + ((rows * 4096) / gaps) * 1e12);
    });
    expect(best?.ps).toBeLessThanOrEqual(Math.min(...times) * 1.001);
  });

  it('leaves more to the channels where several vectors pass through the cores one after another', () => {
    const one = roundShares(small, product(11_008, 4096))[0];
    const four = roundShares(small, product(11_008, 4096, 4))[0];
    expect(four?.flashRows).toBeLessThan(one?.flashRows ?? 0);
    expect(four?.ps).toBeGreaterThan(one?.ps ?? Infinity);
  });

  it('has the whole product among the ways', () => {
    const shares = roundShares(small, product(512, 512));
    expect(shares.some(({ flashRows }) => flashRows === 512)).toBe(true);
  });
});
