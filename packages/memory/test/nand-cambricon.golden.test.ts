import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Machine } from '@systole/core';
import { endTimes, nandMachine, pageCompute, task } from './helpers/nand-machine.ts';
import type { ComputeSizes } from './helpers/nand-machine.ts';
import { pimUnit } from './helpers/pim-unit.ts';

interface Platform {
  readonly name: string;
  readonly channels: number;
  readonly cores_per_channel: number;
  readonly tile: readonly [height: number, width: number];
  readonly flash_GBps: number;
  readonly sliced_reads_GBps: number;
}

interface Fixture {
  readonly tR_us: number;
  readonly page_bytes: number;
  readonly platforms: readonly Platform[];
  readonly channel_utilisation: {
    readonly slicing_off: number;
    readonly slicing_on: readonly [number, number];
  };
  readonly tiles_on_S: { readonly tiles: readonly (readonly [number, number])[] };
}

const fixture = JSON.parse(
  readFileSync(new URL('./fixtures/cambricon-flash.json', import.meta.url), 'utf8'),
) as Fixture;

/** A core of 2 MACs at 400 MHz takes 20.48 us for a page of 16 Ki weights. */
const core = pimUnit({ interval: 20_480_000, drain: 2500, accumulators: 512 });

function flash(name: string, readSlice: string): Machine {
  return nandMachine([`cambricon-llm-${name.toLowerCase()}`], { readSlice }, core);
}

function sizes(platform: Platform, rounds: number): ComputeSizes {
  const { channels, cores_per_channel: cores, tile } = platform;
  const [height, width] = tile;
  return { rounds, channels, cores, inputBytes: Math.round(width / channels), resultBytes: height };
}

interface Rates {
  /** GB/s of computed pages alone, and beside reads; of reads; and the share of time that channels are busy. */
  readonly alone: number;
  readonly computed: number;
  readonly read: number;
  readonly utilisation: number;
}

/** Rates of the steady state: what further rounds, and further pages, take while both are under way. */
function rates(platform: Platform, readSlice: string): Rates {
  const machine = flash(platform.name, readSlice);
  const few = 200;
  const many = 1200;
  const pages = 400 * platform.channels;
  const compute = (rounds: number) => task('compute', pageCompute(sizes(platform, rounds)));
  const read = (count: number) => task('read', { kind: 'read', bytes: count * fixture.page_bytes });
  const roundBytes = platform.channels * platform.cores_per_channel * fixture.page_bytes;
  const time = (rounds: number): number => endTimes(machine, [compute(rounds)]).compute ?? NaN;
  const beside = (rounds: number): number =>
    endTimes(machine, [compute(rounds), read(10 * pages)]).compute ?? NaN;
  const reading = (count: number): number => endTimes(machine, [compute(2 * many), read(count)]).read ?? NaN;
  const round = (beside(many) - beside(few)) / (many - few);
  const perPage = (reading(2 * pages) - reading(pages)) / pages;
  const { inputBytes, resultBytes } = sizes(platform, 1);
  const moved = ((inputBytes + resultBytes) * platform.channels) / round + fixture.page_bytes / perPage;
  return {
    alone: (roundBytes * (many - few) * 1000) / (time(many) - time(few)),
    computed: (roundBytes * 1000) / round,
    read: (fixture.page_bytes * 1000) / perPage,
    utilisation: (moved * 1000) / platform.channels,
  };
}

const error = (simulated: number, published: number): number => Math.abs(simulated / published - 1);

describe.each(fixture.platforms)('Cambricon-LLM-$name', (platform) => {
  const { flash_GBps: computed, sliced_reads_GBps: read } = platform;

  test('computes on pages as fast as the closed form says, and no slower beside sliced reads', () => {
    const simulated = rates(platform, '256 B');
    expect(error(simulated.alone, computed)).toBeLessThan(2e-4);
    expect(simulated.computed).toBe(simulated.alone);
  });

  test('reads pages in slices at the rate that is left of the channels', () => {
    const simulated = rates(platform, '64 B');
    expect(error(simulated.read, read)).toBeLessThan(0.003);
    // Slices of 256 B leave at most one slice a gap unused, of two gaps in a round of 30 us.
    expect(rates(platform, '256 B').read).toBeGreaterThan(read * (1 - 512 / 29_000));
  });

  test('uses the channels fully with slices, and by half where whole pages must fit into the gaps', () => {
    const [sliced, fitting, blocking] = ['256 B', '16 KiB', '0 B'].map((slice) => rates(platform, slice));
    expect(sliced?.utilisation).toBeGreaterThan(0.98);
    expect(sliced?.utilisation).toBeLessThanOrEqual(1);
    // A gap of 29 us has room for one page of 16.4 us.
    expect(fitting?.utilisation).toBeGreaterThan(0.55);
    expect(fitting?.utilisation).toBeLessThan(0.58);
    expect(fitting?.computed).toBe(sliced?.computed);
    // Pages that are not cut use the channel, and make the next input wait until they are done.
    expect(blocking?.utilisation).toBeGreaterThan(0.98);
    expect(blocking?.computed).toBeLessThan(0.95 * (sliced?.computed ?? 0));
  });
});

describe('tiles of the small platform', () => {
  test('a tile of 256 x 2048 is 0.7 % faster than one of 128 x 4096 when both are filled', () => {
    const [platform] = fixture.platforms;
    if (platform === undefined) throw new Error('there are no platforms');
    const [square = 0, wide = 0] = fixture.tiles_on_S.tiles.map((tile) => {
      const { computed, read } = rates({ ...platform, tile }, '64 B');
      return computed + read;
    });
    expect(square / wide - 1).toBeGreaterThan(0.006);
    expect(square / wide - 1).toBeLessThan(0.009);
  });
});

describe('what is measured', () => {
  test('is printed', () => {
    const lines = fixture.platforms.map((platform) => {
      const all = ['64 B', '256 B', '16 KiB', '0 B'].map((slice) => {
        const { alone, computed, read, utilisation } = rates(platform, slice);
        const numbers = [alone, computed, read, 100 * utilisation].map((value) => value.toFixed(2));
        return `| ${platform.name} | ${slice} | ${numbers.join(' | ')} |`;
      });
      return all.join('\n');
    });
    console.info(
      `GB/s computed alone, beside reads, of reads; channel utilisation in %\n${lines.join('\n')}`,
    );
    expect(lines).toHaveLength(fixture.platforms.length);
  });
});
