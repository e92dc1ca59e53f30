import {
  AIM_PRESETS,
  aimGemv,
  createStream,
  defaultPolicy,
  devicePreset,
  dram,
  hbmPimGemv,
  hbmPimPresets,
  newtonGemv,
  newtonPresets,
  runAim,
  runStream,
} from '@systole/memory';
import type { PimResult } from '@systole/memory';
import { Machine, readParameter } from '@systole/core';
import type { ParameterValue } from '@systole/core';
import type { ValidationReport } from '@systole/report';
import type { MemoryJob } from './memory-jobs.ts';

const PRESET = 'ddr4-8gb-x8-3200aa';
const DETAILED_REQUESTS = 400_000;
const FAST_REQUESTS = 1e8;
/** A product that one channel of each device holds, and how often it is made. */
const SIDE = 4096;
const PRODUCTS_MADE = 8;
const MICROSECONDS_PER_SECOND = 1e6;

/** Seconds of processor time that `act` takes. */
export function processorSeconds(act: () => void): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return Math.max(1, user + system) / MICROSECONDS_PER_SECOND;
}

/** Work and the processor time that it took, by what did it. */
export class RateTable {
  readonly #entries = new Map<string, { readonly unit: string; work: number; seconds: number }>();

  add(name: string, { work, unit }: Pick<MemoryJob, 'work' | 'unit'>, seconds: number): void {
    const entry = this.#entries.get(name) ?? { unit, work: 0, seconds: 0 };
    entry.work += work;
    entry.seconds += seconds;
    this.#entries.set(name, entry);
  }

  rates(): ValidationReport['rates'] {
    return Object.fromEntries(
      [...this.#entries].map(([name, { unit, work, seconds }]) => [
        name,
        { unit, perSecond: work / seconds },
      ]),
    );
  }
}

/** Measures what DDR4-3200 with queues of 32 does in a second of processor time, at both levels. */
export function measureRates(table: RateTable): void {
  for (const kind of ['seq-read', 'random-read']) {
    const device = devicePreset(PRESET);
    const spec = { kind, count: DETAILED_REQUESTS, burstBytes: device.burstBytes, regionLog2: 26 };
    const run = (count: number): void => {
      runStream({ device, policy: defaultPolicy, channels: 1 }, createStream({ ...spec, count }));
    };
    // What has run for a while is compiled.
    run(DETAILED_REQUESTS / 8);
    const seconds = processorSeconds(() => run(DETAILED_REQUESTS));
    table.add(`detailed DDR4-3200 ${kind}`, { work: DETAILED_REQUESTS, unit: 'requests' }, seconds);
    const fast = processorSeconds(() => fastStream(kind, device.burstBytes));
    table.add(`fast DDR4-3200 ${kind}`, { work: FAST_REQUESTS, unit: 'requests' }, fast);
  }
  for (const [name, product] of Object.entries(PRODUCTS)) {
    product(SIDE / 8);
    let commands = 0;
    const seconds = processorSeconds(() => {
      for (let made = 0; made < PRODUCTS_MADE; made++) {
        for (const count of Object.values(product(SIDE).commands)) commands += count;
      }
    });
    table.add(`${name}, a product of ${SIDE} x ${SIDE}`, { work: commands, unit: 'commands' }, seconds);
  }
}

/** Products in the banks of one channel, by device. */
const PRODUCTS: Readonly<Record<string, (side: number) => PimResult>> = {
  'aim-gddr6': (side) => {
    const { device } = AIM_PRESETS['aim-gddr6'];
    return runAim(device, aimGemv(device, { M: side, K: side }));
  },
  'hbm2-pim': (side) => hbmPimGemv(presetOf(hbmPimPresets, 'hbm2-pim'), { out: side, in: side }),
  'newton-hbm2': (side) => newtonGemv(presetOf(newtonPresets, 'newton-hbm2'), { M: side, K: side }),
};

function presetOf<T>(presets: Readonly<Record<string, T>>, name: string): T {
  const found = presets[name];
  if (found === undefined) throw new TypeError(`there is no ${name}`);
  return found;
}

function fastStream(kind: string, burst: number): void {
  const written = dram.presets[PRESET]?.values ?? {};
  const values = Object.fromEntries(
    Object.entries(dram.parameters).map(([name, form]): [string, ParameterValue | undefined] => {
      const read = Object.hasOwn(written, name) ? readParameter(form, written[name]) : undefined;
      return [name, read?.ok === true ? read.value : form.fallback];
    }),
  );
  const machine = new Machine([{ name: 'memory', declaration: dram, values }], 1);
  const isRandom = kind === 'random-read';
  const bytes = FAST_REQUESTS * burst;
  const pattern = {
    base: 0,
    run: isRandom ? burst : bytes,
    stride: isRandom ? burst : bytes,
    runs: isRandom ? FAST_REQUESTS : 1,
    order: isRandom ? ('random' as const) : ('sequential' as const),
    layout: 'interleaved' as const,
    seed: 1,
  };
  const stages = [{ component: 0, transaction: { kind: 'read', bytes, pattern }, slots: 1 }];
  machine.run([{ name: kind, tag: 0, after: [], chunks: 1, delay: 0, stages }]);
}
