import { SystoleError } from '@systole/core';
import type { Bytes, BytesPerSecond, Picoseconds } from '@systole/units';

const PICOSECONDS_PER_SECOND = 1e12;

/** A packet link to the host, in the manner of PCI Express: both directions at once, packets one after another. */
export interface HostLinkSpec {
  /** Raw rate of one direction, over all lanes. */
  readonly rate: BytesPerSecond;
  /** Payload of a packet at the most, and what comes with each packet. */
  readonly packetPayload: Bytes;
  readonly packetOverhead: Bytes;
}

/** Sizes of the messages of an NVMe command: a register write or a read request, a command, its completion. */
export const REGISTER_BYTES = 4;
export const COMMAND_BYTES = 64;
export const COMPLETION_BYTES = 16;

export const TO_DEVICE = 0;
export const TO_HOST = 1;

/** Says when messages arrive. Those of one direction go one after another in the order in which they are sent. */
export class HostLink {
  readonly #spec: HostLinkSpec;
  readonly #free: [Picoseconds, Picoseconds] = [0, 0];

  /** Throws `parameter/out-of-range` for a link that carries nothing. */
  constructor(spec: HostLinkSpec) {
    for (const [name, value] of Object.entries(spec)) {
      const least = name === 'packetOverhead' ? 0 : Number.MIN_VALUE;
      if (Number.isFinite(value) && value >= least) continue;
      throw new SystoleError({
        code: 'parameter/out-of-range',
        message: `hostLink.${name}: ${value}`,
        place: { path: `hostLink.${name}` },
        hint: 'Give a rate and a packet size above zero.',
      });
    }
    this.#spec = spec;
  }

  /** Sends `bytes` in a direction, and returns when the last of them arrives. */
  send(direction: 0 | 1, bytes: Bytes, now: Picoseconds): Picoseconds {
    const { rate, packetPayload, packetOverhead } = this.#spec;
    const packets = Math.max(1, Math.ceil(bytes / packetPayload));
    const all = bytes + packets * packetOverhead;
    const arrival = Math.max(now, this.#free[direction]) + Math.ceil((all * PICOSECONDS_PER_SECOND) / rate);
    this.#free[direction] = arrival;
    return arrival;
  }
}
