import type { ComponentSummary, Result } from '@systole/replay';
import type { Dimension } from '@systole/units';
import { plain, quantity } from '../format.ts';

/** Something that went into two results and is not the same; `undefined` where one of them does not have it. */
export interface InputDifference {
  readonly name: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** A value to compare, and how to show it. */
interface Fact {
  readonly exact: string;
  readonly shown: string;
}

type Facts = ReadonlyMap<string, Fact>;

/**
 * What is not the same in what two results were made from, as far as results tell: chip, workload and formats, mapping and
 * its options, components, their peaks and prices, parameters without a sure source, what the mapping placed where, hashes.
 */
export function inputDifferences(before: Result, after: Result): readonly InputDifference[] {
  const [a, b] = [factsOf(before), factsOf(after)];
  return [...new Set([...a.keys(), ...b.keys()])].flatMap((name) => {
    const [left, right] = [a.get(name), b.get(name)];
    if (left?.exact === right?.exact) return [];
    // What differs beyond the digits that are shown is shown with all of them.
    const text = left?.shown === right?.shown ? 'exact' : 'shown';
    return [{ name, before: left?.[text], after: right?.[text] }];
  });
}

function word(text: string): Fact {
  return { exact: text, shown: text };
}

function amount(value: number, dimension?: Dimension): Fact {
  return {
    exact: String(value),
    shown: dimension === undefined ? plain(value) : quantity(value, dimension),
  };
}

function factsOf({ chip, workload, mapping, components, accuracy, inputsHash }: Result): Facts {
  const facts = new Map<string, Fact>([
    ['chip', word(chip.name)],
    ['chip clock', amount(chip.clockHz, 'frequency')],
    ['workload', word(workload.name)],
  ]);
  const { model, parameters, prompt, generate, batch, weights, kv, activations } = workload;
  const shape = { model, parameters, prompt, generate, batch, weights, kv, activations };
  for (const [name, value] of Object.entries(shape)) {
    if (value !== undefined) facts.set(name, word(String(value)));
  }
  facts.set('mapping', word(mapping.name));
  for (const [name, value] of Object.entries(mapping.options)) {
    facts.set(`mapping.${name}`, word(String(value)));
  }
  for (const component of components) {
    for (const [name, fact] of componentFacts(component)) facts.set(`${component.name}${name}`, fact);
  }
  for (const { component, weak } of accuracy) {
    for (const { parameter, value } of weak) facts.set(`${component}.${parameter}`, word(value));
  }
  for (const { memory, what, bytes } of mapping.placement) {
    facts.set(`${what} in ${memory}`, amount(bytes, 'data'));
  }
  for (const [index, decision] of mapping.decisions.entries()) {
    facts.set(`decision ${index + 1} of the mapping`, word(decision));
  }
  facts.set('hash of the chip', word(chip.hash));
  facts.set('hash of the inputs', word(inputsHash));
  return facts;
}

function componentFacts({ type, resources, facts, actions }: ComponentSummary): readonly [string, Fact][] {
  const { capacity, bandwidth, internalBandwidth, macsPerSecond, operationsPerSecond } = facts;
  const peaks: readonly (readonly [string, number | undefined, Dimension?])[] = [
    [' resources', resources],
    [' capacity', capacity, 'data'],
    [' bandwidth', bandwidth, 'bandwidth'],
    [' bandwidth in place', internalBandwidth, 'bandwidth'],
    [' operations a second', operationsPerSecond],
    ...Object.entries(macsPerSecond ?? {}).map(
      ([format, rate]) => [` ${format} MACs a second`, rate] as const,
    ),
    ...actions.map(({ action, fjPerAction }) => [` energy of ${action}`, fjPerAction, 'energy'] as const),
  ];
  return [
    ['', word(type)],
    ...peaks.flatMap(([name, value, dimension]): [string, Fact][] =>
      value === undefined ? [] : [[name, amount(value, dimension)]],
    ),
  ];
}
