import type { ComponentDeclaration, Part } from '@systole/core';
import { ChannelsChecker, dramDevice, dramWithLog, jedecRules } from '@systole/memory';
import type { DramValues } from '@systole/memory';
import type { Command, Protocol, TimingRule } from '../../src/index.ts';

/** Kinds of the protocol's rules by the names of commands. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  activate: ['ACT', 'ACT1'],
  precharge: ['PREpb'],
  'precharge-all': ['PREab'],
  read: ['RD', 'RD_S'],
  'read-precharge': ['RDA', 'RDA_S'],
  write: ['WR', 'WR_S'],
  'write-precharge': ['WRA', 'WRA_S'],
  'refresh-all': ['REFab'],
  'refresh-bank': ['REFpb'],
  clock: ['CAS', 'CAS_RD', 'CAS_WR'],
};

/** Coordinates of a place: bus, rank or pseudo channel, bank group, bank. */
const DEPTH = { rank: 2, 'bank-group': 3, bank: 4 } as const;

/** The commands of `memory/dram` at level detailed, and what JEDEC says of them. */
export const dramProtocol: Protocol = {
  instrument: (log) => {
    let place = (_bank: number): readonly number[] => [];
    let names: readonly string[] = [];
    const declaration = dramWithLog((at, command, bank, _row, _column, bus) => {
      log({ at, name: names[command] ?? '', place: [bus, ...place(bank)] });
    });
    const instrumented: typeof declaration = {
      ...declaration,
      create: (context) => {
        const { counts, standard } = dramDevice(context.values);
        names = standard.commands.map(({ name }) => name);
        place = (bank) => {
          const group = Math.floor(bank / counts.bank);
          return [Math.floor(group / (counts.bankGroup * counts.stackId)), group, bank];
        };
        return declaration.create(context);
      },
    };
    return instrumented;
  },

  rules: (values) => {
    const device = dramDevice(values as unknown as DramValues);
    const { standard, clockPeriod } = device;
    const clocks = new Map(standard.commands.map(({ name, clocks: count = 1 }) => [name, count]));
    const known = (kinds: readonly string[]): readonly string[] =>
      kinds.flatMap((kind) => NAMES[kind] ?? []).filter((name) => clocks.has(name));
    return jedecRules(device).flatMap(({ name, after, before, scope, gap, count = 1 }) =>
      known(after).flatMap((from) =>
        known(before).map((to): TimingRule => {
          const periods = gap + (clocks.get(from) ?? 1) - (clocks.get(to) ?? 1);
          // Edges of the clock are rounded to whole ps.
          const time = Math.max(0, Math.floor(periods * clockPeriod) - 1);
          return { name, from: [from], to: [to], depth: DEPTH[scope], gap: time, nth: count };
        }),
      ),
    );
  },

  faults: (commands, values) => {
    const device = dramDevice(values as unknown as DramValues);
    const { standard, clockPeriod } = device;
    const checker = new ChannelsChecker(device, values['refresh'] === 'none' ? { postponed: Infinity } : {});
    const indices = new Map(standard.commands.map(({ name }, index) => [name, index]));
    for (const { at, name, place } of commands) {
      const [bus = 0, , , bank = 0] = place;
      const tick = Math.floor((at * standard.ticksPerClock) / clockPeriod + 1e-6);
      checker.add(tick, indices.get(name) ?? -1, bank, -1, -1, bus);
    }
    return checker
      .result()
      .violations.map(
        ({ rule, later, missing }) =>
          `${later.command} of bank ${later.bank} breaks ${rule} by ${missing} ticks`,
      );
  },
};

/** A memory of a preset at level detailed, alone. */
export function detailedDram(values: Part['values'], declaration: ComponentDeclaration): readonly Part[] {
  return [{ name: 'memory', declaration, values }];
}

export type { Command };
