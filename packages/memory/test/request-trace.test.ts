import { SystoleError } from '@systole/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAddressMapping } from '../src/device/address-mapping.ts';
import { devicePreset } from '../src/device/device-presets.ts';
import { placeAddressOf } from '../src/request/place-address.ts';
import type { TraceOptions } from '../src/request/trace-parser.ts';
import { readTraceBatches, TraceSource } from '../src/request/trace-reader.ts';

const OPTIONS: TraceOptions = { burstBytes: 64 };

type Request = readonly [address: number, isWrite: boolean, earliest: number];

function requestsOf(chunks: readonly string[], options = OPTIONS): readonly Request[] {
  const source = new TraceSource(chunks, options);
  const requests: Request[] = [];
  while (source.next()) requests.push([source.address, source.isWrite, source.earliest]);
  return requests;
}

function errorOf(text: string, options = OPTIONS): SystoleError {
  try {
    requestsOf([text], options);
  } catch (error) {
    if (error instanceof SystoleError) return error;
    throw error;
  }
  throw new Error('nothing was wrong');
}

/** Addresses that are of no burst, of a text that may be wrong. */
function misalignedIn(text: string): readonly number[] {
  try {
    return requestsOf([text]).flatMap(([address]) => (address % 64 === 0 ? [] : [address]));
  } catch (error) {
    if (error instanceof SystoleError) return [];
    throw error;
  }
}

describe('formats', () => {
  test('load and store; comments, empty lines, line ends of any kind', () => {
    const text = '\uFEFF# a trace\r\nLD 0x12345\r\n\r\n  ST\t4096 \nLD 0XfF';
    expect(requestsOf([text])).toEqual([
      [0x12340, false, 0],
      [4096, true, 0],
      [0xc0, false, 0],
    ]);
  });

  test('read and write, either word first', () => {
    expect(requestsOf(['R 0x40\nW 128\n0xC0 R\n0x100 W\n'])).toEqual([
      [64, false, 0],
      [128, true, 0],
      [192, false, 0],
      [256, true, 0],
    ]);
  });

  test('DRAMsim3, with the cycle as the earliest tick', () => {
    const text = '0x12340 READ 10\n0x40 WRITE 12\n0x80 P_MEM_WR 13\n';
    expect(requestsOf([text], { burstBytes: 32, ticksPerCycle: 2 })).toEqual([
      [0x12340, false, 20],
      [0x40, true, 24],
      [0x80, true, 26],
    ]);
  });

  test('places instead of addresses, by the levels of the standard', () => {
    const device = devicePreset('ddr4-8gb-x8-3200aa');
    const mapping = createAddressMapping('MOP4CLXOR', device, 2);
    const options = { ...OPTIONS, placeAddress: placeAddressOf(device, mapping, 2) };
    const [request] = requestsOf(['R 1,0,3,1,200,16\n'], options);
    mapping.decode((request?.[0] ?? 0) / 64);
    expect([mapping.channel, mapping.bank, mapping.row, mapping.column]).toEqual([1, 3 * 4 + 1, 200, 16]);
    const wrong = errorOf('R 0,0,0,0,0,0\nR 1,0,4,1,200,16\n', options);
    expect(wrong.place).toEqual({ line: 2, column: 7 });
    expect(wrong.message).toMatch(/there is no bankGroup 4: they go from 0 to 3/);
    expect(errorOf('R 1,0,3\n', options).message).toMatch(/channel, rank, bankGroup, bank, row, burst/);
    expect(errorOf('R 1,0,3\n').place).toEqual({ line: 1, column: 3 });
  });

  test('nothing in it, nothing out of it', () => {
    expect(requestsOf([])).toEqual([]);
    expect(requestsOf(['', '\n', '# LD 0x40'])).toEqual([]);
    const source = new TraceSource(['LD 64'], OPTIONS);
    expect([source.next(), source.next(), source.next()]).toEqual([true, false, false]);
  });
});

describe('chunks', () => {
  const line = fc.tuple(fc.nat(2 ** 31), fc.boolean(), fc.nat(1e6)).map(([address, isWrite, cycle]) => {
    const word = address % 3 === 0 ? String(address) : `0x${address.toString(16)}`;
    return {
      text: `${word} ${isWrite ? 'WRITE' : 'READ'} ${cycle}`,
      request: [address - (address % 64), isWrite, cycle],
    };
  });
  const chunked = fc
    .tuple(
      fc.array(line),
      fc.array(fc.nat(40), { minLength: 1 }),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
    )
    .map(([lines, cuts, end, isEnded]) => {
      const text = lines.map((one) => one.text).join(end) + (isEnded ? end : '');
      const chunks: string[] = [];
      for (let at = 0, cut = 0; at < text.length; cut++) {
        const size = cuts[cut % cuts.length] ?? 0;
        chunks.push(text.slice(at, at + size));
        at += size === 0 && cut % 2 === 1 ? 1 : size;
        if (size === 0 && cut % 2 === 1) chunks.push(text.slice(at - 1, at));
      }
      return { chunks, requests: lines.map((one) => one.request) };
    });

  test('may be cut anywhere', () => {
    fc.assert(
      fc.property(chunked, ({ chunks, requests }) => {
        expect(requestsOf(chunks)).toEqual(requests);
      }),
      { numRuns: 200 },
    );
  });

  test('may come over time, in batches of any size', async () => {
    await fc.assert(
      fc.asyncProperty(chunked, fc.integer({ min: 1, max: 5 }), async ({ chunks, requests }, size) => {
        async function* slowly(): AsyncGenerator<string> {
          for (const chunk of chunks) yield await Promise.resolve(chunk);
        }
        const read: unknown[] = [];
        for await (const { count, addresses, writes, earliest } of readTraceBatches(
          slowly(),
          OPTIONS,
          size,
        )) {
          expect(count).toBeGreaterThan(0);
          for (let at = 0; at < count; at++) read.push([addresses[at], writes[at] === 1, earliest[at]]);
        }
        expect(read).toEqual(requests);
      }),
      { numRuns: 50 },
    );
  });

  test('of a long trace are not kept', () => {
    let chunks = 0;
    function* endless(): Generator<string> {
      for (;;) {
        chunks++;
        yield 'LD 0x40\nST 0x80\n';
      }
    }
    const source = new TraceSource(endless(), OPTIONS);
    for (let i = 0; i < 1000; i++) source.next();
    expect([chunks, source.line, source.isWrite]).toEqual([500, 1000, true]);
  });
});

describe('what cannot be read is named with line and column', () => {
  test.each([
    ['LD 0x40\nLD 0x4g\n', 2, 4, /"0x4g" is no address/],
    ['LD 0x40\n  XX 0x80', 2, 3, /"XX" is no read and no write[^]*LD or ST/],
    ['LD 0x40\nLD', 2, 3, /expected 2 words, got 1/],
    ['LD 0x40\nST 0x40 12', 2, 9, /expected 2 words, got 3/],
    ['0x12 READ 12\n0x12 READ 1x', 2, 11, /"1x" is no cycle/],
    ['0x40 READ 12\n0x40 REED 12', 2, 6, /"REED" is no read/],
    ['0x40 READ', 1, 10, /expected 3 words, got 2/],
    ['hello world', 1, 1, /no known trace format[^]*load-store \(LD 0x12340\)/],
    ['LD -64', 1, 4, /is no address/],
    ['LD 0xffffffffffffffff', 1, 4, /above 2\^53/],
    ['LD 1,2,3', 1, 4, /is no address/],
    [`LD 0x40\n${'x'.repeat(5000)}`, 2, 1, /longer than 4096/],
    [`LD 0x40\n${'x'.repeat(5000)}\nLD 0x40`, 2, 1, /longer than 4096/],
  ])('%j', (text, line, column, message) => {
    const error = errorOf(text, { ...OPTIONS, file: 'a.trace' });
    expect(error.code).toBe('trace/invalid');
    expect(error.place).toEqual({ file: 'a.trace', line, column });
    expect(error.message).toMatch(message);
    expect(error.hint).toBeDefined();
  });

  test('an address beyond the memory, where that is asked for', () => {
    const text = 'LD 0x40\nLD 0x400\n';
    expect(errorOf(text, { ...OPTIONS, capacity: 1024 }).place).toEqual({ line: 2, column: 4 });
    expect(requestsOf([text])).toHaveLength(2);
  });

  test('a format that does not fit, or that there is not', () => {
    expect(errorOf('LD 0x40', { ...OPTIONS, format: 'dramsim3' }).place).toEqual({ line: 1, column: 8 });
    const format = 'ramulator' as 'dramsim3';
    expect(() => new TraceSource([], { ...OPTIONS, format })).toThrow(/there is no trace format "ramulator"/);
  });

  test('whatever the text, there are requests or a typed error', () => {
    const word = fc.constantFrom(
      'LD',
      'ST',
      'R',
      'W',
      'READ',
      '0x40',
      '64',
      '1,2',
      '#',
      ' ',
      '\n',
      '\r',
      '\0',
      '9e9',
      '10',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 12 }), fc.constantFrom('', ' ', '\n'), (words, glue) => {
        expect(misalignedIn(words.join(glue))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
