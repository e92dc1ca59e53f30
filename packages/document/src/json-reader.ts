import type { LocatedNode } from './located-document.ts';
import type { ReadValue, Reading } from './reading.ts';
import { JSON_HINT, NUMBER_HINT } from './syntax-hint.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
const WORD = /[A-Za-z_$][A-Za-z0-9_$]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * Reads strict JSON (RFC 8259) with the position of each value. Duplicate keys are refused, as are numbers too large
 * to be held. Nesting is bounded, so that recursion is too.
 */
export function readJson(reading: Reading): ReadValue {
  const { text } = reading;
  let at = 0;

  function match(pattern: RegExp): string {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? '';
    at += found.length;
    return found;
  }

  function found(): string {
    if (at >= text.length) return 'the end of the text';
    const word = match(WORD);
    at -= word.length;
    return word === ''
      ? JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0))
      : `"${word.slice(0, 40)}"`;
  }

  function unexpected(expected: string): Error {
    return reading.fail('yaml/syntax', `expected ${expected}, found ${found()}`, at, { hint: JSON_HINT });
  }

  function readString(): string {
    const start = at;
    let escaped = false;
    for (at += 1; at < text.length;) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        at += 1;
        return escaped ? unescape(text.slice(start, at)) : text.slice(start + 1, at - 1);
      }
      if (code < 0x20) {
        throw reading.fail('yaml/syntax', 'a string holds a line break or another control character', at, {
          hint: String.raw`Write a line break as \n, and another one as an escape such as \u0007.`,
        });
      }
      if (code === BACKSLASH) {
        escaped = true;
        if (match(ESCAPE) === '') {
          const sequence = JSON.stringify(text.slice(at, at + 2));
          throw reading.fail('yaml/syntax', `a string holds ${sequence}, which is no escape of JSON`, at, {
            hint: String.raw`Write a backslash itself as \\.`,
          });
        }
      } else at += 1;
    }
    throw reading.fail('yaml/syntax', 'a string has no closing quote', start, { hint: JSON_HINT });
  }

  function readNumber(): number {
    const start = at;
    const value = Number(match(NUMBER));
    if (!Number.isFinite(value)) {
      throw reading.fail('yaml/syntax', 'the number is too large to be held', start, { hint: NUMBER_HINT });
    }
    return value;
  }

  function readValue(depth: number, keyOffset: number | undefined, path: (string | number)[]): ReadValue {
    match(SPACE);
    const offset = at;
    reading.countNode(offset);
    reading.checkDepth(depth, offset);
    const first = text.charAt(at);
    if (first === '{') return readObject(depth, keyOffset, path);
    if (first === '[') return readArray(depth, keyOffset, path);
    const node: LocatedNode = { offset, keyOffset, entries: undefined };
    if (first === '"') return { value: readString(), node };
    if (first === '-' || (first >= '0' && first <= '9')) {
      NUMBER.lastIndex = at;
      if (!NUMBER.test(text)) throw unexpected('a number');
      return { value: readNumber(), node };
    }
    const word = match(WORD);
    if (word === 'true') return { value: true, node };
    if (word === 'false') return { value: false, node };
    if (word === 'null') return { value: null, node };
    at = offset;
    throw unexpected('a value');
  }

  function readArray(depth: number, keyOffset: number | undefined, path: (string | number)[]): ReadValue {
    const offset = at;
    const value: unknown[] = [];
    const entries = new Map<number, LocatedNode>();
    at += 1;
    match(SPACE);
    if (text.charAt(at) === ']') {
      at += 1;
      return { value, node: { offset, keyOffset, entries } };
    }
    for (;;) {
      path.push(value.length);
      const element = readValue(depth + 1, undefined, path);
      path.pop();
      entries.set(value.length, element.node);
      value.push(element.value);
      match(SPACE);
      const next = text.charAt(at);
      if (next !== ',' && next !== ']') throw unexpected('"," or "]"');
      at += 1;
      if (next === ']') return { value, node: { offset, keyOffset, entries } };
    }
  }

  function readObject(depth: number, keyOffset: number | undefined, path: (string | number)[]): ReadValue {
    const offset = at;
    const value: Record<string, unknown> = {};
    const entries = new Map<string, LocatedNode>();
    at += 1;
    match(SPACE);
    if (text.charAt(at) === '}') {
      at += 1;
      return { value, node: { offset, keyOffset, entries } };
    }
    for (;;) {
      match(SPACE);
      const keyAt = at;
      if (text.charAt(at) !== '"') throw unexpected('a key in double quotes');
      const key = readString();
      path.push(key);
      reading.checkKey(key, keyAt, path);
      if (entries.has(key)) {
        throw reading.fail('yaml/syntax', 'this key is there twice', keyAt, {
          path,
          hint: 'Rename one of the two, or leave it out.',
        });
      }
      match(SPACE);
      if (text.charAt(at) !== ':') throw unexpected('":"');
      at += 1;
      const entry = readValue(depth + 1, keyAt, path);
      path.pop();
      entries.set(key, entry.node);
      value[key] = entry.value;
      match(SPACE);
      const next = text.charAt(at);
      if (next !== ',' && next !== '}') throw unexpected('"," or "}"');
      at += 1;
      if (next === '}') return { value, node: { offset, keyOffset, entries } };
    }
  }

  const root = readValue(1, undefined, []);
  match(SPACE);
  if (at < text.length) throw unexpected('the end of the text');
  return root;
}

function unescape(quoted: string): string {
  const decoded: unknown = JSON.parse(quoted);
  return String(decoded);
}
