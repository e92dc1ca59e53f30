import { describe, expect, it } from 'vitest';
import { memoryHtml } from '../src/html.ts';
import {
  memoryCsv,
  memoryJson,
  memoryText,
  summariseCases,
  validationJson,
  validationText,
} from '../src/index.ts';
import type { MemoryRun, ValidationCase } from '../src/index.ts';

const NASTY = '<b>\u001B[31m=x,"y"\u202E';

const RUN: MemoryRun = {
  systole: 'memory-run/1',
  memory: { name: 'ddr', kind: 'dram', detail: 'detailed', settings: { channels: 2, rows: 'open' } },
  work: { pattern: 'seq-read', requests: 1000 },
  time: 4_000_000,
  bytes: 64_000,
  bandwidth: 16e9,
  peak: 32e9,
  counts: { reads: 1000, 'row hits': 990 },
  commands: { ACT: 10, RD: 1000 },
  latencies: [
    {
      name: 'read',
      count: 1000,
      mean: 51_234,
      least: 30_000,
      p50: 50_000,
      p95: 60_000,
      p99: 70_000,
      most: 99_999,
    },
  ],
  reasons: [
    { name: 'data', share: 0.5, because: 'data moved' },
    { name: 'refresh', share: 0.25, because: 'rows were refreshed' },
  ],
  reasonsOf: 'what the buses did',
  energy: {
    parts: { read: 3e9, activate: 1e9, write: 0 },
    total: 4e9,
    least: 3e9,
    most: 5e9,
    source: 'a data sheet',
    confidence: 'published',
    warnings: ['without the bus'],
  },
  places: {
    what: 'bank',
    of: 'share of the time',
    shares: [0.5, 0, 0.25, 0.01],
    names: ['0', '1', '2', '3'],
  },
  protocol: { commands: 1010, violations: 1, first: ['tRCD: 2 ticks off'] },
  notes: ['a note'],
};

describe('a run of a memory', () => {
  it('reads as text', () => {
    const text = memoryText(RUN);
    expect(text).toMatch(/^bandwidth 16 GB\/s of 32 GB\/s, 50\.0 %$/m);
    expect(text).toMatch(/^read +51\.23 +30 +50 +60 +70 +100$/m);
    expect(text).toMatch(/^data +50\.0 % +█{10} +data moved$/m);
    // 4 uJ over 512,000 bits; the largest part first, what cost nothing not at all.
    expect(text).toMatch(/^total +4 uJ +100\.0 % +7\.813$/m);
    expect(text.indexOf('\nread  ')).toBeLessThan(text.indexOf('\nactivate'));
    expect(text).not.toMatch(/^write/m);
    expect(text).toContain('The total lies between 3 uJ and 5 uJ.');
    expect(text).toMatch(/^ +0 █·▄▁$/m);
    expect(text).toContain('1,010 commands checked against the standard: 1 violation\n  tRCD: 2 ticks off');
  });

  it('is nothing that steers a terminal, a browser or a spreadsheet', () => {
    const nasty: MemoryRun = {
      ...RUN,
      memory: { ...RUN.memory, name: NASTY, settings: { [NASTY]: NASTY } },
      work: { trace: NASTY },
      notes: [NASTY],
      counts: { [NASTY]: 1 },
      reasons: [{ name: NASTY, share: 1, because: NASTY }],
    };
    for (const character of ['\u001B', '\u202E']) {
      expect(memoryText(nasty)).not.toContain(character);
      expect(memoryHtml(nasty)).not.toContain(character);
    }
    expect(memoryHtml(nasty)).not.toMatch(/<b>\S*=x/);
    expect(memoryCsv({ ...nasty, work: { trace: '=1+1' } })).toContain("'=1+1");
  });

  it('draws a page with what there is, and no more', () => {
    const page = memoryHtml(RUN);
    expect(page.match(/<svg /g)).toHaveLength(2);
    expect(page).toContain('<h2>Energy</h2>');
    expect(memoryHtml(RUN)).toBe(page);
    const { energy: _energy, places: _places, protocol: _protocol, peak: _peak, ...bare } = RUN;
    const little = memoryHtml({
      ...bare,
      latencies: [],
      commands: {},
      counts: {},
      reasons: [],
      bytes: 0,
      notes: [],
    });
    expect(little).not.toMatch(/<svg |<h2>|NaN|undefined|Infinity/);
    expect(
      memoryText({ ...bare, latencies: [], commands: {}, counts: {}, reasons: [], bytes: 0 }),
    ).not.toMatch(/NaN|undefined|Infinity/);
    // Many banks are cells and no columns.
    const many = Array.from({ length: 600 }, (_, index) => index / 600);
    const map = memoryHtml({
      ...RUN,
      places: { what: 'die', of: 'share', shares: many, names: many.map(String) },
    });
    expect(map.match(/<rect [^>]*fill-opacity/g)).toHaveLength(600);
  });

  it('is the same data as JSON and CSV', () => {
    expect(JSON.parse(memoryJson(RUN))).toEqual(RUN);
    const lines = memoryCsv(RUN).split('\n');
    expect(lines).toContain('latency,read,p95,ps,60000');
    expect(lines).toContain('energy,total,,fJ,4000000000');
    expect(lines).toContain('bank,2,,1,0.25');
    expect(lines).toContain('protocol,violations,,,1');
  });
});

describe('a validation', () => {
  const cases = [0, 0.01, -0.02, 0.5].map((error, index): ValidationCase => ({
    id: `c${index}`,
    peer: 'peer',
    group: 'g',
    quantity: 'cycles',
    simulated: 100 * (1 + error),
    reference: 100,
    error,
  }));

  it('summarises and bounds errors by their size', () => {
    const [row] = summariseCases(cases, () => ({
      group: 'cycles',
      bounds: [
        { within: 0.02, of: 0.75 },
        { within: 0.02, of: 1 },
      ],
    }));
    expect(row).toMatchObject({
      cases: 4,
      median: 0.01,
      p95: 0.5,
      worst: 0.5,
      worstCase: 'c3, cycles',
      holds: false,
      bounds: [
        { cases: 3, holds: true },
        { cases: 3, holds: false },
      ],
    });
    const [free] = summariseCases(cases, () => ({ group: 'shown', bounds: [] }));
    expect(free).not.toHaveProperty('holds');
  });

  it('says which groups do not hold', () => {
    const rows = summariseCases(cases, ({ error }) => ({
      group: error > 0.1 ? 'far' : 'near',
      bounds: [{ within: 0.02, of: 1 }],
    }));
    const report = {
      systole: 'validation/1' as const,
      name: 'memory',
      rows,
      cases,
      rates: { 'cases of peer': { unit: 'requests', perSecond: 1234567 } },
    };
    const text = validationText(report);
    expect(text).toMatch(/^peer +near +3 +1\.00 % +2\.00 % +2\.00 % +2 % +3 +yes$/m);
    expect(text).toMatch(/^peer +far +1 .* no$/m);
    expect(text).toContain('1 of 2 bounded groups hold.\n\npeer far: 50.00 % off in c3, cycles');
    expect(text).toContain('1.23 M requests/s');
    expect(JSON.parse(validationJson(report))).toEqual(report);
  });
});
