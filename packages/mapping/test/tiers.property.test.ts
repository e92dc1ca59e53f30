import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planTiers, TIER_POLICIES } from '../src/index.ts';
import type { Tier, TierDemand, TierPlan, TierShare } from '../src/index.ts';

const tiers: fc.Arbitrary<readonly Tier[]> = fc
  .array(
    fc.record({
      room: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1e12 }), fc.integer({ min: 1, max: 1e4 })),
      bandwidth: fc.integer({ min: 1e6, max: 1e13 }),
      latency: fc.constantFrom(0, 1e-9, 1e-7, 3e-5),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((list) =>
    list
      .toSorted((a, b) => b.bandwidth - a.bandwidth)
      .map((tier, index) => ({ ...tier, memory: `m${index}`, capacity: tier.room })),
  );

const demands: fc.Arbitrary<TierDemand> = fc
  .record({
    single: fc.nat({ max: 1e9 }),
    layer: fc.nat({ max: 1e9 }),
    count: fc.integer({ min: 2, max: 100 }),
    vectors: fc.nat({ max: 1e6 }),
    tables: fc.nat({ max: 1e8 }),
    kv: fc.nat({ max: 1e10 }),
  })
  .map(({ count, ...rest }) => ({
    ...rest,
    layers: rest.layer * count,
    streams: { single: 1, layers: count * 4, kv: count * 2 },
  }));

const GROUPS = ['kv', 'layers', 'single', 'vectors', 'tables'] as const;

const sum = (shares: readonly TierShare[]): number => shares.reduce((total, { bytes }) => total + bytes, 0);

/** Bytes that a plan puts into a tier. */
function held(plan: TierPlan, memory: string): number {
  const window = plan.migration?.to === memory ? plan.migration.window : 0;
  return GROUPS.flatMap((group) => plan[group])
    .filter((share) => share.memory === memory)
    .reduce((total, { bytes }) => total + bytes, window);
}

describe('planTiers', () => {
  test.each(TIER_POLICIES)('%s loses no byte, makes none, and fills no tier beyond its room', (policy) => {
    let planned = 0;
    fc.assert(
      fc.property(tiers, demands, (list, demand) => {
        const plan = planTiers(policy, list, demand);
        const needed = GROUPS.reduce((total, group) => total + demand[group], 0);
        const room = list.reduce((total, tier) => total + tier.room, 0);
        const isShort = 'what' in plan;
        // Only what migrates may lack room where all together would have it.
        expect(isShort).toBe(needed > room || (policy === 'migrate' && isShort && plan.needed > plan.room));
        if (isShort) return;
        planned += 1;
        for (const group of GROUPS) {
          expect(sum(plan[group])).toBe(demand[group]);
          for (const { bytes } of plan[group]) {
            expect(bytes).toBeGreaterThan(0);
            expect(Number.isSafeInteger(bytes)).toBe(true);
          }
          const names = plan[group].map(({ memory }) => memory);
          expect(new Set(names).size).toBe(names.length);
        }
        for (const { memory, room: most } of list) expect(held(plan, memory)).toBeLessThanOrEqual(most);
      }),
      { numRuns: 500 },
    );
    expect(planned).toBeGreaterThan(20);
  });

  test('fill takes nothing slower while something faster has room', () => {
    fc.assert(
      fc.property(tiers, demands, (list, demand) => {
        const plan = planTiers('fill', list, demand);
        if ('what' in plan) return;
        const slowest = list.findLastIndex(({ memory }) => held(plan, memory) > 0);
        for (const { memory, room } of list.slice(0, slowest)) expect(held(plan, memory)).toBe(room);
      }),
    );
  });

  test('balanced tiers take no longer for a group than any other deal of it to the room there is', () => {
    fc.assert(
      fc.property(
        tiers,
        demands,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        (list, demand, cuts) => {
          const only = {
            ...demand,
            kv: 0,
            vectors: 0,
            tables: 0,
            single: 0,
            streams: { single: 0, layers: 1, kv: 0 },
          };
          const plan = planTiers('balance', list, only);
          if ('what' in plan || only.layers === 0) return;
          const timeOf = (bytes: number, { bandwidth, latency }: Tier): number =>
            bytes === 0 ? 0 : latency + bytes / bandwidth;
          const time = (shares: readonly TierShare[]): number =>
            Math.max(
              ...shares.map(({ memory, bytes }) => {
                const tier = list.find((candidate) => candidate.memory === memory);
                return tier === undefined ? 0 : timeOf(bytes, tier);
              }),
            );
          // Another deal: some share to each tier in turn, what is left to those with room.
          let left = only.layers;
          const other = list.map(({ memory, room }, index) => {
            const bytes = Math.min(room, Math.floor(left * (cuts[index] ?? 0)));
            left -= bytes;
            return { memory, bytes };
          });
          for (const [index, { room }] of list.entries()) {
            const share = other[index];
            if (share === undefined) continue;
            const more = Math.min(left, room - share.bytes);
            other[index] = { ...share, bytes: share.bytes + more };
            left -= more;
          }
          // Whole bytes: one of the slowest tier more or less.
          const rounding = Math.max(...list.map(({ bandwidth }) => list.length / bandwidth));
          expect(time(plan.layers)).toBeLessThanOrEqual(time(other) * (1 + 1e-9) + rounding);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('what migrates is there twice at the most, and never all of a layer that has room', () => {
    let migrations = 0;
    fc.assert(
      fc.property(tiers, demands, (list, demand) => {
        const plan = planTiers('migrate', list, demand);
        if ('what' in plan || plan.migration === undefined) return;
        migrations += 1;
        const { to, bytes, of, window, from } = plan.migration;
        const count = demand.layers / demand.layer;
        expect(of).toBe(demand.layer);
        expect(window).toBe(2 * bytes);
        expect(sum(from)).toBe(count * bytes);
        expect(from.some(({ memory }) => memory === to)).toBe(false);
        expect(sum(plan.layers.filter(({ memory }) => memory === to))).toBe(count * (of - bytes));
      }),
      { numRuns: 2000 },
    );
    expect(migrations).toBeGreaterThan(5);
  });
});
