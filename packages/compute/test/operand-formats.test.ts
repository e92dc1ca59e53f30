import { flashCore, pimBank, simdMac, systolic } from '@systole/compute';
import { Machine, SystoleError } from '@systole/core';
import type { ComponentDeclaration, SegmentConsumer, Task, Transaction } from '@systole/core';
import { describe, expect, it } from 'vitest';
import { partOf } from './part-of.ts';
import type { Written } from './part-of.ts';

type Formats = Pick<Transaction, 'format' | 'activationFormat'>;

const dims = { m: 5, k: 10, n: 12 };

function resultOf(declaration: ComponentDeclaration, written: Written, formats: Formats = {}) {
  const machine = new Machine([partOf(declaration, written)], 1);
  const transaction = { kind: 'matmul', bytes: 0, dims, ...formats };
  const stages = [{ component: 0, transaction, slots: 4 }];
  const task: Task = { name: 'matmul', tag: 0, after: [], chunks: 1, delay: 0, stages };
  const tally = machine.run([task]);
  const energy = machine.layout.actions.reduce(
    (total, action, index) => total + action.energy * (tally.actions[index] ?? 0),
    0,
  );
  const actions = machine.layout.actions.map(({ name }, index) => [name, tally.actions[index]]);
  return {
    duration: tally.duration,
    useful: tally.usefulMacs[0] ?? 0,
    padded: tally.paddedMacs[0] ?? 0,
    busy: tally.busy[0] ?? 0,
    energy,
    actions: Object.fromEntries(actions),
  };
}

function factsOf(declaration: ComponentDeclaration, written: Written) {
  const { macsPerSecond, wideMacsPerSecond } = declaration.facts(partOf(declaration, written).values);
  return { macsPerSecond, wideMacsPerSecond };
}

function refusalOf(run: () => unknown): {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
} {
  try {
    run();
  } catch (error) {
    if (error instanceof SystoleError) {
      return { code: error.code, message: error.problems[0]?.message ?? '', hint: error.hint ?? '' };
    }
    throw error;
  }
  throw new Error('nothing was refused');
}

/** 4 x 8 PEs, or 8 lanes, at 1 GHz: a cycle is 1000 ps. */
const ARRAY: Written = { rows: 4, columns: 8, clock: '1 GHz', macEnergy: '1 pJ' };
const LANES: Written = { lanes: 8, clock: '1 GHz', pipelineDepth: 4, macEnergy: '1 pJ' };

describe('operands that are widened', () => {
  it('are those whose values the format of the unit has, at its rate', () => {
    const widened = (format: string) =>
      factsOf(systolic, { ...ARRAY, format, widens: true }).macsPerSecond ?? {};
    expect(Object.keys(widened('int8'))).toEqual(['int8', 'int4']);
    expect(Object.keys(widened('int4'))).toEqual(['int4']);
    expect(Object.keys(widened('fp8-e4m3'))).toEqual([
      'fp8-e4m3',
      'fp6-e3m2',
      'fp6-e2m3',
      'fp4-e2m1',
      'int4',
    ]);
    expect(Object.keys(widened('bf16'))).toEqual([
      'bf16',
      'fp8-e4m3',
      'fp8-e5m2',
      'fp6-e3m2',
      'fp6-e2m3',
      'fp4-e2m1',
      'int8',
      'int4',
      'posit8',
    ]);
    expect(new Set(Object.values(widened('bf16')))).toEqual(new Set([32e9]));
    expect(factsOf(systolic, { ...ARRAY, format: 'bf16' }).macsPerSecond).toEqual({ bf16: 32e9 });
  });

  it('take on an array the time and the energy of its own format', () => {
    const widening = { ...ARRAY, format: 'bf16', widens: true };
    const own = resultOf(systolic, widening);
    for (const formats of [
      { format: 'int8' },
      { format: 'int4', activationFormat: 'bf16' },
      { format: 'fp8_e4m3', activationFormat: 'int8' },
      { format: 'bf16', activationFormat: 'fp4' },
    ]) {
      expect(resultOf(systolic, widening, formats)).toEqual(own);
    }
  });

  it('take on SIMD lanes those of the widest format, where two native ones of one format pack', () => {
    const lanes = { ...LANES, format: 'int16', widens: true };
    const own = resultOf(simdMac, lanes);
    // 60 results of 10 products: in 2 cycles each of 8 lanes, or in one of 16.
    expect(own.duration).toBe((60 * 2 + 4) * 1000);
    expect(resultOf(simdMac, lanes, { format: 'int8' }).duration).toBe(64_000);
    expect(resultOf(simdMac, lanes, { format: 'int8', activationFormat: 'int16' })).toEqual(own);
    expect(resultOf(simdMac, lanes, { format: 'int4', activationFormat: 'int8' })).toEqual(own);
    const floats = { ...LANES, format: 'bf16' };
    expect(resultOf(simdMac, { ...floats, widens: true }, { format: 'int8' })).toEqual(
      resultOf(simdMac, floats, { format: 'bf16' }),
    );
    expect(factsOf(simdMac, { ...floats, widens: true }).macsPerSecond).toMatchObject({
      bf16: 8e9,
      'fp8-e4m3': 16e9,
      int8: 8e9,
      posit8: 8e9,
    });
  });

  it('do without widening: FP4 lanes and posit lanes compute in their own formats', () => {
    for (const [format, narrower] of [
      ['fp4-e2m1', undefined],
      ['posit8', undefined],
      ['posit16', 'posit8'],
    ] as const) {
      const lanes = { ...LANES, format };
      expect(resultOf(simdMac, lanes, { format }).duration).toBe(124_000);
      expect(factsOf(simdMac, lanes).macsPerSecond).toEqual({
        [format]: 8e9,
        ...(narrower === undefined ? {} : { [narrower]: 16e9 }),
      });
    }
    // Every FP4 value is one of posit8: exact, at the rate of posit8.
    const widening = { ...LANES, format: 'posit8', widens: true };
    expect(resultOf(simdMac, widening, { format: 'fp4-e2m1' }).duration).toBe(124_000);
    expect(factsOf(simdMac, widening).macsPerSecond).toEqual({
      posit8: 8e9,
      'fp6-e3m2': 8e9,
      'fp6-e2m3': 8e9,
      'fp4-e2m1': 8e9,
      int4: 8e9,
    });
  });
});

describe('activations of 16 bits on multipliers of 8', () => {
  const array = { ...ARRAY, format: 'int8', widens: true, wideActivationPasses: 2 };
  const wide = { format: 'int8', activationFormat: 'fp16' };

  it('stream through an array in halves: twice the waves, twice the energy, the same useful work', () => {
    const once = resultOf(systolic, array);
    const twice = resultOf(systolic, array, wide);
    // 6 tiles, each of 4 cycles of load, 5 waves and 10 cycles of drain.
    expect([once.duration, twice.duration]).toEqual([6 * 19_000, 6 * 24_000]);
    expect([once.busy, twice.busy]).toEqual([30_000, 60_000]);
    expect([twice.useful, twice.padded]).toEqual([once.useful, once.padded]);
    expect(twice.actions).toMatchObject({ mac: 1200, padding: 2 * 360, fill: 120, drain: 180 });
    expect(twice.energy).toBe(2 * once.energy);
    // An 8-bit multiplier has the bit products of 4 x 16: one pass.
    expect(resultOf(systolic, array, { ...wide, format: 'int4' })).toEqual(once);
  });

  it('lengthen every step where outputs stay, and are tiles of their own where inputs stay', () => {
    const outputs = { ...array, dataflow: 'output-stationary' };
    expect(resultOf(systolic, outputs, wide).duration).toBe(4 * (20 + 10) * 1000);
    const inputs = { ...array, dataflow: 'input-stationary' };
    expect(resultOf(systolic, inputs, wide).duration).toBe(2 * resultOf(systolic, inputs).duration);
  });

  it('take SIMD lanes several times', () => {
    const lanes = { ...LANES, format: 'int8', widens: true, wideActivationPasses: 3 };
    const once = resultOf(simdMac, lanes);
    const thrice = resultOf(simdMac, lanes, { format: 'int8', activationFormat: 'int16' });
    expect([once.duration, thrice.duration]).toEqual([124_000, 364_000]);
    expect([thrice.useful, thrice.padded]).toEqual([600, 360]);
    expect([once.energy, thrice.energy]).toEqual([600e3, 1800e3]);
    // Packed INT4 operands have no lane of 8 bits each: beside a wide activation they are widened, and take half the passes.
    expect(resultOf(simdMac, lanes, { format: 'int4' }).duration).toBe(64_000);
    expect(resultOf(simdMac, lanes, { format: 'int4', activationFormat: 'bf16' }).duration).toBe(244_000);
  });

  it('meet stored operands of 16 bits where the array takes those in passes too', () => {
    const both = { ...array, wideStored: true };
    const once = resultOf(systolic, both);
    expect(
      refusalOf(() => resultOf(systolic, array, { format: 'fp16', activationFormat: 'fp16' })).code,
    ).toBe('argument/invalid');
    // 16 x 16 bits are four products of 8 x 8, 16 x 8 two.
    const four = resultOf(systolic, both, { format: 'fp16', activationFormat: 'fp16' });
    const two = resultOf(systolic, both, { format: 'bf16', activationFormat: 'int8' });
    expect([two.busy / once.busy, four.busy / once.busy]).toEqual([2, 4]);
    expect([once.useful, two.useful, four.useful]).toEqual([600, 600, 600]);
    expect(factsOf(systolic, both).macsPerSecond).toEqual({
      int8: 32e9,
      int4: 32e9,
      bf16: 16e9,
      fp16: 16e9,
      int16: 16e9,
    });
  });

  it('have a rate of their own among the facts, and a bound', () => {
    const third = { int16: 32e9 / 2, fp16: 32e9 / 2, bf16: 32e9 / 2 };
    expect(factsOf(systolic, array)).toEqual({
      macsPerSecond: { int8: 32e9, int4: 32e9 },
      wideMacsPerSecond: third,
    });
    expect(factsOf(simdMac, { ...LANES, format: 'int8', wideActivationPasses: 2 }).wideMacsPerSecond).toEqual(
      {
        int16: 4e9,
        fp16: 4e9,
        bf16: 4e9,
      },
    );
    // Multipliers of 16 bits take them whole, and passes say nothing.
    expect(factsOf(systolic, { ...array, format: 'int16' }).wideMacsPerSecond).toBeUndefined();
    const bound = (formats: Formats): number =>
      systolic.lowerBound(
        { kind: 'matmul', bytes: 0, dims: { m: 32, k: 8, n: 8 }, ...formats },
        // A cast, since the values of a part are not known to be those of this declaration.
        partOf(systolic, array).values as never,
      );
    expect([bound({}), bound(wide)]).toEqual([78_000, 14_000 + 128_000]);
  });
});

describe('operands that a unit does not take', () => {
  const on =
    (declaration: ComponentDeclaration, written: Written, formats: Formats): (() => unknown) =>
    () =>
      resultOf(declaration, written, formats);

  it('are refused with what it takes', () => {
    const strict = { ...ARRAY, format: 'int8' };
    expect(refusalOf(on(systolic, strict, { format: 'int4' }))).toEqual({
      code: 'argument/invalid',
      message: 'a systolic array of int8 is given a matmul of int4',
      hint: 'It computes in int8. Convert the operands, or give it another format.',
    });
    expect(refusalOf(on(systolic, strict, { format: 'int8', activationFormat: 'fp16' }))).toMatchObject({
      message: 'a systolic array of int8 is given a matmul of int8 with activations of fp16',
    });
    const passing = { ...strict, widens: true, wideActivationPasses: 2 };
    expect(refusalOf(on(systolic, passing, { format: 'int8', activationFormat: 'fp32' })).hint).toBe(
      'It computes in int8, int4; activations of bf16, fp16, int16 too, in up to 2 passes. Convert the operands, or give it another format.',
    );
    // Weights of 16 bits are not activations.
    expect(refusalOf(on(systolic, passing, { format: 'fp16', activationFormat: 'fp16' })).code).toBe(
      'argument/invalid',
    );
    // BF16 has three bits of fraction fewer than FP16, and no FP16 array takes a BF16 operand.
    for (const format of ['bf16', 'int16', 'mxfp4', 'nonsense']) {
      expect(refusalOf(on(systolic, { ...ARRAY, format: 'fp16', widens: true }, { format })).code).toBe(
        'argument/invalid',
      );
    }
  });

  it('are refused by SIMD lanes, two native formats at once among them', () => {
    const lanes = { ...LANES, format: 'int16' };
    expect(refusalOf(on(simdMac, lanes, { format: 'int8', activationFormat: 'int16' }))).toEqual({
      code: 'argument/invalid',
      message: 'a SIMD MAC unit of int16 is given a matmul of int8 with activations of int16',
      hint: 'It computes in int16, int8, int4. Narrower operands beside wider ones need `widens`. Convert the operands, or give it another format.',
    });
    expect(
      refusalOf(on(simdMac, { ...lanes, widens: true }, { format: 'int8', activationFormat: 'bf16' })).code,
    ).toBe('argument/invalid');
  });
});

describe('segments of narrower elements', () => {
  const PAGE = 16_384;

  function consumerOf(declaration: ComponentDeclaration, written: Written): SegmentConsumer {
    let found: SegmentConsumer | undefined;
    const memory = {
      ...partOf(pimBank, {}, 'memory'),
      attached: 'unit',
      declaration: {
        ...pimBank,
        create: () => ({
          attach: (consumer: SegmentConsumer) => (found = consumer),
          accept: () => {},
          save: () => [],
          load: () => {},
        }),
      },
    };
    // Built for its effect: the machine attaches the unit to the memory.
    expect(new Machine([memory, partOf(declaration, written)], 1)).toBeDefined();
    if (found === undefined) throw new Error('nothing was attached');
    return found;
  }

  const core = { macsPerCycle: 2, clock: '400 MHz', format: 'int8', widens: true, wideActivationPasses: 2 };

  it('hold more of them, and take the cores of a flash as many more cycles', () => {
    const unit = consumerOf(flashCore, core);
    expect([unit.macsPerSegment(PAGE, 'int8'), unit.macsPerSegment(PAGE, 'int4')]).toEqual([PAGE, 2 * PAGE]);
    expect([unit.interval(PAGE, 'int8'), unit.interval(PAGE, 'int4')]).toEqual([20_480_000, 40_960_000]);
    expect(unit.interval(PAGE, 'int8', 'int8')).toBe(20_480_000);
    expect(unit.interval(PAGE, 'int8', 'int4')).toBe(20_480_000);
    expect(unit.resultBytes('int4')).toBe(4);
  });

  it('meet activations of 16 bits in passes', () => {
    const unit = consumerOf(flashCore, core);
    expect(unit.interval(PAGE, 'int8', 'fp16')).toBe(40_960_000);
    // As many elements again, and an 8-bit multiplier has the bit products of 4 x 16.
    expect(unit.interval(PAGE, 'int4', 'int16')).toBe(40_960_000);
    expect([unit.supports('int4', 'bf16'), unit.supports('int4'), unit.supports('fp16')]).toEqual([
      true,
      true,
      false,
    ]);
    expect([unit.supports('int8', 'fp32'), unit.supports('fp4', 'fp16')]).toEqual([false, false]);
    expect(unit.takes).toBe(
      'It computes in int8, int4; activations of bf16, fp16, int16 too, in up to 2 passes.',
    );
    expect(factsOf(flashCore, { ...core, cores: 4 })).toEqual({
      macsPerSecond: { int8: 3.2e9, int4: 3.2e9 },
      wideMacsPerSecond: { bf16: 1.6e9, fp16: 1.6e9, int16: 1.6e9 },
    });
  });

  it('are widened beside banks, where no activation takes passes', () => {
    const unit = consumerOf(pimBank, { lanes: 16, clock: '1 GHz', format: 'bf16', widens: true });
    expect([unit.interval(32, 'bf16'), unit.interval(32, 'int8'), unit.interval(32, 'int4')]).toEqual([
      1000, 2000, 4000,
    ]);
    expect([unit.supports('int4', 'bf16'), unit.supports('bf16', 'fp16')]).toEqual([true, false]);
    expect(factsOf(pimBank, { banks: 4, format: 'bf16', widens: true }).macsPerSecond).toMatchObject({
      bf16: 64e9,
      int8: 64e9,
    });
  });

  it('are refused without widening', () => {
    const unit = consumerOf(flashCore, { format: 'int8' });
    expect([unit.supports('int4'), unit.supports('int8', 'fp16')]).toEqual([false, false]);
    expect(unit.takes).toBe('It computes in int8.');
    expect(() => unit.interval(PAGE, 'int8', 'fp16')).toThrow('is given activations of fp16');
  });

  it('meet an input that the unit has room for, where it says so', () => {
    expect(consumerOf(flashCore, {}).inputBuffer).toBeUndefined();
    expect(consumerOf(flashCore, { inputBuffer: '1 KiB' }).inputBuffer).toBe(1024);
    expect(consumerOf(pimBank, { inputBuffer: '256 B' }).inputBuffer).toBe(256);
  });
});
