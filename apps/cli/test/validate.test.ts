import { describe, expect, it } from 'vitest';
import { CHIP, folderWith, GPT2 } from './support/files.ts';
import { typed } from './support/typed.ts';

const WORKLOAD =
  'model: model.json\nprompt: 1\ngenerate: 2\nbatch: 1\nweights: bf16\nkv: bf16\nactivations: bf16\n';

/** A folder with a chip of its own, a small workload and claims about them. */
function folderOf(claim: string): string {
  return folderWith({
    'configs/mine/chip.yaml': CHIP.replace('name: pim-gpt', 'name: mine'),
    'traces/small.yaml': WORKLOAD,
    'traces/model.json': GPT2,
    'claims.yaml': [
      'systole: claims/1',
      'chip: mine',
      'claims:',
      '  - id: rate',
      '    what: row hits',
      '    workload: small',
      '    metric: { kind: row-hit-rate, component: dram }',
      "    unit: '%'",
      '    confidence: measured',
      '    source: a test',
      claim,
      '',
    ].join('\n'),
  });
}

describe('systole validate', () => {
  it('holds the chip that comes with Systole against what was published', async () => {
    const { code, stdout, stderr } = await typed(['validate', 'pim-gpt']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/row-hit rate/);
    expect(stdout).not.toMatch(/\bNO\b/);
  }, 120_000);

  it('ends with 0 where a claim holds, and with 1 where it does not', async () => {
    const args = ['validate', 'mine', '--reference', 'claims.yaml'];
    const holds = await typed(args, folderOf('    range: [1, 100]\n    tolerance: 0'));
    expect([holds.code, holds.stderr]).toEqual([0, '']);
    const fails = await typed(args, folderOf('    published: 0.5\n    tolerance: 0.01'));
    expect([fails.code, fails.stderr]).toEqual([1, '']);
    expect(fails.stdout).toMatch(/row hits .* NO /);
    const json = await typed([...args, '--json'], folderOf('    published: 0.5\n    tolerance: 0.01'));
    expect(json.code).toBe(1);
    expect(JSON.parse(json.stdout)).toMatchObject({ chip: 'mine', claims: [{ id: 'rate', holds: false }] });
  });

  it('ends with 2 where there is nothing to hold it against', async () => {
    const folder = folderOf('    published: 1');
    const none = await typed(['validate', 'mine'], folder);
    expect([none.code, none.stdout]).toEqual([2, '']);
    expect(none.stderr).toContain('no claims stand beside the chip "mine"');
    const bad = await typed(['validate', 'mine', '--reference', 'configs/mine/chip.yaml'], folder);
    expect([bad.code, bad.stdout]).toEqual([2, '']);
    expect(bad.stderr).toMatch(/configs\/mine\/chip\.yaml:\d+:\d+/);
  });
});
