import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { LAWS } from '../src/index.ts';
import type { Law } from '../src/index.ts';

const README = fileURLToPath(new URL('../README.md', import.meta.url));
const SECTION = /(?<=<!-- laws -->\n)[^]*(?=<!-- \/laws -->)/;

function entry({ id, statement, scope, exceptions }: Law): string {
  const notes = [`Scope: ${scope}.`, ...exceptions.map((exception) => `Exception: ${exception}`)];
  return [`- **\`${id}\`** ${statement}`, ...notes.map((note) => `  - ${note}`)].join('\n');
}

/** `npx vitest run -u packages/laws/test/readme.test.ts` writes the section anew. */
it('the README says every law as LAWS does', async () => {
  const text = readFileSync(README, 'utf8');
  expect(text).toMatch(SECTION);
  const section = `\n${LAWS.map(entry).join('\n')}\n\n`;
  await expect(text.replace(SECTION, () => section)).toMatchFileSnapshot(README);
});

it('each law has an id of its own, and says what it is about', () => {
  expect(new Set(LAWS.map(({ id }) => id)).size).toBe(LAWS.length);
  for (const { id, subject } of LAWS) expect(id.startsWith(`${subject}/`)).toBe(true);
});
