import { requireWhole } from '../pim-result.ts';
import type { AccessRun } from './access-run.ts';
import { lanesOf } from './kernels.ts';
import type { HbmPimDevice } from './hbm-pim-device.ts';

/** Bursts in address order: those of one call and where they begin, counted over all channels. */
export interface HostStream {
  readonly write: boolean;
  readonly first: number;
  readonly bursts: number;
}

/** Bursts of a stream that lie in a channel: neighbours lie in neighbouring channels. */
export function channelShare(
  { first, bursts }: HostStream,
  channels: number,
  channel: number,
): [number, number] {
  const before = (end: number): number => Math.max(0, Math.ceil((end - channel) / channels));
  return [before(first), before(first + bursts)];
}

/** The accesses of a channel: neighbouring bursts of it go to the banks of the group, then the groups, then the columns. */
export function* hostRuns(
  { bankGroups, banksPerGroup, burstsPerRow }: HbmPimDevice,
  stream: HostStream,
  channels: number,
  channel: number,
): Generator<AccessRun> {
  const [from, to] = channelShare(stream, channels, channel);
  const banks = bankGroups * banksPerGroup;
  const run = {
    write: stream.write,
    bank: 0,
    row: 0,
    column: 0,
    count: 1,
    purpose: 'host',
    barrier: false,
  } as const;
  const next: { -readonly [key in keyof AccessRun]: AccessRun[key] } = { ...run };
  for (let burst = from; burst < to; burst += 1) {
    const column = Math.floor(burst / banks);
    next.bank = burst % banks;
    next.column = column % burstsPerRow;
    next.row = Math.floor(column / burstsPerRow);
    yield next;
  }
}

/** The reads of a host that computes by itself, and then its writes. */
export function hostStreams(
  device: HbmPimDevice,
  read: number,
  written: number,
): readonly [HostStream, HostStream] {
  const lanes = lanesOf(device);
  const reads = Math.ceil(read / lanes);
  return [
    { write: false, first: 0, bursts: reads },
    { write: true, first: reads, bursts: Math.ceil(written / lanes) },
  ];
}

/** Throws where a stream does not fit into the rows of the first rank. */
export function checkFits(
  { bankGroups, banksPerGroup, burstsPerRow, rowsPerBank }: HbmPimDevice,
  bursts: number,
): void {
  requireWhole('bursts of a channel', bursts, 0, bankGroups * banksPerGroup * burstsPerRow * rowsPerBank);
}
