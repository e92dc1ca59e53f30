import { defineComponent, param, share } from '@systole/core';
import type { ComponentDeclaration } from '@systole/core';
import type { Command, Protocol } from '../../src/index.ts';

const BANKS = 4;
const BURST = 32;

/** A memory that opens a row in the next bank for every chunk; `keepsGap` says whether it waits for tRRD. */
export function smallDram(
  keepsGap: boolean,
  log: (command: Command) => void = () => {},
): ComponentDeclaration {
  return defineComponent({
    type: 'test/small-dram',
    role: 'memory',
    summary: 'Four banks that take turns.',
    parameters: {
      tRRD: param.quantity('time', 'activate to activate', { default: '5 ns', max: '1 us' }),
      tRC: param.quantity('time', 'activate to activate of a bank', { default: '45 ns', max: '1 us' }),
      tRCD: param.quantity('time', 'activate to read', { default: '14 ns', max: '1 us' }),
    },
    ports: { port: { help: 'an end', connections: 1 } },
    accepts: {
      read: {
        summary: 'reads one row',
        dims: {},
        bytes: { min: 1, max: 2 ** 20, help: 'bytes' },
        pattern: false,
        formats: [],
      },
    },
    facts: (values) => ({ minimumLatency: Math.floor(values.tRCD), resources: BANKS }),
    lowerBound: (_transaction, values) => Math.floor(values.tRCD),
    create({ host, values }) {
      const [tRRD, tRC, tRCD] = [values.tRRD, values.tRC, values.tRCD].map(Math.ceil);
      const ready = Array.from({ length: BANKS }, () => 0);
      let [next, lastActivate] = [0, 0];
      return {
        accept(token, transaction, chunk, chunks) {
          const bank = next;
          next = (next + 1) % BANKS;
          const activate = Math.max(host.now, ready[bank] ?? 0, keepsGap ? lastActivate : 0);
          const read = activate + (tRCD ?? 0);
          log({ at: activate, name: 'ACT', place: [0, bank] });
          log({ at: read, name: 'RD', place: [0, bank] });
          // A row stays open until it was read.
          ready[bank] = Math.max(activate + (tRC ?? 0), read);
          lastActivate = activate + (tRRD ?? 0);
          const bursts = Math.ceil(share(transaction.bytes, chunk, chunks) / BURST);
          host.finish(token, activate, read, read + bursts * 1000);
        },
        save: (now) => [
          next,
          Math.max(0, lastActivate - now),
          ...ready.map((time) => Math.max(0, time - now)),
        ],
        load: ([first = 0, gap = 0, ...left], now) => {
          next = first;
          lastActivate = now + gap;
          for (let bank = 0; bank < BANKS; bank++) ready[bank] = now + (left[bank] ?? 0);
        },
      };
    },
  });
}

/** Its commands, and its standard's rules for them. */
export function smallDramProtocol(keepsGap: boolean): Protocol {
  return {
    instrument: (log) => smallDram(keepsGap, log),
    rules: (values) => [
      { name: 'tRRD', from: ['ACT'], to: ['ACT'], depth: 1, gap: Number(values['tRRD']) },
      { name: 'tRC', from: ['ACT'], to: ['ACT'], depth: 2, gap: Number(values['tRC']) },
      { name: 'tRCD', from: ['ACT'], to: ['RD'], depth: 2, gap: Number(values['tRCD']) },
    ],
  };
}
