import { readParameter } from '@systole/core';
import type { ComponentDeclaration, Part, ParameterValue, Transaction } from '@systole/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkComponent, formatReport, lawsFor, usualPartOptions } from '../src/index.ts';
import type { Command } from '../src/index.ts';
import { dramProtocol } from './support/dram-protocol.ts';
import { declarations } from './support/subjects.ts';

const dram = find('memory/dram');
const unit = find('compute/pim-bank');
const PRESETS = Object.keys(dram.presets).filter(
  (name) => dram.presets[name]?.values['standard'] !== undefined,
);
/** One of each family for the laws that cost more. */
const FAMILIES = [...new Map(PRESETS.map((name) => [dram.presets[name]?.values['standard'], name])).values()];

function find(type: string): ComponentDeclaration {
  const found = declarations.find((declaration) => declaration.type === type);
  if (found === undefined) throw new RangeError(type);
  return found;
}

function valuesOf(
  { parameters, presets }: ComponentDeclaration,
  preset: string | undefined,
  changes: Readonly<Record<string, ParameterValue>>,
): Part['values'] {
  const written = preset === undefined ? {} : (presets[preset]?.values ?? {});
  return Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => {
      const read = Object.hasOwn(written, name) ? readParameter(parameter, written[name]) : undefined;
      return [name, changes[name] ?? (read?.ok === true ? read.value : parameter.fallback)];
    }),
  );
}

/** A preset at level detailed, with two command buses. */
function memoryOf(preset: string, changes: Readonly<Record<string, ParameterValue>> = {}): Part {
  const shared = Number(dram.presets[preset]?.values['pseudoChannels'] ?? 1);
  const values = valuesOf(dram, preset, {
    detail: 'detailed',
    channels: 2 * shared,
    vectorBuffer: 4096,
    ...changes,
  });
  return { name: 'memory', declaration: dram, values };
}

function pairOf(preset: string): readonly Part[] {
  const memory = memoryOf(preset);
  const places = dram.places?.(memory.values) ?? 1;
  const values = valuesOf(unit, undefined, { [unit.placesParameter ?? 'banks']: places });
  return [
    { ...memory, attached: 'unit' },
    { name: 'unit', declaration: unit, values },
  ];
}

/** Writes of which each has a row of its own, for so long that refreshes fall due. */
const LONG: Transaction = {
  kind: 'write',
  bytes: 128 * 2000,
  pattern: {
    base: 0,
    run: 128,
    stride: 4096 * 13,
    runs: 2000,
    order: 'random',
    layout: 'interleaved',
    seed: 3,
  },
};

const LAWS = lawsFor(dram)
  .map(({ id }) => id)
  .filter((id) => id !== 'component/declaration' && id !== 'component/fidelity');

describe.each(PRESETS)('%s, command by command', (preset) => {
  it('has no conflicts', () => {
    expect(dram.conflicts(memoryOf(preset).values)).toEqual([]);
  });

  it('keeps the protocol of its standard', () => {
    for (const changes of [{}, { rowPolicy: 'closed' }, { scheduler: 'fr-fcfs', queueDepth: 4 }]) {
      const parts = [memoryOf(preset, changes)];
      const report = checkComponent(dram, {
        ...usualPartOptions(parts),
        protocol: dramProtocol,
        laws: ['component/protocol'],
        runs: 5,
      });
      expect(report.isSound ? '' : formatReport(report)).toBe('');
    }
  });
});

describe('a controller that keeps a shorter time than its device asks for', () => {
  it.each(['tRCD', 'tRP', 'tRAS', 'tFAW', 'tRFC', 'tCCDL', 'tWR'])('is found out: %s', (parameter) => {
    const parts = [memoryOf('ddr4-8gb-x8-3200aa')];
    const asked = (values: Part['values']): Part['values'] => ({
      ...values,
      [parameter]: Number(values[parameter]) + 40_000,
    });
    for (const protocol of [
      {
        ...dramProtocol,
        rules: (values: Part['values']) => dramProtocol.rules(asked(values)),
        faults: () => [],
      },
      {
        ...dramProtocol,
        rules: () => [],
        faults: (commands: readonly Command[], values: Part['values']) =>
          dramProtocol.faults?.(commands, asked(values)) ?? [],
      },
    ]) {
      const how = { ...usualPartOptions(parts), transactions: () => fc.constant(LONG), protocol };
      const { isSound } = checkComponent(dram, { ...how, laws: ['component/protocol'], runs: 1 });
      expect(isSound).toBe(false);
    }
  });
});

describe.each(FAMILIES)('%s, command by command, with units that compute in it', (preset) => {
  it.each(LAWS)('keeps %s', (id) => {
    const report = checkComponent(dram, { ...usualPartOptions(pairOf(preset)), laws: [id], runs: 8 });
    expect(report.isSound ? '' : formatReport(report)).toBe('');
    expect(report.findings.map(({ refused }) => refused)).toEqual([0]);
  });
});
