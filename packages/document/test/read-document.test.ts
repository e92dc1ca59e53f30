import { SystoleError } from '@systole/core';
import { describe, expect, it } from 'vitest';
import { readDocument } from '../src/index.ts';

function refusal(text: string, file = 'chip.yaml', options = {}): SystoleError {
  try {
    readDocument(text, file, options);
  } catch (error) {
    if (error instanceof SystoleError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text.slice(0, 80)}`);
}

describe('YAML', () => {
  const text = [
    'name: tiny',
    'components:',
    '  dram:',
    '    channels: 8',
    '    ports: [in, {name: out}]',
    '',
  ].join('\n');
  const document = readDocument(text, 'chip.yaml');

  it('gives plain data', () => {
    expect(document.value).toEqual({
      name: 'tiny',
      components: { dram: { channels: 8, ports: ['in', { name: 'out' }] } },
    });
  });

  it('knows where each value and each key stands', () => {
    const channels = ['components', 'dram', 'channels'];
    expect(document.placeOf(channels)).toEqual({
      file: 'chip.yaml',
      line: 4,
      column: 15,
      path: 'components.dram.channels',
    });
    expect(document.placeOfKey(channels)).toMatchObject({ line: 4, column: 5 });
    expect(document.placeOf(['components', 'dram', 'ports', 1, 'name'])).toMatchObject({
      line: 5,
      column: 24,
      path: 'components.dram.ports[1].name',
    });
    expect(document.placeOf([])).toEqual({ file: 'chip.yaml', line: 1, column: 1 });
  });

  it('places what is missing at the key of the nearest ancestor', () => {
    expect(document.placeOf(['components', 'dram', 'banks'])).toMatchObject({
      line: 3,
      column: 3,
      path: 'components.dram.banks',
    });
    expect(document.placeOf(['nowhere'])).toMatchObject({ line: 1, column: 1 });
  });

  it('reads an empty text as nothing', () => {
    expect(readDocument('', 'a.yaml').value).toBeNull();
    expect(readDocument('# only a remark\n', 'a.yaml').value).toBeNull();
  });

  it('reads YAML 1.2, not 1.1', () => {
    expect(readDocument('a: yes\nb: 010\nc: 1:30\nd: 2024-01-01\n<<: x\n', 'a.yaml').value).toEqual({
      a: 'yes',
      b: 10,
      c: '1:30',
      d: '2024-01-01',
      '<<': 'x',
    });
  });

  it('skips a byte order mark and counts columns with carriage returns', () => {
    const windows = readDocument('\uFEFFa: 1\r\nb: 2\r\n', 'a.yaml');
    expect(windows.value).toEqual({ a: 1, b: 2 });
    expect(windows.placeOf(['b'])).toMatchObject({ line: 2, column: 4 });
  });

  it.each([
    ['a: [1, 2', 'yaml/syntax', 1, undefined],
    ['a: 1\na: 2', 'yaml/syntax', 2, 1],
    ['1: x\n"1": y', 'yaml/syntax', 2, 1],
    ['a: 1\n---\nb: 2', 'yaml/syntax', 2, 1],
    ['a: !!js/function x', 'yaml/syntax', 1, 4],
    ['a: !thing x', 'yaml/syntax', 1, 4],
    ['%YAML 1.1\n---\na: yes', 'yaml/syntax', 1, 1],
    ['a: 1\nb:\n  __proto__: {x: 1}', 'yaml/syntax', 3, 3],
    ['constructor: 1', 'yaml/syntax', 1, 1],
    ['? [a, b]\n: 1', 'yaml/syntax', 1, 3],
    ['a: .nan', 'yaml/syntax', 1, 4],
    ['a: 1e999', 'yaml/syntax', 1, 4],
    ['a: &x [1]\nb: *x', 'limit/exceeded', 2, 4],
    ['a:\n\tb: 1', 'yaml/syntax', 2, 1],
    ['a: b: c', 'yaml/syntax', 1, 4],
    ['a: "x', 'yaml/syntax', 1, undefined],
  ])('refuses %j', (bad, code, line, column) => {
    const error = refusal(bad);
    expect(error.code).toBe(code);
    expect(error.hint).toMatch(/^\p{Lu}.*[.?]$/u);
    expect(error.place).toMatchObject({
      file: 'chip.yaml',
      line,
      ...(column === undefined ? {} : { column }),
    });
  });

  it('does not expand a bomb of aliases', () => {
    const levels = Array.from({ length: 40 }, (_, n) => `l${n + 1}: &l${n + 1} [*l${n}, *l${n}, *l${n}]`);
    expect(refusal(['l0: &l0 [x]', ...levels].join('\n')).code).toBe('limit/exceeded');
  });
});

describe('JSON', () => {
  it('reads what JSON.parse reads', () => {
    const text = '{"a": [1, -2.5e3, true, null, "x\\u00e9\\n"], "b": {}, "c": []}';
    expect(readDocument(text, 'a.json').value).toEqual(JSON.parse(text));
  });

  it('knows the places, counting from the given first line', () => {
    const document = readDocument('{"a": 1,\n "b": [2]}', 'a.jsonl', { syntax: 'json', firstLine: 17 });
    expect(document.placeOf(['b', 0])).toMatchObject({ line: 18, column: 8, path: 'b[0]' });
    expect(document.placeOfKey(['b'])).toMatchObject({ line: 18, column: 2 });
  });

  it.each([
    ['{"a": 1,}', 9, '"}"'],
    ['{"a" 1}', 6, '"1"'],
    ["{'a': 1}", 2, 'double quotes'],
    ['[1, 2', 6, 'the end of the text'],
    ['{"a": nan}', 7, '"nan"'],
    ['[01]', 3, '"1"'],
    ['["a\\x"]', 4, 'no escape'],
    ['["a', 2, 'no closing quote'],
    ['["a\nb"]', 4, 'line break'],
    ['[1] // x', 5, '"/"'],
    ['', 1, 'the end of the text'],
    ['{"a": 1, "a": 2}', 10, 'twice'],
    ['[1e999]', 2, 'too large'],
    ['{"__proto__": 1}', 2, '__proto__'],
  ])('refuses %j', (bad, column, said) => {
    const error = refusal(bad, 'a.json');
    expect(error.code).toBe('yaml/syntax');
    expect(error.hint).toMatch(/^\p{Lu}.*[.?]$/u);
    expect(error.place).toMatchObject({ file: 'a.json', line: 1, column });
    expect(error.message).toContain(said);
  });
});

describe('limits', () => {
  it.each(['yaml', 'json'] as const)('bounds the depth of %s at 64', (syntax) => {
    const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
    expect(readDocument(nested(64), 'a', { syntax }).value).toBeInstanceOf(Array);
    expect(refusal(nested(65), 'a', { syntax }).code).toBe('limit/exceeded');
    expect(refusal(nested(500_000), 'a', { syntax }).code).toBe('limit/exceeded');
  });

  it('bounds nesting by indentation and by indicators alike', () => {
    const block = Array.from({ length: 70 }, (_, n) => `${' '.repeat(n)}a:`).join('\n');
    expect(refusal(block).code).toBe('limit/exceeded');
    expect(refusal('- '.repeat(1_000_000)).code).toBe('limit/exceeded');
    expect(refusal('? '.repeat(1_000_000)).code).toBe('limit/exceeded');
  });

  it.each(['yaml', 'json'] as const)('bounds the number of values of %s', (syntax) => {
    const list = (length: number): string => `[${'1,'.repeat(length - 1)}1]`;
    expect(readDocument(list(199_999), 'a', { syntax }).value).toHaveLength(199_999);
    expect(refusal(list(200_000), 'a', { syntax }).code).toBe('limit/exceeded');
  });

  it('bounds the bytes, not the characters', () => {
    expect(readDocument('"éé"', 'a.json', { maxBytes: 6 }).value).toBe('éé');
    expect(refusal('"éé"', 'a.json', { maxBytes: 5 }).code).toBe('limit/exceeded');
    expect(readDocument('"😀"', 'a.json', { maxBytes: 6 }).value).toBe('😀');
    expect(refusal('"😀"', 'a.json', { maxBytes: 5 }).code).toBe('limit/exceeded');
    expect(refusal('x'.repeat(4 * 1024 * 1024 + 1)).code).toBe('limit/exceeded');
  });

  it('finds duplicates among many keys without comparing each with each', () => {
    const keys = Array.from({ length: 60_000 }, (_, n) => `k${n}: 1`);
    expect(refusal([...keys, 'k7: 2'].join('\n')).place).toMatchObject({ line: 60_001, column: 1 });
  }, 10_000);
});
