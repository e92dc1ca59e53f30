import type { Problem } from '@systole/core';
import { describe, expect, it } from 'vitest';
import { loadChip } from '../src/index.ts';
import { catalogue, edited, problemsOf, SAMPLE } from './sample.ts';

/** Line and column, from 1, of the mark in a text, and the text without it. */
function unmark(text: string): { readonly text: string; readonly line: number; readonly column: number } {
  const at = text.indexOf('§');
  if (at === -1) throw new Error('there is no mark in the text');
  const before = text.slice(0, at).split('\n');
  return { text: text.replace('§', ''), line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function complaints(text: string): readonly Problem[] {
  return problemsOf(() => loadChip(text, 'chip.yaml', catalogue));
}

describe('loadChip', () => {
  it('keeps what a chip file says', () => {
    const chip = loadChip(SAMPLE, 'chip.yaml', catalogue);
    expect(chip.name).toBe('sample-pim');
    expect(chip.components.dram?.channels).toEqual({
      value: 8,
      source: 'paper',
      confidence: 'secondary',
      note: 'table 1',
    });
    expect(chip.connections[1]).toEqual({ from: 'xbar', to: 'dram', lanes: 8 });
    expect(Object.isFrozen(chip.components.dram?.channels)).toBe(true);
  });

  it('reads the same chip from JSON', () => {
    const chip = loadChip(SAMPLE, 'chip.yaml', catalogue);
    expect(loadChip(JSON.stringify(chip), 'chip.json', catalogue)).toEqual(chip);
  });

  it('accepts a single component, with the unit inside it, that is connected to nothing', () => {
    const text = `systole: chip/1
name: alone
clock: 1 GHz
components:
  dram: { type: memory/dram, preset: gddr6-16000, attach: mac }
  mac: { type: compute/pim-bank }
`;
    expect(loadChip(text, 'chip.yaml', catalogue).connections).toEqual([]);
  });

  // Passage of the sample, what takes its place with a mark where the complaint points, code, path, words.
  it.each([
    // names that are not there
    [
      'type: memory/sram',
      'type: §memory/srma',
      'chip/unknown-component',
      'components.sram.type',
      'Did you mean "memory/sram"?',
    ],
    [
      'tRAS: 33 ns',
      'tRAS: 33 ns\n    §chanels: 4',
      'chip/unknown-key',
      'components.dram.chanels',
      'Did you mean "channels"?',
    ],
    [
      'tRAS: 33 ns',
      'tRAS: 33 ns\n    §toString: 4',
      'chip/unknown-key',
      'components.dram.toString',
      'has no parameter "toString"',
    ],
    ['clock: 1 GHz', '§clok: 1 GHz\nclock: 1 GHz', 'chip/unknown-key', 'clok', 'Did you mean "clock"?'],
    ['slow]', '§slwo]', 'chip/missing-reference', 'components.dram.preset[1]', 'Did you mean "slow"?'],
    [
      'attach: mac',
      'attach: §max',
      'chip/missing-reference',
      'components.dram.attach',
      'Did you mean "mac"?',
    ],
    [
      'source: paper',
      'source: §papers',
      'chip/missing-reference',
      'components.dram.channels.source',
      'Did you mean "paper"?',
    ],
    [
      'source: paper',
      'source: §constructor-1',
      'chip/missing-reference',
      'components.dram.channels.source',
      'Choose one of: paper.',
    ],
    // quantities and other values
    [
      'tRAS: 33 ns',
      'tRAS: §33 GHz',
      'parameter/wrong-unit',
      'components.dram.tRAS',
      'is a frequency, expected a time',
    ],
    ['tRAS: 33 ns', 'tRAS: §33', 'parameter/wrong-unit', 'components.dram.tRAS', 'write "33 ns"'],
    ['tRAS: 33 ns', 'tRAS: §-33 ns', 'parameter/out-of-range', 'components.dram.tRAS', 'got -33 ns'],
    ['tRAS: 33 ns', 'tRAS: §33 s', 'parameter/out-of-range', 'components.dram.tRAS', 'The most is 1 us.'],
    ['tRAS: 33 ns', 'tRAS: §[33 ns]', 'parameter/wrong-type', 'components.dram.tRAS', 'found a list of 1'],
    [
      'derating: 150 %',
      'derating: §1.5 ns',
      'parameter/wrong-unit',
      'components.dram.derating',
      'expected a ratio',
    ],
    [
      'refresh: false',
      'refresh: §no',
      'parameter/wrong-type',
      'components.dram.refresh',
      'expected true or false',
    ],
    ['value: 8,', 'value: §12,', 'parameter/out-of-range', 'components.dram.channels.value', 'Try 8 or 16.'],
    ['value: 8,', 'value: §many,', 'parameter/wrong-type', 'components.dram.channels.value', 'got "many"'],
    ['{ value: 8, ', '§{ ', 'parameter/required', 'components.dram.channels', 'a figure needs a value'],
    [
      '  sram:\n    type: memory/sram\n    capacity: 128 KiB',
      '  §sram:\n    type: memory/sram',
      'parameter/required',
      'components.sram.capacity',
      'needs capacity: Size',
    ],
    [
      '    preset: [gddr6-16000, slow]\n',
      '    preset: gddr6-16000\n    tRCD: §34 ns\n',
      'parameter/out-of-range',
      'components.dram.tRCD',
      'tRCD is longer than tRAS',
    ],
    // sources
    [
      'confidence: secondary, note',
      'confidence: §paper, note',
      'chip/invalid',
      'components.dram.channels.confidence',
      'Write "published"',
    ],
    [
      'confidence: secondary, note',
      'confidence: §secondhand, note',
      'chip/invalid',
      'components.dram.channels.confidence',
      'Did you mean "secondary"?',
    ],
    [
      'confidence: secondary, note',
      'confidence: §7, note',
      'chip/invalid',
      'components.dram.channels.confidence',
      'found 7',
    ],
    [
      'confidence: secondary, note',
      '§trust: secondary, note',
      'chip/unknown-key',
      'components.dram.channels.trust',
      'Choose one of: value',
    ],
    [
      '{ value: 92 mA, confidence: inferred, note: from IDD2N }',
      '§{ value: 92 mA, confidence: inferred }',
      'chip/incomplete',
      'components.dram.standby',
      'needs a note',
    ],
    [
      '{ value: 92 mA, confidence: inferred,',
      '§{ value: 92 mA, confidence: published,',
      'chip/incomplete',
      'components.dram.standby',
      'needs a source',
    ],
    // presets, detail, attachment
    ['slow]', '§gddr6-16000]', 'chip/duplicate', 'components.dram.preset[1]', 'twice'],
    [
      'preset: [gddr6-16000, slow]',
      'tRCD: 5 ns\n    preset: §3',
      'chip/invalid',
      'components.dram.preset',
      'found 3',
    ],
    [
      'detail: detailed',
      'detail: §full',
      'chip/invalid',
      'components.dram.detail',
      'expected fast or detailed',
    ],
    [
      '128 KiB',
      '128 KiB\n    detail: §detailed',
      'chip/invalid',
      'components.sram.detail',
      'has no detailed level',
    ],
    [
      '128 KiB',
      '128 KiB\n    §attach: mac',
      'chip/invalid',
      'components.sram.attach',
      'nothing can be attached to memory/sram',
    ],
    [
      '  mac:\n',
      '  §mac2: { type: compute/pim-bank }\n  mac:\n',
      'chip/incomplete',
      'components.mac2',
      'is attached to no memory',
    ],
    [
      'attach: mac',
      'attach: §vector',
      'chip/invalid',
      'components.dram.attach',
      'In-memory compute units: mac.',
    ],
    // connections
    [
      'to: dram, lanes: 8',
      'to: §drum, lanes: 8',
      'chip/dangling-connection',
      'connections[1].to',
      'Did you mean "dram"?',
    ],
    ['to: wire }', 'to: §wire.c }', 'chip/dangling-connection', 'connections[2].to', 'has no port "c"'],
    [
      'to: vector }',
      'to: vector }\n  - { from: xbar, to: §mac }',
      'chip/dangling-connection',
      'connections[4].to',
      'write attach: mac there',
    ],
    [
      'wire }\n  - { from: wire.b',
      'wire.b }\n  - { from: §wire.b',
      'chip/port-conflict',
      'connections[3].from',
      'takes 1 connection',
    ],
    [
      'to: dram, lanes: 8 }\n  - { from: sram.port',
      'to: §dram }\n  - { from: dram.port',
      'chip/port-conflict',
      'connections[1].to',
      'no port of "dram" is left',
    ],
    [
      '  - { from: sram.port',
      '  - §{ from: dram, to: xbar }\n  - { from: sram.port',
      'chip/duplicate',
      'connections[2]',
      'are connected already',
    ],
    [
      '  - { from: sram.port',
      '  - §{ from: xbar, to: xbar }\n  - { from: sram.port',
      'chip/invalid',
      'connections[2]',
      'connected to itself',
    ],
    [
      '  - { from: sram.port',
      '  - §sram\n  - { from: sram.port',
      'chip/invalid',
      'connections[2]',
      'expected a connection',
    ],
    [
      'xbar, lanes: 2 }\n  - { from: xbar,',
      'xbar.in, lanes: 2 }\n  - { from: §xbar.in,',
      'chip/port-conflict',
      'connections[1].from',
      'Write from: xbar.out, or from: xbar',
    ],
    [
      'from: sram, to: xbar,',
      'from: sram, to: §xbar.out,',
      'chip/port-conflict',
      'connections[0].to',
      'no data enters "xbar" by its port out',
    ],
    [
      'wire }\n  - { from: wire.b',
      'wire.a }\n  - { from: §wire.a',
      'chip/port-conflict',
      'connections[3].from',
      'port "a" of "wire" takes 1 connection',
    ],
    ['lanes: 8', 'lanes: §0', 'chip/invalid', 'connections[1].lanes', 'from 1 to 65536'],
    ['lanes: 8', 'lanes: §1.5', 'chip/invalid', 'connections[1].lanes', 'found 1.5'],
    ['lanes: 8', '§width: 8', 'chip/unknown-key', 'connections[1].width', 'Choose one of: from, to, lanes.'],
    [
      '{ from: sram, to: xbar, lanes: 2 }',
      '§{ from: sram, lanes: 2 }',
      'chip/incomplete',
      'connections[0]',
      '"to" is missing',
    ],
    [
      '  wire:\n',
      '  §sram2: { type: memory/sram, capacity: 1 KiB }\n  wire:\n',
      'chip/incomplete',
      'components.sram2',
      'is connected to nothing',
    ],
    // the chip itself
    ['clock: 1 GHz', 'clock: §1 ns', 'parameter/wrong-unit', 'clock', 'is a time'],
    ['clock: 1 GHz', 'clock: §1', 'chip/invalid', 'clock', 'expected text such as 1 GHz, found 1'],
    ['clock: 1 GHz', 'clock: §0 GHz', 'parameter/out-of-range', 'clock', 'The least is 1 Hz.'],
    ['clock: 1 GHz', 'clock: §1.0000001 Hz', 'argument/invalid', 'clock', ''],
    ['name: sample-pim', 'name: §Sample PIM', 'chip/invalid', 'name', 'cannot be the name of a chip'],
    [
      '  vector: {',
      '  §Vector: { type: compute/vector }\n  vector: {',
      'chip/invalid',
      'components.Vector',
      'lower case',
    ],
    [
      '  vector: {',
      '  vector2: §compute/vector\n  vector: {',
      'chip/invalid',
      'components.vector2',
      'expected a component',
    ],
    ['  paper:', '  §Paper: a\n  paper:', 'chip/invalid', 'citations.Paper', 'lower case'],
    ['"A. Author: A memory that computes. 2024."', '§2024', 'chip/invalid', 'citations.paper', 'found 2024'],
    ['exact: true', 'exact: §[1]', 'chip/invalid', 'mapping.exact', 'found a list of 1'],
    ['mapping: { name: pim-gpt,', 'mapping: §{', 'chip/incomplete', 'mapping', '"name" is missing'],
    ['systole: chip/1', 'systole: §chip/2', 'file/wrong-kind', 'systole', 'This version reads chip/1.'],
    ['systole: chip/1\n', '§', 'file/wrong-kind', '', 'Write systole: chip/1'],
    [
      'refresh: false',
      'refresh: false\n    §__proto__: { x: 1 }',
      'yaml/syntax',
      'components.dram.__proto__',
      'is not accepted',
    ],
    [
      '  mac:\n',
      '  §constructor: { type: compute/vector }\n  mac:\n',
      'yaml/syntax',
      'components.constructor',
      'is not accepted',
    ],
  ] as const)('refuses %j -> %j', (passage, marked, code, path, words) => {
    const { text, line, column } = unmark(edited(passage, marked));
    const found = complaints(text);
    expect(found).toHaveLength(1);
    const [problem] = found;
    expect(problem?.code).toBe(code);
    expect(problem?.place).toEqual({ file: 'chip.yaml', line, column, ...(path === '' ? {} : { path }) });
    expect(`${problem?.message} ${problem?.hint ?? ''}`).toContain(words);
  });

  it('says everything that is wrong at once, in the order of the file', () => {
    const text = edited('clock: 1 GHz', 'clock: 1 V')
      .replace('tRAS: 33 ns', 'tRAS: 33 J')
      .replace('capacity: 128 KiB', 'capacity: huge')
      .replace('type: interconnect/link', 'type: interconnect/lnik')
      .replace('to: vector', 'to: victor');
    expect(complaints(text).map(({ code, place }) => `${place?.line} ${code} ${place?.path}`)).toEqual([
      '4 parameter/wrong-unit clock',
      '15 parameter/wrong-unit components.dram.tRAS',
      '24 parameter/wrong-unit components.sram.capacity',
      '28 chip/unknown-component components.wire.type',
      '34 chip/dangling-connection connections[3].to',
    ]);
  });

  it('counts the lanes at a component that says how many ports it has', () => {
    const narrow = edited('type: interconnect/crossbar', 'type: interconnect/crossbar\n    inputs: 9');
    expect(complaints(narrow)).toEqual([
      {
        code: 'chip/port-conflict',
        message: '"xbar" has 9 inputs, and its connections have 10 lanes for input',
        place: { file: 'chip.yaml', line: 33, column: 13, path: 'connections[1].from' },
        hint: 'Set components.xbar.inputs to 10, or give its connections fewer lanes.',
      },
    ]);
    // Lanes that only carry to the memory take no input.
    const oneWay = narrow.replace('{ from: xbar, to: dram', '{ from: xbar.out, to: dram');
    expect(() => loadChip(oneWay, 'chip.yaml', catalogue)).not.toThrow();
  });

  it('attaches a unit to one memory only', () => {
    const text = edited(
      '  mac:\n',
      '  other: { type: memory/dram, preset: slow, tRAS: 30 ns, attach: mac }\n  mac:\n',
    ).replace('connections:', 'connections:\n  - { from: other, to: xbar }');
    const [problem, ...more] = complaints(text);
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ code: 'chip/duplicate', place: { path: 'components.other.attach' } });
    expect(problem?.message).toBe('"mac" is attached to both "dram" and "other"');
  });

  it.each([
    ['', 'expected a chip'],
    ['[]', 'found an empty list'],
    ['systole-trace: 1\nblocks: []\n', 'starts with systole: chip/1'],
    ['systole: workload/1\nmodel: x\n', 'found "workload/1"'],
  ])('says of %j that it is no chip, and nothing more', (text, words) => {
    const found = complaints(text);
    expect(found).toHaveLength(1);
    expect(found[0]?.message).toContain(words);
  });

  it('asks for components', () => {
    const head = 'systole: chip/1\nname: empty\nclock: 1 GHz\n';
    expect(complaints(head)[0]?.message).toContain('at least one component');
    expect(complaints(`${head}components: {}\n`)[0]?.place?.line).toBe(4);
    expect(complaints(`${head}components: [a]\n`)[0]?.message).toContain('found a list of 1');
  });

  it('refuses a chip that is too large, without looking into it', () => {
    const component = '{ type: memory/unknown }';
    const names = Array.from({ length: 1001 }, (_, index) => `  c${index}: ${component}`).join('\n');
    const chip = `systole: chip/1\nname: big\nclock: 1 GHz\ncomponents:\n${names}\n`;
    expect(complaints(chip).map(({ code, place }) => `${code} ${place?.path}`)).toEqual([
      'limit/exceeded components',
    ]);
    const many = Array.from({ length: 10_001 }, () => '  - { from: sram, to: xbar }').join('\n');
    const [limit] = complaints(edited('  - { from: sram, to: xbar, lanes: 2 }', many));
    expect(limit).toMatchObject({ code: 'limit/exceeded', place: { path: 'connections' } });
  });

  it('keeps the first fifty complaints', () => {
    const keys = Array.from({ length: 500 }, (_, index) => `    wrong${index}: 1`).join('\n');
    expect(complaints(edited('    tRAS: 33 ns', `    tRAS: 33 ns\n${keys}`))).toHaveLength(50);
  });
});
