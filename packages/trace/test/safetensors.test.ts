import { SystoleError } from '@systole/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesInMemory, openSafetensors, safetensorsSource, writeSafetensors } from '../src/index.ts';

function problemOf(act: () => unknown): SystoleError {
  try {
    act();
  } catch (error) {
    if (error instanceof SystoleError) return error;
    throw error;
  }
  throw new Error('it did not throw');
}

/** A file with a header of one's own, right or wrong. */
function fileOf(header: string, dataBytes: number, length = BigInt(new TextEncoder().encode(header).length)) {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, length, true);
  bytes.set(text, 8);
  return bytesInMemory(bytes, 'x.safetensors');
}

const open = (header: unknown, dataBytes: number) =>
  openSafetensors(fileOf(typeof header === 'string' ? header : JSON.stringify(header), dataBytes));

const f32 = (shape: readonly number[], begin: number, end: number) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

describe('a safetensors file', () => {
  const values: readonly (readonly [string, readonly number[]])[] = [
    ['F64', [0.1, -1e300, 2 ** -1074]],
    ['F32', [0.5, -3.25, 2 ** 127]],
    ['F16', [65504, -(2 ** -24), 0.333251953125]],
    ['BF16', [1.0078125, -(2 ** 120), 0]],
    ['F8_E4M3', [448, -0.001953125, 1.125]],
    ['F8_E5M2', [57344, -1.25, 2 ** -16]],
    ['I64', [Number.MAX_SAFE_INTEGER, -7, 0]],
    ['I32', [2 ** 31 - 1, -(2 ** 31), 5]],
    ['I16', [32767, -32768, 0]],
    ['I8', [127, -128, 1]],
    ['U8', [255, 0, 1]],
    ['BOOL', [1, 0, 1]],
  ];

  it.each(values)('gives %s back as it was written', (dtype, numbers) => {
    const bytes = writeSafetensors([{ name: 'a.b', dtype, shape: [1, 3], values: numbers }], { by: 'hand' });
    const file = openSafetensors(bytesInMemory(bytes, 'x'));
    expect([...file.read('a.b').values]).toEqual(numbers);
    expect(file.read('a.b').shape).toEqual([1, 3]);
    expect(file.metadata.get('by')).toBe('hand');
  });

  it('lies in the order and with the bytes that the format asks for', () => {
    const bytes = writeSafetensors([
      { name: '7', dtype: 'U8', shape: [2], values: [3, 4] },
      { name: 'a', dtype: 'I16', shape: [], values: [-2] },
    ]);
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    expect(length % 8).toBe(0);
    expect(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)))).toEqual({
      7: { dtype: 'U8', shape: [2], data_offsets: [0, 2] },
      a: { dtype: 'I16', shape: [], data_offsets: [2, 4] },
    });
    expect([...bytes.subarray(8 + length)]).toEqual([3, 4, 0xfe, 0xff]);
  });

  it('is read piece by piece, with the same values whatever the pieces are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 300 }),
        (numbers, chunkBytes) => {
          const tensor = { name: 'x', dtype: 'F32', shape: [numbers.length], values: numbers };
          const bytes = writeSafetensors([{ ...tensor, name: 'before' }, tensor]);
          const reads: number[] = [];
          const file = openSafetensors({
            name: 'x',
            size: bytes.length,
            read(offset, length) {
              reads.push(length);
              return bytes.slice(offset, offset + length);
            },
          });
          reads.length = 0;
          expect([...file.read('x', { chunkBytes }).values]).toEqual(numbers);
          expect(Math.max(0, ...reads)).toBeLessThanOrEqual(Math.max(4, chunkBytes));
          // Nothing but the tensor that was asked for.
          expect(reads.reduce((sum, length) => sum + length, 0)).toBe(4 * numbers.length);
        },
      ),
    );
  });
});

describe('values that are no finite numbers', () => {
  const bytes = writeSafetensors([
    { name: 'w', dtype: 'F32', shape: [4], values: [1, Number.NaN, Infinity, -Infinity] },
  ]);
  const file = openSafetensors(bytesInMemory(bytes, 'w.safetensors'));

  it('are refused with their index and byte', () => {
    const problem = problemOf(() => file.read('w'));
    expect(problem.code).toBe('tensor/invalid');
    expect(problem.message).toContain('element 1 of tensor "w"');
    expect(problem.message).toContain(`byte ${bytes.length - 12}`);
  });

  it('are counted where they are kept or made zero', () => {
    expect(file.read('w', { nonFinite: 'keep' })).toMatchObject({ notANumber: 1, infinite: 2 });
    expect([...file.read('w', { nonFinite: 'zero' }).values]).toEqual([1, 0, 0, 0]);
  });
});

describe('a malformed file', () => {
  const cases: readonly (readonly [string, () => unknown, string])[] = [
    ['of six bytes', () => openSafetensors(bytesInMemory(new Uint8Array(6), 'x')), 'ends at byte 6'],
    ['longer by its own word', () => openSafetensors(fileOf('{}', 0, 3n)), 'header has 3 bytes'],
    [
      'with a length of 2^64 - 1',
      () => openSafetensors(fileOf('{}', 0, 2n ** 64n - 1n)),
      String(2n ** 64n - 1n),
    ],
    ['with an empty header', () => openSafetensors(fileOf('', 8)), 'begins at byte 8'],
    ['whose header begins with a space', () => open(' {}', 0), '0x20'],
    ['whose header is no JSON', () => open('{"a":', 0), 'in the header'],
    ['with a key that is there twice', () => open('{"a":1,"a":2}', 0), 'twice'],
    ['with __proto__', () => open('{"__proto__":{}}', 0), '__proto__'],
    ['with an unknown type', () => open({ a: { ...f32([1], 0, 4), dtype: 'F33' } }, 4), 'F33'],
    ['with a shape below zero', () => open({ a: f32([-1], 0, 4) }, 4), 'whole numbers'],
    ['with too few bytes for a shape', () => open({ a: f32([3], 0, 8) }, 8), 'takes 12 bytes, and has 8'],
    ['with a shape beyond counting', () => open({ a: f32([2 ** 40, 2 ** 40], 0, 8) }, 8), '2^53'],
    ['with a tensor beyond its end', () => open({ a: f32([2], 0, 8) }, 4), 'ends at byte'],
    ['with a tensor that ends before it begins', () => open({ a: f32([1], 8, 4) }, 8), 'before its start'],
    ['with tensors that overlap', () => open({ a: f32([2], 0, 8), b: f32([1], 4, 8) }, 8), 'inside "a"'],
    ['with a gap', () => open({ a: f32([1], 0, 4), b: f32([1], 8, 12) }, 12), 'belong to none'],
    ['with more data than tensors', () => open({ a: f32([1], 0, 4) }, 9), 'belong to no tensor'],
    ['with a field of its own', () => open({ a: { ...f32([1], 0, 4), dtipe: 1 } }, 4), 'no such field'],
    ['without offsets', () => open({ a: { dtype: 'F32', shape: [1] } }, 4), '"data_offsets" is missing'],
    ['with metadata that is no text', () => open({ __metadata__: { a: 1 } }, 0), 'expected a text'],
  ];

  it.each(cases)('%s is an error that says so', (_name, act, part) => {
    const problem = problemOf(act);
    expect(problem.code).toBe('tensor/invalid');
    expect(problem.message).toContain(part);
  });

  it('never crashes, whatever byte is changed', () => {
    const good = writeSafetensors([
      { name: 'a', dtype: 'F32', shape: [2], values: [1, 2] },
      { name: 'b', dtype: 'I8', shape: [3], values: [1, 2, 3] },
    ]);
    fc.assert(
      fc.property(
        fc.nat({ max: good.length - 1 }),
        fc.nat({ max: 255 }),
        fc.nat({ max: good.length }),
        (at, byte, length) => {
          const bytes = good.slice(0, length);
          bytes[at] = byte;
          let thrown: unknown;
          try {
            const file = openSafetensors(bytesInMemory(bytes, 'x'));
            for (const name of file.tensors.keys()) file.read(name, { nonFinite: 'keep' });
          } catch (error) {
            thrown = error;
          }
          expect(thrown === undefined || thrown instanceof SystoleError).toBe(true);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('is not written either', () => {
    const write = (dtype: string, values: readonly number[], shape = [values.length]) =>
      problemOf(() => writeSafetensors([{ name: 'a', dtype, shape, values }])).message;
    expect(write('F16', [0.1])).toContain('does not hold');
    expect(write('I8', [128])).toContain('does not hold');
    expect(write('I64', [0.5])).toContain('does not hold');
    expect(write('F32', [1], [2])).toContain('does not hold 1 values');
    expect(write('F17', [1])).toContain('no element type');
  });
});

describe('a source of weights', () => {
  const bytes = writeSafetensors([
    { name: 'L0.mlp.up.weight', dtype: 'F32', shape: [2, 3], values: [1, 2, 3, 4, 5, 6] },
    { name: 'tokens', dtype: 'I32', shape: [1, 2], values: [0, 9] },
  ]);
  const source = safetensorsSource(openSafetensors(bytesInMemory(bytes, 'w.safetensors')));

  it('names a missing tensor, what it should be and the nearest name', () => {
    const problem = problemOf(() =>
      source.weight({ tensor: 'L0.mlp.upp.weight', shape: [2, 3], layout: 'matrix' }),
    );
    expect(problem.code).toBe('tensor/missing');
    expect(problem.message).toContain('of shape [2, 3]');
    expect(problem.hint).toContain('L0.mlp.up.weight');
  });

  it('says what shape was found and what was expected', () => {
    const problem = problemOf(() =>
      source.weight({ tensor: 'L0.mlp.up.weight', shape: [3, 2], layout: 'matrix' }),
    );
    expect(problem.message).toContain('[2, 3], expected [3, 2]');
  });

  it('takes the ids of the prompt, where they are ids', () => {
    expect([...source.tokens(1, 2, 10)]).toEqual([0, 9]);
    expect(problemOf(() => source.tokens(1, 2, 9)).message).toContain('id 1 of the prompt is 9');
    expect(problemOf(() => source.tokens(1, 3, 10)).message).toContain('expected [1, 3]');
  });

  it('knows the names and layouts of Hugging Face', () => {
    const f32 = (name: string, shape: readonly number[], values: readonly number[]) => ({
      name,
      dtype: 'F32',
      shape,
      values,
    });
    const attention = 'model.layers.1.self_attn';
    const published = safetensorsSource(
      openSafetensors(
        bytesInMemory(
          writeSafetensors([
            // Columns × inner: queries of two columns, keys and values of one.
            f32(`${attention}.q_proj.weight`, [2, 3], [1, 2, 3, 4, 5, 6]),
            f32(`${attention}.k_proj.weight`, [1, 3], [7, 8, 9]),
            f32(`${attention}.v_proj.weight`, [1, 3], [10, 11, 12]),
            f32('transformer.h.0.attn.c_attn.weight', [2, 2], [1, 2, 3, 4]),
            f32('transformer.wte.weight', [2, 1], [5, 6]),
            f32('model.norm.weight', [2], [1, 2]),
          ]),
          'model.safetensors',
        ),
      ),
    );
    const read = (tensor: string, shape: readonly number[]) => [
      ...published.weight({ tensor, shape, layout: 'matrix' }),
    ];
    expect(read('L1.attn.qkv.weight', [3, 4])).toEqual([1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12]);
    expect(read('L0.attn.qkv.weight', [2, 2])).toEqual([1, 2, 3, 4]);
    expect(read('embed.tokens', [2, 1])).toEqual([5, 6]);
    expect(read('head.norm.gain', [2])).toEqual([1, 2]);
    expect(problemOf(() => read('L1.attn.qkv.weight', [3, 5])).message).toContain('[1, 3], expected [2, 3]');
    expect(problemOf(() => read('L2.attn.qkv.weight', [3, 4])).code).toBe('tensor/missing');
  });
});
