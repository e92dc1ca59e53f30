import { BUS_LIMITS } from '@systole/memory';
import type { BusLimit, ControllerPolicy, DramDevice, StreamResult } from '@systole/memory';
import type { MemoryReason } from '@systole/report';

/** What data buses did or waited for, as shares of their time, the largest first. */
export function dramReasons(
  { limits }: StreamResult,
  device: DramDevice,
  policy: ControllerPolicy,
): readonly MemoryReason[] {
  if (limits === undefined) return [];
  const total = BUS_LIMITS.reduce((sum, limit) => sum + limits[limit], 0);
  if (total === 0) return [];
  return BUS_LIMITS.map((limit) => ({
    name: limit,
    share: limits[limit] / total,
    because: sentenceOf(limit, device, policy),
  }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share);
}

function sentenceOf(limit: BusLimit, device: DramDevice, policy: ControllerPolicy): string {
  const { timings, clockPeriod } = device;
  // The first of these parameters that the standard has, in clock periods and ns.
  const time = (...names: readonly string[]): string => {
    const name = names.find((candidate) => timings[candidate] !== undefined);
    if (name === undefined) return '';
    const clocks = timings[name] ?? 0;
    return `${name.replace(/^n/, 't')} ${clocks} clocks, ${Number(((clocks * clockPeriod) / 1000).toPrecision(4))} ns`;
  };
  const inBrackets = (...parts: readonly string[]): string => {
    const given = parts.filter((part) => part !== '');
    return given.length === 0 ? '' : ` (${given.join('; ')})`;
  };
  const sentences: Readonly<Record<BusLimit, () => string>> = {
    data: () => 'data moved',
    'bank-group': () => `accesses of one bank group keep their gap${inBrackets(time('nCCDL'))}`,
    'row-cycle': () =>
      `rows were opened and closed, and no other bank had work${inBrackets(time('nRCD', 'nRCDRD', 'nRCDr'), time('nRP', 'nRPpb'), time('nRC', 'nRAS'))}`,
    'activation-window': () =>
      `activates keep their gap and window${inBrackets(time('nRRDS', 'nRRD'), time('nFAW'))}`,
    refresh: () => `rows were refreshed${inBrackets(time('nRFC', 'nRFCab'), time('nREFI'))}`,
    turnaround: () =>
      `the bus turned between reads and writes, or ranks${inBrackets(time('nWTRL', 'nWTR'), time('nRTW', 'nRTW_S'))}`,
    'command-bus': () => 'the command bus was taken by another command',
    queue: () =>
      `no request was there that could have used the bus (queues of ${policy.readQueue} reads and ${policy.writeQueue} writes)`,
    latency: () => `the first data was on its way, or the last was awaited${inBrackets(time('nCL', 'nRL'))}`,
  };
  return sentences[limit]();
}
