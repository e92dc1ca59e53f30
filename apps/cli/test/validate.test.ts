import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
    expect(stdout).toMatch(/row-hit rate +gpt2-xl +98 +98\.\d+ +% +\S+ % +1 point +yes/);
    expect(stdout).toMatch(/^speed-up of 16 channels over 8, gpt3-xl: /m);
    expect(stdout).not.toMatch(/\bNO\b/);
    expect(stdout).toMatch(/16 claims: 11 hold, 5 are shown without being held\.\n$/);
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
    expect(JSON.parse(json.stdout)).toEqual({
      chips: ['mine'],
      claims: [
        {
          chip: 'mine',
          id: 'rate',
          what: 'row hits',
          workload: 'small',
          metric: 'row-hit-rate',
          published: 0.5,
          simulated: expect.closeTo(86.3, 1),
          unit: '%',
          error: expect.any(Number),
          tolerance: 0.01,
          holds: false,
          confidence: 'measured',
          source: 'a test',
        },
      ],
    });
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

  it('validates every chip beside which claims stand when none is named', async () => {
    const folder = folderOf('    published: 50\n    tolerance: 1');
    const claims = readFileSync(join(folder, 'claims.yaml'), 'utf8');
    // Small ones in the place of those that come with Systole, whose names are found from every folder.
    const ours = JSON.parse((await typed(['list', 'validations', '--json'])).stdout);
    const names = ['mine', 'yours', ...ours.map(({ name }: { name: string }) => name)];
    for (const name of names) {
      mkdirSync(join(folder, 'configs', name), { recursive: true });
      writeFileSync(
        join(folder, 'configs', name, 'chip.yaml'),
        CHIP.replace('name: pim-gpt', `name: ${name}`),
      );
      writeFileSync(
        join(folder, 'configs', name, 'claims.yaml'),
        claims.replace('chip: mine', `chip: ${name}`),
      );
    }
    const { code, stdout, stderr } = await typed(['validate', '--json'], folder);
    expect([code, stderr]).toEqual([0, '']);
    const { chips, claims: checked } = JSON.parse(stdout);
    expect([...chips].sort()).toEqual(names.sort());
    expect(checked.map(({ chip }: { chip: string }) => chip)).toEqual(chips);
    expect(names.length).toBeGreaterThan(4);
    const table = await typed(['validate'], folder);
    expect(table.stdout).toMatch(/^yours\n/m);
    expect(table.stdout).toContain(`claims of ${names.length} chips: `);
  });

  it('takes the chip that claims are about, and no other', async () => {
    const folder = folderOf('    range: [1, 100]\n    tolerance: 0');
    const named = await typed(['validate', '--reference', 'claims.yaml'], folder);
    expect([named.code, named.stdout]).toEqual([0, expect.stringMatching(/1 claim: 1 holds\.\n$/)]);
    const other = await typed(['validate', 'pim-gpt', '--reference', 'claims.yaml'], folder);
    expect([other.code, other.stdout]).toEqual([2, '']);
    expect(other.stderr).toMatch(/claims\.yaml:2:\d+ {2}chip: these are claims about the chip "mine"/);
  });

  it.each([
    ['a unit of something else', { unit: 'mJ' }, ':8:', 'unit', '"%"'],
    [
      'no unit of time',
      { metric: '{ kind: time-per-token }', unit: 'parsec' },
      ':8:',
      'a unit of time such as us',
    ],
    [
      'a component that is not there',
      { metric: '{ kind: row-hit-rate, component: dran }' },
      ':7:',
      'claim "rate"',
      'dram',
    ],
    [
      'a part of the path that is not there',
      { metric: '{ kind: path-share, components: [vectr] }' },
      ':7:',
      'vector',
    ],
    ['a reason that is not there', { metric: '{ kind: path-share, reasons: [refesh] }' }, ':7:', 'refresh'],
    [
      'an operator that is not there',
      { metric: '{ kind: path-share, operators: [matmull] }' },
      ':7:',
      'matmul',
    ],
    ['a workload that is not there', { workload: 'smal' }, ':6:', 'claim "rate"', 'small'],
    [
      'a change that cannot be',
      { metric: '{ kind: speed-up, set: { components.dram.channels: -1 } }', unit: 'x' },
      ':7:',
      'claim "rate": components.dram.channels',
      'expected 1 to 4096',
    ],
    [
      'a parameter that is not there',
      { workload: 'small\n    set: { components.dram.chanels: 4 }' },
      ':7:',
      'claim "rate": components.dram.chanels',
      'channels',
    ],
    ['a range upside down', { claim: '    range: [2, 1]' }, ':11:', 'lower end first'],
    ['a tolerance about nothing', { claim: '    tolerance: 0.1' }, ':11:', 'published value'],
    ['a share of nothing', { claim: '    published: 0\n    tolerance: 0.1' }, ':12:', 'absolute: true'],
  ] as const)('refuses %s, and says where', async (_, change, ...words) => {
    const folder = folderOf('claim' in change ? change.claim : '    published: 1');
    const file = join(folder, 'claims.yaml');
    let text = readFileSync(file, 'utf8');
    for (const [key, value] of Object.entries(change)) {
      text = text.replace(new RegExp(`^    ${key}: .*$`, 'm'), () => `    ${key}: ${value}`);
    }
    writeFileSync(file, text);
    const { code, stdout, stderr } = await typed(['validate', 'mine', '--reference', 'claims.yaml'], folder);
    expect([code, stdout]).toEqual([2, '']);
    for (const word of ['claims.yaml', ...words]) expect(stderr).toContain(word);
  });

  it('gives a value in the unit of its claim', async () => {
    const values: number[] = [];
    for (const unit of ['ns', 'us', 'ms']) {
      const folder = folderOf('    published: 1');
      const file = join(folder, 'claims.yaml');
      const text = readFileSync(file, 'utf8').replace(/metric: .*/, 'metric: { kind: time-per-token }');
      writeFileSync(file, text.replace(/unit: .*/, `unit: ${unit}`));
      const { stdout } = await typed(['validate', '--reference', 'claims.yaml', '--json'], folder);
      values.push(JSON.parse(stdout).claims[0].simulated);
    }
    const [ns = 0, us = 0, ms = 0] = values;
    expect(ns).toBeGreaterThan(1000);
    expect([us * 1000, ms * 1e6]).toEqual([expect.closeTo(ns, 6), expect.closeTo(ns, 6)]);
  });

  it.each([
    [['pim-gpt', '--prompt', '5'], 'claims say themselves what runs'],
    [['--model', 'model.json'], 'claims say themselves what runs'],
    [['--sensitivity', 'gpt2-small'], 'no chip was named'],
    [['pim-gpt', '--sensitivity', 'gpt2-small', '--reference', 'claims.yaml'], 'Leave out --reference'],
  ])('refuses what would be ignored: %j', async (args, words) => {
    const { code, stdout, stderr } = await typed(['validate', ...args], folderOf('    published: 1'));
    expect([code, stdout, stderr.includes(words)]).toEqual([2, '', true]);
  });
});
