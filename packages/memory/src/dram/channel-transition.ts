import type { Picoseconds } from '@systole/units';
import type { ChannelState } from './channel-states.ts';

/** What a transaction makes of a channel that is in some state, and what it costs there. All times are relative. */
export interface ChannelTransition {
  readonly after: ChannelState;
  /** From where times and rows of `after` are counted. */
  readonly time: Picoseconds;
  readonly row: number;
  /** When the first data is on the bus, how long the channel serves, and how much of that is refresh. */
  readonly firstData: Picoseconds;
  readonly service: Picoseconds;
  readonly refresh: Picoseconds;
  readonly modeSwitch: Picoseconds;
  /** As the scheduler counts, or nothing where no rows are scheduled. */
  readonly counts: Float64Array;
}
