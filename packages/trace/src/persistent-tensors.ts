import type { ModelConfig } from './model-config.ts';
import { elementsOf } from './tensor-bytes.ts';
import type { PersistentTensor, Workload } from './trace.ts';

type Layout = 'matrix' | 'vector' | 'table';
type WeightShape = Pick<PersistentTensor, 'tensor' | 'shape' | 'repeat'> & { readonly layout: Layout };

/**
 * The parameters of a model as tensors, matrices as `inner × columns` and tables as `rows × width`. One matrix holds
 * queries, keys and values side by side. Everything else about weights (counts, bytes, what operators read) follows
 * from this list.
 */
export function weightTensors(config: ModelConfig): readonly WeightShape[] {
  const { layers, hidden, heads, kvHeads, headDim, intermediate, vocabulary, embeddingWidth } = config;
  const list: WeightShape[] = [];
  const add = (repeat: number, layout: Layout, tensor: string, ...shape: number[]): void => {
    list.push({ tensor, shape, repeat, layout });
  };
  const addNorm = (repeat: number, name: string): void => {
    add(repeat, 'vector', `${name}.gain`, hidden);
    if (config.norm === 'layernorm') add(repeat, 'vector', `${name}.bias`, hidden);
  };
  const addMatrix = (name: string, inner: number, columns: number, bias: boolean): void => {
    add(layers, 'matrix', `${name}.weight`, inner, columns);
    if (bias) add(layers, 'vector', `${name}.bias`, columns);
  };

  add(1, config.tied ? 'matrix' : 'table', 'embed.tokens', vocabulary, embeddingWidth);
  if (config.positions === 'learned') add(1, 'table', 'embed.positions', config.positionRows, hidden);
  if (embeddingWidth !== hidden) {
    add(1, 'matrix', 'embed.project.weight', embeddingWidth, hidden);
    add(1, 'matrix', 'head.project.weight', hidden, embeddingWidth);
  }

  addNorm(layers, 'L{i}.attn.norm');
  addMatrix('L{i}.attn.qkv', hidden, (heads + 2 * kvHeads) * headDim, config.attentionBias);
  addMatrix('L{i}.attn.out', heads * headDim, hidden, config.attentionBias);
  addNorm(layers, 'L{i}.mlp.norm');
  if (config.gated) addMatrix('L{i}.mlp.gate', hidden, intermediate, config.mlpBias);
  addMatrix('L{i}.mlp.up', hidden, intermediate, config.mlpBias);
  addMatrix('L{i}.mlp.down', intermediate, hidden, config.mlpBias);

  if (config.finalNorm) addNorm(1, 'head.norm');
  if (!config.tied) add(1, 'matrix', 'head.weight', embeddingWidth, vocabulary);
  return list;
}

/** Parameters of a model; NaN when there are 2^53 or more. */
export function countParameters(config: ModelConfig): number {
  let parameters = 0;
  for (const { shape, repeat } of weightTensors(config)) parameters += elementsOf([...shape, repeat]);
  return Number.isSafeInteger(parameters) ? parameters : Number.NaN;
}

/**
 * Slots of the cache of keys, and of values, for each sequence. A sliding window needs no more than itself once the
 * prompt has been taken in, but the prompt is attended to as a whole before.
 */
export function cacheSlots(config: ModelConfig, workload: Workload): number {
  const context = workload.prompt + workload.generate - 1;
  return Math.max(workload.prompt, Math.min(context, config.window ?? context));
}

/** The tensors that a run of a model has to place: its weights, and the caches of keys and values of each layer. */
export function persistentTensors(config: ModelConfig, workload: Workload): readonly PersistentTensor[] {
  const cache = [workload.batch, cacheSlots(config, workload), config.kvHeads, config.headDim];
  const caches = ['L{i}.keys', 'L{i}.values'].map((tensor): PersistentTensor => {
    return { tensor, shape: cache, format: workload.kv, role: 'kv', repeat: config.layers };
  });
  const weights = weightTensors(config).map(({ tensor, shape, repeat, layout }): PersistentTensor => {
    return { tensor, shape, format: workload.weights, role: 'weight', repeat, layout };
  });
  return [...weights, ...caches];
}
