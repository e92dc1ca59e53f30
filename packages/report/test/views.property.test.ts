import { readDocument } from '@systole/document';
import type { Result, Timeline } from '@systole/replay';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareHtml, diffHtml, reportHtml } from '../src/html.ts';
import {
  compareCsv,
  compareText,
  diffCsv,
  diffResults,
  diffText,
  reportText,
  resultCsv,
  resultJson,
  timelineJson,
} from '../src/index.ts';
import type { ResultDiff } from '../src/index.ts';
import { readResult } from '../src/read.ts';
import { arbitraryEvents, arbitraryResult } from './support/arbitrary-result.ts';
import { sampleResult } from './support/sample-result.ts';

/** Broken numbers, with what stands around them. */
function broken(text: string): string[] {
  return text.match(/.{0,40}(?:\bNaN\b|\bundefined\b|\bInfinity\b|\[object).{0,20}/g) ?? [];
}

/** Every way to see a result, by name. */
const VIEWS: readonly (readonly [string, (result: Result) => string])[] = [
  ['reportText', (result) => reportText(result)],
  ['reportText in colour', (result) => reportText(result, { colour: true, width: 140 })],
  ['reportHtml', (result) => reportHtml(result)],
  ['resultCsv', resultCsv],
  ['compareText', (result) => compareText(pair(result))],
  ['compareHtml', (result) => compareHtml(pair(result))],
  ['compareCsv', (result) => compareCsv(pair(result))],
  ['diffText', (result) => diffText(diffOf(result)) + diffText(diffOf(result, true))],
  ['diffHtml', (result) => diffHtml(diffOf(result))],
  ['diffCsv', (result) => diffCsv(diffOf(result, true))],
];

function pair(result: Result): { label: string; result: Result }[] {
  return [
    { label: 'a=1', result },
    { label: 'a=4', result },
  ];
}

function diffOf(result: Result, isBackwards = false): ResultDiff {
  const runs = [
    { label: 'a', result: sampleResult({ steps: 2 }) },
    { label: 'b', result },
  ] as const;
  return isBackwards ? diffResults(runs[1], runs[0]) : diffResults(runs[0], runs[1]);
}

/** What a page may hold: the elements that the package writes, each opened and closed, and no others. */
function tagsOf(html: string): string[] {
  return [...html.matchAll(/<(\/?[a-zA-Z!][a-zA-Z0-9-]*)/g)].map((match) => (match[1] ?? '').toLowerCase());
}

const ALLOWED = new Set(
  (
    'b body br caption circle clippath code defs details div figcaption figure footer g h1 h2 head header html i li line main ' +
    'meta p path polyline rect section span style summary svg table tbody td text th thead title tr tspan ul !doctype'
  ).split(' '),
);

describe('views of any result', () => {
  for (const [name, view] of VIEWS) {
    it(`${name} shows no broken number and is the same twice`, () => {
      const runs = name.endsWith('Html') ? 40 : 100;
      fc.assert(
        fc.property(arbitraryResult, (result) => {
          const text = view(result);
          // Names may hold such words themselves: the sample of names here does not.
          expect(broken(text)).toEqual([]);
          expect(view(result)).toBe(text);
        }),
        { numRuns: runs },
      );
    });
  }

  it('a sweep over any values can be drawn', () => {
    const value = fc.oneof(fc.integer({ min: -1000, max: 1e6 }), fc.double({ noNaN: true }));
    const values = fc.array(
      fc.oneof(
        value,
        value.map((size) => `${size} ns`),
      ),
      { minLength: 1, maxLength: 6 },
    );
    const result = sampleResult({ steps: 2 });
    fc.assert(
      fc.property(values, (written) => {
        const html = compareHtml(written.map((text) => ({ label: `a.b=${text}`, result })));
        const paths = html.match(/ (?:d|transform)="[^"]*"/g) ?? [];
        expect(broken(paths.join('\n'))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('no name becomes markup in a page', () => {
    fc.assert(
      fc.property(arbitraryResult, (result) => {
        for (const html of [reportHtml(result), compareHtml(pair(result)), diffHtml(diffOf(result))]) {
          for (const tag of tagsOf(html)) expect(ALLOWED.has(tag.replace('/', ''))).toBe(true);
          for (const tag of ['svg', 'div', 'table', 'section', 'text', 'td', 'g']) {
            const opened = html.split(new RegExp(`<${tag}[ >]`)).length;
            expect(html.split(`</${tag}>`)).toHaveLength(opened);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('no name steers the terminal', () => {
    fc.assert(
      fc.property(arbitraryResult, (result) => {
        const text = reportText(result) + compareText(pair(result)) + diffText(diffOf(result));
        expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
      }),
    );
  });

  it('JSON gives the result back, whatever the order of its keys', () => {
    fc.assert(
      fc.property(arbitraryResult, (result) => {
        const text = resultJson(result);
        const parsed: unknown = JSON.parse(text);
        expect(parsed).toEqual(JSON.parse(JSON.stringify(result)));
        expect(readResult(readDocument(text, 'result.json', { syntax: 'json' }))).toEqual(parsed);
        const reversed = Object.fromEntries(Object.entries(result).reverse());
        expect(resultJson({ ...result, ...reversed })).toBe(text);
      }),
      { numRuns: 50 },
    );
  });
});

interface Slice {
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
  readonly start: bigint;
  readonly end: bigint;
}

/** us in decimal text as whole ps: a double would lose the last digits. */
function picoseconds(text: string): bigint {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
}

function slicesOf(json: string): Slice[] {
  return json
    .split('\n')
    .filter((line) => line.startsWith('{"ph":"X"'))
    .map((line) => {
      const event: Slice = JSON.parse(line.replace(/,$/, ''));
      const ts = picoseconds(/,"ts":([\d.]+),/.exec(line)?.[1] ?? '');
      const dur = picoseconds(/,"dur":([\d.]+),/.exec(line)?.[1] ?? '');
      return { tid: event.tid, ts: event.ts, dur: event.dur, start: ts, end: ts + dur };
    });
}

describe('the timeline of any events', () => {
  it('parses, keeps every event to the ps, and no two slices of a track overlap', () => {
    fc.assert(
      fc.property(arbitraryResult, arbitraryEvents, (result, events) => {
        const spans = events.slice(0, 5).map(({ operator, start, end }) => ({ name: operator, start, end }));
        const timeline: Timeline = { events, truncated: false, spans };
        const json = timelineJson(result, timeline);
        JSON.parse(json);
        const slices = slicesOf(json);
        const expected = [...events, ...spans].map(({ start, end }) => `${start}-${end}`).sort();
        expect(slices.map(({ start, end }) => `${start}-${end}`).sort()).toEqual(expected);
        const tracks = new Map<number, Slice[]>();
        for (const slice of slices) tracks.set(slice.tid, [...(tracks.get(slice.tid) ?? []), slice]);
        for (const track of tracks.values()) {
          for (const [index, slice] of track.slice(1).entries()) {
            expect(slice.start >= (track[index]?.end ?? 0n)).toBe(true);
          }
        }
        // Whole ns, as Perfetto keeps them, must not bring neighbours to overlap either.
        for (const track of tracks.values()) {
          for (const [index, slice] of track.slice(1).entries()) {
            const before = track[index];
            if (before === undefined) continue;
            const beforeEnd = before.start / 1000n + (before.end - before.start) / 1000n;
            expect(slice.start / 1000n >= beforeEnd).toBe(true);
          }
        }
        expect(broken(reportHtml(result, timeline))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
