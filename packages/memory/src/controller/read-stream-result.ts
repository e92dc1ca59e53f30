import type { DramDevice } from '../device/device.ts';
import type { ChannelActivity } from './channel-activity.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import { BUS_LIMITS } from './stream-result.ts';
import type { BusLimit, StreamResult } from './stream-result.ts';
import { noTicks } from './wait-log.ts';
import type { WaitLog } from './wait-log.ts';

/** Sums up the channels' activity over a stream that took so many ticks. */
export function readStreamResult(
  device: DramDevice,
  channels: readonly { readonly activity: ChannelActivity; readonly waits?: WaitLog | undefined }[],
  ticks: number,
): StreamResult {
  const { standard, clockPeriod, burstBytes } = device;
  const activities = channels.map(({ activity }) => activity);
  for (const activity of activities) activity.finish(ticks);
  const sum = (count: (activity: ChannelActivity) => number): number =>
    activities.reduce((total, activity) => total + count(activity), 0);
  const commands: Record<string, number> = {};
  standard.commands.forEach(({ name }, index) => {
    const count = sum((activity) => activity.commands[index] ?? 0);
    if (count > 0) commands[name] = count;
  });
  const readLatency = new LatencyHistogram();
  const writeLatency = new LatencyHistogram();
  for (const activity of activities) {
    readLatency.merge(activity.readLatency);
    writeLatency.merge(activity.writeLatency);
  }
  const reads = sum((activity) => activity.reads);
  const writes = sum((activity) => activity.writes);
  const active = sum((activity) => activity.active);
  const banks = activities[0]?.bankOpen.length ?? 0;
  return {
    ticks,
    ticksPerClock: standard.ticksPerClock,
    time: Math.round((ticks * clockPeriod) / standard.ticksPerClock),
    bytes: (reads + writes) * burstBytes,
    reads,
    writes,
    readsForwarded: sum((activity) => activity.readsForwarded),
    writesMerged: sum((activity) => activity.writesMerged),
    rowHits: sum((activity) => activity.rowHits),
    rowMisses: sum((activity) => activity.rowMisses),
    rowConflicts: sum((activity) => activity.rowConflicts),
    commands,
    readLatency: readLatency.summary(),
    writeLatency: writeLatency.summary(),
    ...limitsOf(channels, ticks),
    residency: { active, precharged: sum((activity) => activity.ranks * ticks) - active },
    banks: Array.from({ length: banks }, (_, bank) => ({
      open: sum((activity) => activity.bankOpen[bank] ?? 0),
      accesses: sum((activity) => activity.bankAccesses[bank] ?? 0),
      activates: sum((activity) => activity.bankActivates[bank] ?? 0),
    })),
  };
}

function limitsOf(
  channels: readonly { readonly waits?: WaitLog | undefined }[],
  ticks: number,
): { readonly limits?: Readonly<Record<BusLimit, number>> } {
  const logs = channels.flatMap(({ waits }) => (waits === undefined ? [] : [waits.finish(ticks)]));
  if (logs.length === 0) return {};
  const limits = noTicks();
  for (const log of logs) for (const limit of BUS_LIMITS) limits[limit] += log[limit];
  return { limits };
}
