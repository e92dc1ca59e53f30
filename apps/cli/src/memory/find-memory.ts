import { existsSync } from 'node:fs';
import { suggestName, SystoleError } from '@systole/core';
import { DEVICE_PRESETS, dramDevice, flashSpecOfValues, policyOfValues } from '@systole/memory';
import type { DramValues, NandValues } from '@systole/memory';
import type { ResolvedPart } from '@systole/chip';
import { loadChipInput } from '../inputs.ts';
import { chipFiles } from '../library.ts';
import type { Toolbox } from '../toolbox.ts';
import type { DramBase, FlashBase, MemoryBase } from './memory-base.ts';
import { readMemoryFile } from './memory-file.ts';
import { memoryNames, memoryPreset } from './memory-presets.ts';

/**
 * The memory that a user names: a preset, a file of `systole: memory/1`, or a memory of a chip as `chip:component`.
 *
 * @throws SystoleError with the nearest name, or with what is wrong in the file.
 */
export function findMemory(what: string, toolbox: Toolbox): MemoryBase {
  const preset = memoryPreset(what);
  if (preset !== undefined) return preset;
  if (existsSync(what)) return readMemoryFile(what);
  const at = what.lastIndexOf(':');
  if (at > 0) return memoryOfChip(what.slice(0, at), what.slice(at + 1), toolbox);
  if (/\.ya?ml$/i.test(what)) return readMemoryFile(what);
  throw new SystoleError({
    code: 'argument/invalid',
    message: `there is no memory "${what.slice(0, 100)}"`,
    hint: chipFiles().has(what)
      ? `"${what}" is a chip: write ${what}:component, where systole describe ${what} lists its components.`
      : suggestName(
          what,
          memoryNames().map(({ name }) => name),
        ),
  });
}

function memoryOfChip(chipName: string, name: string, { catalogue }: Toolbox): MemoryBase {
  const part = loadChipInput(chipName, catalogue).part(name);
  const whole = `${chipName}:${name}`;
  if (part.declaration.type === 'memory/dram') return dramOfPart(whole, part);
  if (part.declaration.type === 'memory/nand') return flashOfPart(whole, part);
  throw new SystoleError({
    code: 'argument/invalid',
    message: `"${name}" is a ${part.declaration.type}, which takes no stream of requests`,
    hint: 'Name a component of type memory/dram or memory/nand.',
  });
}

function dramOfPart(name: string, part: ResolvedPart): DramBase {
  // The values of a part have the names and types that its declaration says.
  const values = part.values as unknown as DramValues;
  const channels = values.channels / values.pseudoChannels;
  if (!Number.isInteger(channels)) {
    throw new SystoleError({
      code: 'parameter/out-of-range',
      message: `${values.channels} channels are no whole number of command buses with ${values.pseudoChannels} pseudo channels each`,
      place: { path: `components.${part.name}.channels` },
      hint: `Give a multiple of ${values.pseudoChannels}.`,
    });
  }
  const preset = Object.values(part.settings)
    .map((setting) => setting.preset)
    .find((used) => used !== undefined && Object.hasOwn(DEVICE_PRESETS, used));
  return {
    kind: 'dram',
    name,
    device: dramDevice(values),
    policy: policyOfValues(values),
    channels,
    ...(preset === undefined ? {} : { preset }),
    energy: { devices: values.devicesPerChannel },
    values: { ...values, channels: values.pseudoChannels },
  };
}

function flashOfPart(name: string, part: ResolvedPart): FlashBase {
  // As above, of the declaration of memory/nand.
  const values = part.values as unknown as NandValues;
  return { kind: 'flash', name, spec: flashSpecOfValues(values), source: 'the values of the component' };
}
