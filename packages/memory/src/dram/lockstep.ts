import type { Picoseconds } from '@systole/units';
import { ARRAY_MODE, BUFFER_MODE, CLOSED, COMPUTE_ROW } from './channel.ts';
import type { Channel } from './channel.ts';
import type { SegmentStream, StreamStart } from './segment-stream.ts';
import type { Geometry, Timing } from './timing.ts';

/** Bank `index` as banks are numbered for in-memory compute, bank groups varying fastest. */
function bankAt(geometry: Geometry, index: number): number {
  const { groups, banksPerGroup } = geometry;
  return (index % groups) * banksPerGroup + Math.floor(index / groups);
}

/** The mode that all of the channels are in; that of the array where they differ. */
export function commonMode(channels: readonly Channel[]): number {
  return channels.every((channel) => channel.mode === BUFFER_MODE) ? BUFFER_MODE : ARRAY_MODE;
}

/** Banks, of the first `banks` of each channel, that hold a row of a read or write open. */
export function countDataRows(channels: readonly Channel[], geometry: Geometry, banks: number): number {
  let open = 0;
  for (const { openRow } of channels) {
    for (let used = 0; used < banks; used++) {
      if ((openRow[bankAt(geometry, used)] ?? CLOSED) >= 0) open++;
    }
  }
  return open;
}

/** The least favourable of what the banks of the channels allow from `start` on, since all of them work alike. */
export function findStart(
  channels: readonly Channel[],
  geometry: Geometry,
  banks: number,
  start: Picoseconds,
): StreamStart {
  let ready = start;
  let precharge = start;
  let cycle = start;
  let isAnyOpen = false;
  for (const channel of channels) {
    ready = Math.max(ready, channel.nextActivate);
    for (let used = 0; used < banks; used++) {
      const bank = bankAt(geometry, used);
      if (channel.openRow[bank] === CLOSED) {
        ready = Math.max(ready, channel.readyAt[bank] ?? 0);
        continue;
      }
      isAnyOpen = true;
      precharge = Math.max(precharge, channel.prechargeAt[bank] ?? 0);
      cycle = Math.max(cycle, channel.cycleAt[bank] ?? 0);
    }
  }
  const isBufferMode = commonMode(channels) === BUFFER_MODE;
  return { from: start, ready, precharge, cycle, isAnyOpen, isBufferMode };
}

/** Puts a channel into the state in which a stream has left the first `banks` banks of it. */
export function leaveStream(
  channel: Channel,
  geometry: Geometry,
  timing: Timing,
  banks: number,
  stream: SegmentStream,
  closesRows: boolean,
): void {
  const { lastActivate, precharge, cycle, end } = stream;
  channel.mode = stream.isBufferMode ? BUFFER_MODE : ARRAY_MODE;
  channel.dataEnd = end;
  channel.admitFrom = end;
  channel.nextActivate = Math.max(channel.nextActivate, lastActivate + timing.tRRDL);
  for (let used = 0; used < banks; used++) {
    const bank = bankAt(geometry, used);
    if (closesRows) {
      channel.closeBank(bank);
      channel.readyAt[bank] = Math.max(precharge + timing.tRP, cycle);
      continue;
    }
    channel.openBank(bank, COMPUTE_ROW);
    channel.prechargeAt[bank] = precharge;
    channel.cycleAt[bank] = cycle;
    channel.readAt[bank] = end;
    channel.writeAt[bank] = end;
  }
}
