import type { Facts } from '@systole/core';

type Rate = readonly [name: string, value: number];

/**
 * Says of each fact of a component, and of each further quantity, when it is no quantity: negative, infinite or not
 * a number. Such a value would go on into every result.
 */
export function rateProblems(facts: Facts, further: readonly Rate[]): readonly string[] {
  const { capacity, bandwidth, internalBandwidth, operationsPerSecond, minimumLatency, resources } = facts;
  const rates: (readonly [string, number | undefined])[] = [
    ['the capacity', capacity],
    ['the bandwidth', bandwidth],
    ['the internal bandwidth', internalBandwidth],
    ['the operation rate', operationsPerSecond],
    ['the minimum latency', minimumLatency],
    ['the number of resources', resources],
    ...Object.entries(facts.macsPerSecond ?? {}).map(
      ([format, rate]) => [`the MAC rate in ${format}`, rate] as const,
    ),
    ...Object.entries(facts.wideMacsPerSecond ?? {}).map(
      ([format, rate]) => [`the MAC rate with activations of ${format}`, rate] as const,
    ),
    ...further,
  ];
  return rates.flatMap(([name, value]) =>
    value === undefined || (value >= 0 && value < Infinity)
      ? []
      : [`${name} is ${inWords(value)}; it has to be finite and not below zero`],
  );
}

function inWords(value: number): string {
  if (Number.isNaN(value)) return 'not a number';
  return Number.isFinite(value) ? String(value) : 'infinite';
}
