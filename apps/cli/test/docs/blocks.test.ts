import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missingLine, readBlocks } from './blocks.ts';
import { toExamples } from './example.ts';
import { hasPython, Workshop } from './workshop.ts';

const fenced = (...blocks: readonly (readonly [info: string, text: string])[]): string =>
  blocks.map(([info, text]) => `words\n\n\`\`\`${info}\n${text}\n\`\`\`\n`).join('\n');

describe('readBlocks', () => {
  it('reads language, file, exit code and marks', () => {
    const [block] = readBlocks(fenced(['sh run exit=2 file=a/b.sh', 'systole\n\nlist']));
    expect(block).toEqual({
      line: 3,
      language: 'sh',
      file: 'a/b.sh',
      exit: 2,
      isRun: true,
      isOutput: false,
      text: 'systole\n\nlist\n',
    });
  });

  it('takes a fence inside a longer one as text', () => {
    expect(readBlocks('````md\n```ts\n1\n```\n````')).toMatchObject([
      { language: 'md', text: '```ts\n1\n```\n' },
    ]);
  });

  it('refuses what it does not know', () => {
    expect(() => readBlocks(fenced(['ts files=a.ts', '1']))).toThrow(
      'line 3: a block cannot be marked "files=a.ts"',
    );
    expect(() => readBlocks(fenced(['ts file=../a.ts', '1']))).toThrow('file=../a.ts');
    expect(() => readBlocks('```ts\n1')).toThrow('line 1 is never closed');
  });
});

describe('toExamples', () => {
  it('refuses two blocks of one file, output of nothing, and a language that it cannot run', () => {
    const twice = fenced(['ts file=a.ts', '1'], ['ts file=a.ts', '2']);
    expect(() => toExamples(readBlocks(twice))).toThrow('a.ts is there already');
    expect(() => toExamples(readBlocks(fenced(['text output', '1'])))).toThrow('nothing was run');
    expect(() => toExamples(readBlocks(fenced(['py run', '1'])))).toThrow('"py" cannot be run');
  });

  it('leaves blocks alone that are only shown', () => {
    expect(toExamples(readBlocks(fenced(['sh', 'npm install'], ['', 'a'])))).toMatchObject({
      files: [],
      examples: [],
    });
  });
});

describe('missingLine', () => {
  it('looks for lines in order, whole, whatever stands between them', () => {
    expect(missingLine('a\nb  \nc\n', 'a\n…\nc\n')).toBeUndefined();
    expect(missingLine('a\nb\n', 'b\na\n')).toBe('a');
    expect(missingLine('ab\n', 'a\n')).toBe('a');
  });
});

describe('a workshop', () => {
  let workshop: Workshop;

  beforeAll(() => {
    workshop = new Workshop();
  });

  afterAll(() => {
    workshop.remove();
  });

  function verdicts(folder: string, markdown: string): readonly string[] {
    const { files, examples } = toExamples(readBlocks(markdown));
    workshop.addAll(folder, files);
    return examples.map((example) => workshop.run(folder, example));
  }

  it('says what an example does otherwise than its document', () => {
    const [program, output, error, wrong, refused, unknown] = verdicts(
      'runs',
      fenced(
        ['ts', "throw new Error('broken')"],
        ['ts', 'console.log(1)'],
        ['text output', '2'],
        ['ts', "throw new Error('other')\n// SystoleError: this"],
        ['sh run', 'systole list nothing'],
        ['sh run exit=2', 'systole list "nothing"'],
        ['sh run', 'rm -r x'],
      ),
    );
    expect(program).toContain('broken');
    expect(output).toBe('it does not print "2", but\n1\n');
    expect(error).toContain('it does not end in "SystoleError: this"');
    expect(wrong).toContain('systole list nothing: exit code 2, not 0');
    expect(refused).toBe('');
    expect(unknown).toContain('an example runs systole, node or python3, not "rm"');
  });

  it.skipIf(!hasPython())('runs Python, and says when it fails', () => {
    const [fine, wrong] = verdicts(
      'python',
      fenced(
        ['python run', 'print(6 * 7)'],
        ['text output', '42'],
        ['python run', 'import json\njson.loads("{")'],
        ['python', 'this is only shown'],
      ),
    );
    expect(fine).toBe('');
    expect(wrong).toContain('exit code 1, not 0');
    expect(wrong).toContain('JSONDecodeError');
  });

  it('finds wrong types and failing tests', () => {
    const { files } = toExamples(
      readBlocks(
        fenced(
          ['ts file=wrong.ts', "import { param } from '@systole/core';\nexport const size: string = param;"],
          [
            'ts file=wrong.test.ts',
            "import { expect, it } from 'vitest';\nit('fails', () => expect(1).toBe(2));",
          ],
        ),
      ),
    );
    workshop.addAll('checks', files);
    expect(workshop.typecheck()).toContain('wrong.ts(2,14)');
    expect(workshop.test('checks')).toContain('expected 1 to be 2');
  });
});
