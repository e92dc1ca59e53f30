import type { AttentionOperator, MatmulOperator, NormOperator, Operator, TensorUse } from './operator.ts';
import type { StepContext } from './step-context.ts';

/** The residual stream: every layer reads it, adds to it and writes it back. */
export const STREAM = 'stream';

/** The operators of one layer, for any instance of it. */
export function layerOperators(step: StepContext): readonly Operator[] {
  const { config, rows } = step;
  const stream = step.activation(STREAM, rows, config.hidden);
  const middle = step.activation('L{i}.middle', rows, config.hidden);

  if (config.normPlacement === 'before') {
    const attnIn = step.activation('L{i}.attn.in', rows, config.hidden);
    const mlpIn = step.activation('L{i}.mlp.in', rows, config.hidden);
    return [
      normOperator(step, 'L{i}.attn.norm', [], stream, attnIn),
      ...attentionOperators(step, attnIn, stream, middle, 'L{i}.attn.norm'),
      normOperator(step, 'L{i}.mlp.norm', ['L{i}.attn.add'], middle, mlpIn),
      ...mlpOperators(step, mlpIn, middle, stream, 'L{i}.mlp.norm'),
    ];
  }
  const normed = step.activation('L{i}.mlp.in', rows, config.hidden);
  const sum = step.activation('L{i}.sum', rows, config.hidden);
  return [
    ...attentionOperators(step, stream, stream, middle, undefined),
    normOperator(step, 'L{i}.attn.norm', ['L{i}.attn.add'], middle, normed),
    ...mlpOperators(step, normed, normed, sum, 'L{i}.attn.norm'),
    normOperator(step, 'L{i}.mlp.norm', ['L{i}.mlp.add'], sum, stream),
  ];
}

/** A normalisation with its gain and, for LayerNorm, its bias. */
export function normOperator(
  step: StepContext,
  id: string,
  after: readonly string[],
  input: TensorUse,
  output: TensorUse,
): NormOperator {
  const { norm, hidden } = step.config;
  const parameters = norm === 'layernorm' ? [`${id}.gain`, `${id}.bias`] : [`${id}.gain`];
  return {
    kind: norm,
    id,
    after,
    inputs: [input, ...parameters.map((name) => step.weight(name))],
    outputs: [output],
    rows: input.shape.slice(0, -1).reduce((product, extent) => product * extent, 1),
    length: hidden,
  };
}

function layerMatmul(
  step: StepContext,
  id: string,
  after: readonly string[],
  input: TensorUse,
  output: TensorUse,
  size: Pick<MatmulOperator, 'inner' | 'columns' | 'bias'>,
): MatmulOperator {
  const bias = size.bias ? [step.weight(`${id}.bias`)] : [];
  const inputs = [input, step.weight(`${id}.weight`), ...bias];
  return { kind: 'matmul', id, after, inputs, outputs: [output], rows: step.rows, ...size };
}

// Attention and its residual addition. `previous` is the operator that makes the input, if it is in this block.
function attentionOperators(
  step: StepContext,
  input: TensorUse,
  residual: TensorUse,
  output: TensorUse,
  previous: string | undefined,
): readonly Operator[] {
  const { config, sequences, tokens, rows, position, context, causal, window } = step;
  const { hidden, heads, kvHeads, headDim, attentionBias: bias } = config;
  const rotary = config.positions === 'rotary';
  const columns = (heads + 2 * kvHeads) * headDim;

  // Queries and keys come out of the rotation when there is one; values never pass through it.
  const turned = rotary ? 'L{i}.attn.turned' : 'L{i}.attn.qkv.out';
  const part = (tensor: string, of: number): TensorUse =>
    step.activation(tensor, sequences, tokens, of, headDim);
  const scores = step.activation('L{i}.attn.scores.out', sequences, heads, tokens, context);
  const probabilities = step.activation('L{i}.attn.softmax.out', sequences, heads, tokens, context);
  const mixed = step.activation('L{i}.attn.context.out', rows, heads * headDim);
  const projected = step.activation('L{i}.attn.out.out', rows, hidden);
  const span = {
    sequences,
    queries: tokens,
    heads,
    kvHeads,
    headDim,
    context,
    causal,
    ...(window === undefined ? {} : { window }),
  } satisfies Partial<AttentionOperator>;
  const ready = rotary ? 'L{i}.attn.rope' : 'L{i}.attn.qkv';

  return [
    layerMatmul(
      step,
      'L{i}.attn.qkv',
      previous === undefined ? [] : [previous],
      input,
      step.activation('L{i}.attn.qkv.out', rows, columns),
      { inner: hidden, columns, bias },
    ),
    ...(rotary
      ? [
          {
            kind: 'rope',
            id: 'L{i}.attn.rope',
            after: ['L{i}.attn.qkv'],
            inputs: [part('L{i}.attn.qkv.out', heads + kvHeads)],
            outputs: [part(turned, heads + kvHeads)],
            rows: rows * (heads + kvHeads),
            length: headDim,
          } satisfies Operator,
        ]
      : []),
    {
      kind: 'kv-append',
      id: 'L{i}.attn.append',
      after: [ready],
      inputs: [part(turned, kvHeads), part('L{i}.attn.qkv.out', kvHeads)],
      outputs: [step.cache('L{i}.keys', tokens), step.cache('L{i}.values', tokens)],
      sequences,
      tokens,
      kvHeads,
      headDim,
      position,
    },
    {
      kind: 'attention-scores',
      id: 'L{i}.attn.scores',
      after: [ready, 'L{i}.attn.append'],
      inputs: [part(turned, heads), step.cache('L{i}.keys', context)],
      outputs: [scores],
      ...span,
    },
    {
      kind: 'softmax',
      id: 'L{i}.attn.softmax',
      after: ['L{i}.attn.scores'],
      inputs: [scores],
      outputs: [probabilities],
      rows: rows * heads,
      length: context,
      causal,
      ...(window === undefined ? {} : { window }),
    },
    {
      kind: 'attention-context',
      id: 'L{i}.attn.context',
      after: ['L{i}.attn.softmax', 'L{i}.attn.append'],
      inputs: [probabilities, step.cache('L{i}.values', context)],
      outputs: [mixed],
      ...span,
    },
    layerMatmul(step, 'L{i}.attn.out', ['L{i}.attn.context'], mixed, projected, {
      inner: heads * headDim,
      columns: hidden,
      bias,
    }),
    {
      kind: 'add',
      id: 'L{i}.attn.add',
      after: ['L{i}.attn.out'],
      inputs: [residual, projected],
      outputs: [output],
      elements: rows * hidden,
    },
  ];
}

// The feed-forward network and its residual addition.
function mlpOperators(
  step: StepContext,
  input: TensorUse,
  residual: TensorUse,
  output: TensorUse,
  previous: string,
): readonly Operator[] {
  const { config, rows } = step;
  const { hidden, intermediate, activation, gated, mlpBias: bias } = config;
  const wide = (name: string): TensorUse => step.activation(`L{i}.mlp.${name}.out`, rows, intermediate);
  const widen = { inner: hidden, columns: intermediate, bias };
  const elements = rows * intermediate;
  const narrowed = step.activation('L{i}.mlp.down.out', rows, hidden);
  const activated = gated ? 'gate' : 'up';

  return [
    ...(gated ? [layerMatmul(step, 'L{i}.mlp.gate', [previous], input, wide('gate'), widen)] : []),
    layerMatmul(step, 'L{i}.mlp.up', [previous], input, wide('up'), widen),
    {
      kind: activation,
      id: 'L{i}.mlp.act',
      after: [`L{i}.mlp.${activated}`],
      inputs: [wide(activated)],
      outputs: [wide('act')],
      elements,
    },
    ...(gated
      ? [
          {
            kind: 'multiply',
            id: 'L{i}.mlp.multiply',
            after: ['L{i}.mlp.act', 'L{i}.mlp.up'],
            inputs: [wide('act'), wide('up')],
            outputs: [wide('multiply')],
            elements,
          } satisfies Operator,
        ]
      : []),
    layerMatmul(
      step,
      'L{i}.mlp.down',
      [gated ? 'L{i}.mlp.multiply' : 'L{i}.mlp.act'],
      wide(gated ? 'multiply' : 'act'),
      narrowed,
      { inner: intermediate, columns: hidden, bias },
    ),
    {
      kind: 'add',
      id: 'L{i}.mlp.add',
      after: ['L{i}.mlp.down'],
      inputs: [residual, narrowed],
      outputs: [output],
      elements: rows * hidden,
    },
  ];
}
