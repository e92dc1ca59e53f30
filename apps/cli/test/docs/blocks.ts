/** A fenced block of a Markdown document. Its info string is `language [file=path] [exit=code] [run] [output]`. */
export interface Block {
  /** Line of the opening fence, from 1 on. */
  readonly line: number;
  readonly language: string;
  /** The file that it is, relative to a folder of the document's own. */
  readonly file: string | undefined;
  /** Exit code that its last command should have. */
  readonly exit: number;
  readonly isRun: boolean;
  readonly isOutput: boolean;
  readonly text: string;
}

const FENCE = /^(`{3,}|~{3,})\s*(.*)$/;

/** All fenced blocks, in order. Throws for a fence that is never closed and for an info string that says what it cannot. */
export function readBlocks(markdown: string): readonly Block[] {
  const blocks: Block[] = [];
  let open:
    { readonly line: number; readonly fence: string; readonly info: string; lines: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    const [, fence = '', info = ''] = FENCE.exec(line) ?? [];
    if (open === undefined) {
      if (fence !== '') open = { line: index + 1, fence, info, lines: [] };
    } else if (info === '' && fence.startsWith(open.fence)) {
      blocks.push(toBlock(open.line, open.info, open.lines));
      open = undefined;
    } else {
      open.lines.push(line);
    }
  }
  if (open !== undefined) throw new Error(`the block of line ${open.line} is never closed`);
  return blocks;
}

function toBlock(line: number, info: string, lines: readonly string[]): Block {
  const [language = '', ...words] = info.trim().split(/\s+/);
  let file: string | undefined;
  let exit = 0;
  let isRun = false;
  let isOutput = false;
  for (const word of words) {
    if (word === 'run') isRun = true;
    else if (word === 'output') isOutput = true;
    else if (/^exit=\d+$/.test(word)) exit = Number(word.slice('exit='.length));
    else if (/^file=[\w][\w./-]*$/.test(word) && !word.includes('..')) file = word.slice('file='.length);
    else throw new Error(`line ${line}: a block cannot be marked "${word}"`);
  }
  return { line, language, file, exit, isRun, isOutput, text: lines.map((text) => `${text}\n`).join('') };
}

/** The first line of `expected` that `actual` does not have after the ones before it; ends of lines do not count. */
export function missingLine(actual: string, expected: string): string | undefined {
  const lines = actual.split('\n').map((line) => line.trimEnd());
  let from = 0;
  for (const line of expected.split('\n').map((text) => text.trimEnd())) {
    if (line === '' || line === '…') continue;
    const at = lines.indexOf(line, from);
    if (at < 0) return line;
    from = at + 1;
  }
  return undefined;
}
