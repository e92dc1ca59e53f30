import { param, SystoleError } from '@systole/core';
import { findFormat, storageBytes } from '@systole/numerics';
import { operatorKey } from '@systole/trace';
import type { MatmulOperator, Operator, TraceBlock } from '@systole/trace';
import { formatQuantity } from '@systole/units';
import { defineMapping } from '../mapping.ts';
import type { MappedTask, Plan, Stretch } from '../mapping.ts';
import { inDependencyOrder, OPERATOR_KINDS } from '../operators.ts';
import { findBuffer, findInMemoryDevice, findUnit } from '../units.ts';
import { checkDevice } from '../in-memory/check-device.ts';
import { contextTasks, scoresTasks } from '../in-memory/attention.ts';
import type { Draft, Site } from '../in-memory/site.ts';
import { place } from './layout.ts';
import { appendTasks, embeddingTasks, writeOffset } from '../in-memory/storage.ts';
import { vectorTasks } from '../in-memory/vector.ts';
import { matmulTasks } from '../in-memory/vmm.ts';

/**
 * PIM-GPT (Wu, Wang, Lu; arXiv 2310.09385): vector-matrix products in the banks, everything else on the ASIC, and no
 * overlap between consecutive instructions, since the authors' simulator fetches one only when ASIC and PIM are idle.
 */
export const pimGpt = defineMapping({
  name: 'pim-gpt',
  summary:
    'Vector-matrix products in the banks of a memory that computes, all else on an ASIC beside it; serial.',
  citations: [
    'Wu, Wang, Lu: PIM-GPT: A Hybrid Process-in-Memory Accelerator for Autoregressive Transformers. arXiv 2310.09385; npj Unconventional Computing 1:4 (2024)',
  ],
  options: {
    headConcatenation: param.flag(
      'Fill a row with the keys of as many heads as fit; without it each head of a key starts a row of its own',
      { default: true },
    ),
  },
  plan(chip, header, options): Plan {
    const name = 'pim-gpt';
    const site: Site = {
      chip,
      device: findInMemoryDevice(chip, name),
      buffer: findBuffer(chip, name),
      vector: findUnit(chip, 'softmax', name),
      maxContext: Math.max(
        1,
        ...header.tensors.filter(({ role }) => role === 'kv').map((kv) => kv.shape[1] ?? 1),
      ),
      headConcatenation: options.headConcatenation,
    };
    checkDevice(chip, site.device, header);
    const { placement, decisions } = place(site, header);
    return {
      placement,
      decisions,
      stretchesOf: (block) => stretches(block, site),
    };
  },
});

/** One instruction at a time: a stretch an operator, its tasks one after another. */
function stretches(block: TraceBlock, site: Site): readonly Stretch[] {
  return inDependencyOrder(block).map(([index, operator]) => ({
    // The same operator at another place of its block is the same work, but for the index that a timeline shows.
    key: `${index} ${operatorKey(operator.kind === 'kv-append' ? { ...operator, position: writeOffset(operator, site) } : operator)}`,
    tasks: () => serialise(index, operator, site),
  }));
}

function serialise(index: number, operator: Operator, site: Site): readonly MappedTask[] {
  const tag = OPERATOR_KINDS.indexOf(operator.kind);
  return draftsOf(operator, site).map((draft, task) => ({
    ...draft,
    name: `${operator.id}: ${draft.name}`,
    tag,
    after: task === 0 ? [] : [task - 1],
    delay: 0,
    operator: index,
  }));
}

function draftsOf(operator: Operator, site: Site): readonly Draft[] {
  switch (operator.kind) {
    case 'matmul':
    case 'lm-head':
      checkVector(operator, site);
      return matmulTasks(operator, site);
    case 'attention-scores':
      return scoresTasks(operator, site);
    case 'attention-context':
      return contextTasks(operator, site);
    case 'kv-append':
      return appendTasks(operator, site);
    case 'embedding':
      return embeddingTasks(operator, site);
    case 'softmax':
    case 'layernorm':
    case 'rmsnorm':
    case 'rope':
    case 'gelu':
    case 'silu':
    case 'relu':
    case 'add':
    case 'multiply':
    case 'sample':
      return vectorTasks(operator, site);
  }
}

/** The vector that goes over the banks waits in the SRAM, one activation row at a time. Throws `capacity/exceeded`. */
function checkVector({ id, inputs, inner }: MatmulOperator, { buffer }: Site): void {
  const [activation] = inputs;
  const format = findFormat(activation?.format ?? '');
  const { capacity = Infinity } = buffer.facts;
  const bytes = format === undefined ? 0 : storageBytes(format, inner);
  if (bytes <= capacity) return;
  throw new SystoleError({
    code: 'capacity/exceeded',
    message: `an input vector of operator "${id}" has ${formatQuantity(bytes, 'data')}, and "${buffer.name}", which has to hold it, ${formatQuantity(capacity, 'data')}: ${formatQuantity(bytes - capacity, 'data')} short`,
    place: { path: `components.${buffer.name}` },
    hint: `Raise its capacity to ${formatQuantity(bytes, 'data')} at least, or use narrower activations.`,
  });
}
