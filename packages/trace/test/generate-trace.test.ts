import { SystoleError } from '@systole/core';
import { describe, expect, it } from 'vitest';
import type { Operator, TraceBlock } from '../src/index.ts';
import { blockKey, checkBlock, createTensorIndex, generateTrace, operators } from '../src/index.ts';
import { loadModel, modelOf, TINY, workloadOf } from './models.ts';

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof SystoleError) return error.code;
    throw error;
  }
  return 'accepted';
}

function layerOf(blocks: Iterable<TraceBlock>, step: number): TraceBlock {
  for (const block of blocks) if (block.step === step && block.name === 'layer') return block;
  throw new Error(`no layer in step ${step}`);
}

// The same work under other names, in another place.
function renamed(block: TraceBlock): TraceBlock {
  const name = (text: string): string => `X${text.length}${text}`;
  const rename = (operator: Operator): Operator => ({
    ...operator,
    id: name(operator.id),
    after: operator.after.map(name),
    inputs: operator.inputs.map((use) => ({ ...use, tensor: name(use.tensor) })),
    outputs: operator.outputs.map((use) => ({ ...use, tensor: name(use.tensor) })),
  });
  return { ...block, step: 7, first: 3, operators: block.operators.map(rename) };
}

const lines = (block: TraceBlock): string[] =>
  block.operators.map(({ kind, id, after }) => `${id} ${kind} <- ${after.join(' ')}`.replaceAll('L{i}.', ''));

describe('the layers of each family', () => {
  it('GPT-2: LayerNorm first, one matmul for queries, keys and values', () => {
    const trace = generateTrace(modelOf(TINY.gpt2), workloadOf({ prompt: 3 }));
    const layer = layerOf(trace.blocks(), 0);
    expect(layer).toMatchObject({ repeat: 2, first: 0, phase: 'prefill' });
    expect(lines(layer)).toEqual([
      'attn.norm layernorm <- ',
      'attn.qkv matmul <- attn.norm',
      'attn.append kv-append <- attn.qkv',
      'attn.scores attention-scores <- attn.qkv attn.append',
      'attn.softmax softmax <- attn.scores',
      'attn.context attention-context <- attn.softmax attn.append',
      'attn.out matmul <- attn.context',
      'attn.add add <- attn.out',
      'mlp.norm layernorm <- attn.add',
      'mlp.up matmul <- mlp.norm',
      'mlp.act gelu <- mlp.up',
      'mlp.down matmul <- mlp.act',
      'mlp.add add <- mlp.down',
    ]);
    expect(layer.operators[1]).toMatchObject({ rows: 3, inner: 8, columns: 24, bias: true });
    expect(layer.operators[3]).toMatchObject({ queries: 3, context: 3, causal: true });
  });

  it('Llama: RMSNorm, rotation of queries and keys, gated SiLU, shared heads', () => {
    const trace = generateTrace(modelOf(TINY.llama), workloadOf({ prompt: 3, generate: 2, batch: 5 }));
    const layer = layerOf(trace.blocks(), 1);
    expect(lines(layer)).toEqual([
      'attn.norm rmsnorm <- ',
      'attn.qkv matmul <- attn.norm',
      'attn.rope rope <- attn.qkv',
      'attn.append kv-append <- attn.rope',
      'attn.scores attention-scores <- attn.rope attn.append',
      'attn.softmax softmax <- attn.scores',
      'attn.context attention-context <- attn.softmax attn.append',
      'attn.out matmul <- attn.context',
      'attn.add add <- attn.out',
      'mlp.norm rmsnorm <- attn.add',
      'mlp.gate matmul <- mlp.norm',
      'mlp.up matmul <- mlp.norm',
      'mlp.act silu <- mlp.gate',
      'mlp.multiply multiply <- mlp.act mlp.up',
      'mlp.down matmul <- mlp.multiply',
      'mlp.add add <- mlp.down',
    ]);
    expect(layer.operators[1]).toMatchObject({ rows: 5, columns: 4 * 2 + 2 * 2 * 2, bias: false });
    expect(layer.operators[2]).toMatchObject({ rows: 5 * (4 + 2), length: 2 });
    expect(layer.operators[3]).toMatchObject({ sequences: 5, tokens: 1, kvHeads: 2, position: 3 });
    expect(layer.operators[4]).toMatchObject({ sequences: 5, queries: 1, context: 4, causal: false });
  });

  it('OPT as in the 350M model: projections around the layers, LayerNorm after', () => {
    const trace = generateTrace(modelOf(TINY.opt), workloadOf({ prompt: 3 }));
    const [embed, layer, head] = [...trace.blocks()].map(lines);
    expect(embed).toEqual([
      'embed.look-up embedding <- ',
      'embed.project matmul <- embed.look-up',
      'embed.place embedding <- ',
      'embed.add add <- embed.project embed.place',
    ]);
    expect(layer?.filter((line) => /norm|add/.test(line))).toEqual([
      'attn.add add <- attn.out',
      'attn.norm layernorm <- attn.add',
      'mlp.up matmul <- attn.norm',
      'mlp.add add <- mlp.down',
      'mlp.norm layernorm <- mlp.add',
    ]);
    expect(head).toEqual([
      'head.project matmul <- ',
      'head.logits lm-head <- head.project',
      'head.sample sample <- head.logits',
    ]);
    const positions = trace.header.tensors.find(({ tensor }) => tensor === 'embed.positions');
    expect(positions?.shape).toEqual([18, 8]);
  });

  it('Mistral: a window that slides', () => {
    const model = modelOf(TINY.mistral);
    const trace = generateTrace(model, workloadOf({ prompt: 3, generate: 9 }));
    const append = (step: number): unknown => layerOf(trace.blocks(), step).operators[3];
    const scores = (step: number): unknown => layerOf(trace.blocks(), step).operators[4];
    expect(trace.header.tensors.at(-1)?.shape).toEqual([1, 4, 2, 2]);
    expect([1, 2, 5].map(append)).toMatchObject([{ position: 3 }, { position: 0 }, { position: 3 }]);
    expect([1, 2, 5].map(scores)).toMatchObject([{ context: 4 }, { context: 4 }, { context: 4 }]);
    const long = layerOf(generateTrace(model, workloadOf({ prompt: 6 })).blocks(), 0);
    expect(long.operators[4]).toMatchObject({ queries: 6, context: 6, causal: true, window: 4 });
    // A layer that does the same again has the same key.
    expect(blockKey(layerOf(trace.blocks(), 2))).toBe(blockKey(layerOf(trace.blocks(), 6)));
    expect(blockKey(layerOf(trace.blocks(), 2))).not.toBe(blockKey(layerOf(trace.blocks(), 3)));
  });
});

describe('a generated trace', () => {
  it.each(Object.entries(TINY))('of %s is sound in every block', (_, fields) => {
    const trace = generateTrace(
      modelOf(fields),
      workloadOf({ prompt: 5, generate: 12, batch: 3, kv: 'fp8', weights: 'mxfp4' }),
    );
    const index = createTensorIndex(trace.header);
    let steps = 0;
    for (const block of trace.blocks()) {
      expect(() => checkBlock(block, index)).not.toThrow();
      if (block.name === 'head') steps += 1;
    }
    expect(steps).toBe(12);
    expect(trace.header.workload).toMatchObject({ kv: 'fp8-e4m3', weights: 'mxfp4' });
  });

  it('starts anew each time, with equal blocks', () => {
    const trace = generateTrace(modelOf(TINY.llama), workloadOf({ prompt: 2, generate: 3 }));
    expect([...trace.blocks()]).toEqual([...trace.blocks()]);
  });

  it('reads every tensor from where it was last written', () => {
    const trace = generateTrace(modelOf(TINY.opt), workloadOf({ prompt: 2, generate: 3 }));
    const written = new Set(['tokens']);
    for (const { operator } of operators(trace)) {
      const passing = operator.inputs.filter(({ role }) => role !== 'weight');
      expect(passing.filter(({ tensor }) => !written.has(tensor))).toEqual([]);
      for (const { tensor } of operator.outputs) written.add(tensor);
    }
  });

  it('of GPT-2 XL and 1024 tokens has some 640,000 operators, made one at a time', () => {
    const trace = generateTrace(loadModel('gpt2-xl'), workloadOf({ generate: 1024 }));
    let count = 0;
    let sample = '';
    for (const { step, operator } of operators(trace)) {
      count += 1;
      if (step === 700 && operator.id === 'L12.attn.qkv') sample = JSON.stringify(operator.inputs);
    }
    expect(count).toBe(1024 * (1 + 48 * 13 + 3));
    expect(sample).toContain('"tensor":"L12.attn.qkv.weight","shape":[1600,4800]');
  });

  it('gives equal keys to equal work only', () => {
    const model = modelOf(TINY.gpt2);
    const blocks = [...generateTrace(model, workloadOf({ generate: 8 })).blocks()];
    const keys = new Set(blocks.map(blockKey));
    // Embedding and head twice (prefill, decode), layers once for each length of context.
    expect(keys.size).toBe(2 + 2 + 8);
    const [layer] = blocks.filter(({ name }) => name === 'layer');
    expect(layer && blockKey(renamed(layer))).toBe(layer && blockKey(layer));
    const wider = generateTrace(model, workloadOf({ generate: 8, kv: 'fp8' }));
    expect(keys.has(blockKey(layerOf(wider.blocks(), 3)))).toBe(false);
  });
});

describe('a workload that does not fit', () => {
  const model = loadModel('gpt2-xl');

  it('the last generated token needs no room', () => {
    expect(codeOf(() => generateTrace(model, workloadOf({ prompt: 1, generate: 1024 })))).toBe('accepted');
    expect(codeOf(() => generateTrace(model, workloadOf({ prompt: 2, generate: 1024 })))).toBe(
      'workload/invalid',
    );
    expect(codeOf(() => generateTrace(model, workloadOf({ prompt: 1024, generate: 1 })))).toBe('accepted');
    expect(codeOf(() => generateTrace(model, workloadOf({ prompt: 1025, generate: 1 })))).toBe(
      'workload/invalid',
    );
  });

  it('is told with the limit and a way out', () => {
    expect(() => generateTrace(model, workloadOf({ prompt: 128, generate: 1000 }))).toThrow(
      /context of 1127; gpt2-xl has 1024\n {2}Generate at most 897 tokens/,
    );
  });

  it.each([{ prompt: 0 }, { generate: 1.5 }, { batch: Number.NaN }, { batch: 2 ** 21 }, { kv: 'fp7' }])(
    'refuses %o',
    (fields) => {
      expect(codeOf(() => generateTrace(model, workloadOf(fields)))).toBe('workload/invalid');
    },
  );

  it('refuses work that cannot be counted exactly', () => {
    const huge = modelOf({ ...TINY.llama, hidden_size: 2 ** 20, intermediate_size: 2 ** 22, head_dim: 64 });
    expect(codeOf(() => generateTrace(huge, workloadOf({ prompt: 16, batch: 2 ** 12 })))).toBe(
      'workload/invalid',
    );
  });
});
