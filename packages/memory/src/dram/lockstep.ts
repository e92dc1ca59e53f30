import type { Picoseconds } from '@systole/units';
import { BUFFER_MODE } from './channel.ts';
import type { ChannelServer } from './channel-server.ts';
import type { ChannelSet } from './channel-set.ts';
import type { ChannelState } from './channel-states.ts';
import type { ChannelTransition } from './channel-transition.ts';
import type { StreamStart } from './segment-stream.ts';

/** The channels of a memory where some of them, from the first on, work together for in-memory compute. */
export class Lockstep {
  readonly #channels: ChannelSet;
  readonly #server: ChannelServer;

  constructor(channels: ChannelSet, server: ChannelServer) {
    this.#channels = channels;
    this.#server = server;
  }

  /** When the first `used` channels are all free, from `now` on. */
  startOf(used: number, now: Picoseconds): Picoseconds {
    let start = now;
    for (let channel = 0; channel < used; channel++) start = Math.max(start, this.#channels.dataEnd(channel));
    return start;
  }

  /** Whether all of them are on their buffer side; where they differ they count as on that of the array. */
  isBufferMode(used: number): boolean {
    const { states } = this.#channels;
    for (let channel = 0; channel < used; channel++) if (states[channel]?.mode !== BUFFER_MODE) return false;
    return true;
  }

  /** Banks, of the first `banks` of each, that hold a row of a read or write open. */
  countDataRows(used: number, banks: number): number {
    let open = 0;
    for (let channel = 0; channel < used; channel++) {
      open += this.#server.stand(this.#channels.stateOf(channel), banks).dataRows;
    }
    return open;
  }

  /** The least favourable of what their banks allow from `start` on, since all of them work alike. */
  findStart(used: number, banks: number, start: Picoseconds): StreamStart {
    let ready = start;
    let precharge = start;
    let cycle = start;
    let isAnyOpen = false;
    for (let channel = 0; channel < used; channel++) {
      const time = this.#channels.times[channel] ?? 0;
      const stand = this.#server.stand(this.#channels.stateOf(channel), banks);
      ready = Math.max(ready, time + stand.ready);
      precharge = Math.max(precharge, time + stand.precharge);
      cycle = Math.max(cycle, time + stand.cycle);
      isAnyOpen ||= stand.isAnyOpen;
    }
    return { from: start, ready, precharge, cycle, isAnyOpen, isBufferMode: this.isBufferMode(used) };
  }

  /** Changes them, each of those that stand alike in the same way, and tells `onEach` what became of each. */
  change(
    used: number,
    change: (state: ChannelState, time: Picoseconds) => ChannelTransition,
    onEach: (transition: ChannelTransition) => void,
  ): void {
    const channels = this.#channels;
    let changed: ChannelTransition | undefined;
    let before: ChannelState | undefined;
    let beforeTime = 0;
    for (let channel = 0; channel < used; channel++) {
      const state = channels.stateOf(channel);
      const time = channels.times[channel] ?? 0;
      if (changed === undefined || state !== before || time !== beforeTime) changed = change(state, time);
      before = state;
      beforeTime = time;
      channels.leave(channel, changed, time, channels.rows[channel] ?? 0);
      onEach(changed);
    }
  }
}
