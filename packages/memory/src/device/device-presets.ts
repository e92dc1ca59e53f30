import { suggestName, SystoleError } from '@systole/core';
import { DEVICE_FACTS } from '../presets/device-facts.ts';
import { deviceOf } from './device-of.ts';
import type { DramDevice } from './device.ts';

/** The devices of the timing tables by the name of their preset, such as `ddr4-8gb-x8-3200aa`. */
export const DEVICE_PRESETS: Readonly<Record<string, DramDevice>> = Object.fromEntries(
  DEVICE_FACTS.map(({ name, standard, clockPeriod, counts, rowsPerBank, rowBytes, burstBytes, timings }) => [
    name,
    deviceOf({ standard, clockPeriod, counts, rowsPerBank, rowBytes, burstBytes, timings }),
  ]),
);

/**
 * The device of a preset.
 *
 * @throws SystoleError with the nearest name where there is none.
 */
export function devicePreset(name: string): DramDevice {
  const found = Object.hasOwn(DEVICE_PRESETS, name) ? DEVICE_PRESETS[name] : undefined;
  if (found !== undefined) return found;
  throw new SystoleError({
    code: 'parameter/out-of-range',
    message: `there is no DRAM preset "${name.slice(0, 100)}"`,
    place: { path: 'preset' },
    hint: suggestName(name, Object.keys(DEVICE_PRESETS)),
  });
}

/** The device under the names that its source has for organisation and timing, or undefined. */
export function findDevice(organisation: string, timing: string): DramDevice | undefined {
  const facts = DEVICE_FACTS.find(
    (candidate) => candidate.organisation === organisation && candidate.timing === timing,
  );
  return facts === undefined ? undefined : DEVICE_PRESETS[facts.name];
}
