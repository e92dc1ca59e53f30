import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from './support/systole.ts';
import { typed } from './support/typed.ts';

interface Variant {
  readonly name: string;
  readonly ps: number;
  readonly factor: number;
  readonly parts: readonly { readonly part: string; readonly ps: number }[];
}

const PIM_GPT: readonly string[] = ['pim-gpt', 'gpt2-small', '--generate', '5'];
const NPU_PIM: readonly string[] = ['npu-pim', 'llama-3.1-8b', '--prompt', '4', '--generate', '3'];

async function variantsOf(chip: readonly string[]): Promise<readonly Variant[]> {
  const { code, stdout, stderr } = await typed(['run', ...chip, '--json'], scratch());
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout).commandOverheads[0].variants;
}

describe('what the commands of in-memory compute cost', () => {
  it.each([[PIM_GPT], [NPU_PIM]])('is told of %j, from the ideal up', async (chip) => {
    const variants = await variantsOf(chip);
    const names = ['ideal', 'aim', 'hbm-pim', 'newton', 'attacc'].map((name) => `in-memory-${name}`);
    expect(variants.map(({ name }) => name)).toEqual([names[0], 'configured', ...names.slice(1)]);
    const ideal = variants[0]?.ps ?? NaN;
    for (const { ps, factor, parts } of variants) {
      expect(ps).toBeGreaterThanOrEqual(ideal);
      expect(factor).toBe(ps / ideal);
      expect(parts.reduce((sum, part) => sum + part.ps, 0)).toBe(ps);
    }
  });

  it('is next to nothing of PIM-GPT as configured, and most of all the activation window of the NPU', async () => {
    const [pimGpt, npuPim] = [await variantsOf(PIM_GPT), await variantsOf(NPU_PIM)];
    expect(pimGpt[1]?.factor).toBeLessThan(1.02);
    expect(npuPim[1]?.factor).toBeGreaterThan(2);
    const [largest] = (npuPim[1]?.parts ?? []).toSorted((a, b) => b.ps - a.ps);
    expect(largest?.part).toBe('activation-limit');
  });

  it('is shown in words, in rows and on a page', async () => {
    const folder = scratch();
    const text = await typed(['run', ...PIM_GPT, '--html', 'run.html'], folder);
    expect(text.stdout).toMatch(
      /In-memory command overheads\ndram +ideal +configured +aim +hbm-pim +newton +attacc\n/,
    );
    expect(readFileSync(join(folder, 'run.html'), 'utf8')).toContain('<h2>In-memory command overheads</h2>');
    const csv = await typed(['run', ...PIM_GPT, '--csv'], scratch());
    expect(csv.stdout).toMatch(/^overhead,dram,,in-memory-aim,mode-switch,ps,[1-9]\d*$/m);
  });

  it.each([
    ['npu-hbm', 'llama-3.1-8b', '--prompt', '4', '--generate', '2'],
    ['cambricon-llm-s', 'opt-6.7b', '--prompt', '4', '--generate', '2'],
  ])('is not told of %s, whose DRAM does not compute', async (...chip) => {
    const { code, stdout } = await typed(['run', ...chip, '--json'], scratch());
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).not.toHaveProperty('commandOverheads');
  });
});
