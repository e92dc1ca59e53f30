import type { Picoseconds } from '@systole/units';
import { ARRAY_MODE, BUFFER_MODE, CLOSED, COMPUTE_ROW } from './channel.ts';
import type { Channel } from './channel.ts';
import type { Geometry, Timing } from './timing.ts';

/** How the first banks of a channel stand, as what works with all of them alike finds them. */
export interface BankStand {
  /** Banks that hold a row of a read or write open. */
  readonly dataRows: number;
  readonly isAnyOpen: boolean;
  /** Earliest activate of the closed ones, earliest precharge of the open ones, and the activate that tRC allows those. */
  readonly ready: Picoseconds;
  readonly precharge: Picoseconds;
  readonly cycle: Picoseconds;
}

/** What a stream has left behind. */
export interface StreamLeft {
  readonly lastActivate: Picoseconds;
  readonly precharge: Picoseconds;
  readonly cycle: Picoseconds;
  readonly end: Picoseconds;
  readonly isBufferMode: boolean;
}

/** Bank `index` as banks are numbered for in-memory compute, bank groups varying fastest. */
function bankAt(geometry: Geometry, index: number): number {
  const { groups, banksPerGroup } = geometry;
  return (index % groups) * banksPerGroup + Math.floor(index / groups);
}

/** The least favourable of what the first `banks` banks of a channel allow, but not before time 0. */
export function standOf(channel: Channel, geometry: Geometry, banks: number): BankStand {
  let ready = Math.max(0, ...channel.nextActivate);
  let precharge = 0;
  let cycle = 0;
  let open = 0;
  let dataRows = 0;
  for (let used = 0; used < banks; used++) {
    const bank = bankAt(geometry, used);
    const row = channel.openRow[bank] ?? CLOSED;
    if (row === CLOSED) {
      ready = Math.max(ready, channel.readyAt[bank] ?? 0);
      continue;
    }
    open++;
    if (row >= 0) dataRows++;
    precharge = Math.max(precharge, channel.prechargeAt[bank] ?? 0);
    cycle = Math.max(cycle, channel.cycleAt[bank] ?? 0);
  }
  return { dataRows, isAnyOpen: open > 0, ready, precharge, cycle };
}

/** Puts a channel into the state in which a stream has left the first `banks` banks of it. */
export function leaveStream(
  channel: Channel,
  geometry: Geometry,
  timing: Timing,
  banks: number,
  { lastActivate, precharge, cycle, end, isBufferMode }: StreamLeft,
  closesRows: boolean,
): void {
  channel.mode = isBufferMode ? BUFFER_MODE : ARRAY_MODE;
  channel.dataEnd = end;
  channel.admitFrom = end;
  for (const [rank, next] of channel.nextActivate.entries())
    channel.nextActivate[rank] = Math.max(next, lastActivate + timing.tRRDL);
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
