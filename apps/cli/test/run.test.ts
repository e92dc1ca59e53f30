import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesOf, folderWith, GPT2, MODELS } from './support/files.ts';
import { readHtml } from './support/read-html.ts';
import { scratch, systole } from './support/systole.ts';
import { typed } from './support/typed.ts';

const RUN = ['run', 'pim-gpt', 'gpt2-small', '--generate', '3'] as const;
const SMALL = ['run', 'pim-gpt', '--model', 'model.json', '--generate', '3'] as const;

function small(): string {
  return folderWith({ 'model.json': GPT2 });
}

async function resultOf(args: readonly string[], folder: string = scratch()) {
  const { code, stdout, stderr } = await typed([...args, '--json'], folder);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

describe('systole run', () => {
  it('reports figures, keeps the full result, and writes nothing else', () => {
    const folder = scratch();
    const { code, stdout, stderr } = systole(RUN, folder);
    expect(code).toBe(0);
    expect(stdout).toMatch(/first token +\d+(\.\d+)? us +[\d,]+ +tokens per second +[\d,.]+/);
    expect(stdout).toMatch(/total, 3 tokens/);
    expect(stdout).toMatch(/energy per token +\d+(\.\d+)? mJ/);
    for (const component of ['dram', 'mac', 'sram', 'vector', 'xbar']) {
      expect(stdout).toMatch(new RegExp(`^${component} +\\w+/`, 'm'));
    }
    expect(stdout.endsWith('\n')).toBe(true);
    expect(stdout).not.toContain('\u001B');
    expect(stderr).toBe('Full result: systole-results/pim-gpt-gpt2-small.json\n');
    expect(filesOf(folder)).toEqual(['systole-results/pim-gpt-gpt2-small.json']);
    const result = JSON.parse(readFileSync(join(folder, 'systole-results/pim-gpt-gpt2-small.json'), 'utf8'));
    expect(result).toMatchObject({ format: 'systole-result', version: 1, time: { tokens: 3 } });
  });

  it('prints with --json the result and nothing else, the same as the file and from anywhere', () => {
    const [here, there] = [scratch(), scratch()];
    const first = systole([...RUN, '--json', '--out', 'deep/er/r.json'], here);
    expect(first.code).toBe(0);
    expect(first.stderr).toBe('');
    expect(JSON.parse(first.stdout).format).toBe('systole-result');
    expect(readFileSync(join(here, 'deep/er/r.json'), 'utf8')).toBe(first.stdout);
    expect(filesOf(here)).toEqual(['deep/er/r.json']);
    expect(systole([...RUN, '--json'], there).stdout).toBe(first.stdout);
    expect(filesOf(there)).toEqual([]);
    expect(systole(RUN, there).code).toBe(0);
    expect(readFileSync(join(there, 'systole-results/pim-gpt-gpt2-small.json'), 'utf8')).toBe(first.stdout);
  });

  it('finds the same to the byte when nothing is taken from memory', async () => {
    for (const flags of [[], ['--prompt', '5', '--batch', '2']]) {
      const folder = small();
      const quick = await typed([...SMALL, ...flags, '--json'], folder);
      const slow = await typed([...SMALL, ...flags, '--json', '--no-reuse'], folder);
      expect(slow).toEqual(quick);
      expect(quick.code).toBe(0);
    }
    const gpt2 = await typed([...RUN, '--json']);
    expect(await typed([...RUN, '--json', '--no-reuse'])).toEqual(gpt2);
  });

  it('prints with --csv a table that any reader takes', async () => {
    const folder = small();
    const { code, stdout, stderr } = await typed([...SMALL, '--csv'], folder);
    expect([code, stderr]).toEqual([0, '']);
    const rows = stdout.trimEnd().split(/\r?\n/);
    const columns = rows.map((row) => [...row.matchAll(/(?:^|,)(?:"(?:[^"]|"")*"|[^",]*)/g)].length);
    expect(new Set(columns)).toEqual(new Set([7]));
    const result = await resultOf(SMALL, folder);
    expect(stdout).toContain(`run,,,,total time,ps,${result.time.total.ps}`);
    expect(filesOf(folder)).toEqual(['model.json']);
  });

  it('writes a page that needs nothing but itself', async () => {
    const folder = small();
    const { code, stderr } = await typed([...SMALL, '--html', 'out/page.html'], folder);
    expect([code, stderr.includes('Page: out/page.html')]).toEqual([0, true]);
    const page = readHtml(readFileSync(join(folder, 'out/page.html'), 'utf8'));
    expect(page.addresses.filter((address) => !address.startsWith('#'))).toEqual([]);
    expect(page.count('svg')).toBeGreaterThan(0);
    expect(page.count('script')).toBe(0);
    expect(page.text).toContain('pim-gpt');
    expect(page.text).not.toMatch(/undefined|NaN|\[object/);
    expect(filesOf(folder)).toEqual(['model.json', 'out/page.html', 'systole-results/pim-gpt-model.json']);
  });

  it('escapes what a model is called in a page', async () => {
    const folder = folderWith({ '<img src=x onerror=alert(1)>.json': GPT2 });
    const args = ['run', 'pim-gpt', '--model', '<img src=x onerror=alert(1)>.json', '--generate', '2'];
    const { code } = await typed([...args, '--html', 'page.html'], folder);
    expect(code).toBe(0);
    expect(readHtml(readFileSync(join(folder, 'page.html'), 'utf8')).count('img')).toBe(0);
  });

  it('writes a timeline in the trace event format, of the steps that are asked for', async () => {
    const folder = small();
    const args = [...SMALL, '--timeline', 'timeline.json', '--timeline-steps', '2', '--json'];
    expect((await typed(args, folder)).code).toBe(0);
    const { traceEvents } = JSON.parse(readFileSync(join(folder, 'timeline.json'), 'utf8'));
    const complete = traceEvents.filter(({ ph }: { ph: string }) => ph === 'X');
    expect(complete.length).toBeGreaterThan(50);
    for (const { ts, dur, pid, tid, name } of complete) {
      expect([ts >= 0, dur >= 0, typeof pid, typeof tid, name !== '']).toEqual([
        true,
        true,
        'number',
        'number',
        true,
      ]);
    }
    const spans = complete.filter(({ cat }: { cat: string }) => cat === 'span');
    expect(spans.every(({ name }: { name: string }) => name.startsWith('step 2'))).toBe(true);
    expect(spans.length).toBeGreaterThan(0);
  });

  it('finds the same with a timeline as without', async () => {
    const folder = small();
    const plain = await resultOf(SMALL, folder);
    expect(await resultOf([...SMALL, '--timeline', 't.json'], folder)).toEqual(plain);
  });

  it('changes the chip with --set, and says what else it became', async () => {
    const folder = small();
    const plain = await resultOf(SMALL, folder);
    const slower = await resultOf([...SMALL, '--set', 'components.dram.tRCD=24 ns'], folder);
    expect(slower.time.total.ps).toBeGreaterThan(plain.time.total.ps);
    expect(slower.inputsHash).not.toBe(plain.inputsHash);
    const both = await resultOf([...SMALL, '--set', 'components.{vector,sram}.clock=500 MHz'], folder);
    const one = await resultOf([...SMALL, '--set', 'components.vector.clock=500 MHz'], folder);
    expect(both.time.total.ps).toBeGreaterThan(one.time.total.ps);
    const twice = ['--set', 'components.vector.clock=500 MHz', '--set', 'components.sram.clock=500 MHz'];
    expect(await resultOf([...SMALL, ...twice], folder)).toEqual(both);
    expect(await resultOf([...SMALL, '--set', 'components.dram.tRCD=12 ns'], folder)).toMatchObject({
      time: plain.time,
    });
  });

  it('takes models of every supported kind, and shapes them', async () => {
    const folder = folderWith(
      Object.fromEntries(
        Object.entries(MODELS).map(([name, config]) => [`${name}.json`, JSON.stringify(config)]),
      ),
    );
    for (const name of Object.keys(MODELS)) {
      const shape = ['--prompt', '9', '--generate', '2', '--batch', '3'];
      const result = await resultOf(['run', 'pim-gpt', '--model', `${name}.json`, ...shape], folder);
      expect(result.workload).toMatchObject({ name, model: name, prompt: 9, generate: 2, batch: 3 });
      expect(result.time.tokens).toBe(6);
      expect(result.time.perStep).toHaveLength(2);
      expect(result.time.perStep[0]).toBeGreaterThan(result.time.perStep[1]);
    }
  });

  it('names a model whose file is called config.json by its folder', async () => {
    const folder = folderWith({ 'my-model/config.json': GPT2 });
    const { workload } = await resultOf(
      ['run', 'pim-gpt', '--model', 'my-model/config.json', '--generate', '1'],
      folder,
    );
    expect(workload.name).toBe('my-model');
  });

  it('computes in the formats that are asked for, where the chip has them', async () => {
    const folder = small();
    const int8 = [...SMALL, '--weights', 'int8', '--kv', 'int8', '--activations', 'bf16'];
    const narrow = await resultOf([...int8, '--set', 'components.mac.format=int8'], folder);
    const wide = await resultOf(SMALL, folder);
    expect(narrow.workload).toMatchObject({ weights: 'int8', kv: 'int8', activations: 'bf16' });
    const weights = ({ mapping }: typeof wide): number => mapping.placement[0].bytes;
    expect(weights(narrow)).toBeLessThan(weights(wide));
    const refused = await typed(int8, folder);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(
      /\[mapping\/unsupported-operator\]: \S+chip\.yaml:\d+:\d+ {2}components\.mac\.format/,
    );
    expect(refused.stderr).toContain('--set components.mac.format=int8');
  });

  it('takes a long prompt for many sequences', async () => {
    // 8,320 rows through four tiles of 2 KiB are more than 64 MiB of vectors for one matrix.
    const config = { ...MODELS.gpt2, n_layer: 1, n_embd: 1024, n_head: 8 };
    const folder = folderWith({ 'wide.json': JSON.stringify(config) });
    const shape = ['--prompt', '16', '--generate', '1', '--batch', '520'];
    const result = await resultOf(['run', 'pim-gpt', '--model', 'wide.json', ...shape], folder);
    expect(result.time.tokens).toBe(520);
    const matmul = result.operators.find(({ kind }: { kind: string }) => kind === 'matmul');
    // Every weight of the layer meets every token of the prompt.
    expect(matmul.macs).toBe(12 * 1024 * 1024 * 16 * 520);
  });

  it('says what does not fit: the memory, the need, what there is, and what is short', async () => {
    const { code, stdout, stderr } = await typed(['run', 'pim-gpt', 'llama-3.1-8b']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /\[capacity\/exceeded\]: \S+chip\.yaml:\d+:\d+ {2}components\.dram: .*weights 1\d\.\d+ GiB \+ KV cache/,
    );
    expect(stderr).toMatch(/memory "dram" has 4 GiB, which is 1\d\.\d+ GiB short/);
    expect(stderr).toContain('--set components.dram.channels=16');
  });

  it('keeps no result where it cannot, and says so, but reports', async () => {
    const folder = folderWith({ 'model.json': GPT2, 'systole-results': 'in the way' });
    const { code, stdout, stderr } = await typed(SMALL, folder);
    expect(code).toBe(0);
    expect(stdout).toContain('tokens per second');
    expect(stderr).toContain('The full result was not kept: systole-results/pim-gpt-model.json');
  });

  it('refuses before the work what it could not write after it', async () => {
    const folder = folderWith({ 'model.json': GPT2, taken: 'a file' });
    for (const flag of ['--out', '--html', '--timeline']) {
      for (const [path, reason] of [
        ['.', 'it is a folder'],
        ['taken/x', 'taken is no folder'],
        ['', 'it has no name'],
      ] as const) {
        const { code, stdout, stderr } = await typed([...SMALL, `${flag}=${path}`], folder);
        expect([code, stdout]).toEqual([2, '']);
        expect(stderr).toContain('[file/unreadable]');
        expect(stderr).toContain(reason);
      }
    }
    expect(filesOf(folder)).toEqual(['model.json', 'taken']);
  });

  it('uses the chips and workloads of the folder that it runs in', async () => {
    const folder = small();
    writeFileSync(
      join(folder, 'my workload – ü.yaml'),
      [
        'summary: mine',
        'model: model.json',
        'prompt: 2',
        'generate: 2',
        'batch: 1',
        'weights: bf16',
        'kv: bf16',
        'activations: bf16',
        '',
      ].join('\n'),
    );
    const result = await resultOf(['run', 'pim-gpt', 'my workload – ü.yaml'], folder);
    expect(result.workload).toMatchObject({ name: 'my workload – ü', prompt: 2 });
    expect((await typed(['run', 'pim-gpt', './my workload – ü.yaml'], folder)).code).toBe(0);
    expect(existsSync(join(folder, 'systole-results/pim-gpt-my-workload-.json'))).toBe(true);
  });
});
