import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEVICE_PRESETS, devicePreset } from '../src/device/device-presets.ts';
import type { DramCurrents } from '../src/power/currents.ts';
import { memoryEnergy } from '../src/power/energy.ts';
import type { EnergyWork, MemoryEnergy } from '../src/power/energy.ts';
import type { MemoryPower } from '../src/power/memory-power.ts';
import { powerOf } from '../src/power/power-of.ts';

const milliamperes = fc.double({ min: 0, max: 1000, noNaN: true });

/** Currents as they can be: open banks draw more than closed ones, and commands more than that. */
const currents: fc.Arbitrary<DramCurrents> = fc
  .record({
    VDD: fc.double({ min: 0.5, max: 3, noNaN: true }),
    standby: milliamperes,
    open: milliamperes,
    more: fc.array(milliamperes, { minLength: 4, maxLength: 4 }),
    optional: fc.record(
      { IDD2P: milliamperes, IDD3P: milliamperes, IDD5PB: milliamperes, IDD6: milliamperes },
      { requiredKeys: [] },
    ),
  })
  .map(({ VDD, standby, open, more: [cycle = 0, read = 0, write = 0, refresh = 0], optional }) => {
    const IDD3N = standby + open;
    return {
      VDD,
      IDD2N: standby,
      IDD3N,
      IDD0: IDD3N + cycle,
      IDD4R: IDD3N + read,
      IDD4W: IDD3N + write,
      IDD5: IDD3N + refresh,
      ...optional,
    };
  });

const preset = fc.constantFrom(...Object.keys(DEVICE_PRESETS));

const power = (name: string): fc.Arbitrary<MemoryPower> =>
  fc.oneof(
    fc.double({ min: 0, max: 1e5, noNaN: true }).map((io) => powerOf(name, { ioPerBit: io }).power),
    fc.record({
      kind: fc.constant('currents' as const),
      currents,
      devices: fc.constantFrom(0.5, 1, 4, 8),
      ioPerBit: fc.double({ min: 0, max: 1e5, noNaN: true }),
    }),
  );

const count = fc.nat(1_000_000);

const work = (name: string): fc.Arbitrary<EnergyWork> => {
  const { standard } = devicePreset(name);
  const names = standard.commands.map((command) => command.name);
  return fc.record({
    commands: fc.dictionary(fc.constantFrom(...names), count),
    residency: fc.record(
      {
        active: count,
        precharged: count,
        activePowerDown: count,
        prechargedPowerDown: count,
        selfRefresh: count,
      },
      { requiredKeys: ['active', 'precharged'] },
    ),
    ticksPerClock: fc.constant(standard.ticksPerClock),
  });
};

const machine = preset.chain((name) =>
  fc.record({ name: fc.constant(name), power: power(name), work: work(name) }),
);

function partsOf({ activate, read, write, refresh, background, io }: MemoryEnergy): readonly number[] {
  return [
    activate,
    read,
    write,
    refresh,
    background.active,
    background.precharged,
    background.powerDown,
    background.selfRefresh,
    io,
  ];
}

describe('energy', () => {
  test('is the sum of its parts, none of them negative, and within its range', () => {
    fc.assert(
      fc.property(machine, ({ name, power: figures, work: done }) => {
        const energy = memoryEnergy(figures, devicePreset(name), done);
        const parts = partsOf(energy);
        const sum = parts.reduce((total, part) => total + part, 0);
        for (const part of parts) expect(part).toBeGreaterThanOrEqual(0);
        expect(Math.abs(energy.total - sum)).toBeLessThanOrEqual(1e-12 * sum);
        expect(energy.range[0]).toBeLessThanOrEqual(energy.total * (1 + 1e-12));
        expect(energy.range[1]).toBeGreaterThanOrEqual(energy.total * (1 - 1e-12));
      }),
    );
  });

  test('does not fall when there is more of anything', () => {
    const more = machine.chain((each) =>
      fc.record({ each: fc.constant(each), command: fc.nat(20), commands: count, ticks: count }),
    );
    fc.assert(
      fc.property(more, ({ each: { name, power: figures, work: done }, command, commands, ticks }) => {
        const device = devicePreset(name);
        const list = device.standard.commands;
        const added = list[command % list.length]?.name ?? '';
        const larger: EnergyWork = {
          ...done,
          commands: { ...done.commands, [added]: (done.commands[added] ?? 0) + commands },
          residency: { ...done.residency, active: done.residency.active + ticks },
        };
        const [before, after] = [memoryEnergy(figures, device, done), memoryEnergy(figures, device, larger)];
        partsOf(after).forEach((part, index) => {
          expect(part).toBeGreaterThanOrEqual(partsOf(before)[index] ?? Infinity);
        });
        expect(after.total).toBeGreaterThanOrEqual(before.total);
      }),
    );
  });

  test('of two streams is that of both together', () => {
    const two = preset.chain((name) => fc.tuple(fc.constant(name), power(name), work(name), work(name)));
    fc.assert(
      fc.property(two, ([name, figures, first, second]) => {
        const device = devicePreset(name);
        const both: EnergyWork = {
          ...first,
          commands: sumOf(first.commands, second.commands),
          residency: { ...first.residency, ...sumOf({ ...first.residency }, { ...second.residency }) },
        };
        const apart =
          memoryEnergy(figures, device, first).total + memoryEnergy(figures, device, second).total;
        const together = memoryEnergy(figures, device, both).total;
        expect(Math.abs(together - apart)).toBeLessThanOrEqual(1e-12 * together);
      }),
    );
  });
});

function sumOf(
  first: Readonly<Record<string, number>>,
  second: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const names = new Set([...Object.keys(first), ...Object.keys(second)]);
  return Object.fromEntries([...names].map((name) => [name, (first[name] ?? 0) + (second[name] ?? 0)]));
}
