import { readDocument } from '@systole/document';
import type { Result } from '@systole/replay';
import { SystoleError } from '@systole/core';
import { describe, expect, it } from 'vitest';
import { diffHtml } from '../src/html.ts';
import {
  compareJson,
  diffCsv,
  diffJson,
  diffResults,
  diffText,
  movedTotals,
  resultJson,
} from '../src/index.ts';
import { readResult } from '../src/read.ts';
import { sampleResult } from './support/sample-result.ts';

const before = { label: 'a.json', result: sampleResult({ steps: 4 }) };
const slower = { label: 'b.json', result: sampleResult({ steps: 4, slowdown: 1.5, chip: 'other-chip' }) };
const diff = diffResults(before, slower);

describe('diffResults', () => {
  it('tells totals before and after, absolute and relative', () => {
    const { timePerToken } = diff.totals;
    expect(timePerToken.before).toBe(before.result.time.meanDecode?.ps);
    expect(timePerToken.after).toBe(slower.result.time.meanDecode?.ps);
    expect(timePerToken.change).toBe((timePerToken.after ?? 0) - (timePerToken.before ?? 0));
    expect(timePerToken.relative).toBeCloseTo(0.5, 6);
  });

  it('puts the biggest change first, and finds where the results part', () => {
    const { time } = diff.operators;
    const sizes = time.map(({ change }) => Math.abs(change));
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(diff.parting?.operator).toEqual(time[0]);
    expect(diff.parting?.share).toBeCloseTo((sizes[0] ?? 0) / sizes.reduce((a, b) => a + b, 0), 12);
  });

  it('lets the changes by operator, component and reason add up to that of the whole', () => {
    const whole = (slower.result.time.total.ps - before.result.time.total.ps) / before.result.time.tokens;
    for (const parts of [diff.operators.time, diff.components.time, diff.reasons]) {
      const sum = parts.reduce((total, { change }) => total + change, 0);
      expect(sum / whole).toBeCloseTo(1, 9);
    }
  });

  it('names what is not the same in what went in', () => {
    expect(diff.inputs).toContainEqual({ name: 'chip', before: 'pim-gpt', after: 'other-chip' });
    const [dram] = before.result.components;
    if (dram === undefined) throw new Error('the sample has no component');
    const wider = { ...dram, facts: { ...dram.facts, bandwidth: (dram.facts.bandwidth ?? 0) * 2 } };
    const components = [wider, ...before.result.components.slice(1)];
    const other = { label: 'wide', result: { ...before.result, components } };
    expect(diffResults(before, other).inputs).toEqual([
      { name: 'dram bandwidth', before: '448 GB/s', after: '896 GB/s' },
    ]);
  });

  it('shows all digits of what differs beyond those that are shown', () => {
    const chip = { ...before.result.chip, clockHz: before.result.chip.clockHz + 1 };
    const other = { label: 'b', result: { ...before.result, chip } };
    expect(diffResults(before, other).inputs).toEqual([
      { name: 'chip clock', before: String(before.result.chip.clockHz), after: String(chip.clockHz) },
    ]);
  });

  it('counts what one of the results does not have as nothing', () => {
    const components = before.result.components.filter(({ name }) => name !== 'sram');
    const other = { label: 'b', result: { ...before.result, components } };
    const change = diffResults(before, other).components.energy.find(({ name }) => name === 'sram');
    expect(change).toMatchObject({ after: undefined, relative: -1 });
    expect(diffResults(other, before).components.energy.find(({ name }) => name === 'sram')).toMatchObject({
      before: undefined,
      relative: undefined,
    });
  });

  it('knows equal results', () => {
    const same = diffResults(before, { label: 'b.json', result: sampleResult({ steps: 4 }) });
    expect(same.isEqual).toBe(true);
    expect(same.inputs).toEqual([]);
    expect(same.parting).toBeUndefined();
    expect(movedTotals(same, 0)).toEqual([]);
    expect(diffText(same)).toContain('equal to the byte');
    expect(diff.isEqual).toBe(false);
  });

  it('says that versions differ where only the figures do', () => {
    const time = { ...before.result.time, tokensPerSecond: before.result.time.tokensPerSecond * 2 };
    const other = diffResults(before, { label: 'b', result: { ...before.result, time } });
    expect(diffText(other)).toContain('versions of Systole differ');
  });
});

describe('movedTotals', () => {
  it('names what moved by more, whichever way', () => {
    expect(movedTotals(diff, 0.49).map(({ name }) => name)).toContain('time per token');
    expect(movedTotals(diff, 0.51).map(({ name }) => name)).not.toContain('time per token');
    const back = diffResults(slower, before);
    expect(movedTotals(back, 0.3).map(({ name }) => name)).toContain('time per token');
  });

  it('refuses what is no share', () => {
    for (const share of [-0.1, Number.NaN]) expect(() => movedTotals(diff, share)).toThrow(SystoleError);
  });
});

describe('views of a diff', () => {
  it('diffText has every part, within 110 columns', () => {
    const text = diffText(diff);
    expect(text).toMatch(/^a\.json → b\.json\n/);
    expect(text).toMatch(/time per token +[\d.]+ [mu]s +[\d.]+ [mu]s +\+[\d.]+ us +\+50\.0 %/);
    expect(text).toMatch(/The results part most at \S+: \+/);
    expect(text).toMatch(/chip +pim-gpt +other-chip/);
    for (const line of text.split('\n')) expect([...line].length).toBeLessThanOrEqual(110);
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('diffCsv has a row a change', () => {
    const [head, ...rows] = diffCsv(diff).trimEnd().split('\n');
    expect(head).toBe('section,name,unit,before,after,change,relative');
    expect(rows).toContain('input,chip,,pim-gpt,other-chip,,');
    expect(rows.filter((row) => row.startsWith('operator time,'))).toHaveLength(diff.operators.time.length);
  });

  it('diffJson gives the diff back', () => {
    expect(JSON.parse(diffJson(diff))).toEqual(JSON.parse(JSON.stringify(diff)));
  });

  it('diffHtml draws what changed, and nothing where nothing did', () => {
    const html = diffHtml(diff);
    const titles = [...html.matchAll(/aria-label="([^"]+)"/g)].map((match) => match[1]);
    expect(titles).toContain('Time per token by operator');
    expect(html).toContain('The results part most at');
    expect(html).not.toMatch(/NaN|undefined|Infinity|<script/);
    const same = diffHtml(diffResults(before, before));
    expect(same).toContain('equal to the byte');
    expect(same).not.toContain('<svg');
  });
});

describe('readResult', () => {
  const text = resultJson(before.result);
  const read = (json: string, run?: string): Result =>
    readResult(readDocument(json, 'r.json', { syntax: 'json' }), run);
  const refusal = (json: string, run?: string): SystoleError => {
    try {
      read(json, run);
    } catch (error) {
      if (error instanceof SystoleError) return error;
      throw error;
    }
    throw new Error('it was read');
  };

  it('gives back what was written', () => {
    expect(read(text)).toEqual(before.result);
  });

  it('takes keys that it does not know', () => {
    expect(read(text.replace('{', '{ "later": [1],'))).toEqual(before.result);
  });

  it.each([
    ['"version": 1', '"version": 2', 'result/version', 'reads version 1'],
    ['"format": "systole-result"', '"format": "systole-trace"', 'file/wrong-kind', 'a recorded trace'],
    ['"totalFj": ', '"totalFj": -', 'result/invalid', 'at least 0'],
    ['"totalFj": ', '"totalFj": 1e300, "was": ', 'result/invalid', 'at most'],
    ['"totalFj": ', '"totalFj": NaN, "was": ', 'yaml/syntax', ''],
    ['"tokens": ', '"tokns": ', 'result/invalid', 'it is missing'],
    ['"tokens": ', '"tokens": 0, "was": ', 'result/invalid', 'at least 1'],
    ['"exactPs": "', '"exactPs": "-', 'result/invalid', 'matches'],
    ['"role": "memory"', '"role": "storage"', 'result/invalid', 'memory'],
  ])('refuses %s -> %s, at its place', (found, put, code, words) => {
    const broken = text.replace(found, put);
    expect(broken).not.toBe(text);
    const error = refusal(broken);
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
    expect(error.place).toMatchObject({ file: 'r.json' });
    expect(error.place.line).toBeGreaterThanOrEqual(1);
    expect(error.place.column).toBeGreaterThanOrEqual(1);
    for (const problem of error.problems) expect(problem.hint ?? code).not.toBe('');
  });

  it('refuses every truncation of a result', () => {
    for (let length = 1; length < text.length - 2; length += 997) {
      expect(refusal(text.slice(0, length)).place.line).toBeGreaterThanOrEqual(1);
    }
  });

  it.each([
    ['{ "systole": "chip/1" }', 'a chip'],
    ['{ "chip": "x", "claims": [] }', 'systole validate'],
    ['{ "model_type": "gpt2" }', "a model's config.json"],
    ['{ "traceEvents": [] }', 'a timeline'],
    ['{}', 'no result'],
    ['3', '3'],
    ['[3]', 'found 3'],
    ['[{ "label": "x" }]', 'a run with a label and a result'],
  ])('says of %s what it is', (json, words) => {
    const error = refusal(json);
    expect(error.code).toBe('file/wrong-kind');
    expect(error.message).toContain(words);
  });

  const list = compareJson([
    { label: 'dram.channels=8', result: before.result },
    { label: 'other', result: slower.result },
    { label: 'none', refused: [{ code: 'mapping/missing-unit', message: 'no unit' }] },
  ]);

  it('takes one run of a comparison, by label or number', () => {
    expect(read(list, 'dram.channels=8')).toEqual(before.result);
    expect(read(list, '2')).toEqual(slower.result);
    const single = compareJson([{ label: 'x', result: before.result }]);
    expect(read(single)).toEqual(before.result);
  });

  it('says which runs there are, where none or a wrong one is named', () => {
    expect(refusal(list).message).toContain('#dram.channels=8, #other');
    expect(refusal(list, 'othr').hint).toBe('Did you mean "other"?');
    expect(refusal(list, '4').message).toContain('there is no run "4"');
    expect(refusal(list, 'none').message).toContain('could not be made');
    expect(refusal(text, 'other').message).toContain('no list');
    expect(refusal('[]').message).toContain('0 runs');
  });

  it('places the mistakes of one run in the list', () => {
    const at = list.lastIndexOf('"tokens":');
    const broken = `${list.slice(0, at)}"tokns":${list.slice(at + 9)}`;
    expect(read(broken, '1')).toEqual(before.result);
    expect(refusal(broken, 'other').place.path).toBe('[1].result.time.tokens');
  });
});
