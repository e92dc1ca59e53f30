import { nearestName, SystoleError } from '@systole/core';
import { deviceOf } from '@systole/memory';
import { splitAssignment } from '../assignment.ts';
import { argument } from '../inputs.ts';
import type { DramBase } from './memory-base.ts';
import { changesSchema, pathOfKey, SET_KEYS } from './memory-schema.ts';
import type { DramChanges } from './memory-schema.ts';

/** Reads `--set key=value` flags for a DRAM. Throws `argument/invalid` that names the key. */
export function readDramChanges(assignments: readonly string[]): DramChanges {
  const tree: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const assignment of assignments) {
    const { path: key, value } = splitAssignment(assignment, '--set', 'nRCD=24');
    const [section = '', name, ...more] = pathOfKey(key);
    if (more.length > 0) throw unknownKey(key);
    if (name === undefined) tree[section] = scalar(value);
    else tree[section] = { ...(tree[section] as object | undefined), [name]: scalar(value) };
  }
  const read = changesSchema.safeParse({ ...tree });
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const key = issue?.path.map(String).join('.') ?? '';
  if (issue?.code === 'unrecognized_keys') throw unknownKey(issue.keys[0] ?? key);
  const found = issue?.message.replace(/^[A-Z][a-z]+ \w+: /, '');
  throw argument(`--set ${key}: ${found ?? 'expected another value'}`, 'See systole memory --help.');
}

/** A DRAM with some of its figures or of its policy changed. Throws with every problem of what comes out. */
export function changeDram(base: DramBase, changes: DramChanges): DramBase {
  const {
    channels = base.channels,
    policy,
    clockPeriod,
    counts,
    rowsPerBank,
    rowBytes,
    burstBytes,
    dataPins,
    timings,
  } = changes;
  const { device } = base;
  const isDevice = [clockPeriod, counts, rowsPerBank, rowBytes, burstBytes, dataPins, timings].some(
    (change) => change !== undefined,
  );
  for (const name of Object.keys(timings ?? {})) {
    if (name in device.timings) continue;
    const nearest = nearestName(name, Object.keys(device.timings));
    throw new SystoleError({
      code: 'argument/invalid',
      message: `${device.standard.name} has no timing parameter "${name}"`,
      place: { path: `timings.${name}` },
      hint:
        nearest === undefined
          ? `It has ${Object.keys(device.timings).join(', ')}.`
          : `Did you mean ${nearest}?`,
    });
  }
  return {
    ...base,
    channels,
    policy: { ...base.policy, ...defined(policy ?? {}) },
    device: isDevice
      ? deviceOf({
          standard: device.standard,
          clockPeriod: clockPeriod ?? device.clockPeriod,
          counts: { ...device.counts, ...defined(counts ?? {}) },
          rowsPerBank: rowsPerBank ?? device.rowsPerBank,
          rowBytes: rowBytes ?? device.burstsPerRow * device.burstBytes,
          burstBytes: burstBytes ?? device.burstBytes,
          ...(dataPins === undefined ? {} : { dataPins }),
          timings: { ...device.timings, ...timings },
        })
      : device,
  };
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the entries that say nothing. */
export function defined<T extends object>(values: T): Defined<T> {
  // Entries that are undefined are gone, which the type of fromEntries does not say.
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}

function scalar(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

function unknownKey(key: string): SystoleError {
  const nearest = nearestName(key, SET_KEYS);
  return argument(
    `--set has no key "${key.slice(0, 60)}"`,
    nearest === undefined
      ? `Keys are ${SET_KEYS.join(', ')}, and timing parameters such as nRCD.`
      : `Did you mean ${nearest}?`,
  );
}
