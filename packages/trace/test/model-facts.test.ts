import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { OperatorBytes, TraceBlock } from '../src/index.ts';
import {
  decodeFlops,
  generateTrace,
  modelFacts,
  operatorBytes,
  operatorMacs,
  prefillFlops,
  tensorBytes,
} from '../src/index.ts';
import { loadModel, readFixture, workloadOf } from './models.ts';

const reference = z
  .object({
    models: z.record(
      z.string(),
      z.object({
        params_total: z.number(),
        params_matmul_in_layers: z.number(),
        params_output_head: z.number(),
        params_bias_norm_conv_other: z.number(),
        output_head_tied_to_embedding: z.boolean(),
        matmul_params_read_per_decode_token: z.number(),
        decode_linear_flops_per_token: z.number(),
        weight_bytes_per_decode_token_batch1: z.object({ fp16: z.number(), int8: z.number() }),
        weight_bytes_stored: z.object({ fp16: z.number(), int8: z.number() }),
        kv_bytes_per_token_fp16: z.number(),
        attention_flops_per_cached_token: z.number(),
        decode_flops_total_at_context: z.object({ 1024: z.number(), 4096: z.number() }),
        prefill_1024_flops: z.object({
          linear_all_positions_head_last_only: z.number(),
          attention_causal: z.number(),
          attention_full_square: z.number(),
        }),
      }),
    ),
  })
  .parse(JSON.parse(readFixture('model-facts.json')));
const models = Object.entries(reference.models);

interface Sums extends OperatorBytes {
  readonly linear: number;
  readonly attention: number;
}

// What the operators of a step add up to, each block as often as it is repeated.
function sumStep(blocks: Iterable<TraceBlock>, step: number): Sums {
  const sums = {
    linear: 0,
    attention: 0,
    weights: 0,
    kvRead: 0,
    kvWritten: 0,
    activationsRead: 0,
    activationsWritten: 0,
  };
  for (const block of blocks) {
    if (block.step !== step) continue;
    for (const operator of block.operators) {
      const kind = operator.kind.startsWith('attention') ? 'attention' : 'linear';
      sums[kind] += block.repeat * operatorMacs(operator);
      const bytes = operatorBytes(operator);
      sums.weights += block.repeat * bytes.weights;
      sums.kvRead += block.repeat * bytes.kvRead;
      sums.kvWritten += block.repeat * bytes.kvWritten;
    }
  }
  return sums;
}

describe.each(models)('%s', (name, facts) => {
  const config = loadModel(name);

  it('has the figures of the reference', () => {
    for (const format of ['fp16', 'int8'] as const) {
      const ours = modelFacts(config, { weights: format, kv: 'fp16' });
      expect(ours).toEqual({
        parameters: facts.params_total,
        layerMatrixParameters: facts.params_matmul_in_layers,
        headParameters: facts.params_output_head,
        vectorParameters: facts.params_bias_norm_conv_other,
        matrixParametersPerToken: facts.matmul_params_read_per_decode_token,
        linearFlopsPerToken: facts.decode_linear_flops_per_token,
        attentionFlopsPerCachedToken: facts.attention_flops_per_cached_token,
        weightBytesStored: facts.weight_bytes_stored[format],
        weightBytesPerToken: facts.weight_bytes_per_decode_token_batch1[format],
        kvBytesPerToken: facts.kv_bytes_per_token_fp16,
      });
    }
    expect(config.tied).toBe(facts.output_head_tied_to_embedding);
    expect(decodeFlops(config, 1024)).toBe(facts.decode_flops_total_at_context[1024]);
    expect(decodeFlops(config, 4096)).toBe(facts.decode_flops_total_at_context[4096]);
    const prefill = facts.prefill_1024_flops;
    expect(prefillFlops(config, 1024)).toEqual({
      linear: prefill.linear_all_positions_head_last_only,
      attentionCausal: prefill.attention_causal,
      attentionSquare: prefill.attention_full_square,
    });
  });

  it('has them in the operators of a decode step', () => {
    const context = 1024;
    for (const weights of ['fp16', 'int8'] as const) {
      const workload = workloadOf({ prompt: context - 1, generate: 2, weights, kv: 'fp16' });
      const sums = sumStep(generateTrace(config, workload).blocks(), 1);
      expect(2 * sums.linear).toBe(facts.decode_linear_flops_per_token);
      expect(2 * (sums.linear + sums.attention)).toBe(facts.decode_flops_total_at_context[context]);
      expect(sums.weights).toBe(facts.weight_bytes_per_decode_token_batch1[weights]);
      expect(sums.kvRead).toBe(context * facts.kv_bytes_per_token_fp16);
      expect(sums.kvWritten).toBe(facts.kv_bytes_per_token_fp16);
    }
  });

  it('has them in the operators of a prefill', () => {
    const workload = workloadOf({ prompt: 1024, kv: 'fp16' });
    const sums = sumStep(generateTrace(config, workload).blocks(), 0);
    expect(2 * sums.linear).toBe(facts.prefill_1024_flops.linear_all_positions_head_last_only);
    expect(2 * sums.attention).toBe(facts.prefill_1024_flops.attention_causal);
    expect(sums.kvWritten).toBe(1024 * facts.kv_bytes_per_token_fp16);
  });

  it('has them in the tensors to place', () => {
    const { header } = generateTrace(
      config,
      workloadOf({ prompt: 100, generate: 29, weights: 'fp16', kv: 'fp16' }),
    );
    const bytes = { weight: 0, kv: 0 };
    for (const tensor of header.tensors) bytes[tensor.role] += tensor.repeat * tensorBytes(tensor);
    expect(bytes.weight).toBe(facts.weight_bytes_stored.fp16);
    expect(bytes.kv).toBe(128 * facts.kv_bytes_per_token_fp16);
    expect(header.model?.parameters).toBe(facts.params_total);
  });
});

it('counts the scales of block formats', () => {
  const config = loadModel('llama-2-7b');
  const ours = modelFacts(config, { weights: 'mxfp4', kv: 'mxfp8' });
  // All widths are multiples of 32: 4 bits and an eighth of a byte of scale for each 32 elements.
  expect(ours.weightBytesStored).toBe(6738415616 / 2 + 6738415616 / 32);
  expect(ours.kvBytesPerToken).toBe((524288 / 2) * (1 + 1 / 32));
});
