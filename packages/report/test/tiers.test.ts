import { readDocument } from '@systole/document';
import type { Result } from '@systole/replay';
import { describe, expect, it } from 'vitest';
import { reportHtml } from '../src/html.ts';
import { reportText, resultCsv, resultJson } from '../src/index.ts';
import { readResult } from '../src/read.ts';
import { sampleResult } from './support/sample-result.ts';

const sample = sampleResult();
const result: Result = {
  ...sample,
  mapping: {
    ...sample.mapping,
    tiers: {
      policy: 'migrate',
      occupancy: [
        {
          memory: 'hbm',
          capacity: 20 * 2 ** 20,
          peak: {
            weights: 4 * 2 ** 20,
            window: 10 * 2 ** 20,
            kv: 2 ** 20,
            activations: 0,
            bytes: 15 * 2 ** 20,
            step: 2,
            operator: 'L5.attn.append',
          },
          overTime: [
            { step: 0, bytes: 14 * 2 ** 20 },
            { step: 2, bytes: 15 * 2 ** 20 },
          ],
        },
      ],
      transfers: [{ what: 'weights', from: 'ddr', to: 'hbm', bytes: 169 * 2 ** 20 }],
      migration: {
        to: 'hbm',
        bytes: 5 * 2 ** 20,
        of: 8 * 2 ** 20,
        window: 10 * 2 ** 20,
        from: [{ memory: 'ddr', bytes: 30 * 2 ** 20 }],
      },
    },
  },
};

describe('a result with tiers', () => {
  it('is told in words, in rows and on a page', () => {
    const text = reportText(result);
    expect(text).toMatch(/hbm +15 MiB +20 MiB +75\.0 % +2 +L5\.attn\.append/);
    expect(text).toContain('weights ddr to hbm: 169 MiB moved');
    const csv = resultCsv(result);
    expect(csv).toContain(`tier,hbm,,2,most of step,B,${15 * 2 ** 20}`);
    expect(csv).toContain(`transfer,ddr,,weights to hbm,bytes,B,${169 * 2 ** 20}`);
    expect(reportHtml(result)).toContain('<td>L5.attn.append</td>');
  });

  it('is read as it was written', () => {
    const written = resultJson(result);
    expect(readResult(readDocument(written, 'result.json', { syntax: 'json' })).mapping.tiers).toEqual(
      result.mapping.tiers,
    );
  });

  it('says nothing of tiers where there are none', () => {
    expect(reportText(sample)).not.toContain('Tiers');
    expect(reportHtml(sample)).not.toContain('Tiers');
    expect(resultCsv(sample)).not.toMatch(/^tier,/m);
  });
});
