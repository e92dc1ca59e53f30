import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { operatorMacs, softmaxElements, visiblePairs } from '../src/index.ts';

// Counts what the closed form sums.
function countPairs(queries: number, context: number, causal: boolean, window = Infinity): number {
  let pairs = 0;
  for (let query = 0; query < queries; query++) {
    const last = causal ? context - queries + query : context - 1;
    const first = Math.max(0, last - window + 1);
    pairs += last - first + 1;
  }
  return pairs;
}

const span = fc
  .record({
    queries: fc.integer({ min: 1, max: 40 }),
    before: fc.integer({ min: 0, max: 40 }),
    causal: fc.boolean(),
    window: fc.option(fc.integer({ min: 1, max: 90 }), { nil: undefined }),
  })
  .map(({ queries, before, causal, window }) => {
    return { queries, context: queries + before, causal, ...(window === undefined ? {} : { window }) };
  });

describe('pairs of tokens', () => {
  it('are as many as counting finds', () => {
    fc.assert(
      fc.property(span, (of) => {
        expect(visiblePairs(of)).toBe(countPairs(of.queries, of.context, of.causal, of.window));
      }),
      { numRuns: 1000 },
    );
  });

  it('stay exact where a product would not', () => {
    const tokens = 2 ** 26 + 1;
    const exact = (BigInt(tokens) * BigInt(tokens + 1)) / 2n;
    expect(BigInt(visiblePairs({ queries: tokens, context: tokens, causal: true }))).toBe(exact);
  });

  it('decide the work of attention and of softmax alike', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 64 }), (tokens, window) => {
        const use = { tensor: 't', shape: [1], format: 'bf16', role: 'activation' } as const;
        const base = { after: [], inputs: [use], outputs: [use], causal: true, window };
        const softmax = { kind: 'softmax', id: 'a', rows: 6 * tokens, length: tokens, ...base } as const;
        const macs = operatorMacs({
          kind: 'attention-scores',
          id: 'b',
          sequences: 2,
          queries: tokens,
          heads: 3,
          kvHeads: 1,
          headDim: 5,
          context: tokens,
          ...base,
        });
        expect(macs).toBe(5 * softmaxElements(softmax));
      }),
    );
  });
});
