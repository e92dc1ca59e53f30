import { readParameter } from '@systole/core';
import {
  AIM_PRESETS,
  ATTACC_PRESETS,
  defaultPolicy,
  DEVICE_PRESETS,
  dram,
  FLASH_DIES,
  flashSpecOf,
  hbmPimPresets,
  newtonPresets,
} from '@systole/memory';
import type { DramValues } from '@systole/memory';
import type { MemoryBase } from './memory-base.ts';

/** What can be named as a memory. */
export interface MemoryName {
  readonly name: string;
  readonly kind: MemoryBase['kind'];
  readonly summary: string;
}

/** Every memory that can be named, kind by kind. */
export function memoryNames(): readonly MemoryName[] {
  const pim = (names: readonly string[], summary: (name: string) => string): readonly MemoryName[] =>
    names.map((name) => ({ name, kind: 'in-memory-compute', summary: summary(name) }));
  return [
    ...Object.keys(DEVICE_PRESETS).map((name): MemoryName => ({
      name,
      kind: 'dram',
      summary: dram.presets[name]?.help ?? '',
    })),
    ...Object.values(FLASH_DIES).map(({ name, source }): MemoryName => ({
      name,
      kind: 'flash',
      summary: source,
    })),
    ...pim(Object.keys(AIM_PRESETS), (name) => own(AIM_PRESETS, name)?.summary ?? ''),
    ...pim(Object.keys(ATTACC_PRESETS), (name) => own(ATTACC_PRESETS, name)?.summary ?? ''),
    ...pim(Object.keys(hbmPimPresets), (name) => hbmPimPresets[name]?.source.source ?? ''),
    ...pim(Object.keys(newtonPresets), (name) => newtonPresets[name]?.source.source ?? ''),
  ];
}

/** The memory of that name, or undefined. */
export function memoryPreset(name: string): MemoryBase | undefined {
  const device = own(DEVICE_PRESETS, name);
  if (device !== undefined) {
    return {
      kind: 'dram',
      name,
      device,
      policy: defaultPolicy,
      channels: 1,
      preset: name,
      values: valuesOf(name),
    };
  }
  const die = own(FLASH_DIES, name);
  if (die !== undefined) {
    return { kind: 'flash', name, spec: flashSpecOf(die), source: `${die.source} (${die.confidence})` };
  }
  const aim = own(AIM_PRESETS, name);
  if (aim !== undefined) return { kind: 'in-memory-compute', family: 'aim', name, device: aim.device };
  const attacc = own(ATTACC_PRESETS, name);
  if (attacc !== undefined)
    return { kind: 'in-memory-compute', family: 'attacc', name, device: attacc.device };
  const hbmPim = own(hbmPimPresets, name);
  if (hbmPim !== undefined) return { kind: 'in-memory-compute', family: 'hbm-pim', name, device: hbmPim };
  const newton = own(newtonPresets, name);
  if (newton !== undefined) return { kind: 'in-memory-compute', family: 'newton', name, device: newton };
  return undefined;
}

/** An entry of a table by a name that a user typed: never one that every object has. */
function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** The component's values for one channel of a device: as many data buses as it has pseudo channels. */
function valuesOf(name: string): DramValues {
  const written = dram.presets[name]?.values ?? {};
  const values = Object.fromEntries(
    Object.entries(dram.parameters).map(([parameter, form]) => {
      const text = own(written, parameter);
      const read = text === undefined ? undefined : readParameter(form, text);
      return [parameter, read?.ok === true ? read.value : form.fallback];
    }),
  );
  // Every parameter of the declaration has the value that its form gives it.
  const whole = values as unknown as DramValues;
  return { ...whole, channels: whole.pseudoChannels };
}
