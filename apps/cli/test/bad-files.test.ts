import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { CHIP, folderWith, GPT2 } from './support/files.ts';
import { HOME, systole } from './support/systole.ts';
import { typed } from './support/typed.ts';

const RECIPE =
  'model: model.json\nprompt: 1\ngenerate: 1\nbatch: 1\nweights: bf16\nkv: bf16\nactivations: bf16\n';
const HUGE = 'a'.repeat(5 * 1024 * 1024);
// Ten levels of nine aliases each: 3.5 thousand million words when written out.
const BOMB = Array.from({ length: 10 }, (_, level) =>
  level === 0
    ? 'k0: &k0 lol'
    : `k${level}: &k${level} [${Array.from({ length: 9 }, () => `*k${level - 1}`).join(', ')}]`,
).join('\n');

let folder = '';

beforeAll(async () => {
  folder = folderWith({
    'good.yaml': CHIP,
    'model.json': GPT2,
    'recipe.yaml': RECIPE,
    'binary.yaml': Uint8Array.from({ length: 4000 }, (_, index) => (index * 37) % 256),
    'binary.jsonl': Uint8Array.from({ length: 4000 }, (_, index) => (index * 37) % 256),
    'binary.json': Uint8Array.from({ length: 4000 }, (_, index) => (index * 37) % 256),
    'latin1.yaml': Uint8Array.from([...Buffer.from('name: caf'), 0xe9, 0x0a]),
    'list.yaml': '- 1\n- 2\n',
    'list.json': '[1, 2]',
    'text.json': '"only text"',
    'empty.yaml': '',
    'empty.json': '',
    'empty.jsonl': '',
    'spaces.yaml': '  \n\n# nothing\n',
    'huge.yaml': HUGE,
    'huge.json': HUGE,
    'long-line.jsonl': `{"format":"systole-trace","name":"${'a'.repeat(17 * 1024 * 1024)}"}`,
    'bomb.yaml': BOMB,
    'proto.yaml': 'systole: chip/1\n__proto__:\n  polluted: 1\n',
    'proto.json': '{"model_type": "gpt2", "__proto__": {"polluted": 1}}',
    'constructor.json': '{"model_type": "gpt2", "constructor": {"prototype": {"polluted": 1}}}',
    'deep.yaml': `systole: ${'['.repeat(5000)}${']'.repeat(5000)}\n`,
    'deep.json': `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`,
    'tagged.yaml': 'systole: !!js/function "function () { return 1 }"\n',
    'two.yaml': 'a: 1\n---\nb: 2\n',
    'escape.yaml': RECIPE.replace('model.json', '../../../../etc/passwd'),
    'absolute.yaml': RECIPE.replace('model.json', '/etc/passwd'),
    'link.yaml': RECIPE.replace('model.json', 'link.json'),
    'lost.yaml': RECIPE.replace('model.json', 'lost.json'),
    'bert.json': '{\n  "model_type": "bert",\n  "hidden_size": 768\n}',
    'untyped.json': '{"hidden_size": 768}',
    'cut.json': GPT2.slice(0, 60),
    'half.jsonl.gz': gzipSync('{"format":"systole-trace","version":1}\n'.repeat(99)).subarray(0, 40),
  });
  mkdirSync(join(folder, 'folder'));
  symlinkSync('/etc/passwd', join(folder, 'link.json'));
  symlinkSync('round.yaml', join(folder, 'round.yaml'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  await typed(['trace', 'make', '--model', 'model.json', '--generate', '1', '-o', 'trace.jsonl'], folder);
});

const CHIPS = [
  ['folder', 'file/not-found', 'folder'],
  ['pipe', 'file/wrong-kind', 'pipe  this is a pipe or device'],
  ['/dev/zero', 'file/wrong-kind', '/dev/zero  this is a pipe or device'],
  ['nowhere.yaml', 'file/not-found', 'there is no chip "nowhere.yaml"'],
  ['round.yaml', 'file/not-found', 'round.yaml'],
  ['binary.yaml', 'file/wrong-kind', 'binary.yaml  this is a binary file'],
  ['latin1.yaml', 'file/wrong-kind', 'latin1.yaml:1:'],
  ['list.yaml', 'chip/invalid', 'list.yaml:1:1  expected a chip'],
  ['list.json', 'chip/invalid', 'list.json:1:1  expected a chip'],
  ['empty.yaml', 'chip/invalid', 'empty.yaml:1:1'],
  ['spaces.yaml', 'chip/invalid', 'spaces.yaml:'],
  ['huge.yaml', 'file/too-large', 'huge.yaml  the file has 5242880 bytes'],
  ['bomb.yaml', 'limit/exceeded', 'bomb.yaml:2:'],
  ['proto.yaml', 'yaml/syntax', 'proto.yaml:2:1  __proto__'],
  ['deep.yaml', 'limit/exceeded', 'deep.yaml:1:'],
  ['tagged.yaml', 'yaml/syntax', 'tagged.yaml:1:'],
  ['two.yaml', 'yaml/syntax', 'two.yaml:'],
  ['recipe.yaml', 'file/wrong-kind', 'recipe.yaml:1:1  this is a workload, expected a chip'],
  ['model.json', 'file/wrong-kind', "model.json:1:1  this is a model's config.json, expected a chip"],
  ['trace.jsonl', 'file/wrong-kind', 'trace.jsonl:1:1  this is a recorded trace, expected a chip'],
] as const;

const WORKLOADS = [
  ['folder', 'file/wrong-kind', 'folder  this is a folder'],
  ['pipe', 'file/wrong-kind', 'pipe  this is a pipe or device'],
  ['/dev/zero', 'file/wrong-kind', '/dev/zero  this is a pipe or device'],
  ['nowhere.jsonl', 'workload/unknown', 'there is no workload or trace "nowhere.jsonl"'],
  ['binary.yaml', 'file/wrong-kind', 'binary.yaml  this is a binary file'],
  ['binary.jsonl', 'trace/corrupt', 'binary.jsonl:1'],
  ['list.yaml', 'workload/invalid', 'list.yaml:1:1'],
  ['list.json', 'file/wrong-kind', 'list.json:1'],
  ['empty.yaml', 'workload/invalid', 'empty.yaml:1:1'],
  ['empty.jsonl', 'file/wrong-kind', 'empty.jsonl  the file is empty'],
  ['huge.yaml', 'file/too-large', 'huge.yaml'],
  ['huge.json', 'file/wrong-kind', 'huge.json:1'],
  ['long-line.jsonl', 'limit/exceeded', 'long-line.jsonl:1'],
  ['bomb.yaml', 'limit/exceeded', 'bomb.yaml:2:'],
  ['proto.yaml', 'file/wrong-kind', 'proto.yaml:1:1'],
  ['deep.yaml', 'limit/exceeded', 'deep.yaml:1:'],
  ['escape.yaml', 'workload/invalid', 'escape.yaml:1:8  model: the model "../../../../etc/passwd" leads out'],
  ['absolute.yaml', 'workload/invalid', 'absolute.yaml:1:8  model: '],
  ['link.yaml', 'file/unreadable', 'link.json  the file leads out of the folder'],
  ['lost.yaml', 'file/not-found', 'lost.json'],
  ['good.yaml', 'file/wrong-kind', 'good.yaml:1:1  this is a chip, expected a workload'],
  ['model.json', 'file/wrong-kind', "this is a model's config.json"],
  ['half.jsonl.gz', 'trace/truncated', 'half.jsonl.gz'],
] as const;

const MODELS = [
  ['folder', 'file/wrong-kind', 'folder  this is a folder'],
  ['pipe', 'file/wrong-kind', 'pipe  this is a pipe or device'],
  ['/dev/zero', 'file/wrong-kind', '/dev/zero  this is a pipe or device'],
  ['nowhere.json', 'file/not-found', 'nowhere.json  there is no such file'],
  ['binary.json', 'file/wrong-kind', 'binary.json  this is a binary file'],
  ['list.json', 'model/invalid', 'list.json:1:1'],
  ['text.json', 'model/invalid', 'text.json:1:1'],
  ['empty.json', 'yaml/syntax', 'empty.json:1:1'],
  ['huge.json', 'file/too-large', 'huge.json'],
  ['proto.json', 'yaml/syntax', 'proto.json:1:24  __proto__'],
  ['constructor.json', 'yaml/syntax', 'constructor.json:1:24  constructor'],
  ['deep.json', 'limit/exceeded', 'deep.json:1:'],
  ['cut.json', 'yaml/syntax', 'cut.json:'],
  [
    'bert.json',
    'model/unsupported',
    'bert.json:2:17  model_type: there is no generator for models of type "bert"',
  ],
  ['untyped.json', 'model/invalid', 'untyped.json:1:1'],
  ['good.yaml', 'file/wrong-kind', 'good.yaml:1:1  this is a chip'],
  ['trace.jsonl', 'file/wrong-kind', 'trace.jsonl:1:1  this is a recorded trace'],
] as const;

/** What is wrong with the way in which a command refused a file; empty when all is well. */
async function faultsOf(args: readonly string[], code: string, words: string): Promise<readonly string[]> {
  const { code: exit, stdout, stderr } = await typed(args, folder);
  return [
    ...(exit === 2 && stdout === '' ? [] : [`it ends with ${exit} and prints "${stdout.slice(0, 80)}"`]),
    ...(stderr.startsWith(`error [${code}]: `) && stderr.includes(words) ? [] : [stderr]),
    ...(/^ +at /m.test(stderr) ? ['it shows its stack'] : []),
    // Whatever the file holds, a message is something to read.
    ...(stderr.length < 6000 ? [] : [`it says ${stderr.length} characters`]),
  ];
}

describe('a file that is no chip', () => {
  it.each(CHIPS)('%s: %s', async (file, code, words) => {
    expect(await faultsOf(['run', file, 'gpt2-small'], code, words)).toEqual([]);
    expect(await faultsOf(['describe', file], code, words)).toEqual([]);
  });
});

describe('a file that is no workload', () => {
  it.each(WORKLOADS)('%s: %s', async (file, code, words) => {
    expect(await faultsOf(['run', 'pim-gpt', file], code, words)).toEqual([]);
    expect(await faultsOf(['trace', 'inspect', file], code, words)).toEqual([]);
  });
});

describe("a file that is no model's config.json", () => {
  it.each(MODELS)('%s: %s', async (file, code, words) => {
    expect(await faultsOf(['run', 'pim-gpt', '--model', file], code, words)).toEqual([]);
  });
});

describe('no file', () => {
  it('changes what every object shares', () => {
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it('steers the terminal by its name or content', async () => {
    const name = 'red\u001B[31m\u0007\u202E.json';
    const odd = folderWith({ [name]: '{"model_type": "\\u001b[31m\\u009b"}' });
    const { code, stderr } = await typed(['run', 'pim-gpt', '--model', name], odd);
    expect(code).toBe(2);
    expect(stderr).toContain('red\\u001b[31m\\u0007\\u202e.json:1:16');
    expect(stderr).not.toMatch(/[^\P{Cc}\n]|\p{Bidi_Control}/u);
  });

  it('makes the process hang or fall over', () => {
    for (const file of ['pipe', '/dev/zero']) {
      expect(systole(['run', 'pim-gpt', '--model', file], folder).code).toBe(2);
    }
    expect(systole(['run', join(HOME, 'package.json'), 'gpt2-small'], folder).code).toBe(2);
  });
});
