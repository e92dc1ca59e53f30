import type { ErrorCode, Place } from '@systole/core';
import { SystoleError } from '@systole/core';
import { parseWith, readDocument } from '@systole/document';
import type { z } from 'zod';
import { checkDependencies, checkOperator } from './check-block.ts';
import { checkHeader } from './check-header.ts';
import { isOperator } from './is-operator.ts';
import type { Operator } from './operator.ts';
import type { TensorIndex } from './tensor-index.ts';
import { createTensorIndex } from './tensor-index.ts';
import type { TraceBlock, TraceHeader } from './trace.ts';
import { MAX_BLOCK_OPERATORS, MAX_LINE } from './trace-limits.ts';
import { blockLineSchema, endLineSchema, headerSchema, operatorLineSchema } from './trace-schema.ts';

/** Takes the lines of a trace file one after the other and gives its blocks as they become complete. */
export interface TraceReader {
  /** The header; `undefined` before the first line. */
  readonly header: TraceHeader | undefined;
  /** Takes the next line, without its line end; gives the block that it completes, if it completes one. */
  push(line: string): TraceBlock | undefined;
  /** Says that there are no more lines. Throws SystoleError `trace/truncated` when the end line was not there. */
  end(): void;
}

interface OpenBlock {
  readonly head: Omit<TraceBlock, 'operators'>;
  readonly operators: Operator[];
  readonly lines: number[];
}

/**
 * Creates a reader of the lines of a trace file. It holds one block at a time.
 *
 * Every fault is a SystoleError with file and line: `file/wrong-kind` when the first line is not that of a trace,
 * `trace/version`, `trace/corrupt` for a line that is not JSON or is out of place, `trace/invalid` for one that does
 * not say what it should, `trace/missing-reference` and `trace/cycle` for dependencies, `trace/truncated` when lines
 * are missing, and `limit/exceeded`. A reader that has thrown is not to be used further.
 */
export function createTraceReader(file: string): TraceReader {
  let lineNumber = 0;
  let header: TraceHeader | undefined;
  let tensors: TensorIndex | undefined;
  let open: OpenBlock | undefined;
  let step = 0;
  let blocks = 0;
  let operators = 0;
  let ended = false;

  const fail = (code: ErrorCode, message: string, hint?: string): SystoleError =>
    new SystoleError({
      code,
      message,
      place: { file, line: lineNumber },
      ...(hint === undefined ? {} : { hint }),
    });

  // The slow way, with a position for every problem.
  function parseLine<T>(line: string, schema: z.ZodType<T>): T {
    return parseWith(readLine(line, file, lineNumber), schema, 'trace/invalid');
  }

  function takeHeader(line: string): void {
    header = readHeader(line, file);
    tensors = createTensorIndex(header);
  }

  function closeBlock(): TraceBlock | undefined {
    if (open === undefined) return undefined;
    const { head, operators: list, lines } = open;
    open = undefined;
    const block: TraceBlock = { ...head, operators: list };
    checkDependencies(block, (index, path): Place => {
      const line = lines[index] ?? lineNumber;
      return { file, line, ...(path === undefined ? {} : { path: `op.${path}` }) };
    });
    return block;
  }

  function openBlock(line: string, steps: number): void {
    const head = parseLine(line, blockLineSchema).block;
    if (head.step >= steps)
      throw fail('trace/invalid', `step ${head.step} is not below the ${steps} of the header`);
    if (head.step < step) throw fail('trace/invalid', `step ${head.step} comes after step ${step}`);
    step = head.step;
    blocks += 1;
    open = { head, operators: [], lines: [] };
  }

  function takeOperator(candidate: unknown, line: string, index: TensorIndex): void {
    if (open === undefined) throw fail('trace/corrupt', 'an operator stands before the first block');
    if (open.operators.length >= MAX_BLOCK_OPERATORS) {
      throw fail('limit/exceeded', `a block has more than ${MAX_BLOCK_OPERATORS} operators`);
    }
    if (!isOperator(candidate)) {
      parseLine(line, operatorLineSchema);
      throw new TypeError('the schema of operators takes what the quick check does not');
    }
    const number = lineNumber;
    checkOperator(candidate, index, open.head.first + open.head.repeat, (path) => ({
      file,
      line: number,
      path: path === undefined ? 'op' : `op.${path}`,
    }));
    open.operators.push(candidate);
    open.lines.push(number);
    operators += 1;
  }

  function takeEnd(line: string, steps: number): void {
    const { end } = parseLine(line, endLineSchema);
    ended = true;
    if (end.blocks === blocks && end.operators === operators) {
      if (blocks > 0 && step === steps - 1) return;
      const last = blocks === 0 ? 'there is no block' : `the last block is of step ${step}`;
      throw fail('trace/invalid', `the header promises ${steps} steps, but ${last}`);
    }
    const said = `the end line counts ${end.blocks} blocks and ${end.operators} operators`;
    const fewer = end.blocks > blocks || end.operators > operators;
    throw fail(
      fewer ? 'trace/truncated' : 'trace/corrupt',
      `${said}, but there are ${blocks} and ${operators}`,
    );
  }

  return {
    get header() {
      return header;
    },
    push(line) {
      lineNumber += 1;
      if (line.length > MAX_LINE)
        throw fail('limit/exceeded', `the line is longer than ${MAX_LINE} characters`);
      if (header === undefined || tensors === undefined) {
        takeHeader(line);
        return undefined;
      }
      if (ended) {
        if (line.trim() === '') return undefined;
        throw fail('trace/corrupt', 'there is more after the end line');
      }
      const value = parseJson(line, file, lineNumber);
      if (typeof value === 'object' && value !== null) {
        const keys = Object.keys(value);
        if (keys.length === 1 && 'op' in value) {
          takeOperator(value.op, line, tensors);
          return undefined;
        }
        if (keys.length === 1 && 'block' in value) {
          const done = closeBlock();
          openBlock(line, header.steps);
          return done;
        }
        if (keys.length === 1 && 'end' in value) {
          const done = closeBlock();
          takeEnd(line, header.steps);
          return done;
        }
      }
      throw fail('trace/invalid', 'the line is neither a block nor an operator nor the end', HINT);
    },
    end() {
      if (header === undefined) {
        throw new SystoleError({ code: 'file/wrong-kind', message: 'the file is empty', place: { file } });
      }
      if (!ended) {
        throw fail(
          'trace/truncated',
          'the end line is missing: the file was cut off',
          'Write the trace again.',
        );
      }
    },
  };
}

const HINT = 'Such a line has the one key "block", "op" or "end".';

/** Reads the first line of a trace file. */
export function readHeader(line: string, file: string): TraceHeader {
  const wrongKind = new SystoleError({
    code: 'file/wrong-kind',
    message: 'this is not a Systole trace: its first line has no "format": "systole-trace"',
    place: { file, line: 1 },
  });
  if (line.length > MAX_LINE) throw wrongKind;
  let value: unknown;
  try {
    value = parseJson(line, file, 1);
  } catch (error) {
    // Whoever meant to write a trace is better served with where the JSON breaks.
    throw line.includes('"systole-trace"') ? error : wrongKind;
  }
  if (
    typeof value !== 'object' ||
    value === null ||
    !('format' in value) ||
    value.format !== 'systole-trace'
  ) {
    throw wrongKind;
  }
  const document = readLine(line, file, 1);
  if (!('version' in value) || value.version !== 1) {
    const version = 'version' in value ? JSON.stringify(value.version).slice(0, 40) : 'none';
    throw new SystoleError({
      code: 'trace/version',
      message: `the version of the format is ${version}; this reader knows version 1`,
      place: document.placeOf(['version']),
    });
  }
  const header = parseWith(document, headerSchema, 'trace/invalid');
  checkHeader(header, document);
  return header;
}

function parseJson(line: string, file: string, lineNumber: number): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return readLine(line, file, lineNumber).value;
  }
}

// Finds the position of what JSON.parse only refuses.
function readLine(line: string, file: string, lineNumber: number): ReturnType<typeof readDocument> {
  try {
    return readDocument(line, file, { syntax: 'json', firstLine: lineNumber, maxBytes: 4 * MAX_LINE });
  } catch (error) {
    if (!(error instanceof SystoleError) || error.code !== 'yaml/syntax') throw error;
    const [first, ...more] = error.problems.map((problem) => ({
      ...problem,
      code: 'trace/corrupt' as const,
    }));
    throw first === undefined ? error : new SystoleError(first, ...more);
  }
}
