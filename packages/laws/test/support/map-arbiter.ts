import type { ComponentDeclaration, Token } from '@systole/core';
import { beats, pipe } from './broken.ts';

interface Waiting {
  readonly token: Token;
  readonly bytes: number;
}

/**
 * A pipe that goes round its flows (transfers of one size) in the order of a Map: whichever was ever seen first is served
 * first, and that is neither saved nor forgotten.
 */
export function mapArbiter(): ComponentDeclaration {
  return pipe(undefined, {
    create({ host, action, statistic }) {
      const flows = new Map<number, Waiting[]>();
      let [freeAt, isAwake] = [0, false];
      return {
        accept(token, { bytes }) {
          const flow = flows.get(bytes) ?? [];
          flows.set(bytes, flow);
          flow.push({ token, bytes });
          if (!isAwake) host.wakeAt(Math.max(host.now, freeAt), 0);
          isAwake = true;
        },
        wake() {
          isAwake = false;
          for (const flow of flows.values()) {
            const served = flow.shift();
            if (served === undefined) continue;
            const { token, bytes } = served;
            host.attribute(token);
            host.act(action('bit'), bytes * 8);
            for (const name of ['bytesIn', 'bytesOut']) host.count(statistic(name), bytes);
            freeAt = host.now + beats(bytes);
            host.finish(token, host.now, freeAt, freeAt);
            if ([...flows.values()].some(({ length }) => length > 0)) {
              isAwake = true;
              host.wakeAt(freeAt, 0);
            }
            return;
          }
        },
        save: (now) => [Math.max(0, freeAt - now)],
        load: ([left = 0], now) => {
          freeAt = now + left;
        },
      };
    },
  });
}
