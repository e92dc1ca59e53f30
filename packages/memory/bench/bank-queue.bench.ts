import { bench, describe } from 'vitest';
import { defaultPolicy } from '../src/controller/controller-policy.ts';
import { runStream } from '../src/controller/run-stream.ts';
import { devicePreset } from '../src/device/device-presets.ts';
import { createStream } from '../src/request/streams.ts';

const REQUESTS = 100_000;

describe.each(['ddr4-8gb-x8-3200aa', 'hbm2-8gb-2000'])(`bank queues, ${REQUESTS} requests to %s`, (name) => {
  const device = devicePreset(name);
  const policy = { ...defaultPolicy, kind: 'bank-queues' as const };
  for (const kind of ['seq-read', 'random-read', 'random-mix-2r1w']) {
    bench(kind, () => {
      const spec = { kind, count: REQUESTS, burstBytes: device.burstBytes, regionLog2: 24, seed: 3 };
      runStream({ device, policy, channels: 1 }, createStream(spec));
    });
  }
});
