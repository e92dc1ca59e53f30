import { SystoleError } from '@systole/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkBlock,
  createTensorIndex,
  generateTrace,
  operatorBytes,
  operatorMacs,
  readTrace,
  writeTraceLines,
} from '../src/index.ts';
import { isOperator } from '../src/is-operator.ts';
import { operatorSchemaByKind } from '../src/trace-schema.ts';
import { modelOf, TINY, workloadOf } from './models.ts';

const workload = fc.record({
  prompt: fc.integer({ min: 1, max: 8 }),
  generate: fc.integer({ min: 1, max: 9 }),
  batch: fc.integer({ min: 1, max: 3 }),
  weights: fc.constantFrom('bf16', 'int4', 'mxfp4'),
  kv: fc.constantFrom('fp16', 'fp8-e4m3'),
});
const tiny = fc.constantFrom(...Object.values(TINY));
const trace = fc.tuple(tiny, workload).map(([fields, of]) => generateTrace(modelOf(fields), workloadOf(of)));

const junk = fc.oneof(
  fc.constantFrom<unknown>(
    0,
    -1,
    1.5,
    2 ** 53,
    1e300,
    null,
    true,
    '',
    'x',
    '{i}',
    [],
    {},
    [1],
    'matmul',
    'kv',
  ),
  fc.jsonValue(),
);

// Puts a value somewhere into a JSON value, chosen by numbers; takes it out when there is nothing to put.
function disturb(value: unknown, way: readonly number[], put: unknown): unknown {
  const [here = 0, ...rest] = way;
  if (typeof value !== 'object' || value === null || rest.length === 0) return put;
  if (Array.isArray(value)) {
    const list: unknown[] = [...value];
    const at = list.length === 0 ? 0 : here % list.length;
    list[at] = disturb(list[at], rest, put);
    return list;
  }
  const entries = Object.entries(value);
  const [name, entry]: [string, unknown] = entries[here % Math.max(1, entries.length)] ?? ['x', undefined];
  if (put === undefined && rest.length === 1)
    return Object.fromEntries(entries.filter(([key]) => key !== name));
  return { ...value, [name]: disturb(entry, rest, put) };
}

// What reading did that it must not do; empty when all is well.
function faultOf(lines: readonly string[]): string {
  try {
    const read = readTrace(lines, 'x.jsonl');
    const index = createTensorIndex(read.header);
    for (const block of read.blocks()) {
      checkBlock(block, index);
      for (const operator of block.operators) {
        const sizes = [operatorMacs(operator), ...Object.values(operatorBytes(operator))];
        if (!sizes.every((size) => Number.isSafeInteger(size) && size >= 0))
          return `odd work of ${operator.id}`;
      }
    }
    return '';
  } catch (error) {
    if (!(error instanceof SystoleError)) return `threw ${String(error)}`;
    return error.problems.every(({ place }) => place?.file === 'x.jsonl') ? '' : 'a problem has no place';
  }
}

const way = fc.array(fc.nat(40), { minLength: 2, maxLength: 6 });

describe('any trace', () => {
  it('comes back identical from its lines', () => {
    fc.assert(
      fc.property(trace, (written) => {
        const lines = [...writeTraceLines(written)];
        const read = readTrace(lines, 'x.jsonl');
        expect(read.header).toEqual(written.header);
        expect([...read.blocks()]).toEqual([...written.blocks()]);
      }),
      { numRuns: 60 },
    );
  });

  it('gives blocks or a SystoleError when a value in it is disturbed', () => {
    fc.assert(
      fc.property(trace, fc.nat(), way, fc.option(junk, { nil: undefined }), (written, at, where, put) => {
        const lines = [...writeTraceLines(written)];
        const line = at % lines.length;
        const disturbed: unknown = disturb(JSON.parse(lines[line] ?? ''), where, put);
        lines[line] = JSON.stringify(disturbed) ?? '';
        expect(faultOf(lines)).toBe('');
      }),
      { numRuns: 3000 },
    );
  });

  it('gives blocks or a SystoleError when its text is bitten', () => {
    fc.assert(
      fc.property(
        trace,
        fc.nat(),
        fc.nat(),
        fc.nat(8),
        fc.string({ maxLength: 4 }),
        (written, at, from, length, put) => {
          const lines = [...writeTraceLines(written)];
          const line = at % lines.length;
          const text = lines[line] ?? '';
          const start = from % (text.length + 1);
          lines[line] = text.slice(0, start) + put + text.slice(start + length);
          expect(faultOf(lines)).toBe('');
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('gives blocks or a SystoleError when its lines are shuffled', () => {
    fc.assert(
      fc.property(
        trace,
        fc.array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 5 }),
        (written, moves) => {
          const lines = [...writeTraceLines(written)];
          for (const [from, to] of moves) {
            lines.splice(to % (lines.length + 1), 0, ...lines.splice(from % lines.length, to % 3));
          }
          expect(faultOf(lines)).toBe('');
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('the quick check of an operator', () => {
  it('accepts exactly what the schema accepts', () => {
    let accepted = 0;
    fc.assert(
      fc.property(
        trace,
        fc.nat(),
        way,
        fc.option(junk, { nil: undefined }),
        fc.boolean(),
        (made, at, where, put, intact) => {
          const all = [...made.blocks()].flatMap(({ operators }) => operators);
          const operator: unknown = JSON.parse(JSON.stringify(all[at % all.length]));
          const candidate = intact ? operator : disturb(operator, where, put);
          const quick = isOperator(candidate);
          if (quick) accepted += 1;
          expect(quick).toBe(operatorSchemaByKind.safeParse(candidate).success);
        },
      ),
      { numRuns: 4000 },
    );
    expect(accepted).toBeGreaterThan(1000);
  });
});
