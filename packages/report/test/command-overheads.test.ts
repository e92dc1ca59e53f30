import { readDocument } from '@systole/document';
import type { Result } from '@systole/replay';
import { describe, expect, it } from 'vitest';
import { reportHtml } from '../src/html.ts';
import { reportText, resultCsv, resultJson } from '../src/index.ts';
import { readResult } from '../src/read.ts';
import { sampleResult } from './support/sample-result.ts';

const sample = sampleResult();
const PARTS = ['columns', 'rows', 'mode-switch', 'other'];

const variant = (name: string, times: readonly number[], ideal: number, help = `As in ${name}`) => {
  const ps = times.reduce((sum, time) => sum + time, 0);
  const parts = PARTS.map((part, index) => ({ part, ps: times[index] ?? 0 }));
  return { name, help, ps, factor: ps / ideal, parts };
};

const result: Result = {
  ...sample,
  commandOverheads: [
    {
      memory: 'dram',
      step: 7,
      variants: [
        variant('in-memory-ideal', [600_000, 300_000, 0, 100_000], 1_000_000),
        variant('configured', [600_000, 300_000, 50_000, 100_000], 1_000_000),
        {
          ...variant('in-memory-aim', [600_000, 400_000, 900_000, 100_000], 1_000_000, '<b>AiM</b>'),
          source: { source: 'a simulator & its notes', confidence: 'secondary', note: 'clocks of 0.5 ns' },
        },
      ],
    },
  ],
};

describe('a result with overheads of in-memory commands', () => {
  it('is told in words: a column for each set of overheads', () => {
    const text = reportText(result);
    expect(text).toContain('In-memory command overheads');
    expect(text).toMatch(/dram +ideal +configured +aim\n/);
    expect(text).toMatch(/time +1 us +1\.05 us +2 us/);
    expect(text).toMatch(/beside the ideal +1× +1\.05× +2×/);
    expect(text).toMatch(/mode-switch +0\.0 % +4\.8 % +45\.0 %/);
    expect(text).toContain('Step 7 again with the same mapping');
    const narrow = reportText(result, { width: 80 });
    const lines = narrow
      .slice(narrow.indexOf('In-memory command'), narrow.indexOf('Step 7 again'))
      .split('\n');
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(80);
  });

  it('is told in rows', () => {
    const csv = resultCsv(result);
    expect(csv).toMatch(/^overhead,dram,,in-memory-aim,time,ps,2000000$/m);
    expect(csv).toMatch(/^overhead,dram,,in-memory-aim,beside the ideal,1,2$/m);
    expect(csv).toMatch(/^overhead,dram,,configured,mode-switch,ps,50000$/m);
  });

  it('is told on a page, with the sources, and nothing in them is taken as markup', () => {
    const page = reportHtml(result);
    expect(page).toContain('<h2>In-memory command overheads</h2>');
    expect(page).toContain('<td class="n">45.0 %</td>');
    expect(page).toContain('a simulator &amp; its notes; clocks of 0.5 ns');
    expect(page).toContain('&lt;b&gt;AiM&lt;/b&gt;');
    expect(page).not.toContain('<b>AiM');
  });

  it('is read as it was written', () => {
    const read = (text: string): Result => readResult(readDocument(text, 'result.json', { syntax: 'json' }));
    const written = resultJson(result);
    expect(read(written).commandOverheads).toEqual(result.commandOverheads);
    expect(() => read(written.replace('"factor": 2', '"factor": "two"'))).toThrow(/factor/);
  });

  it('says nothing of them where there are none', () => {
    expect(reportText(sample)).not.toContain('In-memory command');
    expect(reportHtml(sample)).not.toContain('In-memory command');
    expect(resultCsv(sample)).not.toMatch(/^overhead,/m);
  });
});
