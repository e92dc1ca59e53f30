import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HOME, systole } from './support/systole.ts';

describe('a model without a workload file, in INT8', () => {
  const model = join(HOME, 'traces/models/gpt2.json');
  const shape = ['--prompt', '16', '--generate', '4', '--batch', '1'];
  const formats = ['--weights', 'int8', '--kv', 'int8', '--activations', 'bf16'];
  const asked = ['run', 'pim-gpt', '--model', model, ...shape, ...formats];

  it('runs where the units of the chip compute in it', () => {
    const { code, stdout } = systole([...asked, '--set', 'components.mac.format=int8']);
    expect(code).toBe(0);
    expect(stdout).toContain('weights int8, kv int8, activations bf16');
  });

  it('is refused with the change that would let it run', () => {
    const { code, stderr } = systole(asked);
    expect(code).toBe(2);
    expect(stderr).toContain('components.mac.format');
    expect(stderr).toContain('--set components.mac.format=int8');
  });
});
