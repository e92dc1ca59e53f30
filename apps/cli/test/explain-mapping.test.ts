import { describe, expect, it } from 'vitest';
import { systole } from './support/systole.ts';

describe('systole run --explain-mapping', () => {
  it('lists what was chosen for each kind of operator, with the alternatives and their cost', () => {
    const { code, stdout } = systole([
      'run',
      'npu-hbm',
      'gpt2-small',
      '--generate',
      '2',
      '--set',
      'mapping=auto',
      '--explain-mapping',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('What mapping "auto" chose');
    expect(stdout).toMatch(/matmul +L\{i\}\.attn\.qkv +chosen +\w+ .* \d[\d.]* us/);
    expect(stdout).toMatch(/passed over +\w+ .* \d[\d.]* us/);
    expect(stdout).toMatch(/not possible +the banks +no memory of the chip computes/);
  });

  it('says so where there was nothing to choose', () => {
    const { code, stdout } = systole([
      'run',
      'pim-gpt',
      'gpt2-small',
      '--generate',
      '2',
      '--explain-mapping',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('there was nothing to choose');
  });
});
