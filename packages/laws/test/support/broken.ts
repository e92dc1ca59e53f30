import { defineComponent, param, share } from '@systole/core';
import type { ComponentDeclaration, ComponentModel, Host, Token, Transaction } from '@systole/core';

const WIDTH = 16;
const CYCLE = 1000;
/** From the last beat to the result, in ps. */
export const LATENCY = 2000;

/** What a breakage may change of a sound model. */
interface Parts {
  readonly host: Host;
  readonly bit: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

interface Chunk {
  readonly token: Token;
  readonly transaction: Transaction;
  readonly bytes: number;
  readonly freeAt: number;
}

/** Serves a chunk, and says when the wires are free again. */
type Serve = (parts: Parts, chunk: Chunk) => number;

/** The time of a chunk at one beat a cycle. */
export function beats(bytes: number): number {
  return Math.ceil(bytes / WIDTH) * CYCLE;
}

/** Serves as a sound pipe does. */
export const serveSoundly: Serve = (
  { host, bit, bytesIn, bytesOut },
  { token, transaction, bytes, freeAt },
) => {
  const start = Math.max(host.now, freeAt);
  const time = beats(bytes);
  host.act(bit, bytes * 8);
  host.count(bytesIn, bytes);
  host.count(bytesOut, bytes);
  host.occupy(time);
  // A pipe that multiplies on the way: one useful product for each byte, or as many as are asked for.
  const asked = transaction.macs ?? transaction.bytes;
  if (asked <= transaction.bytes && bytes === transaction.bytes) host.macs(asked, bytes - asked);
  host.finish(token, start, start + time + LATENCY, start + time + LATENCY);
  return start + time;
};

/** A pipe of a fixed width with one fault: `serve`, the state that it keeps, or what it declares. */
export function pipe(
  serve: Serve = serveSoundly,
  changes: Partial<ComponentDeclaration> & { readonly keepsNothing?: boolean } = {},
): ComponentDeclaration {
  const { keepsNothing = false, ...declared } = changes;
  const sound = defineComponent({
    type: 'test/pipe',
    role: 'interconnect',
    summary: 'A pipe.',
    parameters: { price: param.integer('fJ a bit', { max: 100, default: 8 }) },
    ports: { port: { help: 'an end', connections: 2 } },
    accepts: {
      transfer: {
        summary: 'moves',
        dims: {},
        bytes: { min: 1, max: 2 ** 30, help: 'bytes' },
        pattern: false,
        formats: [],
      },
    },
    statistics: {
      bytesIn: { unit: 'B', help: 'in' },
      bytesOut: { unit: 'B', help: 'out' },
    },
    actions: { bit: { help: 'moves a bit', unit: 'bit', energy: (values) => values.price } },
    facts: () => ({
      bandwidth: (WIDTH * 1e12) / CYCLE,
      macsPerSecond: { int8: (WIDTH * 1e12) / CYCLE },
      minimumLatency: LATENCY,
      resources: 1,
    }),
    lowerBound: ({ bytes }) => LATENCY + Math.floor((bytes / WIDTH) * CYCLE),
    create({ host, action, statistic }): ComponentModel {
      const parts = {
        host,
        bit: action('bit'),
        bytesIn: statistic('bytesIn'),
        bytesOut: statistic('bytesOut'),
      };
      let freeAt = 0;
      return {
        accept(token, transaction, chunk, chunks) {
          freeAt = serve(parts, {
            token,
            transaction,
            bytes: share(transaction.bytes, chunk, chunks),
            freeAt,
          });
        },
        save: (now) => (keepsNothing ? [] : [Math.max(0, freeAt - now)]),
        load: ([left = 0], now) => {
          freeAt = now + left;
        },
      };
    },
  });
  return { ...sound, ...declared };
}
