import * as fc from 'fast-check';
import type { ComponentDeclaration, Transaction } from '@systole/core';
import { flashCore, pimBank, simdMac, systolic } from '@systole/compute';
import { dram, nand } from '@systole/memory';
import { describe, expect, it } from 'vitest';
import { arbitraryTransaction, arbitraryValues, checkComponent, usualOptions } from '../src/index.ts';
import { Bench } from '../src/bench.ts';
import { pipe, serveSoundly } from './support/broken.ts';

const SAMPLES = { numRuns: 400, seed: 1 };

/** Transactions of a component alone, or of a memory with a unit in it, for values as they come. */
function drawn(memory: ComponentDeclaration, unit?: ComponentDeclaration): readonly Transaction[] {
  const options = unit === undefined ? {} : usualOptions(memory, [unit]);
  const transactions = fc
    .tuple(arbitraryValues(memory), unit === undefined ? fc.constant({}) : arbitraryValues(unit))
    .chain(([values, unitValues]) => {
      const served = { name: 'served', declaration: memory, values };
      const inside = unit === undefined ? [] : [{ name: 'unit', declaration: unit, values: unitValues }];
      const bench = new Bench([served, ...inside], 0);
      return options.transactions?.(bench) ?? arbitraryTransaction(memory, values);
    });
  return fc.sample(transactions, SAMPLES);
}

const ASKED: readonly (readonly [
  kinds: readonly string[],
  memory: ComponentDeclaration,
  unit?: ComponentDeclaration,
])[] = [
  [['matmul', 'dot'], simdMac],
  [['matmul'], systolic],
  [['segment-stream'], dram, pimBank],
  [['page-compute'], nand, flashCore],
];

describe('transactions of units that look at formats', () => {
  it.each(ASKED.map(([kinds, memory, unit]) => ({ type: (unit ?? memory).type, kinds, memory, unit })))(
    'have activations of a format of their own sometimes: $type',
    ({ kinds, memory, unit }) => {
      for (const kind of kinds) {
        const asked = drawn(memory, unit).filter((transaction) => transaction.kind === kind);
        const mixed = asked.filter(
          ({ format, activationFormat = format }) => format !== undefined && activationFormat !== format,
        );
        expect(mixed.length).toBeGreaterThan(asked.length / 20);
        expect(mixed.length).toBeLessThan(asked.length / 2);
        expect(new Set(asked.map(({ format }) => format)).size).toBeGreaterThan(1);
      }
    },
  );

  it('have none where a kind has no formats', () => {
    const moves = drawn(dram).filter(({ kind }) => kind !== 'segment-stream');
    expect(moves.length).toBeGreaterThan(0);
    for (const transaction of moves) expect(transaction).not.toHaveProperty('activationFormat');
  });
});

describe('a component', () => {
  const int8 = (broken: boolean): ComponentDeclaration => {
    const base = pipe(serveSoundly);
    const { transfer } = base.accepts;
    if (transfer === undefined) throw new TypeError('a pipe that transfers nothing');
    return {
      ...base,
      accepts: { transfer: { ...transfer, formats: ['int8', 'bf16'] } },
      facts: (values) => {
        const rates = { macsPerSecond: { int8: 16e9 }, wideMacsPerSecond: { bf16: 8e9 } };
        return { ...base.facts(values), ...rates };
      },
      lowerBound: (transaction, values) => {
        // The bound counts a second pass, which the model does not make.
        const passes = broken && transaction.activationFormat === 'bf16' ? 2 : 1;
        return base.lowerBound({ ...transaction, bytes: transaction.bytes * passes }, values);
      },
    };
  };

  it('is caught whose model forgets the passes of a wide activation', () => {
    const sound = checkComponent(int8(false), { laws: ['component/physics'] });
    expect(sound.isSound).toBe(true);
    const [finding] = checkComponent(int8(true), { laws: ['component/physics'] }).findings;
    expect(finding?.outcome).toBe('broken');
    expect(finding?.cause).toContain('lower bound');
  });
});
