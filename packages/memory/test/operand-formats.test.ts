import { defineComponent, SystoleError } from '@systole/core';
import type { Part, SegmentConsumer, Task, Transaction } from '@systole/core';
import { describe, expect, test } from 'vitest';
import { nandMachine, pageCompute, SMALL_NAND, task } from './helpers/nand-machine.ts';
import { dramMachine, sequence } from './helpers/run.ts';
import { SMALL_DRAM } from './helpers/small-dram.ts';

const NS = 1000;

/** A unit of INT8 with room for 48 bytes of input, which takes activations of 16 bits in two passes of 100 ns a byte. */
function unitPart(inputBuffer?: number): Part {
  const consumer: SegmentConsumer = {
    accumulators: 4,
    takes: 'It computes in int8; activations of fp16 too, in 2 passes.',
    inputBuffer,
    interval: (segment, _format, activationFormat) =>
      segment * 100 * NS * (activationFormat === 'fp16' ? 2 : 1),
    drain: () => 0,
    resultBytes: () => 1,
    macsPerSegment: (segment) => segment,
    supports: (format, activationFormat = format) =>
      format === 'int8' && (activationFormat === 'int8' || activationFormat === 'fp16'),
    consume: () => {},
  };
  const declaration = defineComponent({
    type: 'test/int8-unit',
    role: 'compute',
    summary: 'A unit of INT8.',
    parameters: {},
    ports: {},
    accepts: {},
    inMemory: 'unit',
    facts: () => ({ minimumLatency: 0, resources: 1 }),
    lowerBound: () => 0,
    create: () => ({
      accept: () => {
        throw new Error('this unit takes no transactions');
      },
      save: () => [],
      load: () => {},
      consumer: () => consumer,
    }),
  });
  return { name: 'unit', declaration, values: {} };
}

type Formats = Pick<Transaction, 'activationFormat'> & { readonly format: string };

const rounds = { rounds: 3, channels: 1, cores: 2, inputBytes: 20, resultBytes: 4 };
const stream = { banks: 2, groups: 3, segments: 2, channels: 1 };

const onNand = (formats: Formats, room?: number, sizes = rounds): number => {
  const asked: Task = task('compute', { ...pageCompute(sizes), ...formats });
  return nandMachine([], SMALL_NAND, unitPart(room)).run([asked]).duration;
};

const onDram = (transaction: Transaction, room?: number): number =>
  dramMachine([], SMALL_DRAM, unitPart(room)).run(sequence([transaction])).duration;

const streaming = (formats: Formats): Transaction => ({
  kind: 'segment-stream',
  bytes: stream.groups * stream.banks * stream.channels,
  dims: stream,
  ...formats,
});

function refusal(run: () => unknown): readonly [string, string] {
  try {
    run();
  } catch (error) {
    if (error instanceof SystoleError) return [error.code, error.message];
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('the format of the input beside that of what is stored', () => {
  test('reaches the cores of a flash, which take longer over a page', () => {
    const once = onNand({ format: 'int8' });
    expect(onNand({ format: 'int8', activationFormat: 'int8' })).toBe(once);
    // Three rounds, one after another in the cores: 100 bytes of 100 ns more in each.
    expect(onNand({ format: 'int8', activationFormat: 'fp16' }) - once).toBe(3 * 10_000 * NS);
  });

  test('reaches the units beside the banks of a DRAM', () => {
    const once = onDram(streaming({ format: 'int8' }));
    // Six segments of 64 bytes in each bank, of which the first does not wait for one before.
    const more = onDram(streaming({ format: 'int8', activationFormat: 'fp16' })) - once;
    expect(more / (6400 * NS)).toBeGreaterThan(4.9);
    expect(more / (6400 * NS)).toBeLessThanOrEqual(6);
  });

  test('is refused with what the unit takes', () => {
    for (const run of [
      () => onNand({ format: 'int8', activationFormat: 'fp32' }),
      () => onDram(streaming({ format: 'int8', activationFormat: 'fp32' })),
    ]) {
      const [code, message] = refusal(run);
      expect(code).toBe('mapping/unsupported-operator');
      expect(message).toContain('does not compute in "int8" with activations of "fp32"');
      expect(message).toContain('activations of fp16 too, in 2 passes.');
    }
  });
});

describe('the room of a unit for its input', () => {
  test('holds an input of its size, and no byte more', () => {
    const formats = { format: 'int8' };
    expect(onNand(formats, 20)).toBe(onNand(formats));
    const [code, message] = refusal(() => onNand(formats, 19));
    expect(code).toBe('capacity/exceeded');
    expect(message).toContain('an input of 20 bytes, where there is room for 19 bytes');
    expect(message).toContain('inputBuffer');
  });

  test('holds a vector of its size, and no byte more', () => {
    const vector = { kind: 'vector-write', bytes: 64, dims: { vectorBytes: 64, channels: 1 } };
    expect(onDram(vector, 64)).toBe(onDram(vector));
    const [code, message] = refusal(() => onDram(vector, 63));
    expect(code).toBe('capacity/exceeded');
    expect(message).toContain('a vector of 64 bytes for units whose input buffers hold 63 bytes');
  });
});
