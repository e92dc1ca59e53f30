import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { SystoleError } from '@systole/core';
import { afterAll, describe, expect, it } from 'vitest';
import type { TraceBlock } from '../src/index.ts';
import { generateTrace, writeTraceLines } from '../src/index.ts';
import { loadRecipeFile, openTraceFile, writeTraceFile } from '../src/node/index.ts';
import { modelOf, TINY, workloadOf } from './models.ts';

const folder = mkdtempSync(join(tmpdir(), 'systole-trace-'));
afterAll(() => rmSync(folder, { recursive: true }));

const trace = generateTrace(modelOf(TINY.llama), workloadOf({ prompt: 3, generate: 8 }));
const text = `${[...writeTraceLines(trace)].join('\n')}\n`;

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function readAll(path: string): Promise<TraceBlock[]> {
  const blocks: TraceBlock[] = [];
  for await (const block of (await openTraceFile(path)).blocks) blocks.push(block);
  return blocks;
}

async function refusal(action: () => unknown): Promise<SystoleError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof SystoleError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('trace files', () => {
  it.each(['plain.jsonl', 'packed.jsonl.gz'])(
    '%s comes back identical, as often as it is read',
    async (name) => {
      const path = join(folder, name);
      await writeTraceFile(path, trace);
      const bytes = readFileSync(path);
      expect((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()).toBe(text);
      const opened = await openTraceFile(path);
      expect(opened.header).toEqual(trace.header);
      expect(await readAll(path)).toEqual([...trace.blocks()]);
      const again: TraceBlock[] = [];
      for await (const block of opened.blocks) again.push(block);
      for await (const block of opened.blocks) {
        again.push(block);
        break;
      }
      expect(again).toHaveLength(25);
    },
  );

  it('are told packed from plain by their bytes, not their name, and may have Windows line ends', async () => {
    expect(await readAll(file('misnamed.jsonl', gzipSync(text)))).toHaveLength(24);
    expect(await readAll(file('windows.jsonl', text.replaceAll('\n', '\r\n')))).toHaveLength(24);
    expect(await readAll(file('unended.jsonl', text.trimEnd()))).toHaveLength(24);
  });

  it('that are missing or no files', async () => {
    expect((await refusal(() => openTraceFile(join(folder, 'none.jsonl')))).code).toBe('file/not-found');
    expect((await refusal(() => openTraceFile(folder))).code).toBe('file/unreadable');
    expect((await refusal(() => openTraceFile(join(folder, 'a\0b')))).code).toBe('file/unreadable');
    expect((await refusal(() => writeTraceFile(join(folder, 'no/such/folder.jsonl'), trace))).code).toBe(
      'file/unreadable',
    );
    expect((await refusal(() => openTraceFile(file('empty.jsonl', '')))).code).toBe('file/wrong-kind');
    expect((await refusal(() => openTraceFile(file('text.jsonl', 'hello\n')))).code).toBe('file/wrong-kind');
  });

  it('that are cut off or damaged', async () => {
    const packed = gzipSync(text);
    const cut = packed.subarray(0, packed.length - 20);
    expect((await refusal(() => readAll(file('cut.gz', cut)))).code).toBe('trace/truncated');
    expect((await refusal(() => readAll(file('cut.jsonl', text.slice(0, -30))))).code).toMatch(
      /^trace\/(corrupt|truncated)$/,
    );
    const damaged = Buffer.from(packed);
    damaged.fill(0xff, 200, 260);
    expect((await refusal(() => readAll(file('bad.gz', damaged)))).code).toBe('trace/corrupt');
    const lines = text.split('\n');
    const bytes = Buffer.from(lines.slice(0, 5).join('\n'));
    bytes[bytes.length - 10] = 0xff;
    expect((await refusal(() => readAll(file('latin.jsonl', bytes)))).code).toBe('trace/corrupt');
  });

  it('whose lines do not end', async () => {
    const endless = gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20));
    expect(endless.length).toBeLessThan(100_000);
    expect((await refusal(() => openTraceFile(file('endless.gz', endless)))).code).toBe('limit/exceeded');
  });
});

describe('recipe files', () => {
  const recipe = 'model: models/tiny.json\nprompt: 2\ngenerate: 3\n';
  mkdirSync(join(folder, 'models'), { recursive: true });
  mkdirSync(join(folder, 'work/models'), { recursive: true });
  file('models/tiny.json', JSON.stringify(TINY.gpt2));

  it('lead to a trace named for them', () => {
    const loaded = loadRecipeFile(file('short.yaml', recipe));
    expect(loaded.trace.header).toMatchObject({
      name: 'short',
      steps: 3,
      workload: { batch: 1, kv: 'bf16' },
    });
    expect(loaded.model.name).toBe('tiny');
  });

  it('may not lead out of their folder, nor through a link', async () => {
    const up = file('work/up.yaml', recipe.replace('models', '../models'));
    expect((await refusal(() => loadRecipeFile(up))).place).toMatchObject({
      file: up,
      line: 1,
      path: 'model',
    });
    symlinkSync(join(folder, 'models/tiny.json'), join(folder, 'work/models/tiny.json'));
    const link = file('work/link.yaml', recipe);
    expect((await refusal(() => loadRecipeFile(link))).code).toBe('file/unreadable');
  });

  it('and models that are missing or no files', async () => {
    const gone = file('gone.yaml', recipe.replace('tiny', 'gone'));
    expect(await refusal(() => loadRecipeFile(gone))).toMatchObject({
      code: 'file/not-found',
      place: { file: join(folder, 'models/gone.json') },
    });
    expect((await refusal(() => loadRecipeFile(join(folder, 'none.yaml')))).code).toBe('file/not-found');
    expect((await refusal(() => loadRecipeFile(folder))).code).toBe('file/unreadable');
    const large = file('large.yaml', `# ${'x'.repeat(5 * 1024 * 1024)}\n`);
    expect((await refusal(() => loadRecipeFile(large))).code).toBe('file/too-large');
  });
});
