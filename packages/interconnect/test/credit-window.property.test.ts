import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CreditWindow } from '../src/credit-window.ts';

const FLIT = 7;

interface Train {
  readonly flits: number;
  readonly gap: number;
}

/** The recurrence itself, flit by flit: when each train starts, and when its last flit has left. */
function stepWindow(credits: number, loop: number, trains: readonly Train[]): [number, number][] {
  const starts: number[] = [];
  let end = 0;
  return trains.map(({ flits, gap }) => {
    let free = end + gap;
    let first = -1;
    for (let flit = 0; flit < flits; flit++) {
      const credit = starts[starts.length - credits];
      const start = Math.max(free, credit === undefined ? 0 : credit + loop);
      if (first < 0) first = start;
      starts.push(start);
      free = start + FLIT;
    }
    end = free;
    return [first, end];
  });
}

const trains = fc.array(
  fc.record({
    flits: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 200 })),
    gap: fc.oneof(fc.constant(0), fc.nat(20), fc.nat(400)),
  }),
  { minLength: 1, maxLength: 12 },
);

describe('CreditWindow against the recurrence, flit by flit', () => {
  it('starts and ends every train at the same picosecond, also from saved states', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: FLIT, max: 300 }),
        trains,
        (credits, loop, list) => {
          const create = (): CreditWindow => new CreditWindow(credits, loop, (flits) => flits * FLIT);
          let window = create();
          let end = 0;
          const found = list.map(({ flits, gap }, index): [number, number] => {
            const departure = window.send(flits, end + gap);
            ({ end } = departure);
            expect(departure.stalled).toBe(end - departure.start - flits * FLIT);
            expect(departure.firstOut).toBe(departure.start + FLIT);
            if (index % 2 === 1) {
              const restored = create();
              restored.load(window.save(end), end);
              window = restored;
            }
            return [departure.start, end];
          });
          expect(found).toEqual(stepWindow(credits, loop, list));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('never stalls without a limit', () => {
    const window = new CreditWindow(0, 1000, (flits) => flits * FLIT);
    expect(window.send(1e9, 5)).toEqual({ start: 5, firstOut: 5 + FLIT, end: 5 + 1e9 * FLIT, stalled: 0 });
    expect(window.save(0)).toEqual([]);
  });
});
