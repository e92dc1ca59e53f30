import * as fc from 'fast-check';
import type { Facts, Transaction } from '@systole/core';

/** The number formats of the operands of a transaction; without a second one, both are the same. */
export type OperandFormats = Pick<Transaction, 'format' | 'activationFormat'>;

/**
 * Formats of a stored operand and, sometimes, another one of the activations that meet it. Mostly they are of those that
 * the facts give a rate for, and now and then any of `declared`, which a component of these values may refuse.
 */
export function arbitraryFormats(facts: Facts, declared: readonly string[]): fc.Arbitrary<OperandFormats> {
  const { macsPerSecond = {}, wideMacsPerSecond = {} } = facts;
  const stored = Object.keys(macsPerSecond).filter(
    (name) => declared.length === 0 || declared.includes(name),
  );
  const all = [...new Set([...stored, ...Object.keys(wideMacsPerSecond)])];
  if (stored.length === 0 && declared.length === 0) return fc.constant({});
  return fc
    .tuple(
      oneOf([
        [4, stored],
        [1, declared],
      ]),
      fc.integer({ min: 0, max: 3 }),
      oneOf([
        [4, all],
        [1, declared],
      ]),
    )
    .map(([format, rarely, activationFormat]) => (rarely === 3 ? { format, activationFormat } : { format }));
}

/** At most so many passes does a multiply-accumulate take: those of the stored operand for each of the activation's. */
export function mostPasses(facts: Facts, { format = '', activationFormat = format }: Transaction): number {
  const { macsPerSecond = {}, wideMacsPerSecond = {} } = facts;
  const best = Math.max(0, ...Object.values(macsPerSecond));
  const passes = (rate: number | undefined): number =>
    rate === undefined || rate <= 0 ? 1 : Math.round(best / rate);
  return passes(macsPerSecond[format]) * passes(wideMacsPerSecond[activationFormat]);
}

function oneOf(
  choices: readonly (readonly [weight: number, names: readonly string[]])[],
): fc.Arbitrary<string> {
  const weighted = choices.flatMap(([weight, names]) =>
    names.length === 0 ? [] : [{ weight, arbitrary: fc.constantFrom(...names) }],
  );
  return fc.oneof(...weighted);
}
