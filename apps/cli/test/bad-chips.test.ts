import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CHIP, chipWith, filesOf, folderWith, GPT2 } from './support/files.ts';
import { typed } from './support/typed.ts';

/** Line and column, as an editor counts them, of the first place where `text` holds `found`. */
function placeOf(text: string, found: string): string {
  // Blanks before it only tell it from longer words.
  const at = text.indexOf(found) + (found.length - found.trimStart().length);
  const before = text.slice(0, at).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

async function refusalOf(chip: string, args: readonly string[] = []) {
  const folder = folderWith({ 'mine/chip.yaml': chip, 'model.json': GPT2 });
  const typing = ['run', 'mine/chip.yaml', '--model', 'model.json', '--generate', '1', ...args];
  const { code, stdout, stderr } = await typed(typing, folder);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).not.toMatch(/^ +at /m);
  expect(filesOf(folder)).toEqual(['mine/chip.yaml', 'model.json']);
  return stderr;
}

/** What is replaced by what, the code, the place (where this stands), and words of the message. */
const MISTAKES: readonly (readonly [
  found: string,
  put: string,
  code: string,
  at: string,
  ...words: string[],
])[] = [
  [
    'type: memory/dram',
    'type: memory/drum',
    'chip/unknown-component',
    'memory/drum',
    'Did you mean "memory/dram"?',
  ],
  ['type: compute/vector', 'type: compute/gpu', 'chip/unknown-component', 'compute/gpu', 'compute/vector'],
  [
    'tREFI: { value: 6825 ns',
    'tREFI: { value: 6825 GHz',
    'parameter/wrong-unit',
    '6825 GHz',
    'expected a time',
  ],
  ['tREFI: { value: 6825 ns', 'tREFI: { value: 6825', 'parameter/wrong-unit', '6825', 'tREFI'],
  ['tREFI: { value: 6825 ns', 'tREFI: { value: -6825 ns', 'parameter/out-of-range', '-6825 ns', 'tREFI'],
  [
    'tREFI: { value: 6825 ns',
    'tREFI: { value: 6825e300 s',
    'parameter/wrong-unit',
    '6825e300 s',
    'too large',
  ],
  [
    'tREFI: { value: 6825 ns',
    'tREFI: { value: 450 ns',
    'parameter/out-of-range',
    '{ value: 455',
    'leaves nothing of tREFI',
  ],
  ['capacity: { value: 128 KiB', 'capacity: { value: 0 KiB', 'parameter/out-of-range', '0 KiB', '1 B'],
  ['channels: { value: 8,', 'channels: { value: 1000000,', 'parameter/out-of-range', '1000000', '4096'],
  ['channels: { value: 8,', 'channels: { value: 8.5,', 'parameter/wrong-type', '8.5', 'a whole number'],
  ['channels: { value: 8,', 'channels: { value: .nan,', 'yaml/syntax', '.nan', 'finite'],
  [
    'channels: { value: 8,',
    'chanels: { value: 8,',
    'chip/unknown-key',
    'chanels',
    'Did you mean "channels"?',
  ],
  ['preset: gddr6-8gb-x16-14000-1250mv', 'preset: gddr7', 'chip/missing-reference', 'gddr7', 'gddr6'],
  ['attach: mac', 'attach: pim', 'chip/missing-reference', ' pim\n', 'Choose one of: mac.'],
  ['attach: mac', 'attach: sram', 'chip/invalid', 'sram', 'does not work inside a memory'],
  [
    '{ from: sram, to: vector }',
    '{ from: sram, to: vectr }',
    'chip/dangling-connection',
    'vectr',
    'Did you mean "vector"?',
  ],
  ['{ from: sram, to: vector }', '{ from: sram }', 'chip/incomplete', '{ from: sram }', '"to" is missing'],
  [
    '{ from: xbar, to: dram, lanes: 8 }',
    '{ from: xbar, to: dram, lanes: 80 }',
    'chip/port-conflict',
    '',
    'xbar',
  ],
  ['source: cacti,', 'source: catci,', 'chip/missing-reference', 'catci', '"cacti"'],
  ['mapping: pim-gpt', 'mapping: pim-gtp', 'mapping/unknown', '', 'Did you mean "pim-gpt"?'],
  [
    'mapping: pim-gpt',
    'mapping: { name: pim-gpt, headConcat: true }',
    'chip/unknown-key',
    '',
    'headConcatenation',
  ],
  ['clock: 1 GHz', 'clock: 1 Gb/s', 'parameter/wrong-unit', '1 Gb/s', 'frequency'],
  ['systole: chip/1', 'systole: chip/2', 'file/wrong-kind', 'chip/2', 'chip/1'],
];

describe('a mistake in chip.yaml', () => {
  it.each(MISTAKES)('%s -> %s', async (found, put, code, at, ...words) => {
    // The first of several, as of `clock`.
    const chip = CHIP.replace(found, () => put);
    expect(chip).not.toBe(CHIP);
    const stderr = await refusalOf(chip);
    expect(stderr).toContain(`error [${code}]: `);
    expect(stderr).toContain(at === '' ? '' : `mine/chip.yaml:${placeOf(chip, at)}  `);
    for (const word of words) expect(stderr).toContain(word);
  });

  it('is told together with the others', async () => {
    const chip = chipWith('tREFI: { value: 6825 ns', 'tREFI: { value: 6825 GHz').replace(
      'to: dram',
      'to: drm',
    );
    const stderr = await refusalOf(chip);
    expect(stderr).toContain(`mine/chip.yaml:${placeOf(chip, '6825 GHz')}`);
    expect(stderr).toContain(`mine/chip.yaml:${placeOf(chip, 'drm')}`);
  });
});

/** The chip without the part that starts with this line at two spaces, and without connections that mention it. */
function without(part: string): string {
  const lines = CHIP.split('\n');
  const start = lines.indexOf(`  ${part}:`);
  let end = start + 1;
  while (end < lines.length && (lines[end] === '' || lines[end]?.startsWith('    ') === true)) end++;
  return [...lines.slice(0, start), ...lines.slice(end)]
    .filter((line) => !new RegExp(`(from|to): ${part}\\b`).test(line))
    .join('\n');
}

describe('a chip that is sound, but cannot do what it is asked to', () => {
  it('has no vector unit', async () => {
    const chip = without('vector');
    const stderr = await refusalOf(chip);
    expect(stderr).toContain(
      `[mapping/missing-unit]: mine/chip.yaml:${placeOf(chip, 'components:')}  components: mapping "pim-gpt" needs a unit that does "softmax"`,
    );
    expect(stderr).toContain('Add a compute/vector unit and connect it.');
  });

  it('has no memory that computes', async () => {
    const stderr = await refusalOf(without('mac').replace('    attach: mac\n', ''));
    expect(stderr).toContain('[mapping/missing-unit]');
    expect(stderr).toContain('a memory that computes');
  });

  it('has no buffer', async () => {
    expect(await refusalOf(without('sram'))).toContain('needs an on-chip buffer');
  });

  it('does not join what has to be joined', async () => {
    const chip = CHIP.split('\n')
      .filter((line) => !line.includes('{ from: vector, to: xbar'))
      .join('\n');
    expect(await refusalOf(chip.replace('{ from: sram, to: vector }', '{ from: vector, to: dram }'))).toMatch(
      /\[chip\/(?:missing-reference|invalid|port-conflict|dangling-connection)\]/,
    );
  });

  it.each([
    ['--weights', 'int8', 'components.mac.format', '"mac" computes in bf16, and the weights are int8'],
    ['--kv', 'fp16', 'components.mac.format', '"mac" computes in bf16, and the KV cache is fp16'],
    ['--weights', 'mxfp4', 'mxfp4', 'no whole number of bytes'],
    ['--activations', 'int4', 'int4', 'no whole number of bytes'],
    [
      '--set',
      'components.dram.vectorBuffer=1 B',
      'components.dram.vectorBuffer',
      'an element of a vector has 2 B',
    ],
    [
      '--set',
      'components.dram.vectorBuffer=30 B',
      'components.dram.vectorBuffer',
      'a head of a query has 32 B',
    ],
    [
      '--set',
      'components.dram.burstBytes=1 B',
      'components.dram.burstBytes',
      'no whole number of bf16 elements',
    ],
    ['--set', 'components.dram.rowsPerBank=1', 'components.dram', 'the model does not fit'],
  ])('%s %s', async (flag, value, ...words) => {
    const stderr = await refusalOf(CHIP, [flag, value]);
    for (const word of words) expect(stderr).toContain(word);
  });

  it('is told by the folder that it is in', async () => {
    const folder = folderWith({ 'configs/pim-gpt/chip.yaml': chipWith('attach: mac', 'attach: pim') });
    const { code, stderr } = await typed(['describe', 'pim-gpt'], folder);
    expect(code).toBe(2);
    expect(stderr).toContain(join('configs', 'pim-gpt', 'chip.yaml'));
  });
});
