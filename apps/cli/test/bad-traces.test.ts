import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { folderWith, GPT2 } from './support/files.ts';
import { typed } from './support/typed.ts';

let folder = '';
let lines: readonly string[] = [];

beforeAll(async () => {
  folder = folderWith({ 'model.json': GPT2 });
  await typed(['trace', 'make', '--model', 'model.json', '--generate', '2', '-o', 'good.jsonl'], folder);
  lines = readFileSync(join(folder, 'good.jsonl'), 'utf8').trimEnd().split('\n');
});

async function refusalOf(changed: readonly string[] | Uint8Array, file = 'bad.jsonl') {
  writeFileSync(join(folder, file), changed instanceof Uint8Array ? changed : `${changed.join('\n')}\n`);
  const { code, stdout, stderr } = await typed(['run', 'pim-gpt', file], folder);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).not.toMatch(/^ +at /m);
  return stderr;
}

/** The index of the first line that holds this. */
function indexOf(found: string): number {
  const index = lines.findIndex((line) => line.includes(found));
  if (index < 0) throw new Error(`no line holds ${found}`);
  return index;
}

function change(found: string, edit: (line: string) => string): readonly string[] {
  const at = indexOf(found);
  return lines.map((line, index) => (index === at ? edit(line) : line));
}

/** What is wrong with the line that holds `found`, by replacing the pattern in it. */
const MISTAKES: readonly (readonly [
  found: string,
  pattern: string,
  to: string,
  code: string,
  ...words: string[],
])[] = [
  ['"kind":"softmax"', '"kind":"softmax"', '"kind":"softmux"', 'trace/invalid', 'softmux'],
  ['"kind":"softmax"', String.raw`"rows":\d+`, '"rows":-1', 'trace/invalid', 'rows'],
  ['"kind":"softmax"', String.raw`"rows":\d+`, '"rows":1e99', 'trace/invalid', 'rows'],
  ['"kind":"softmax"', String.raw`"rows":\d+`, '"rows":"many"', 'trace/invalid', 'rows'],
  ['"kind":"softmax"', String.raw`"rows":\d+`, '"rows":NaN', 'trace/corrupt', 'NaN'],
  ['"kind":"softmax"', String.raw`^\{`, '{"__proto__":{"a":1},', 'trace/invalid', 'the one key'],
  ['"kind":"softmax"', '"kind"', '"__proto__":{"a":1},"kind"', 'trace/', '__proto__'],
  ['"kind":"softmax"', String.raw`.{30}$`, '', 'trace/corrupt'],
  [
    'attn.softmax"',
    String.raw`"after":\[[^\]]*\]`,
    '"after":["nobody"]',
    'trace/missing-reference',
    '"nobody"',
  ],
  [
    '"kind":"attention-scores"',
    '.keys"',
    '.kees"',
    'trace/missing-reference',
    'L{i}.kees',
    'Did you mean "L{i}.keys"?',
  ],
  ['"kind":"matmul"', String.raw`"format":"bf16"`, '"format":"bf61"', 'trace/invalid', 'bf61'],
  ['"kind":"matmul"', String.raw`"columns":\d+`, '"columns":7', 'trace/invalid', 'its fields ask for 448'],
  ['"block"', String.raw`"repeat":\d+`, '"repeat":0', 'trace/invalid', 'repeat'],
  ['"format":"systole-trace"', '"version":1', '"version":9', 'trace/version', '9'],
  ['"format":"systole-trace"', 'systole-trace', 'chakra', 'file/wrong-kind', 'systole-trace'],
];

describe('a trace with a mistake in it', () => {
  it.each(MISTAKES)('%s: %s -> %s', async (found, pattern, to, code, ...words) => {
    const changed = change(found, (line) => line.replace(new RegExp(pattern), () => to));
    expect(changed).not.toEqual(lines);
    const stderr = await refusalOf(changed);
    expect(stderr).toContain(`bad.jsonl:${indexOf(found) + 1}`);
    expect(stderr).toContain(`error [${code}`);
    for (const word of words) expect(stderr).toContain(word);
  });

  it('waits for itself', async () => {
    const id = /"id":"([^"]+)"/.exec(lines[indexOf('"kind":"softmax"')] ?? '')?.[1] ?? '';
    const stderr = await refusalOf(
      change('"kind":"attention-scores"', (line) => line.replace(/"after":\[[^\]]*\]/, `"after":["${id}"]`)),
    );
    expect(stderr).toMatch(/error \[trace\/cycle\]: bad\.jsonl:\d+/);
    expect(stderr).toContain(' -> ');
  });

  it('stops before its end', async () => {
    for (const kept of [1, 2, 5, lines.length - 1]) {
      expect(await refusalOf(lines.slice(0, kept))).toMatch(/error \[trace\/truncated\]: bad\.jsonl/);
    }
    const packed = gzipSync(`${lines.join('\n')}\n`);
    expect(await refusalOf(packed.subarray(0, packed.length - 20), 'bad.jsonl.gz')).toContain(
      '[trace/truncated]: bad.jsonl.gz',
    );
    const damaged = Buffer.from(packed);
    damaged.fill(0xff, 200, 240);
    expect(await refusalOf(damaged, 'bad.jsonl.gz')).toMatch(/\[trace\/\w+\]: bad\.jsonl\.gz/);
  });

  it('goes on after its end', async () => {
    expect(await refusalOf([...lines, lines[1] ?? ''])).toContain(`bad.jsonl:${lines.length + 1}`);
  });

  it('lost a line in the middle', async () => {
    for (const lost of [1, 4, lines.length - 2]) {
      expect(await refusalOf(lines.filter((_, index) => index !== lost))).toMatch(
        /\[trace\/\S+\]: bad\.jsonl/,
      );
    }
  });

  it('wants what no unit of the chip does, and is told on the way', async () => {
    const changed = lines.map((line) =>
      line
        .replaceAll('"format":"bf16"', '"format":"fp16"')
        .replaceAll('"weights":"bf16"', '"weights":"fp16"'),
    );
    expect(await refusalOf(changed)).toMatch(
      /\[mapping\/unsupported-operator\]: \S+chip\.yaml:\d+:\d+ {2}components\.mac\.format/,
    );
  });

  it('takes no flags that would shape it', async () => {
    const { code, stdout, stderr } = await typed(['run', 'pim-gpt', 'good.jsonl', '--generate', '3'], folder);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('a recorded trace has its shape already');
    const set = ['--set', 'components.dram.channels=4', '--json'];
    expect((await typed(['run', 'pim-gpt', 'good.jsonl', ...set], folder)).code).toBe(0);
  });
});
