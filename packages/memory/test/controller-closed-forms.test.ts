import { describe, expect, test } from 'vitest';
import { defaultPolicy } from '../src/controller/controller-policy.ts';
import type { ControllerPolicy } from '../src/controller/controller-policy.ts';
import { runStream } from '../src/controller/run-stream.ts';
import type { StreamResult } from '../src/controller/stream-result.ts';
import { devicePreset } from '../src/device/device-presets.ts';
import { createStream } from '../src/request/streams.ts';
import type { StreamSpec } from '../src/request/streams.ts';

const unrefreshed: ControllerPolicy = { ...defaultPolicy, refresh: 'none' };

function run(
  preset: string,
  spec: Partial<StreamSpec> & Pick<StreamSpec, 'kind'>,
  policy = unrefreshed,
): StreamResult {
  const device = devicePreset(preset);
  const { burstBytes, counts, burstsPerRow } = device;
  const banks = counts.pseudoChannel * counts.rank * counts.stackId * counts.bankGroup * counts.bank;
  return runStream(
    { device, policy, channels: 1 },
    createStream({
      count: 1000,
      burstBytes,
      regionLog2: 22,
      rowStrideBytes: burstBytes * burstsPerRow * banks,
      ...spec,
    }),
  );
}

/** Clock periods from the first activate to the end of the last data, of reads of rows of one bank in turn. */
function conflicts(preset: string, count: number, extra: number): number {
  const { timings } = devicePreset(preset);
  const t = (name: string, other = name): number => timings[name] ?? timings[other] ?? NaN;
  const cycle = Math.max(t('nRC'), t('nRAS') + t('nRP'));
  return (count - 1) * cycle + 1 + t('nRCD', 'nRCDRD') + t('nCL') + t('nBL', 'nBL_min') + extra;
}

describe('what can be worked out by hand', () => {
  test.each([
    ['ddr4-8gb-x8-3200aa', 0],
    ['ddr4-8gb-x8-2400r', 0],
    ['ddr5-16gb-x8-4800an', 0],
    ['gddr6-8gb-x16-14000-1350mv', 0],
    // The data clock is started before each read; an activate takes two slots.
    ['lpddr5-8gb-x16-6400', 1],
    ['hbm2-8gb-2000', 1],
  ])('%s: reads of other rows of one bank take a row cycle each', (preset, extra) => {
    const result = run(preset, { kind: 'bank-conflict-read', count: 500 });
    expect(result.ticks / result.ticksPerClock).toBe(conflicts(preset, 500, extra));
    expect(result.rowConflicts).toBe(499);
  });

  test('DDR4: 2000 of them take 147975 clock periods', () => {
    expect(run('ddr4-8gb-x8-3200aa', { kind: 'bank-conflict-read', count: 2000 }).ticks).toBe(147975);
  });

  test('one read takes activate, column command and burst after a tick to be looked at', () => {
    const result = run('ddr4-8gb-x8-3200aa', { kind: 'seq-read', count: 1 });
    expect(result.ticks).toBe(1 + 22 + 22 + 4);
    expect(result.readLatency).toMatchObject({ count: 1, mean: 49, least: 49, most: 49, p50: 49, p99: 49 });
    expect(result.residency).toEqual({ active: 48, precharged: 1 });
    expect(result.commands).toEqual({ ACT: 1, RD: 1 });
  });

  test('a stream that waits for its data pays precharge, activate and read each time', () => {
    const result = run('ddr4-8gb-x8-3200aa', { kind: 'dependent-bank-conflict-read', count: 100 });
    // Row cycle 74 is more than the 71 of precharge, activate, read and burst.
    expect(result.ticks).toBe(99 * 74 + 49);
  });

  test('sequential reads of one bank are limited by its bank group, of four in turn by the bus', () => {
    const deep: ControllerPolicy = { ...unrefreshed, readQueue: 32 };
    const narrow = run('ddr4-8gb-x8-3200aa', { kind: 'seq-read', count: 128 }, deep);
    // 128 bursts of one row, 8 apart.
    expect(narrow.ticks).toBe(1 + 22 + 127 * 8 + 22 + 4);
    const wide = run(
      'ddr4-8gb-x8-3200aa',
      { kind: 'seq-read', count: 4096 },
      {
        ...deep,
        addressMapping: 'MOP4CLXOR',
      },
    );
    expect(4096 * 4).toBeGreaterThan(0.99 * wide.ticks);
  });

  test('DDR4 random reads are limited by the four-activate window', () => {
    const result = run('ddr4-8gb-x8-3200aa', { kind: 'random-read', count: 20_000 });
    const perRequest = result.ticks / 20_000;
    expect(perRequest).toBeGreaterThanOrEqual(34 / 4);
    expect(perRequest).toBeLessThan(34 / 4 + 0.4);
  });

  test('refresh costs its share of the time', () => {
    const without = run('ddr4-8gb-x8-3200aa', { kind: 'random-read', count: 50_000 });
    const withRefresh = run('ddr4-8gb-x8-3200aa', { kind: 'random-read', count: 50_000 }, defaultPolicy);
    expect(without.ticks / withRefresh.ticks).toBeCloseTo(1 - 576 / 12480, 2);
    expect(withRefresh.commands['REFab']).toBe(Math.floor(withRefresh.ticks / 12480));
  });
});
