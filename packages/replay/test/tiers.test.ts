import { SystoleError } from '@systole/core';
import type { ResolvedChip } from '@systole/chip';
import { auto, createMappings, TIER_POLICIES, weightStationary } from '@systole/mapping';
import type { TierPolicy, TierReport } from '@systole/mapping';
import { tensorBytes } from '@systole/trace';
import type { Trace } from '@systole/trace';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replay, startReplay } from '../src/index.ts';
import type { Result } from '../src/index.ts';
import { llamaTrace, TIERED, tieredChip } from './support/tiered.ts';

const mappings = createMappings([auto, weightStationary]);
const MIB = 2 ** 20;

const run = (chip: ResolvedChip, trace: Trace): Result =>
  replay(chip, trace, { mappings, bounds: false }).result;

function tiersOf({ mapping }: Result): TierReport {
  if (mapping.tiers === undefined) throw new Error('the mapping dealt nothing to tiers');
  return mapping.tiers;
}

function problemOf(act: () => unknown): SystoleError {
  try {
    act();
  } catch (error) {
    if (error instanceof SystoleError) return error;
    throw error;
  }
  throw new Error('it did not throw');
}

/** What a run gives, or the code of the error that it ends with. */
function outcomeOf(act: () => Result): Result | string {
  try {
    return act();
  } catch (error) {
    if (error instanceof SystoleError) return error.problems[0]?.code ?? '';
    throw error;
  }
}

/** Bytes of the persistent tensors of a role. */
function bytesOf({ header }: Trace, role: 'weight' | 'kv'): number {
  return header.tensors
    .filter((tensor) => tensor.role === role)
    .reduce((sum, tensor) => sum + tensorBytes(tensor) * tensor.repeat, 0);
}

/** The least time in which the memories can have moved what they moved. */
function bandwidthBound({ components }: Result): number {
  return Math.max(
    ...components
      .filter(({ role }) => role === 'memory')
      .map(({ bytes, facts }) => (bytes * 1e12) / (facts.bandwidth ?? Infinity)),
  );
}

/** What must hold of any run over tiers, and does not. */
function faultsOf(result: Result, trace: Trace): readonly string[] {
  const { occupancy } = tiersOf(result);
  const sum = (bytes: readonly number[]): number => bytes.reduce((total, each) => total + each, 0);
  const steps = result.time.perStep.map((_, step) => step).join();
  const placed = result.mapping.placement.filter(({ what }) => !what.startsWith('window'));
  const persistent = bytesOf(trace, 'weight') + bytesOf(trace, 'kv');
  const checks: readonly (readonly [fault: string, isRight: boolean])[] = [
    ...occupancy.flatMap(({ memory, capacity, peak, overTime }): (readonly [string, boolean])[] => [
      [`${memory} is too full`, peak.bytes <= capacity],
      [`${memory} has odd parts`, peak.weights + peak.window + peak.kv + peak.activations === peak.bytes],
      [`${memory} has an odd peak`, Math.max(...overTime.map(({ bytes }) => bytes)) === peak.bytes],
      [`${memory} lacks a step`, overTime.map(({ step }) => step).join() === steps],
    ]),
    ['weights are lost', sum(occupancy.map(({ peak }) => peak.weights)) === bytesOf(trace, 'weight')],
    ['tensors are lost', sum(placed.map(({ bytes }) => bytes)) === persistent],
    ['it is faster than its memories', result.time.total.ps >= bandwidthBound(result)],
    ['a component is too busy', result.components.every(({ utilisation }) => utilisation <= 1)],
  ];
  return checks.filter(([, isRight]) => !isRight).map(([fault]) => fault);
}

describe('a model of 50 MiB on 20 MiB of HBM, 128 MiB of DDR and a flash', () => {
  const trace = llamaTrace({ prompt: 4, generate: 3 });
  const results = new Map(
    (['auto', 'weight-stationary'] as const).flatMap((mapping) =>
      TIER_POLICIES.map((tiers): [string, Result] => [
        `${mapping} ${tiers}`,
        run(tieredChip(TIERED, mapping, { tiers }), trace),
      ]),
    ),
  );
  const one = run(tieredChip(TIERED, 'auto'), trace);
  const decode = (result: Result | undefined): number => result?.time.meanDecode?.ps ?? NaN;
  const found = (name: string): Result => {
    const result = results.get(name);
    if (result === undefined) throw new Error(`no run ${name}`);
    return result;
  };

  it.each([...results.keys()])('%s keeps every byte, no tier is too full and none too fast', (name) => {
    expect(faultsOf(found(name), trace)).toEqual([]);
  });

  it.each([...results.keys()])('%s streams all of each matrix and cache, whatever its parts', (name) => {
    const [mapping = '', tiers = ''] = name.split(' ');
    const chip = tieredChip(TIERED, mapping, { tiers });
    const { plan } = startReplay(chip, trace.header, { mappings });
    const memories = ['hbm', 'ddr', 'flash'].map((memory) => chip.indexOf(memory));
    const migrated = new Map<number, number>();
    let products = 0;
    for (const block of trace.blocks()) {
      const read = new Map<number, number>();
      for (const { operator, name: task, stages } of plan
        .stretchesOf(block)
        .flatMap(({ tasks }) => tasks())) {
        const isTransfer = task.includes('of the next layer');
        for (const { component, transaction } of stages) {
          if (transaction.kind !== 'read' || !memories.includes(component)) continue;
          const sums = isTransfer ? migrated : read;
          const key = isTransfer ? component : operator;
          const times = isTransfer ? block.repeat : 1;
          sums.set(key, (sums.get(key) ?? 0) + transaction.bytes * times);
        }
      }
      for (const [index, { kind, inputs }] of block.operators.entries()) {
        const weight = inputs.find(({ role }) => role === 'weight');
        if (kind !== 'matmul' || weight === undefined) continue;
        products += 1;
        expect(read.get(index)).toBe(tensorBytes(weight));
      }
    }
    expect(products).toBeGreaterThan(6);
    const moved = new Map(
      plan.tiers?.transfers.map(({ from, bytes }) => [chip.indexOf(from), bytes] as const),
    );
    expect(migrated).toEqual(moved);
  });

  it('is told without tiers as before', () => {
    expect(one.mapping.tiers).toBeUndefined();
    expect(one.mapping.options).toEqual({});
    expect(one.mapping.placement.find(({ what }) => what === 'weights')?.memory).toBe('ddr');
  });

  it.each([
    ['fill', 0.8],
    ['balance', 0.65],
  ])('%s reads what HBM holds from there, in %f of the time', (policy, share) => {
    const result = found(`auto ${policy}`);
    // 48 MiB of layers, of which some 28 MiB come from DDR at 51.2 GB/s, where all of them did; balanced, HBM delivers meanwhile.
    expect(decode(result)).toBeLessThan(share * decode(one));
    const bytesFrom = (name: string): number =>
      result.components.find((component) => component.name === name)?.bytes ?? 0;
    expect(bytesFrom('hbm')).toBeGreaterThan(3 * 19 * MIB);
    expect(bytesFrom('ddr')).toBeGreaterThan(3 * 27 * MIB);
    // A page of the flash takes longer than all of a matrix from the others.
    expect(bytesFrom('flash')).toBe(0);
    expect(tiersOf(result).transfers).toEqual([]);
  });

  it('migrate moves what of a layer does not stay, once for each use of it', () => {
    for (const mapping of ['auto', 'weight-stationary']) {
      const { transfers, migration, occupancy } = tiersOf(found(`${mapping} migrate`));
      expect(migration).toMatchObject({ to: 'hbm', of: 8 * MIB });
      const [move] = transfers;
      const all = (migration?.bytes ?? 0) * 6 * trace.header.steps;
      expect(transfers).toHaveLength(1);
      expect(move).toMatchObject({ what: 'weights', from: 'ddr', to: 'hbm' });
      // Of each of seven matrices less than a byte is lost to whole bytes.
      expect(move?.bytes).toBeGreaterThan(all - 7 * 6 * trace.header.steps);
      expect(move?.bytes).toBeLessThanOrEqual(all);
      const hbm = occupancy.find(({ memory }) => memory === 'hbm');
      expect(hbm?.peak.window).toBe(2 * (migration?.bytes ?? 0));
    }
  });

  it('migrate costs time and energy on both tiers', () => {
    const [stays, moves] = [found('auto fill'), found('auto migrate')];
    const of = (result: Result, name: string): number =>
      result.components.find((component) => component.name === name)?.dynamicFj ?? 0;
    expect(of(moves, 'hbm')).toBeGreaterThan(2 * of(stays, 'hbm'));
    expect(moves.energy.dynamicFj).toBeGreaterThan(stays.energy.dynamicFj);
    const { migration } = tiersOf(moves);
    expect(decode(moves)).toBeGreaterThan(((migration?.bytes ?? 0) * 6 * 1e12) / 51.2e9);
  });

  it('tells when and where a tier is fullest, in words too', () => {
    const { occupancy } = tiersOf(found('auto fill'));
    const hbm = occupancy.find(({ memory }) => memory === 'hbm');
    // The caches grow to the last layer of the last step, and end where they were placed: HBM is full to the byte.
    expect(hbm?.peak).toMatchObject({ step: 2, operator: 'L5.attn.append', bytes: 20 * MIB });
    const words = found('auto fill').mapping.decisions;
    expect(words).toContain('hbm held 20 MiB of 20 MiB at the most, at L5.attn.append of step 2');
  });

  it('grows as the caches do', () => {
    const { occupancy } = tiersOf(found('weight-stationary fill'));
    const hbm = occupancy.find(({ memory }) => memory === 'hbm')?.overTime.map(({ bytes }) => bytes) ?? [];
    // Keys and values of a token: 2 x 6 layers x 512 x 2 B.
    const token = 2 * 6 * 512 * 2;
    expect(hbm.slice(1).map((bytes, step) => bytes - (hbm[step] ?? 0))).toEqual([token, token]);
  });
});

describe('what does not fit', () => {
  const small = { ...TIERED, hbmRows: 8, ddrRows: 200, flash: false };

  it('is told by the operator at which a cache finds no room', () => {
    const trace = llamaTrace({ prompt: 16, generate: 1000, batch: 2 });
    const problem = problemOf(() => run(tieredChip(small, 'auto', { tiers: 'fill' }), trace));
    expect(problem.problems[0]?.code).toBe('capacity/exceeded');
    // 1 MiB of HBM and 50 MiB of DDR leave some hundred KiB beside the weights; a token of two sequences takes 24 KiB.
    expect(problem.problems[0]?.message).toMatch(
      /does not fit the tiers: weights .* \+ KV cache .* short; at operator "kv-append to L\d\.(keys|values)" of step \d+ the caches take .* there is room for/,
    );
    expect(problem.problems[0]?.hint).toMatch(/batch|tier/);
  });

  it('is told by the operator whose activations overflow a tier', () => {
    // 20,000 tokens: the activations of a layer fit neither the SRAM nor what weights and caches leave of the memories.
    const trace = llamaTrace({ prompt: 2000, generate: 1 }, { layers: 2 });
    const tight = { sramKib: 64, hbmRows: 8, ddrRows: 120, flash: false };
    const problem = problemOf(() => run(tieredChip(tight, 'weight-stationary', { tiers: 'fill' }), trace));
    expect(problem.problems[0]?.code).toBe('capacity/exceeded');
    expect(problem.problems[0]?.message).toMatch(
      /tier "(ddr|hbm)" overflows at operator "L0\.[a-z.]+" of step 0: .*activations .* short/,
    );
  });

  it('is a window that no tier has room for', () => {
    // 16 MiB of layers and 2 MiB beside them on 8 MiB of HBM and 12 MiB of DDR.
    const trace = llamaTrace({ prompt: 4, generate: 1 }, { layers: 2 });
    const flat = { sramKib: 256, hbmRows: 64, ddrRows: 48, flash: false };
    expect(run(tieredChip(flat, 'auto', { tiers: 'fill' }), trace).mapping.tiers).toBeDefined();
    const problem = problemOf(() => run(tieredChip(flat, 'auto', { tiers: 'migrate' }), trace));
    expect(problem.problems[0]?.message).toMatch(
      /weights cannot migrate: two layers take 16 MiB, and no tier has more than/,
    );
    expect(problem.problems[0]?.hint).toMatch(/tiers: balance/);
  });
});

describe('any tiers', () => {
  const cases = fc.record({
    mapping: fc.constantFrom('auto', 'weight-stationary'),
    tiers: fc.constantFrom<TierPolicy>('fill', 'balance', 'migrate'),
    sramKib: fc.constantFrom(128, 512),
    hbmRows: fc.integer({ min: 1, max: 40 }),
    ddrRows: fc.integer({ min: 1, max: 80 }),
    layers: fc.integer({ min: 1, max: 8 }),
    prompt: fc.integer({ min: 1, max: 40 }),
    generate: fc.integer({ min: 1, max: 3 }),
    batch: fc.integer({ min: 1, max: 3 }),
  });

  it('keep every byte, or say why not', () => {
    let runs = 0;
    fc.assert(
      fc.property(cases, ({ mapping, tiers, sramKib, hbmRows, ddrRows, layers, ...workload }) => {
        const trace = llamaTrace(workload, { layers, hidden: 128, headDim: 16, intermediate: 384 });
        const chip = tieredChip({ sramKib, hbmRows, ddrRows, flash: false }, mapping, { tiers });
        const found = outcomeOf(() => run(chip, trace));
        expect(typeof found === 'string' ? found : faultsOf(found, trace)).toEqual(
          typeof found === 'string' ? 'capacity/exceeded' : [],
        );
        if (typeof found !== 'string') runs += 1;
      }),
      { numRuns: 25 },
    );
    expect(runs).toBeGreaterThan(5);
  });
});
