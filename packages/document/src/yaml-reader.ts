import { SystoleError } from '@systole/core';
import type { CST, Document, Node, ParsedNode } from 'yaml';
import { Composer, isAlias, isMap, isScalar, isSeq, Lexer, Parser } from 'yaml';
import type { LocatedNode } from './located-document.ts';
import type { ReadValue, Reading } from './reading.ts';
import { MAX_DEPTH, MAX_NODES } from './reading.ts';
import { NUMBER_HINT, SIZE_HINT, yamlHint } from './syntax-hint.ts';

const PLAIN_TAGS: ReadonlySet<string> = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);
// Tags by which other readers of YAML make functions and objects.
const CODE_TAG = /js\/|function|python|ruby|java|import|eval/i;
const MAX_SYNTAX_PROBLEMS = 10;
// The document and an unfinished single value lie on the stack of the parser beside the nested ones.
const STACK_ALLOWANCE = 3;
// An entry of a mapping is six marks at most: two each for its key and its value, a colon, a comma.
const MAX_MARKS = 6 * MAX_NODES;

/**
 * Reads YAML 1.2 (core schema) with the position of each value. Refused: aliases, tags other than the plain ones,
 * directives, several documents, keys that are not text, duplicate keys, numbers that are not finite.
 */
export function readYaml(reading: Reading): ReadValue {
  const tokens = readTokens(reading);
  const document = composeDocument(tokens, reading);
  const contents = document.contents;
  return readNode(contents, contents?.range[0] ?? 0, undefined, 1, [], reading);
}

// The depth is bounded on the stack of the token parser, before the composer recurses into what was nested.
function readTokens(reading: Reading): CST.Token[] {
  const { text } = reading;
  const lexer = new Lexer();
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let marks = 0;
  let documents = 0;

  function keep(token: CST.Token): void {
    if (token.type === 'directive') {
      throw reading.fail('yaml/syntax', 'directives ("%…") are not accepted', token.offset, {
        hint: 'Leave it out: the text is read as YAML 1.2.',
      });
    }
    // Each further error costs as much as the first, and a hostile text has millions of them.
    if (token.type === 'error') {
      throw reading.fail('yaml/syntax', token.message, token.offset, { hint: yamlHint('UNEXPECTED_TOKEN') });
    }
    if (token.type === 'document') documents += 1;
    if (documents > 1) {
      throw reading.fail('yaml/syntax', 'a second document starts here', token.offset, {
        hint: 'Keep one document in a file.',
      });
    }
    tokens.push(token);
  }

  for (const lexeme of lexer.lex(text)) {
    for (const token of parser.next(lexeme)) keep(token);
    const first = lexeme.charAt(0);
    if (first !== ' ' && first !== '\n' && first !== '#') marks += 1;
    if (parser.stack.length > MAX_DEPTH + STACK_ALLOWANCE) reading.checkDepth(MAX_DEPTH + 1, parser.offset);
    if (marks > MAX_MARKS) {
      throw reading.fail('limit/exceeded', `more than ${MAX_NODES} values in one document`, parser.offset, {
        hint: SIZE_HINT,
      });
    }
  }
  for (const token of parser.end()) keep(token);
  return tokens;
}

function composeDocument(tokens: CST.Token[], reading: Reading): Document.Parsed<ParsedNode> {
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    // The composer compares every key with every other; the walk below finds duplicates in one pass.
    uniqueKeys: false,
    logLevel: 'silent',
    prettyErrors: false,
  });
  let composed: Document.Parsed<ParsedNode> | undefined;
  for (const document of composer.compose(tokens, true, reading.text.length)) composed ??= document;
  if (composed === undefined)
    throw reading.fail('yaml/syntax', 'there is no document', 0, { hint: yamlHint('UNEXPECTED_TOKEN') });

  const faults = [...composed.errors, ...composed.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  const problems = faults.slice(0, MAX_SYNTAX_PROBLEMS).map((fault) =>
    reading.problem('yaml/syntax', fault.message, Math.min(fault.pos[0], reading.text.length), {
      hint: fault.code === 'TAG_RESOLVE_FAILED' ? tagHint(fault.message) : yamlHint(fault.code),
    }),
  );
  const [first, ...more] = problems;
  if (first !== undefined) throw new SystoleError(first, ...more);
  return composed;
}

function readNode(
  yaml: Node | null | undefined,
  fallbackOffset: number,
  keyOffset: number | undefined,
  depth: number,
  path: (string | number)[],
  reading: Reading,
): ReadValue {
  const offset = yaml?.range?.[0] ?? fallbackOffset;
  reading.countNode(offset);
  reading.checkDepth(depth, offset);
  if (yaml === null || yaml === undefined) {
    return { value: null, node: { offset, keyOffset, entries: undefined } };
  }
  refuseSpecial(yaml, offset, path, reading);

  if (isSeq<Node>(yaml)) {
    const value: unknown[] = [];
    const entries = new Map<number, LocatedNode>();
    for (const item of yaml.items) {
      path.push(value.length);
      const element = readNode(item, offset, undefined, depth + 1, path, reading);
      path.pop();
      entries.set(value.length, element.node);
      value.push(element.value);
    }
    return { value, node: { offset, keyOffset, entries } };
  }

  if (isMap<Node, Node | null>(yaml)) {
    const value: Record<string, unknown> = {};
    const entries = new Map<string, LocatedNode>();
    for (const pair of yaml.items) {
      const keyAt = pair.key?.range?.[0] ?? offset;
      const key = readKey(pair.key, keyAt, path, reading);
      path.push(key);
      reading.checkKey(key, keyAt, path);
      if (entries.has(key))
        throw reading.fail('yaml/syntax', 'this key is there twice', keyAt, {
          path,
          hint: 'Rename one of the two, or leave it out.',
        });
      const entry = readNode(pair.value, keyAt, keyAt, depth + 1, path, reading);
      path.pop();
      entries.set(key, entry.node);
      value[key] = entry.value;
    }
    return { value, node: { offset, keyOffset, entries } };
  }

  const value: unknown = isScalar(yaml) ? yaml.value : undefined;
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw reading.fail('yaml/syntax', 'a number has to be finite', offset, { path, hint: NUMBER_HINT });
  }
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) {
    return { value, node: { offset, keyOffset, entries: undefined } };
  }
  throw reading.fail('yaml/syntax', 'this value is neither text, a number, true, false nor null', offset, {
    path,
    hint: 'Put it in quotes.',
  });
}

function readKey(key: Node | null, offset: number, path: (string | number)[], reading: Reading): string {
  if (key !== null) refuseSpecial(key, offset, path, reading);
  if (isScalar(key)) {
    if (typeof key.value === 'string') return key.value;
    // A key such as `1:` or `true:` is taken as it is written.
    if ((typeof key.value === 'number' || typeof key.value === 'boolean') && key.source !== undefined) {
      return key.source;
    }
  }
  throw reading.fail('yaml/syntax', 'a key has to be text', offset, {
    path,
    hint: 'Write each key as a word or in quotes, with a colon behind it.',
  });
}

function refuseSpecial(yaml: Node, offset: number, path: (string | number)[], reading: Reading): void {
  if (isAlias(yaml)) {
    throw reading.fail('limit/exceeded', `aliases ("*${yaml.source}") are not accepted`, offset, {
      path,
      hint: 'Write the value out where it is used.',
    });
  }
  if (yaml.tag !== undefined && !PLAIN_TAGS.has(yaml.tag)) {
    throw reading.fail('yaml/syntax', `the tag "${yaml.tag}" is not accepted`, offset, {
      path,
      hint: tagHint(yaml.tag),
    });
  }
}

function tagHint(text: string): string {
  return CODE_TAG.test(text)
    ? 'A document is data and never loads code: plugins are named with --plugin, or in systole.config.json.'
    : 'Leave the tag out: values are told apart by how they are written.';
}
