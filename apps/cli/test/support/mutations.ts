import * as fc from 'fast-check';

/** A change of a text: somebody edited it, or a transfer damaged it. */
export type Mutation = (text: string) => string;

const NUMBERS = [
  '0',
  '-1',
  '1',
  '2',
  '3',
  '7',
  '1.5',
  '-0.001',
  '1e-300',
  '1e300',
  '1e999',
  '4096',
  '65536',
  '1048576',
  '16777216',
  '2147483648',
  '4294967296',
  '9007199254740991',
  '9007199254740993',
  '99999999999999999999',
  'NaN',
  '.nan',
  '.inf',
  '-.inf',
  'Infinity',
  '0x10',
  '1_000',
  '"8"',
  '"many"',
  'null',
  'true',
  '[]',
  '{}',
  '""',
] as const;

const TOKENS = [
  'dram',
  'sram',
  'mac',
  'vector',
  'xbar',
  'memory/dram',
  'memory/sram',
  'compute/vector',
  'compute/pim-bank',
  'interconnect/bus',
  'interconnect/link',
  'interconnect/crossbar',
  '1 GHz',
  '12 ns',
  '0 ps',
  '80 us',
  '1 B',
  '2 KiB',
  '1 TiB',
  '16 Gb/s',
  '5 pJ/bit',
  'bf16',
  'int8',
  'int4',
  'fp32',
  'mxfp8',
  'closed',
  'single',
  'weight',
  'kv',
  'activation',
  'matmul',
  'softmax',
  'gpt2',
  'llama',
  'opt',
  '__proto__',
  'constructor',
  '*alias',
  '&anchor',
  '!!tag',
  '\u0000',
  '\uFEFF',
  '🫀',
  '{',
  '}',
  '[',
  ']',
  ':',
  ',',
  '"',
  "'",
  '\n',
  '\t',
] as const;

/** Text that looks like a number, wherever it stands. */
const NUMBER = /(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.])/gi;
/** Whatever a reader may take for one thing. */
const TOKEN = /[\w./+-]+/g;

/** Replaces match number `which` (modulo their count) of `pattern`. */
function replaceNth(text: string, pattern: RegExp, which: number, put: (found: string) => string): string {
  const found = [...text.matchAll(pattern)];
  const match = found[which % Math.max(1, found.length)];
  if (match === undefined) return text;
  return text.slice(0, match.index) + put(match[0]) + text.slice(match.index + match[0].length);
}

function editLines(text: string, which: number, edit: (line: string) => readonly string[]): string {
  const lines = text.split('\n');
  const at = which % lines.length;
  return lines.flatMap((line, index) => (index === at ? edit(line) : [line])).join('\n');
}

function flipBit(text: string, at: number, bit: number): string {
  const bytes = Buffer.from(text, 'utf8');
  const index = at % Math.max(1, bytes.length);
  bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
  return bytes.toString('utf8');
}

const place = fc.nat({ max: 1 << 16 });
const number = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NUMBERS) },
  { weight: 1, arbitrary: fc.integer().map(String) },
  { weight: 1, arbitrary: fc.nat({ max: 2000 }).map(String) },
  { weight: 1, arbitrary: fc.double().map(String) },
);

/** Values change: the text mostly stays well-formed, and reaches far into the simulator. */
export const valueMutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(place, number).map(
    ([which, put]): Mutation =>
      (text) =>
        replaceNth(text, NUMBER, which, () => put),
  ),
  fc.tuple(place, fc.constantFrom(2, 3, 10, 1000, 0.5, -1)).map(
    ([which, factor]): Mutation =>
      (text) =>
        replaceNth(text, NUMBER, which, (found) => String(Number(found) * factor)),
  ),
);

/** Anything changes: bits, lines, words. */
export const textMutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 4, arbitrary: valueMutation },
  {
    weight: 1,
    arbitrary: fc.tuple(place, fc.nat({ max: 7 })).map(
      ([at, bit]): Mutation =>
        (text) =>
          flipBit(text, at, bit),
    ),
  },
  {
    weight: 1,
    arbitrary: place.map(
      (which): Mutation =>
        (text) =>
          editLines(text, which, () => []),
    ),
  },
  {
    weight: 1,
    arbitrary: place.map(
      (which): Mutation =>
        (text) =>
          editLines(text, which, (line) => [line, line]),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(place, place).map(([which, other]): Mutation => (text) => {
      const words = [...text.matchAll(TOKEN)];
      const put = words[other % Math.max(1, words.length)]?.[0] ?? '';
      return replaceNth(text, TOKEN, which, () => put);
    }),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(place, fc.constantFrom(...TOKENS)).map(
      ([which, put]): Mutation =>
        (text) =>
          replaceNth(text, TOKEN, which, () => put),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(place, fc.constantFrom(...TOKENS)).map(([at, put]): Mutation => (text) => {
      const index = at % (text.length + 1);
      return text.slice(0, index) + put + text.slice(index);
    }),
  },
  {
    weight: 1,
    arbitrary: place.map(
      (at): Mutation =>
        (text) =>
          text.slice(0, at % (text.length + 1)),
    ),
  },
);

/** One to four changes, one after another. */
export function mutated(text: string, mutation: fc.Arbitrary<Mutation> = textMutation): fc.Arbitrary<string> {
  return fc
    .array(mutation, { minLength: 1, maxLength: 4 })
    .map((mutations) => mutations.reduce((current, mutate) => mutate(current), text));
}

/** The lines of a changed text that its original does not have, for a message. */
export function changedLines(original: string, changed: string): string {
  const known = new Set(original.split('\n'));
  const lines = changed.split('\n');
  const odd = lines.flatMap((line, index) =>
    known.has(line) ? [] : [`${index + 1}: ${line.slice(0, 400)}`],
  );
  return [`${lines.length} of ${known.size} different lines`, ...odd].join('\n');
}
