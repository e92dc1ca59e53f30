import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOME } from '../support/systole.ts';
import { readBlocks } from './blocks.ts';
import { toExamples } from './example.ts';
import { hasPython, Workshop } from './workshop.ts';

/** Documents whose code shows calls on a result that the reader has from elsewhere, and stands for itself alone nowhere. */
const FRAGMENTS = ['packages/report/README.md'];

const packages = readdirSync(join(HOME, 'packages'))
  .map((name) => `packages/${name}/README.md`)
  .filter((path) => existsSync(join(HOME, path)) && !FRAGMENTS.includes(path));

const documents = ['README.md', 'CONTRIBUTING.md', ...packages].map((path) => {
  const file = join(HOME, path);
  const blocks = existsSync(file) ? readBlocks(readFileSync(file, 'utf8')) : [];
  return { path, folder: path.toLowerCase().replace(/[/.]/g, '-'), ...toExamples(blocks) };
});

let workshop: Workshop;

beforeAll(() => {
  workshop = new Workshop();
  for (const { folder, files } of documents) workshop.addAll(folder, files);
});

afterAll(() => {
  workshop.remove();
});

it('the TypeScript of all documents has the types of the packages', () => {
  expect(workshop.typecheck()).toBe('');
});

describe.each(documents)('$path', ({ folder, files, examples, hasTests }) => {
  it('has an example', () => {
    expect(files.length + examples.length).toBeGreaterThan(0);
  });

  it.each(hasTests ? [folder] : [])('has tests that pass', (name) => {
    expect(workshop.test(name)).toBe('');
  });

  it.each(examples)('runs what line $line says', (example) => {
    // Where the tests decide over a change, an example that nobody ran is a failure.
    const mayBeLeftOut = process.env['CI'] === undefined && !hasPython();
    if (mayBeLeftOut && example.commands.some(([program]) => program === 'python3')) {
      console.warn(`${folder}, line ${example.line}: NOT RUN, there is no python3`);
      return;
    }
    expect(workshop.run(folder, example)).toBe('');
  });
});
