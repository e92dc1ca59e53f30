import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { SystoleError } from '@systole/core';
import { MAX_LINE } from '../trace-limits.ts';
import { fileFault, gzipFault } from './file-fault.ts';

/**
 * The lines of a file, without line ends and one at a time; a file that starts as gzip does is unpacked on the way.
 * The file is closed when the last line was taken or the reader stops.
 *
 * @throws SystoleError `file/not-found`, `file/unreadable`, `trace/truncated` and `trace/corrupt` for what is wrong
 * with the file or its compression, `limit/exceeded` for a line that is too long.
 */
export async function* readLines(path: string): AsyncGenerator<string, void> {
  const compressed = await startsAsGzip(path);
  const source = createReadStream(path);
  const bytes = compressed ? source.pipe(createGunzip()) : source;
  // A fault of the file does not travel through the pipe by itself.
  if (bytes !== source) source.once('error', (error) => bytes.destroy(error));
  try {
    yield* splitLines(bytes, path);
  } catch (error) {
    throw fileFault(gzipFault(error, path), path);
  } finally {
    source.destroy();
    bytes.destroy();
  }
}

async function startsAsGzip(path: string): Promise<boolean> {
  try {
    const handle = await open(path);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
      return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileFault(error, path);
  }
}

async function* splitLines(chunks: AsyncIterable<Buffer>, path: string): AsyncGenerator<string, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  let rest: string[] = [];
  let restLength = 0;

  const decode = (chunk?: Buffer): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw new SystoleError({
        code: 'trace/corrupt',
        message: 'the text is not UTF-8',
        place: { file: path, line },
      });
    }
  };

  for await (const chunk of chunks) {
    const text = decode(chunk);
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      rest.push(text.slice(start, end));
      yield withoutReturn(rest.join(''));
      rest = [];
      restLength = 0;
      line += 1;
      start = end + 1;
    }
    rest.push(text.slice(start));
    restLength += text.length - start;
    if (restLength > MAX_LINE) {
      throw new SystoleError({
        code: 'limit/exceeded',
        message: `the line is longer than ${MAX_LINE} characters`,
        place: { file: path, line },
      });
    }
  }
  rest.push(decode());
  const last = rest.join('');
  if (last !== '') yield withoutReturn(last);
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
