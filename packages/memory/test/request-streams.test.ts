import { SystoleError } from '@systole/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RequestSource } from '../src/controller/request-source.ts';
import { createStream, STREAM_KINDS } from '../src/request/streams.ts';
import type { StreamSpec } from '../src/request/streams.ts';
import { Xorshift } from '../src/request/xorshift.ts';

const SPEC: StreamSpec = { kind: 'seq-read', count: 50, burstBytes: 64, regionLog2: 6 };

type Request = readonly [address: number, isWrite: boolean];

function requestsOf(source: RequestSource): readonly Request[] {
  const requests: Request[] = [];
  while (source.next()) requests.push([source.address, source.isWrite]);
  return requests;
}

/** Marsaglia's generator with whole numbers of any size. */
function* pencilXorshift(seed: number): Generator<number> {
  const low = (value: bigint): bigint => value & 0xffff_ffffn;
  let state = BigInt(seed);
  for (;;) {
    state = low(state ^ (state << 13n));
    state ^= state >> 17n;
    state = low(state ^ (state << 5n));
    yield Number(state);
  }
}

/** The streams as the reference says them, each request from its number. */
function pencilRequests({
  kind,
  count,
  burstBytes,
  regionLog2,
  seed = 1,
  rowStrideBytes = 0,
  strideBytes = 0,
}: StreamSpec): readonly Request[] {
  const bursts = 2 ** regionLog2;
  const capacity = bursts * burstBytes;
  const numbers = pencilXorshift(seed);
  const next = (): number => Number(numbers.next().value);
  const place = (): number => (next() % bursts) * burstBytes;
  const isWrite = kind.includes('write');
  const [, reads = 0, writes = 0] = (/-(\d+)r(\d+)w/.exec(kind) ?? []).map(Number);
  const several = Number(/\d+$/.exec(kind)?.[0] ?? 16);
  let drawn = 0;
  let read = 0;
  let written = 0;
  const one = (i: number): Request => {
    if (kind.startsWith('seq-mix')) {
      const isOne = i % (reads + writes) >= reads;
      return [isOne ? capacity / 2 + written++ * burstBytes : read++ * burstBytes, isOne];
    }
    if (kind.startsWith('random-mix')) {
      const address = place();
      return [address, next() % (reads + writes) < writes];
    }
    if (kind.startsWith('seq')) return [(i % bursts) * burstBytes, isWrite];
    if (kind.startsWith('strided')) {
      const byte = (i * strideBytes) % capacity;
      return [byte - (byte % burstBytes), isWrite];
    }
    if (kind.startsWith('bank-conflict')) return [(i * rowStrideBytes) % capacity, isWrite];
    if (kind.startsWith('multi-stream')) {
      return [
        (i % several) * Math.floor(bursts / several) * burstBytes + Math.floor(i / several) * burstBytes,
        isWrite,
      ];
    }
    if (kind.startsWith('block-random')) {
      if (i % several === 0) drawn = next() % bursts;
      return [(drawn - (drawn % several) + (i % several)) * burstBytes, isWrite];
    }
    return [place(), isWrite];
  };
  return Array.from({ length: count }, (_, i) => one(i));
}

test('the random numbers are those of xorshift, known from its paper, with any seed', () => {
  expect(new Xorshift(2_463_534_242).next()).toBe(723_471_715);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 32 - 1 }), (seed) => {
      const random = new Xorshift(seed);
      const pencil = pencilXorshift(seed);
      for (let i = 0; i < 20; i++) expect(random.next()).toBe(pencil.next().value);
    }),
  );
});

const KINDS = [
  ...STREAM_KINDS,
  'seq-mix-1r1w',
  'seq-mix-0r1w',
  'random-mix-7r3w',
  'random-mix-1r0w',
  'multi-stream-read-1',
  'multi-stream-read-7',
  'block-random-read-4',
  'dependent-seq-write',
];

describe('streams', () => {
  test.each(KINDS)('%s is what the reference says, request by request', (kind) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 32 - 1 }),
        fc.integer({ min: 4, max: 32 }),
        fc.constantFrom(32, 64),
        fc.integer({ min: 1, max: 5000 }),
        (seed, regionLog2, burstBytes, stride) => {
          const spec = {
            kind,
            count: 100,
            burstBytes,
            regionLog2,
            seed,
            rowStrideBytes: stride * burstBytes,
            strideBytes: stride,
          };
          const plain = kind.replace('dependent-', '');
          expect(requestsOf(createStream(spec))).toEqual(pencilRequests({ ...spec, kind: plain }));
        },
      ),
      { numRuns: 30 },
    );
  });

  test('a dependent stream waits for all before it, others do not', () => {
    expect(createStream({ ...SPEC, kind: 'dependent-random-read' }).waitsForAll).toBe(true);
    expect(createStream({ ...SPEC, kind: 'random-read' }).waitsForAll).toBe(false);
  });

  test('requests come at their pace', () => {
    const source = createStream({ ...SPEC, count: 3, interval: 7 });
    const times: number[] = [];
    while (source.next()) times.push(source.earliest);
    expect(times).toEqual([0, 7, 14]);
    expect(source.next()).toBe(false);
  });

  test.each([
    [{ kind: 'seq-reed' }, /stream.kind: there is no stream of kind "seq-reed"[^]*Did you mean "seq-read"/],
    [{ kind: 'seq-mix-0r0w' }, /stream.kind/],
    [{ kind: 'multi-stream-read' }, /stream.kind/],
    [{ kind: 'multi-stream-read-65' }, /stream.kind/],
    [{ kind: 'block-random-read-12' }, /stream.kind: a block of 12 bursts/],
    [{ kind: 'block-random-read-128' }, /stream.kind/],
    [{ kind: 'bank-conflict-read' }, /needs rowStrideBytes/],
    [{ kind: 'strided-read' }, /needs strideBytes/],
    [{ kind: 'strided-read', strideBytes: 0 }, /stream.strideBytes/],
    [{ count: -1 }, /stream.count/],
    [{ count: NaN }, /stream.count/],
    [{ seed: 0 }, /stream.seed/],
    [{ seed: 2 ** 32 }, /stream.seed/],
    [{ regionLog2: 33 }, /stream.regionLog2/],
    [{ burstBytes: 0 }, /stream.burstBytes/],
    [{ interval: -1 }, /stream.interval/],
    [{ count: 2 ** 40, interval: 2 ** 30 }, /stream.interval/],
  ])('%o is refused', (changes, message) => {
    expect(() => createStream({ ...SPEC, ...changes })).toThrow(SystoleError);
    expect(() => createStream({ ...SPEC, ...changes })).toThrow(message);
  });
});
