import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHIP, filesOf, folderWith, GPT2 } from './support/files.ts';
import { readHtml } from './support/read-html.ts';
import { typed } from './support/typed.ts';

const COMPARE = ['compare', 'pim-gpt', '--model', 'model.json', '--generate', '2'] as const;

function folder(): string {
  return folderWith({ 'model.json': GPT2, 'half/chip.yaml': CHIP.replace('name: pim-gpt', 'name: half') });
}

interface Entry {
  readonly label: string;
  readonly result: { readonly time: { readonly total: { readonly ps: number } }; readonly workload: object };
}

async function entries(args: readonly string[], where: string = folder()): Promise<readonly Entry[]> {
  const { code, stdout, stderr } = await typed([...args, '--json'], where);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

describe('systole compare', () => {
  it('sets chips side by side, and writes nothing', async () => {
    const where = folder();
    const args = ['compare', 'pim-gpt', 'half/chip.yaml', '--model', 'model.json', '--generate', '2'];
    const { code, stdout, stderr } = await typed(args, where);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^pim-gpt .*^half /ms);
    expect(filesOf(where)).toEqual(['half/chip.yaml', 'model.json']);
    expect((await entries(args, where)).map(({ label }) => label)).toEqual(['pim-gpt', 'half']);
  });

  it('sets workloads side by side', async () => {
    const args = [
      'compare',
      'pim-gpt',
      '--workload',
      'gpt2-small',
      '--workload',
      'gpt2-medium',
      '--generate',
      '1',
    ];
    const found = await entries(args);
    expect(found.map(({ label }) => label)).toEqual(['gpt2-small', 'gpt2-medium']);
    expect(found[1]?.result.time.total.ps).toBeGreaterThan(found[0]?.result.time.total.ps ?? Infinity);
  });

  it('varies a parameter, and finds what a run of each value finds', async () => {
    const where = folder();
    const found = await entries([...COMPARE, '--vary', 'components.dram.channels=4,8,16'], where);
    expect(found.map(({ label }) => label)).toEqual([
      'dram.channels=4',
      'dram.channels=8',
      'dram.channels=16',
    ]);
    for (const [index, channels] of [4, 8, 16].entries()) {
      const set = ['--set', `components.dram.channels=${channels}`, '--json'];
      const run = await typed(['run', 'pim-gpt', '--model', 'model.json', '--generate', '2', ...set], where);
      expect(found[index]?.result).toEqual(JSON.parse(run.stdout));
    }
  });

  it('varies several parameters at once with braces, and the workload', async () => {
    const clocks = await entries([...COMPARE, '--vary', 'components.{vector,sram,xbar}.clock=500 MHz,1 GHz']);
    expect(clocks).toHaveLength(2);
    expect(clocks[0]?.result.time.total.ps).toBeGreaterThan(clocks[1]?.result.time.total.ps ?? Infinity);
    const lengths = await entries([...COMPARE, '--vary', 'workload.generate=1,2,3']);
    expect(lengths.map(({ result }) => result.workload)).toMatchObject([
      { generate: 1 },
      { generate: 2 },
      { generate: 3 },
    ]);
  });

  it('runs all combinations of several --vary', async () => {
    const vary = ['--vary', 'components.dram.channels=4,8', '--vary', 'workload.batch=1,2,3'];
    const found = await entries([...COMPARE, ...vary]);
    expect(new Set(found.map(({ label }) => label)).size).toBe(6);
  });

  it('prints a row a run with --csv', async () => {
    const { code, stdout } = await typed([...COMPARE, '--vary', 'workload.generate=1,2', '--csv'], folder());
    expect(code).toBe(0);
    const [head = '', ...rows] = stdout.trimEnd().split(/\r?\n/);
    expect(rows).toHaveLength(2);
    for (const row of rows) expect(row.split(',')).toHaveLength(head.split(',').length);
  });

  it('writes a page with plots that needs nothing but itself', async () => {
    const where = folder();
    const args = [...COMPARE, '--vary', 'components.dram.channels=4,8,16', '--html', 'page.html'];
    const { code, stderr } = await typed(args, where);
    expect([code, stderr]).toEqual([0, 'Page: page.html\n']);
    const page = readHtml(readFileSync(join(where, 'page.html'), 'utf8'));
    expect(page.addresses.filter((address) => !address.startsWith('#'))).toEqual([]);
    expect(page.count('svg')).toBeGreaterThan(0);
    expect(page.text).not.toMatch(/undefined|NaN|\[object/);
  });

  it('draws a line for each chip over what varies', async () => {
    const where = folder();
    const chips = ['compare', 'npu-hbm', 'npu-pim', ...COMPARE.slice(2)];
    const linesOf = async (vary: string): Promise<readonly [lines: number, legends: number]> => {
      const { code } = await typed([...chips, '--vary', vary, '--html=page.html'], where);
      expect(code).toBe(0);
      const html = readFileSync(join(where, 'page.html'), 'utf8');
      const plot = /<figcaption>Time per token, mean of the decode steps\.<\/figcaption>.*?<\/figure>/s.exec(
        html,
      );
      const lines = plot?.[0].match(/<path[^>]*fill="(?:none|transparent)"[^>]*stroke-width="1.8"/g);
      return [lines?.length ?? 0, plot?.[0].match(/class="legend"/g)?.length ?? 0];
    };
    expect(await linesOf('workload.batch=1,2,4')).toEqual([2, 1]);
    // One value each is nothing to draw a line through.
    expect(await linesOf('workload.batch=2')).toEqual([0, 0]);
  });

  describe('with a chip that refuses the workload', () => {
    const formats = ['--weights', 'int8', '--kv', 'int8', '--activations', 'int8'];
    const CHIPS = [
      'compare',
      'npu-hbm',
      'pim-gpt',
      'cambricon-llm-s',
      '--model',
      'model.json',
      '--generate',
      '2',
    ];

    it('shows the others, and says of it why and what would make it run', async () => {
      const where = folder();
      const { code, stdout, stderr } = await typed([...CHIPS, ...formats, '--html', 'page.html'], where);
      expect([code, stderr]).toEqual([0, 'Page: page.html\n']);
      expect(stdout).toMatch(/^npu-hbm .*^cambricon-llm-s /ms);
      expect(stdout).toMatch(
        /\nDid not run\npim-gpt {2}\[mapping\/unsupported-operator\] \S+chip\.yaml:\d+:\d+ {2}components\.mac\.format: .*int8\n {4}Take --weights bf16/,
      );
      const page = readHtml(readFileSync(join(where, 'page.html'), 'utf8'));
      for (const words of [
        'Did not run',
        'what would make it run',
        'Take --weights bf16',
        'The runs part most at',
      ]) {
        expect(page.text).toContain(words);
      }
      for (const words of ['Time to first token', 'Energy per token', 'By operator', 'What costs most']) {
        expect(page.text).toContain(words);
      }
    });

    it('keeps it at its place in JSON and CSV', async () => {
      const json = await typed([...CHIPS, ...formats, '--json'], folder());
      expect([json.code, json.stderr]).toEqual([0, '']);
      expect(JSON.parse(json.stdout)).toMatchObject([
        { label: 'npu-hbm', result: { format: 'systole-result' } },
        {
          label: 'pim-gpt',
          refused: [{ code: 'mapping/unsupported-operator', place: { path: 'components.mac.format' } }],
        },
        { label: 'cambricon-llm-s', result: { format: 'systole-result' } },
      ]);
      const csv = await typed([...CHIPS, ...formats, '--csv'], folder());
      const [head = '', ...rows] = csv.stdout.trimEnd().split('\n');
      expect(rows).toHaveLength(3);
      expect(rows[1]?.split(',')[head.split(',').indexOf('refused')]).toContain('unsupported-operator');
    });

    it('is bad input where fewer than two runs are left', async () => {
      const typing = [
        'compare',
        'npu-hbm',
        'pim-gpt',
        '--model',
        'model.json',
        '--generate',
        '2',
        ...formats,
      ];
      const { code, stdout, stderr } = await typed(typing, folder());
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toContain('pim-gpt: "mac" computes in bf16');
    });

    it('compares a sweep without the values that do not fit together', async () => {
      const typing = [...COMPARE, '--vary', 'components.xbar.inputs=4,24,32'];
      const { code, stdout } = await typed(typing, folder());
      expect(code).toBe(0);
      expect(stdout).toMatch(/Did not run\nxbar\.inputs=4 {2}\[chip\/port-conflict\]/);
    });
  });

  it.each([
    [['--vary', 'components.dram.chanels=4'], 'components.dram.chanels', 'Did you mean "channels"?'],
    [['--vary', 'components.dram.channels=4,many'], 'components.dram.channels', 'a whole number'],
    [['--vary', 'components.dram.channels'], '--vary takes', 'path=value'],
    [['--vary', 'workload.genrate=1'], 'genrate', 'generate'],
    [['--vary', 'workload.generate=1,zero'], '--generate', '"zero"'],
    [
      ['--vary', `components.dram.channels=${Array.from({ length: 300 }, () => '8').join(',')}`],
      '256',
      'fewer',
    ],
    [['--mapping', 'pim'], '"pim"', 'pim-gpt'],
    [['--html=.'], 'it is a folder', 'another path'],
  ])('refuses %j, and says what to do', async (flags, ...words) => {
    const { code, stdout, stderr } = await typed([...COMPARE, ...flags], folder());
    expect([code, stdout]).toEqual([2, '']);
    for (const word of words) expect(stderr).toContain(word);
  });

  it('says once that a workload is not there, and where one belongs', async () => {
    const unknown = await typed(['compare', 'pim-gpt', 'half', '--workload', 'gpt2-smal'], folder());
    expect([unknown.code, unknown.stdout]).toEqual([2, '']);
    expect(unknown.stderr.match(/there is no workload/g)).toHaveLength(1);
    const astray = await typed(['compare', 'pim-gpt', 'half', 'gpt2-small'], folder());
    expect([astray.code, astray.stdout]).toEqual([2, '']);
    expect(astray.stderr).toContain('systole compare pim-gpt --workload gpt2-small');
  });
});
