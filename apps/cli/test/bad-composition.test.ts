import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith, GPT2 } from './support/files.ts';
import { HOME } from './support/systole.ts';
import { typed } from './support/typed.ts';

/** A sound chip of everything that the cases need: it runs as it is. */
const SOUND = `systole: chip/1
name: small
clock: 1 GHz
mapping: auto

components:
  dram: { type: memory/dram, preset: gddr6-8gb-x16-14000-1250mv, channels: 2, attach: mac }
  mac: { type: compute/pim-bank, preset: gddr6-aim }
  sram: { type: memory/sram, capacity: 256 KiB, width: 64 B, ports: read-write }
  array: { type: compute/systolic, rows: 16, columns: 16 }
  vector: { type: compute/vector, adders: 16, multipliers: 16 }
  xbar: { type: interconnect/crossbar, inputs: 16, outputs: 16, width: 64 B }
  link: { type: interconnect/link }

connections:
  - { from: dram, to: xbar }
  - { from: sram, to: xbar }
  - { from: array, to: link.a }
  - { from: link.b, to: xbar }
  - { from: vector, to: xbar }
`;

const CAMBRICON = readFileSync(join(HOME, 'configs/cambricon-llm-s/chip.yaml'), 'utf8');

/** A chip with one piece of its text replaced; a § in what is put marks where the complaint has to point. */
function chipWith(found: string, put: string, chip = SOUND): { readonly text: string; readonly at: string } {
  if (chip.split(found).length !== 2) throw new Error(`"${found}" is not in the chip exactly once`);
  const marked = chip.replace(found, () => put);
  const before = marked.slice(0, Math.max(0, marked.indexOf('§'))).split('\n');
  return { text: marked.replace('§', ''), at: `${before.length}:${(before.at(-1)?.length ?? 0) + 1}` };
}

async function refusalOf(text: string, args: readonly string[] = []): Promise<string> {
  const folder = folderWith({ 'chip.yaml': text, 'model.json': GPT2 });
  const typing = ['run', 'chip.yaml', '--model', 'model.json', '--generate', '1', '--json', ...args];
  const { code, stdout, stderr } = await typed(typing, folder);
  expect([code, stdout]).toEqual([2, '']);
  return stderr;
}

/** Every complaint has, below it, what to do next. */
function expectNextSteps(stderr: string): void {
  const lines = stderr.trimEnd().split('\n');
  const isHint = (line: string | undefined): boolean => /^ {2}\S/.test(line ?? '');
  expect(lines.filter((line, index) => !isHint(line) && !isHint(lines[index + 1]))).toEqual([]);
}

const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

const MISTAKES: readonly (readonly [
  what: string,
  found: string,
  put: string,
  code: string,
  ...words: string[],
])[] = [
  [
    'two masters on one end of a link',
    '  - { from: vector, to: xbar }',
    '  - { from: vector, to: §link.a }',
    'chip/port-conflict',
    'port "a" of "link" takes 1 connection, and "array" has it already',
    'Connect "vector" to another port, or put a bus or a crossbar between.',
  ],
  [
    'a third component on a link',
    '  - { from: vector, to: xbar }',
    '  - { from: vector, to: §link }',
    'chip/port-conflict',
    'no port of "link" is left for the connection to "vector"',
    'Put a bus or a crossbar between.',
  ],
  [
    'data that is to leave by an input',
    '{ from: vector, to: xbar }',
    '{ from: §xbar.in, to: vector }',
    'chip/port-conflict',
    'no data leaves "xbar" by its port in',
    'Write from: xbar.out',
  ],
  [
    'more connections than a crossbar has inputs',
    '{ from: dram, to: xbar }\n  - { from: sram, to: xbar }\n  - { from: array, to: link.a }\n  - { from: link.b, to: xbar',
    '{ from: dram, to: xbar }\n  - { from: sram, to: xbar, lanes: 15 }\n  - { from: array, to: link.a }\n  - { from: link.b, to: §xbar',
    'chip/port-conflict',
    '"xbar" has 16 inputs, and its connections have 18 lanes for input',
    'Set components.xbar.inputs to 18',
  ],
  [
    'more lanes than any bus can have',
    'xbar: { type: interconnect/crossbar, inputs: 16, outputs: 16, width: 64 B }\n  link: { type: interconnect/link }\n\nconnections:\n  - { from: dram, to: xbar }',
    'xbar: { type: interconnect/bus, width: 64 B }\n  link: { type: interconnect/link }\n\nconnections:\n  - { from: dram, to: §xbar, lanes: 5000 }',
    'chip/port-conflict',
    'its connections have 5003 lanes for input',
    'Give its connections fewer lanes, or share them out',
  ],
  [
    'more lanes than a link has',
    '{ from: array, to: link.a }',
    '{ from: array, to: §link.a, lanes: 4 }',
    'chip/port-conflict',
    '"link" has 2 inputs, and its connections have 5 lanes for input',
  ],
  [
    'a component that is connected to nothing',
    '  - { from: vector, to: xbar }\n',
    '',
    'chip/incomplete',
    '"vector" is connected to nothing',
    'Write a connection: { from: vector, to: … }.',
  ],
  [
    'components that are joined to one another, and not to the rest',
    '  - { from: link.b, to: xbar }\n  - { from: vector, to: xbar }',
    '  - { from: link.b, to: vector }',
    'chip/incomplete',
    'components.array: nothing joins "array", "link", "vector" to "dram", "xbar", "sram"',
    'Write a connection between one of them and one of "dram", "xbar", "sram".',
  ],
  [
    'a component that is there twice',
    '  array: {',
    '  §sram: {',
    'yaml/syntax',
    'components.sram: this key is there twice',
    'Rename one of the two, or leave it out.',
  ],
  [
    'a connection that is there twice',
    '  - { from: vector, to: xbar }',
    '  - { from: vector, to: xbar }\n  - §{ from: xbar, to: vector }',
    'chip/duplicate',
    '"xbar" and "vector" are connected already',
  ],
  [
    'a component that is connected to itself',
    '  - { from: vector, to: xbar }',
    '  - { from: vector, to: xbar }\n  - §{ from: xbar, to: xbar }',
    'chip/invalid',
    '"xbar" is connected to itself',
  ],
  ['no channels', 'channels: 2', 'channels: §0', 'parameter/out-of-range', 'expected 1 to 4096, got 0'],
  [
    'a billion channels',
    'channels: 2',
    'channels: §1000000000',
    'parameter/out-of-range',
    'expected 1 to 4096, got 1000000000',
  ],
  [
    'a billion lanes',
    '{ from: dram, to: xbar }',
    '{ from: dram, to: xbar, lanes: §1000000000 }',
    'chip/invalid',
    'from 1 to 65536',
  ],
  [
    'more bytes than there are atoms',
    'capacity: 256 KiB',
    'capacity: §1e80 B',
    'parameter/out-of-range',
    'expected 1 B to 1 TiB',
  ],
  [
    'thousands of components',
    '\nconnections:',
    `${many(1001, (index) => `  x${index}: { type: memory/sram }`)}\n\nconnections:`,
    'limit/exceeded',
    '1008 components, where at most 1000 are accepted',
  ],
  [
    'thousands of connections',
    '  - { from: vector, to: xbar }',
    many(10_001, () => '  - { from: vector, to: xbar }'),
    'limit/exceeded',
    '10005 connections, where at most 10000 are accepted',
  ],
  [
    'an attachment to what is no host',
    'ports: read-write }',
    'ports: read-write, §attach: mac }',
    'chip/invalid',
    'nothing can be attached to memory/sram',
    'In-memory compute needs a memory that hosts it.',
  ],
  [
    'an attachment of what works in no memory',
    'attach: mac',
    'attach: §vector',
    'chip/invalid',
    '"vector" is compute/vector, which does not work inside a memory',
    'In-memory compute units: mac.',
  ],
  [
    'an attachment of a memory to itself',
    'attach: mac',
    'attach: §dram',
    'chip/invalid',
    '"dram" is memory/dram, which does not work inside a memory',
  ],
  [
    'a cycle of attachments',
    'preset: gddr6-aim }',
    'preset: gddr6-aim, §attach: dram }',
    'chip/invalid',
    'nothing can be attached to compute/pim-bank',
  ],
  [
    'two units in one memory',
    'attach: mac }',
    'attach: §[mac, other] }\n  other: { type: compute/pim-bank, preset: gddr6-aim }',
    'chip/duplicate',
    'one unit can be attached to a memory, found a list of 2',
    'Write attach: mac here, and give each further unit a memory of its own.',
  ],
  [
    'a second unit that no memory takes',
    'attach: mac }',
    'attach: mac }\n  §other: { type: compute/pim-bank, preset: gddr6-aim }',
    'chip/incomplete',
    '"other" is attached to no memory',
  ],
  [
    'a unit in a memory that is connected all the same',
    '{ from: vector, to: xbar }',
    '{ from: vector, to: xbar }\n  - { from: §mac, to: xbar }',
    'chip/dangling-connection',
    'It works inside a memory: write attach: mac there',
  ],
  [
    'a mapping that there is not',
    'mapping: auto',
    'mapping: §atuo',
    'mapping/unknown',
    'Did you mean "auto"?',
  ],
  [
    'an option that the mapping does not have',
    'mapping: auto',
    'mapping: { name: pim-gpt, §unit: gpu }',
    'chip/unknown-key',
    'mapping "pim-gpt" has no option "unit"',
    'headConcatenation',
  ],
  [
    'an option of the wrong kind',
    'mapping: auto',
    'mapping: { name: pim-gpt, headConcatenation: §many }',
    'parameter/wrong-type',
    'expected true or false, got "many"',
  ],
  [
    'a mapping that needs a unit that is not there',
    'mapping: auto\n\ncomponents:',
    'mapping: cambricon-hybrid\n\n§components:',
    'mapping/missing-unit',
    'needs a flash that computes, and the chip has none',
    'Add a memory/nand with an attached',
  ],
];

describe('a chip that is put together wrongly', () => {
  it('runs when it is not', async () => {
    const folder = folderWith({ 'chip.yaml': SOUND, 'model.json': GPT2 });
    const typing = ['run', 'chip.yaml', '--model', 'model.json', '--generate', '1', '--json'];
    expect(await typed(typing, folder)).toMatchObject({ code: 0, stderr: '' });
  });

  it.each(MISTAKES)('%s', async (_, found, put, code, ...words) => {
    const { text, at } = chipWith(found, put);
    const stderr = await refusalOf(text);
    expect(stderr).toContain(`error [${code}]: chip.yaml:${put.includes('§') ? `${at}  ` : ''}`);
    for (const word of words) expect(stderr).toContain(word);
    expectNextSteps(stderr);
  });

  it('a link with an end that is open', async () => {
    const { text, at } = chipWith(
      '  link: { type: interconnect/link }\n\nconnections:\n',
      '  link: { type: interconnect/link }\n  §spare: { type: interconnect/link }\n\nconnections:\n  - { from: spare.b, to: xbar }\n',
    );
    const stderr = await refusalOf(text);
    expect(stderr).toContain(
      `error [chip/incomplete]: chip.yaml:${at}  components.spare: "spare" joins two ends`,
    );
    expect(stderr).toContain('Write a connection: { from: spare.a, to: … }, or leave "spare" out.');
  });

  it('one unit in two memories', async () => {
    const { text, at } = chipWith(
      'attach: mac }\n',
      'attach: mac }\n  more: { type: memory/dram, preset: gddr6-8gb-x16-14000-1250mv, attach: §mac }\n',
    );
    const stderr = await refusalOf(`${text}  - { from: more, to: xbar }\n`);
    expect(stderr).toContain(
      `error [chip/duplicate]: chip.yaml:${at}  components.more.attach: "mac" is attached to both`,
    );
    expectNextSteps(stderr);
  });

  it('a memory that is too small for the model', async () => {
    const { text, at } = chipWith('  dram: { type', '  §dram: { rowsPerBank: 1, type');
    const stderr = await refusalOf(text.replace('mapping: auto', 'mapping: pim-gpt'));
    expect(stderr).toContain(
      `error [capacity/exceeded]: chip.yaml:${at}  components.dram: the model does not fit`,
    );
    expectNextSteps(stderr);
  });

  it('a ring of interconnects is no mistake: the shortest way is taken', async () => {
    const { text } = chipWith(
      '  - { from: vector, to: xbar }',
      '  - { from: vector, to: xbar }\n  - { from: one, to: xbar }\n  - { from: one, to: two }\n  - { from: two, to: xbar }',
    );
    const chip = text.replace(
      '\nconnections:',
      '  one: { type: interconnect/bus, width: 64 B }\n  two: { type: interconnect/bus, width: 64 B }\n\nconnections:',
    );
    const folder = folderWith({ 'chip.yaml': chip, 'sound.yaml': SOUND, 'model.json': GPT2 });
    const totals: unknown[] = [];
    for (const file of ['chip.yaml', 'sound.yaml']) {
      const typing = ['run', file, '--model', 'model.json', '--generate', '1', '--json'];
      const { code, stdout } = await typed(typing, folder);
      expect(code).toBe(0);
      const { time }: { time: { total: unknown } } = JSON.parse(stdout);
      totals.push(time.total);
    }
    expect(totals[0]).toEqual(totals[1]);
  });
});

describe('a buffer that is too small for what goes through it', () => {
  it('is that of an in-flash core', async () => {
    const { text, at } = chipWith('  flash:\n', '  §flash:\n', CAMBRICON);
    const chip = text.replace(/(\n {2}cores:\n[^]*? inputBuffer:\s*\{\s*value: )[^,]*,/, '$116 B,');
    expect(chip).not.toBe(text);
    // A tile of its own choice would be as narrow as the buffer.
    const tile = ['--set', 'mapping.tileWidth=4096'];
    const formats = ['--weights', 'int8', '--kv', 'int8', '--activations', 'int8'];
    const typing = [
      'run',
      'chip.yaml',
      'llama-2-7b',
      '--prompt',
      '1',
      '--generate',
      '1',
      ...formats,
      ...tile,
    ];
    const { code, stderr } = await typed(typing, folderWith({ 'chip.yaml': chip }));
    expect(code).toBe(2);
    expect(stderr).toContain(`error [capacity/exceeded]: chip.yaml:${at}  components.flash: `);
    expect(stderr).toContain('where there is room for 16 bytes');
    expectNextSteps(stderr);
  });

  it('is the SRAM that a vector waits in', async () => {
    const typing = ['run', 'pim-gpt', 'gpt2-small', '--prompt', '1', '--generate', '1'];
    const { code, stderr } = await typed(
      [...typing, '--set', 'components.sram.capacity=1 KiB'],
      folderWith({}),
    );
    expect(code).toBe(2);
    expect(stderr).toContain('error [capacity/exceeded]: ');
    expect(stderr).toContain('components.sram: an input vector of operator "L{i}.attn.qkv" has 1.5 KiB');
    expect(stderr).toContain('1 KiB: 512 B short');
    expectNextSteps(stderr);
  });

  it('is the SRAM that weights are read into', async () => {
    const formats = ['--weights', 'int8', '--kv', 'int8', '--activations', 'int8'];
    const typing = ['run', 'cambricon-llm-l', 'llama-2-7b', '--prompt', '1', '--generate', '1', ...formats];
    const { code, stderr } = await typed(
      [...typing, '--set', 'components.sram.capacity=1 MiB'],
      folderWith({}),
    );
    expect(code).toBe(2);
    expect(stderr).toContain(
      'components.sram: "sram" has 1 MiB, and weights that are read from "flash" need ',
    );
    expectNextSteps(stderr);
  });

  it('is the vector buffer of a memory that computes', async () => {
    const { text, at } = chipWith(
      'channels: 2, attach: mac }',
      'channels: 2, vectorBuffer: §2 B, attach: mac }',
    );
    const stderr = await refusalOf(text.replace('mapping: auto', 'mapping: pim-gpt'));
    expect(stderr).toContain(`error [capacity/exceeded]: chip.yaml:${at}  components.dram.vectorBuffer: `);
    expect(stderr).toContain('a head of a query has 32 B, the vector buffer of "dram" 2 B');
    expectNextSteps(stderr);
  });
});

describe('a format that no unit supports', () => {
  it.each([
    ['--weights', 'posit8'],
    ['--weights', 'int4'],
    ['--kv', 'fp8-e4m3'],
  ])('%s %s: says which units there are, and what they take', async (flag, format) => {
    const stderr = await refusalOf(SOUND, [flag, format]);
    expect(stderr).toContain(
      '[mapping/unsupported-operator]: chip.yaml:6:1  components: nothing on the chip does operator',
    );
    expect(stderr).toMatch(new RegExp(`array: it computes in bf16, and the operands are ${format}`));
    expect(stderr).toContain('--weights');
    expectNextSteps(stderr);
  });
});

it('a format that flash cores do not take is answered with the flags that set formats', async () => {
  const typing = ['run', 'cambricon-llm-s', 'llama-2-7b', '--prompt', '1', '--generate', '1'];
  const { code, stderr } = await typed([...typing, '--weights', 'posit8']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/chip\.yaml:\d+:\d+ {2}components\.\w+: /);
  expect(stderr).toMatch(/int8, int4.*--weights/);
});

describe('a value that was set on the command line', () => {
  it('is not looked for in the file', async () => {
    const { text } = chipWith('mapping: auto', 'mapping: pim-gpt');
    const stderr = await refusalOf(text, ['--set', 'components.dram.vectorBuffer=2 B']);
    expect(stderr).toContain('error [capacity/exceeded]: components.dram.vectorBuffer: a head of a query');
    expect(await refusalOf(SOUND, ['--mapping', 'atuo'])).toContain(
      'error [mapping/unknown]: mapping: there',
    );
    expect(await refusalOf(SOUND, ['--set', 'mapping=atuo'])).toContain(
      'error [mapping/unknown]: mapping: there',
    );
  });
});
