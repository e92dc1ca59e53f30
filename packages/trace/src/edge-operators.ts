import { normOperator, STREAM } from './layer-operators.ts';
import type { Operator, TensorUse } from './operator.ts';
import type { StepContext } from './step-context.ts';

/** The operators before the first layer: from ids of tokens to the residual stream. */
export function embedOperators(step: StepContext): readonly Operator[] {
  const { config, rows } = step;
  const { hidden, embeddingWidth } = config;
  const learned = config.positions === 'learned';
  const ids = step.tokenIds(rows);
  const stream = step.activation(STREAM, rows, hidden);
  const tokens = step.lookUp('embed.tokens', rows, embeddingWidth);
  const positions = step.lookUp('embed.positions', rows, hidden);

  if (embeddingWidth === hidden) {
    const tables = learned ? [tokens, positions] : [tokens];
    const inputs = [ids, ...tables];
    return [embedding('embed.look-up', inputs, stream, hidden)];
  }

  const narrow = step.activation('embed.narrow', rows, embeddingWidth);
  const wide = learned ? step.activation('embed.wide', rows, hidden) : stream;
  const placed = step.activation('embed.placed', rows, hidden);
  const project: Operator = {
    kind: 'matmul',
    id: 'embed.project',
    after: ['embed.look-up'],
    inputs: [narrow, step.weight('embed.project.weight')],
    outputs: [wide],
    rows,
    inner: embeddingWidth,
    columns: hidden,
    bias: false,
  };
  const looked = embedding('embed.look-up', [ids, tokens], narrow, embeddingWidth);
  if (!learned) return [looked, project];
  return [
    looked,
    project,
    embedding('embed.place', [ids, positions], placed, hidden),
    {
      kind: 'add',
      id: 'embed.add',
      after: ['embed.project', 'embed.place'],
      inputs: [wide, placed],
      outputs: [stream],
      elements: rows * hidden,
    },
  ];
}

function embedding(id: string, inputs: readonly TensorUse[], output: TensorUse, length: number): Operator {
  const rows = output.shape[0] ?? 1;
  return {
    kind: 'embedding',
    id,
    after: [],
    inputs,
    outputs: [output],
    rows,
    length,
    tables: inputs.length - 1,
  };
}

/** The operators after the last layer, for the last token of each sequence: from the stream to the next token. */
export function headOperators(step: StepContext): readonly Operator[] {
  const { config, sequences: rows } = step;
  const { hidden, embeddingWidth, vocabulary, tied } = config;
  const list: Operator[] = [];
  let last = step.activation(STREAM, rows, hidden);
  const previous = (): string[] => list.slice(-1).map(({ id }) => id);

  if (config.finalNorm) {
    const normed = step.activation('head.in', rows, hidden);
    list.push(normOperator(step, 'head.norm', [], last, normed));
    last = normed;
  }
  if (embeddingWidth !== hidden) {
    const narrow = step.activation('head.narrow', rows, embeddingWidth);
    list.push({
      kind: 'matmul',
      id: 'head.project',
      after: previous(),
      inputs: [last, step.weight('head.project.weight')],
      outputs: [narrow],
      rows,
      inner: hidden,
      columns: embeddingWidth,
      bias: false,
    });
    last = narrow;
  }
  const logits = step.activation('head.logits.out', rows, vocabulary);
  list.push({
    kind: 'lm-head',
    id: 'head.logits',
    after: previous(),
    inputs: [last, step.weight(tied ? 'embed.tokens' : 'head.weight')],
    outputs: [logits],
    rows,
    inner: embeddingWidth,
    columns: vocabulary,
    bias: false,
  });
  list.push({
    kind: 'sample',
    id: 'head.sample',
    after: previous(),
    inputs: [logits],
    outputs: [step.tokenIds(rows)],
    rows,
    length: vocabulary,
  });
  return list;
}
