import type { ModelConfig } from './model-config.ts';
import type { TensorUse } from './operator.ts';
import { cacheSlots, weightTensors } from './persistent-tensors.ts';
import type { Workload } from './trace.ts';

/** Everything that the operators of one step are made from. */
export interface StepContext {
  readonly config: ModelConfig;
  readonly sequences: number;
  /** New tokens of each sequence in this step. */
  readonly tokens: number;
  /** Rows of activations: new tokens of all sequences. */
  readonly rows: number;
  /** Slot of the cache for the first new token. */
  readonly position: number;
  /** Tokens of the cache that attention reads. */
  readonly context: number;
  readonly causal: boolean;
  /** Set when a new token does not see all of the context. */
  readonly window: number | undefined;
  /** A weight as a whole. */
  weight(tensor: string): TensorUse;
  /** Rows looked up in a table. */
  lookUp(tensor: string, rows: number, width: number): TensorUse;
  cache(tensor: string, tokens: number): TensorUse;
  activation(tensor: string, ...shape: number[]): TensorUse;
  /** Ids of tokens. */
  tokenIds(rows: number): TensorUse;
}

/** Makes the context of steps; the list of weights is looked at once. */
export function createStepContexts(config: ModelConfig, workload: Workload): (step: number) => StepContext {
  const shapes = new Map(weightTensors(config).map(({ tensor, shape }) => [tensor, shape]));
  const slots = cacheSlots(config, workload);
  const { batch: sequences, prompt } = workload;

  return (step) => {
    const tokens = step === 0 ? prompt : 1;
    const before = step === 0 ? 0 : prompt + step - 1;
    const seen = before + tokens;
    // One new token reads no more than its window; the tokens of a prompt together read all of the prompt.
    const context = tokens === 1 ? Math.min(seen, config.window ?? seen) : seen;
    return {
      config,
      sequences,
      tokens,
      rows: sequences * tokens,
      position: before % slots,
      context,
      causal: tokens > 1,
      window: config.window !== undefined && config.window < context ? config.window : undefined,
      weight(tensor) {
        const shape = shapes.get(tensor);
        if (shape === undefined) throw new TypeError(`the model has no weight "${tensor}"`);
        return { tensor, shape, format: workload.weights, role: 'weight' };
      },
      lookUp(tensor, rows, width) {
        return { tensor, shape: [rows, width], format: workload.weights, role: 'weight' };
      },
      cache(tensor, tokens) {
        const shape = [sequences, tokens, config.kvHeads, config.headDim];
        return { tensor, shape, format: workload.kv, role: 'kv' };
      },
      activation(tensor, ...shape) {
        return { tensor, shape, format: workload.activations, role: 'activation' };
      },
      tokenIds(rows) {
        return { tensor: 'tokens', shape: [rows], format: 'int32', role: 'activation' };
      },
    };
  };
}
