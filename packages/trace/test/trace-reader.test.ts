import { SystoleError } from '@systole/core';
import { describe, expect, it } from 'vitest';
import type { Trace, TraceBlock } from '../src/index.ts';
import {
  createTraceReader,
  generateTrace,
  readTrace,
  traceJsonSchema,
  writeTraceLines,
} from '../src/index.ts';
import { modelOf, TINY, workloadOf } from './models.ts';

const trace = generateTrace(modelOf(TINY.llama), workloadOf({ prompt: 3, generate: 2 }));
const good = [...writeTraceLines(trace)];
// Line numbers: header 1, block embed 2, look-up 3, block layer 4, then the operators of the layer from 5 on.
const QKV = 6;

function refusal(lines: readonly string[]): SystoleError {
  try {
    for (const _ of readTrace(lines, 'run.jsonl').blocks());
  } catch (error) {
    if (error instanceof SystoleError) return error;
    throw error;
  }
  throw new Error('accepted');
}

function edited(line: number, edit: (text: string) => string): string[] {
  return good.map((text, index) => {
    if (index !== line - 1) return text;
    const changed = edit(text);
    if (changed === text) throw new Error(`the edit changes nothing in ${text}`);
    return changed;
  });
}

describe('writing and reading', () => {
  it.each(Object.entries(TINY))('gives the identical trace of %s', (_, fields) => {
    const written = generateTrace(
      modelOf(fields),
      workloadOf({ prompt: 5, generate: 6, batch: 2, kv: 'int8' }),
    );
    const lines = [...writeTraceLines(written)];
    const read: Trace = readTrace(lines, 'x.jsonl');
    expect(read.header).toEqual(written.header);
    expect([...read.blocks()]).toEqual([...written.blocks()]);
    expect([...writeTraceLines(read)]).toEqual(lines);
  });

  it('gives a block as soon as the next one starts', () => {
    const reader = createTraceReader('x.jsonl');
    const names: (string | undefined)[] = good.map((line) => reader.push(line)?.name);
    reader.end();
    expect(names.filter((name) => name !== undefined)).toEqual([
      'embed',
      'layer',
      'head',
      'embed',
      'layer',
      'head',
    ]);
    expect(names.indexOf('embed')).toBe(3);
    expect(reader.header?.name).toBe('tiny');
  });

  it('knows the weights of single layers by their number', () => {
    const lines = good.map((line, index) => (index === 0 ? line : line.replaceAll('{i}', '1')));
    expect([...readTrace(lines, 'x.jsonl').blocks()]).toHaveLength(6);
    const beyond = good.map((line, index) => (index === 0 ? line : line.replaceAll('{i}', '2')));
    expect(refusal(beyond).code).toBe('trace/missing-reference');
  });
});

describe('a file that is no trace', () => {
  it.each([[''], ['{}'], ['[1]'], ['hello'], ['{"format":"other"}'], ['{"format":']])(
    '%j is of the wrong kind',
    (first) => {
      expect(refusal([first, ...good.slice(1)])).toMatchObject({
        code: 'file/wrong-kind',
        place: { line: 1 },
      });
    },
  );

  it('nor is an empty one', () => {
    expect(refusal([]).code).toBe('file/wrong-kind');
    expect(() => createTraceReader('x').end()).toThrow(SystoleError);
  });

  it('a later version is told as such', () => {
    expect(refusal(edited(1, (text) => text.replace('"version":1', '"version":2')))).toMatchObject({
      code: 'trace/version',
      place: { line: 1, path: 'version' },
    });
  });

  it('a broken header of a trace is told as broken', () => {
    expect(refusal(edited(1, (text) => text.slice(0, 60)))).toMatchObject({
      code: 'trace/corrupt',
      place: { line: 1 },
    });
  });
});

describe('a damaged trace is told with its line', () => {
  it.each<[string, number, (text: string) => string, string, string | undefined]>([
    ['JSON cut off', QKV, (text) => text.slice(0, 30), 'trace/corrupt', undefined],
    ['no JSON', QKV, () => 'x', 'trace/corrupt', undefined],
    ['neither block nor operator', QKV, () => '{"foo":1}', 'trace/invalid', undefined],
    ['a number', QKV, () => '12', 'trace/invalid', undefined],
    ['an unknown kind', QKV, (text) => text.replace('"matmul"', '"matmull"'), 'trace/invalid', 'op.kind'],
    ['a field that is missing', QKV, (text) => text.replace('"rows":3,', ''), 'trace/invalid', 'op.rows'],
    [
      'an unknown field',
      QKV,
      (text) => text.replace('"rows":3', '"rows":3,"rowz":3'),
      'trace/invalid',
      'op.rowz',
    ],
    ['a negative size', QKV, (text) => text.replace('"rows":3', '"rows":-3'), 'trace/invalid', 'op.rows'],
    ['text for a number', QKV, (text) => text.replace('"rows":3', '"rows":"3"'), 'trace/invalid', 'op.rows'],
    [
      'rows at odds with shapes',
      QKV,
      (text) => text.replace('"rows":3', '"rows":4'),
      'trace/invalid',
      'op.inputs[0].shape',
    ],
    [
      'a size beyond counting',
      QKV,
      (text) => text.replace('"rows":3', '"rows":9007199254740991'),
      'trace/invalid',
      'op.inputs[0].shape',
    ],
    [
      'too few inputs',
      QKV,
      (text) => text.replace(/,\{"tensor":"L\{i\}.attn.qkv.weight"[^}]*\}/, ''),
      'trace/invalid',
      'op.inputs',
    ],
    ['an unknown format', QKV, (text) => text.replace('"bf16"', '"bf17"'), 'trace/invalid', 'op.inputs[0]'],
    [
      'another format than stored',
      QKV,
      (text) => text.replace('"bf16","role":"weight"', '"fp16","role":"weight"'),
      'trace/invalid',
      'op.inputs[1]',
    ],
    [
      'a weight used as cache',
      QKV,
      (text) => text.replace('"role":"weight"', '"role":"kv"'),
      'trace/invalid',
      'op.inputs[1]',
    ],
    [
      'an unknown weight',
      QKV,
      (text) => text.replace('qkv.weight', 'qkw.weight'),
      'trace/missing-reference',
      'op.inputs[1]',
    ],
    [
      'an unknown dependency',
      QKV,
      (text) => text.replace('["L{i}.attn.norm"]', '["L{i}.attn.nrom"]'),
      'trace/missing-reference',
      'op.after[0]',
    ],
    [
      'an id that is there twice',
      QKV,
      (text) => text.replace('"id":"L{i}.attn.qkv"', '"id":"L{i}.attn.norm"'),
      'trace/invalid',
      'op.id',
    ],
    [
      'a step beyond the header',
      4,
      (text) => text.replace('"step":0', '"step":9'),
      'trace/invalid',
      undefined,
    ],
    ['a phase that is none', 4, (text) => text.replace('prefill', 'refill'), 'trace/invalid', 'block.phase'],
  ])('%s', (_, line, edit, code, path) => {
    const error = refusal(edited(line, edit));
    expect(error.code).toBe(code);
    expect(error.place).toMatchObject({ file: 'run.jsonl', line, ...(path === undefined ? {} : { path }) });
  });

  it('with the column where JSON breaks', () => {
    expect(
      refusal(edited(QKV, (text) => text.replace('"rows":3', '"rows":03'))).place.column,
    ).toBeGreaterThan(1);
    expect(refusal(edited(QKV, () => '{"op": nope}')).place).toMatchObject({ line: QKV, column: 8 });
  });

  it('with the nearest name', () => {
    expect(refusal(edited(QKV, (text) => text.replace('qkv.weight', 'qkw.weight'))).hint).toContain(
      'L{i}.attn.qkv.weight',
    );
  });

  it('steps that run backwards', () => {
    const layer = good.findLastIndex((line) => line.includes('"name":"layer"'));
    expect(refusal(edited(layer + 1, (text) => text.replace('"step":1', '"step":0')))).toMatchObject({
      code: 'trace/invalid',
      place: { line: layer + 1 },
    });
  });

  it('a circle, with the operators in it', () => {
    const error = refusal(edited(QKV, (text) => text.replace('["L{i}.attn.norm"]', '["L{i}.attn.softmax"]')));
    expect(error.code).toBe('trace/cycle');
    for (const id of ['qkv', 'softmax', 'scores']) expect(error.message).toContain(`L{i}.attn.${id}`);
    expect(error.message).not.toContain('mlp');
    expect(error.place.line).toBeGreaterThanOrEqual(QKV);
    const alone = refusal(edited(QKV, (text) => text.replace('["L{i}.attn.norm"]', '["L{i}.attn.qkv"]')));
    expect(alone).toMatchObject({ code: 'trace/cycle', place: { line: QKV } });
    expect(alone.message).toContain('L{i}.attn.qkv -> L{i}.attn.qkv');
  });
});

describe('a trace at odds with its header', () => {
  const cases: readonly [string, (text: string) => string, number][] = [
    [
      'a tensor that is larger where it is used',
      (text) => text.replace('"shape":[8,16]', '"shape":[8,15]'),
      QKV,
    ],
    ['fewer tensors than instances', (text) => text.replace(/(attn.qkv.weight".*?"repeat":)2/, '$11'), QKV],
    ['more steps than there are', (text) => text.replace('"steps":2', '"steps":3'), good.length],
  ];
  it.each(cases)('%s', (_, edit, line) => {
    expect(refusal(edited(1, edit))).toMatchObject({ code: 'trace/invalid', place: { line } });
  });

  it('no steps at all', () => {
    const empty = [good[0] ?? '', '{"end":{"blocks":0,"operators":0}}'];
    expect(refusal(empty)).toMatchObject({ code: 'trace/invalid', place: { line: 2 } });
  });
});

describe('a trace that lacks or has lines too many', () => {
  it('is truncated wherever it is cut', () => {
    for (let length = 1; length < good.length; length++) {
      expect(refusal(good.slice(0, length)).code).toBe('trace/truncated');
    }
  });

  it('is truncated when an operator or a block is missing inside', () => {
    const last = good.length - 1;
    expect(refusal(good.filter((_, index) => index !== last - 1)).code).toBe('trace/truncated');
  });

  it('is corrupt when something is there twice or comes after the end', () => {
    const last = good.at(-1) ?? '';
    expect(refusal([...good, last]).code).toBe('trace/corrupt');
    expect(refusal([...good.slice(0, 3), ...good.slice(1)]).code).toBe('trace/corrupt');
    expect(refusal([good[0] ?? '', ...good.slice(2)]).code).toBe('trace/corrupt');
  });

  it('may end in empty lines', () => {
    expect([...readTrace([...good, '', ' '], 'x').blocks()]).toHaveLength(6);
  });
});

describe('the header', () => {
  it.each<[string, (text: string) => string]>([
    ['a tensor twice', (text) => text.replace('L{i}.values', 'L{i}.keys')],
    ['several tensors of one name', (text) => text.replace('L{i}.values', 'values')],
    ['an unknown format', (text) => text.replace('"bf16","role":"kv"', '"bf15","role":"kv"')],
    ['no steps', (text) => text.replace('"steps":2', '"steps":0')],
    ['a key too many', (text) => text.replace('"steps":2', '"steps":2,"stepz":2')],
  ])('with %s is refused', (_, edit) => {
    expect(refusal(edited(1, edit))).toMatchObject({ code: 'trace/invalid', place: { line: 1 } });
  });
});

it('has a JSON Schema of its lines', () => {
  const schema = traceJsonSchema();
  expect(schema['$schema']).toContain('2020-12');
  const text = JSON.stringify(schema);
  for (const kind of ['matmul', 'kv-append', 'systole-trace', 'window']) expect(text).toContain(kind);
});

it('blocks that were read have the shape of blocks that were made', () => {
  const keys = (block: TraceBlock | undefined): string[] => Object.keys(block ?? {}).sort();
  const [read] = readTrace(good, 'x').blocks();
  const [made] = trace.blocks();
  expect(keys(read)).toEqual(keys(made));
});
