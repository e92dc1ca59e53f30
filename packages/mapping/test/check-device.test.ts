import { SystoleError } from '@systole/core';
import type { Workload } from '@systole/trace';
import { describe, expect, it } from 'vitest';
import { pimGpt } from '../src/index.ts';
import { pimGptChip, smallGpt2, smallLlama, traceOf } from './support.ts';

function refusalOf(
  changes: Readonly<Record<string, string>>,
  workload: Partial<Workload> = {},
  config: unknown = smallGpt2(),
): SystoleError | undefined {
  try {
    pimGpt.plan(pimGptChip(changes), traceOf(config, workload).header, { headConcatenation: true });
  } catch (error) {
    if (error instanceof SystoleError) return error;
    throw error;
  }
  return undefined;
}

describe('what the banks have to be able to do', () => {
  it('names the unit and the flag when it does not compute in a format', () => {
    const weights = refusalOf({}, { weights: 'int8' });
    expect(weights?.code).toBe('mapping/unsupported-operator');
    expect(weights?.place.path).toBe('components.mac.format');
    expect(weights?.message).toContain('"mac" computes in bf16, and the weights are int8');
    expect(weights?.hint).toContain('--set components.mac.format=int8');
    expect(refusalOf({}, { kv: 'fp16' })?.hint).toContain('--kv bf16');
    expect(refusalOf({ 'components.mac.format': 'int8' }, { weights: 'int8', kv: 'int8' })).toBeUndefined();
  });

  it('takes activations of any format with whole bytes, since the vector unit computes with them', () => {
    expect(refusalOf({}, { activations: 'fp32' })).toBeUndefined();
  });

  it('wants whole elements in a column access', () => {
    const refusal = refusalOf({ 'components.dram.burstBytes': '1 B' });
    expect(refusal?.code).toBe('parameter/out-of-range');
    expect(refusal?.place.path).toBe('components.dram.burstBytes');
  });

  it('wants room for an element, and for a head of a query', () => {
    const element = refusalOf({ 'components.dram.vectorBuffer': '1 B' });
    expect(element?.code).toBe('capacity/exceeded');
    expect(element?.place.path).toBe('components.dram.vectorBuffer');
    // A head of smallGpt2 is 64 elements of 2 bytes; one of smallLlama 32.
    expect(refusalOf({ 'components.dram.vectorBuffer': '127 B' })?.message).toContain('a head of a query');
    expect(refusalOf({ 'components.dram.vectorBuffer': '128 B' })).toBeUndefined();
    expect(refusalOf({ 'components.dram.vectorBuffer': '64 B' }, {}, smallLlama())).toBeUndefined();
  });

  it('names the input buffer of the units where that is what is too small', () => {
    const refusal = refusalOf({ 'components.mac.inputBuffer': '127 B' });
    expect(refusal?.code).toBe('capacity/exceeded');
    expect(refusal?.place.path).toBe('components.mac.inputBuffer');
    expect(refusal?.message).toContain('a head of a query has 128 B, the input buffer of "mac" 127 B');
    expect(refusalOf({ 'components.mac.inputBuffer': '128 B' })).toBeUndefined();
    const both = { 'components.dram.vectorBuffer': '64 B', 'components.mac.inputBuffer': '127 B' };
    expect(refusalOf(both)?.place.path).toBe('components.dram.vectorBuffer');
  });
});
