import { bench, describe } from 'vitest';
import { defaultPolicy } from '../src/controller/controller-policy.ts';
import { runStream } from '../src/controller/run-stream.ts';
import { devicePreset } from '../src/device/device-presets.ts';
import { createStream } from '../src/request/streams.ts';

const REQUESTS = 100_000;

/** Requests per second: iterations per second times REQUESTS. */
describe.each([
  'ddr4-8gb-x8-3200aa',
  'ddr5-16gb-x8-4800an',
  'lpddr5-8gb-x16-6400',
  'gddr6-8gb-x16-14000-1350mv',
  'hbm2-8gb-2000',
  'hbm3-16gb-8hi-6400',
])(`shared queues of 32, ${REQUESTS} requests to %s`, (name) => {
  const device = devicePreset(name);
  for (const kind of ['seq-read', 'random-read', 'random-mix-2r1w']) {
    bench(kind, () => {
      const spec = { kind, count: REQUESTS, burstBytes: device.burstBytes, regionLog2: 24, seed: 3 };
      runStream({ device, policy: defaultPolicy, channels: 1 }, createStream(spec));
    });
  }
});
