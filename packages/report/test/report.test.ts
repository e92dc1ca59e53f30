import type { Result } from '@systole/replay';
import { SystoleError } from '@systole/core';
import { describe, expect, it } from 'vitest';
import { compareHtml, reportHtml } from '../src/html.ts';
import {
  compareCsv,
  compareJson,
  compareText,
  describeText,
  listText,
  reportText,
  resultCsv,
  resultJson,
  roofline,
  timelineJson,
} from '../src/index.ts';
import { sampleChip, sampleComponent } from './support/sample-chip.ts';
import { sampleResult, sampleTimeline } from './support/sample-result.ts';

const result = sampleResult();
const timeline = sampleTimeline();

/** The sample as if nothing had taken time, cost energy or been multiplied. */
function emptyResult(): Result {
  const sample = sampleResult({ steps: 1 });
  const none = { ps: 0, cycles: 0 };
  return {
    ...sample,
    time: {
      total: { ...none, exactPs: '0' },
      steps: 1,
      tokens: 1,
      first: none,
      last: none,
      mean: none,
      tokensPerSecond: 0,
      perStep: [0],
    },
    energy: { totalFj: 0, dynamicFj: 0, staticFj: 0, perTokenFj: 0, averageWatts: 0 },
    components: [],
    operators: [],
    criticalPath: [],
    accuracy: [],
    mapping: { ...sample.mapping, placement: [], decisions: [], options: {} },
  };
}

describe('reportText', () => {
  const text = reportText(result);
  const lines = text.split('\n');

  it('shows the figures of the result in human units', () => {
    // Times of the sample in ps, worked out from its shapes: 943,993,600 for the first step, and so on.
    const { first, meanDecode, total } = result.time;
    expect(text).toContain(`${Number((first.ps / 1e6).toPrecision(4))} us`);
    expect(text).toContain(`${Number(((meanDecode?.ps ?? 0) / 1e6).toPrecision(4))} us`);
    expect(text).toContain(`${Number((total.ps / 1e12).toPrecision(4))} s`);
    expect(text).toContain('pim-gpt · gpt2-xl · GPT-2 XL (1.558 G parameters)');
    expect(text).toContain(`${(result.energy.perTokenFj / 1e12).toPrecision(4)} mJ`);
    expect(text).toMatch(/first token +944 us +943,99\d/);
    expect(text).toMatch(/weights +2\.901 GiB +8 GiB +36\.3 %/);
    expect(text).toMatch(/dram +memory\/dram +81\.2 % +█+[▏▎▍▌▋▊▉]? +98\.4 %/);
    expect(text).toContain('6 standard, 9 secondary, 2 recalled, 4 inferred');
    expect(text).toContain('dram.tRFC = 455 ns (recalled)');
    expect(text).toContain('dram within 2.1 %');
  });

  it('fits 110 columns and 80 lines, without a trailing blank', () => {
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(110);
    expect(lines.length).toBeLessThanOrEqual(80);
    for (const line of lines) expect(line).toBe(line.trimEnd());
  });

  it('fits 80 columns too', () => {
    const narrow = reportText(result, { width: 80 }).split('\n');
    expect(Math.max(...narrow.map((line) => [...line].length))).toBeLessThanOrEqual(100);
  });

  it('has colours only when asked, and the same text beneath', () => {
    const escapes = /\p{Cc}\[\d+m/gu;
    const coloured = reportText(result, { colour: true });
    expect(text).not.toMatch(escapes);
    expect(coloured).toMatch(escapes);
    const bare = coloured.replaceAll(escapes, '').split('\n');
    expect(bare.map((line) => line.trimEnd())).toEqual(lines);
  });

  it('adds up small kinds of operators as other', () => {
    expect(text).toMatch(/other \(3 kinds\)/);
    const shown = result.operators.length - 3;
    expect(
      lines.filter((line) => result.operators.some(({ kind }) => line.startsWith(`${kind} `))),
    ).toHaveLength(shown);
  });

  it('shows a run in which nothing happened', () => {
    const empty = reportText(emptyResult());
    expect(empty).toContain('0 ps');
    expect(empty).not.toMatch(/NaN|undefined|Infinity/);
    expect(empty).toMatch(/total, 1 token /);
  });

  it('refuses a width that is none', () => {
    for (const width of [0, -1, 1.5, Number.NaN]) {
      expect(() => reportText(result, { width })).toThrow(SystoleError);
    }
  });

  it('shows dashes for what is not a number', () => {
    const broken = reportText({ ...result, energy: { ...result.energy, perTokenFj: Number.NaN } });
    expect(broken).toMatch(/energy per token +—/);
    expect(broken).not.toContain('NaN');
  });
});

describe('reportHtml', () => {
  const html = reportHtml(result, timeline);

  it('is one page that asks for nothing and runs nothing', () => {
    expect(html.startsWith('<!doctype html>')).toBe(true);
    expect(html).not.toMatch(/<script|javascript:|\son\w+=|<link|<img|@import|<iframe/i);
    const addresses = [...html.matchAll(/https?:\/\/[^"' ]+/g)].map(([address]) => address);
    expect(new Set(addresses)).toEqual(new Set(['http://www.w3.org/2000/svg']));
    expect(html).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  it('has every figure, each named for those who do not see it', () => {
    const titles = [...html.matchAll(/role="img" aria-label="([^"]+)"/g)].map((match) => match[1]);
    expect(titles).toEqual([
      'Critical path by component and reason',
      'Energy by component and action',
      'Time of each operator kind by component',
      'Utilisation of each component',
      'Time of each step',
      'Roofline',
      'The beginning of the timeline',
    ]);
    expect(html).toContain('time on the critical path (ms)');
    expect(html).toContain('operational intensity (MAC/B)');
    expect(html).toContain('mac bf16, 4.096 TMAC/s');
    expect(html).toContain('dram in place, 4.096 TB/s');
    expect(html).toContain('dram ports, 448 GB/s');
    expect(html).toContain(result.inputsHash);
  });

  it('shows the figures of every operator, component and action in its tables', () => {
    for (const { kind } of result.operators) expect(html).toContain(`<td>${kind}</td>`);
    for (const component of result.components) {
      expect(html).toContain(`<td>${component.type}</td>`);
      for (const { action } of component.actions) expect(html).toContain(`<td>${action}</td>`);
    }
    expect(html).toContain('<td class="n">1.673 T</td>');
  });

  it('is the same to the byte each time, and below 1.5 MB', () => {
    compareHtml([{ label: 'x', result }]);
    expect(reportHtml(sampleResult(), sampleTimeline())).toBe(html);
    expect(html.length).toBeLessThan(1_500_000);
    const ids = [...html.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(html).not.toMatch(/zr\d|ecmeta/);
  });

  it('keeps a long run small', () => {
    const long = sampleResult({ steps: 20_000 });
    expect(reportHtml(long).length).toBeLessThan(html.length + 100_000);
  });

  it('shows names as text, wherever they come from', () => {
    const nasty = '"><script>alert(1)</script>';
    const json = JSON.stringify({ result, timeline });
    const names = ['dram', 'matmul-up', 'service', 'weights', 'activate', 'gpt2-xl', 'GPT-2 XL', 'tRFC'];
    for (const name of names) {
      const poisoned: { result: Result; timeline: typeof timeline } = JSON.parse(
        json.replaceAll(JSON.stringify(name), JSON.stringify(nasty)),
      );
      const page = reportHtml(poisoned.result, poisoned.timeline);
      expect(page).not.toContain('<script');
      expect(page).toContain('&lt;script&gt;');
      expect(compareHtml([{ label: nasty, result: poisoned.result }])).not.toContain('<script');
    }
  });

  it('lets no name reach the prototype of objects', () => {
    const json = JSON.stringify({ result, timeline });
    for (const name of ['dram', 'matmul-up', 'service', 'activate', 'bf16']) {
      const poisoned: { result: Result; timeline: typeof timeline } = JSON.parse(
        json.replaceAll(JSON.stringify(name), '"__proto__"'),
      );
      reportHtml(poisoned.result, poisoned.timeline);
      compareHtml([
        { label: '__proto__', result: poisoned.result },
        { label: '__proto__', result },
      ]);
      resultJson(poisoned.result);
      timelineJson(poisoned.result, poisoned.timeline);
    }
    const inherited: string[] = [];
    for (const key in {}) inherited.push(key);
    expect(inherited).toEqual([]);
  });

  it('leaves out what there is nothing to say about', () => {
    const empty = reportHtml(emptyResult(), { events: [], truncated: false, spans: [] });
    expect(empty).not.toMatch(/NaN|undefined|Infinity/);
    expect(empty).not.toContain('<svg');
    expect(empty).not.toContain('<h2>Roofline</h2>');
  });

  it('says when the prefill is left out of the steps', () => {
    const perStep = [9e9, 1e6, 1.1e6, 1.2e6];
    const page = reportHtml({ ...result, time: { ...result.time, perStep } });
    expect(page).toContain('Step 0, the prefill, took 9 ms and is not drawn.');
  });
});

describe('roofline', () => {
  it('takes roofs from facts and points from operators', () => {
    const data = roofline(result);
    expect(data.compute).toEqual([{ name: 'mac', formats: ['bf16'], macsPerSecond: 4.096e12 }]);
    expect(data.bandwidth.map((roof) => [roof.name, roof.bytesPerSecond])).toEqual([
      ['dram ports', 448e9],
      ['dram in place', 4.096e12],
      ['sram', 128e9],
    ]);
    const up = result.operators.find(({ kind }) => kind === 'matmul-up');
    const point = data.points.find(({ kind }) => kind === 'matmul-up');
    expect(point?.intensity).toBeCloseTo((up?.macs ?? 0) / (up?.bytes ?? 1), 12);
    // 1.8 MACs a ps, as the sample has it.
    expect(point?.macsPerSecond).toBeCloseTo(1.8e12, -6);
    expect(data.points.map(({ kind }) => kind)).not.toContain('softmax');
  });

  it('adds up components of one type', () => {
    const cores = ['core-0', 'core-1'].flatMap((name) =>
      result.components.filter((component) => component.name === 'mac').map((mac) => ({ ...mac, name })),
    );
    expect(roofline({ ...result, components: cores }).compute).toEqual([
      { name: '2 × compute/pim-bank', formats: ['bf16'], macsPerSecond: 8.192e12 },
    ]);
  });
});

describe('comparisons', () => {
  const runs = [1, 2, 4, 8].map((channels) => ({
    label: `components.dram.channels=${channels}`,
    result: sampleResult({ steps: 16, slowdown: 1 / channels }),
  }));

  it('compareText shows ratios to the first run', () => {
    const text = compareText(runs);
    expect(text).toContain('dram.channels');
    expect(text).toMatch(/\n1 +[\d.]+ [mu]s +\d[\d.]* us +1× +[\d.]+ mJ +1×/);
    expect(text).toMatch(/\n4 +[\d.]+ [mu]s +\d[\d.]* us +0\.25× /);
    expect(text).toMatch(/The runs part most at matmul-up: [\d.]+ [mu]s to [\d.]+ [mu]s per token\./);
    expect(text).toContain('dram service');
    expect(text).toContain('98.4 %');
    const width = Math.max(...text.split('\n').map((line) => [...line].length));
    expect(width).toBeLessThanOrEqual(110);
  });

  it('compareText says what differs besides', () => {
    const text = compareText([
      { label: 'one', result: sampleResult({ steps: 2 }) },
      { label: 'two', result: sampleResult({ steps: 3, chip: 'other-chip' }) },
    ]);
    expect(text).toContain('different chip: pim-gpt, other-chip');
    expect(text).toContain('different tokens: 2, 3');
  });

  it('compareCsv has a row a run and a column a figure', () => {
    const [head = '', ...rows] = compareCsv(runs).trimEnd().split('\n');
    const columns = head.split(',');
    expect(rows).toHaveLength(4);
    const at = (row: number, name: string): string =>
      (rows[row] ?? '').split(',')[columns.indexOf(name)] ?? 'missing';
    expect(Number(at(1, 'time_ratio'))).toBeCloseTo(0.5, 6);
    expect(at(2, 'total_ps')).toBe(runs[2]?.result.time.total.exactPs);
    expect(Number(at(0, 'dram:utilisation'))).toBe(0.812);
    expect(at(0, 'mapping:energy_fj')).toBe('');
  });

  it('compareHtml draws lines for numbers and bars for names', () => {
    const sweep = compareHtml(runs);
    const titles = (html: string): (string | undefined)[] =>
      [...html.matchAll(/aria-label="([^"]+)"/g)].map((match) => match[1]);
    expect(titles(sweep)).toEqual([
      'Time per token',
      'Energy per token',
      'Time to first token',
      'Time per token by component',
      'Energy per token by component',
      'Time per token by kind of operator',
      'Energy per token by kind of operator',
    ]);
    expect(sweep).toMatch(/The runs part most at matmul-up: [\d.]+ [mu]s to [\d.]+ [mu]s per token\./);
    expect(sweep).toContain('<h2>What costs most</h2>');
    expect(sweep).toContain('>components.dram.channels</text>');
    const named = compareHtml(runs.map((run, index) => ({ ...run, label: `chip ${'abcd'[index]}` })));
    expect(named).toContain('>chip c</text>');
    expect(named).toContain('>time per token (us)</text>');
    expect(sweep).not.toContain('>time per token (us)</text>');
    expect(compareHtml(runs)).toBe(sweep);
  });

  it('compareHtml reads quantities of mixed units', () => {
    const sizes = ['64 KiB', '1 MiB', '16 MiB'].map((size, index) => ({
      label: `sram.capacity=${size}`,
      result: sampleResult({ steps: 2, slowdown: 1 + index }),
    }));
    expect(compareHtml(sizes)).toContain('>sram.capacity</text>');
    expect(compareHtml(sizes)).toMatch(/>(1 MiB|16 MiB|64 KiB)<\/text>/);
  });

  it('show what could not run, and why', () => {
    const refused = [
      {
        code: 'mapping/unsupported-operator',
        message: 'no unit takes bf16',
        place: { file: 'wide.yaml', line: 3 },
        hint: 'Take --weights int8.',
      },
    ] as const;
    const some = [...runs.slice(0, 2), { label: '<wide>', refused }, { label: '=bad', refused }];
    const text = compareText(some);
    expect(text).toContain(
      'Did not run\n<wide>  [mapping/unsupported-operator] wide.yaml:3  no unit takes bf16',
    );
    expect(text).toContain('    Take --weights int8.');
    const html = compareHtml(some);
    expect(html).toContain(
      '<td>&lt;wide&gt;</td><td>wide.yaml:3  no unit takes bf16</td><td>Take --weights int8.</td>',
    );
    const rows = compareCsv(some).trimEnd().split('\n');
    const at = rows[0]?.split(',').indexOf('refused') ?? -1;
    expect(rows).toHaveLength(5);
    expect(rows[3]?.split(',')[at]).toBe('mapping/unsupported-operator: no unit takes bf16');
    expect(rows[3]?.split(',')).toHaveLength(rows[0]?.split(',').length ?? 0);
    const json: unknown = JSON.parse(compareJson(some));
    expect(json).toEqual(some);
    for (const view of [compareText, compareHtml, compareCsv]) {
      expect(() => view(some.slice(2))).toThrow(SystoleError);
    }
  });

  it('need a run', () => {
    for (const view of [compareText, compareHtml, compareCsv]) expect(() => view([])).toThrow(SystoleError);
  });
});

describe('resultCsv', () => {
  const rows = resultCsv(result).trimEnd().split('\n');

  it('has a row for each figure', () => {
    expect(rows[0]).toBe('section,component,operator,name,quantity,unit,value');
    expect(rows).toContain(`run,,,,total time,ps,${result.time.total.exactPs}`);
    expect(rows).toContain('component,dram,,,row hit rate,1,0.984');
    expect(rows).toContain('operator,,matmul-up,,count,operator,49152');
    expect(rows).toContain('action,dram,,refresh,energy each,fJ,38000000');
    expect(rows.filter((row) => row.startsWith('step,'))).toHaveLength(1024);
    for (const row of rows) expect(row.split(',')).toHaveLength(7);
  });

  it('lets the times of the path add up to the total', () => {
    const path = rows.filter((row) => row.startsWith('path,')).map((row) => Number(row.split(',')[6]));
    expect(path.reduce((sum, ps) => sum + ps, 0)).toBe(result.time.total.ps);
  });

  it('quotes, and disarms formulas', () => {
    const text = resultCsv({ ...result, chip: { ...result.chip, name: '=cmd("x"),y' } });
    expect(text).toContain(`run,,,,chip,,"'=cmd(""x""),y"\n`);
  });
});

describe('resultJson', () => {
  it('is the result, with a final line feed', () => {
    const text = resultJson(result);
    expect(JSON.parse(text)).toEqual(result);
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('refuses what JSON cannot hold, by path', () => {
    const broken = { ...result, energy: { ...result.energy, totalFj: Number.NaN } };
    expect(() => resultJson(broken)).toThrow('result.energy.totalFj is NaN');
  });
});

describe('timelineJson', () => {
  interface TraceEvent {
    readonly ph: string;
    readonly tid: number;
    readonly name: string;
    readonly ts?: number;
    readonly dur?: number;
    readonly args: Readonly<Record<string, string | number>>;
  }
  const trace: { traceEvents: TraceEvent[]; otherData: Record<string, unknown> } = JSON.parse(
    timelineJson(result, timeline),
  );
  const names = new Map(
    trace.traceEvents
      .filter(({ name }) => name === 'thread_name')
      .map(({ tid, args }) => [tid, String(args['name'])]),
  );

  it('has a thread a component in the order of the chip, steps above their blocks', () => {
    expect([...names.values()].slice(0, 4)).toEqual([
      'steps and blocks',
      'steps and blocks (2)',
      'dram',
      'mac',
    ]);
    const step = trace.traceEvents.find(({ name }) => name === 'step 0');
    expect(names.get(step?.tid ?? -1)).toBe('steps and blocks');
  });

  it('gives each slice its operator, chunk and waiting time, exact to the ps', () => {
    const event = timeline.events.find(({ start, accepted }) => start > accepted);
    const slice = trace.traceEvents.find(
      ({ ph, tid, args }) =>
        ph === 'X' &&
        names.get(tid) === event?.component &&
        args['operator'] === event?.operator &&
        args['chunk'] === event?.chunk,
    );
    expect(slice?.args['waiting_ps']).toBe((event?.start ?? 0) - (event?.accepted ?? 0));
    expect(slice?.ts).toBe((event?.start ?? 0) / 1e6);
    expect(trace.otherData['truncated']).toBe(true);
  });
});

describe('describeText', () => {
  it('shows a chip with every value and its source', () => {
    const text = describeText(sampleChip());
    expect(text).toMatch(/dram +memory\/dram +memory +holds mac +350 mW +40 mm2/);
    expect(text).toMatch(/channels +8 +2 +chip \[1\] +secondary +Independent channels\./);
    expect(text).toContain('[1] secondary: Wu, Wang and Lu: PIM-GPT (figure 4)');
    expect(text).toContain('[2] standard: JESD250C (table 70)');
    expect(text).toContain('peak MACs     2.048 TMAC/s in bf16');
    expect(text).toContain('448 GB/s');
    expect(Math.max(...text.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(120);
  });

  it('shows a type of component', () => {
    const text = describeText(sampleComponent());
    expect(text).toContain('memory/dram (memory): Rows in banks that can compute.');
    expect(text).toContain('within 2.1 % of the detailed one: 400 random transactions');
    expect(text).toMatch(/gddr6-16000 +A device at 16 Gb\/s\. \[standard: JESD250C; table 70\]/);
    expect(text).toMatch(/tRCD +required +ps +From an activate/);
    expect(text).toContain('rows: Rows to open.');
  });

  it('lets no name steer the terminal', () => {
    expect(describeText(sampleChip('\u001B[2Jgone'))).not.toContain('\u001B');
  });
});

describe('listText', () => {
  it('aligns numbers to the right and fills gaps', () => {
    expect(
      listText([
        { name: 'a', size: 5 },
        { name: 'bb', size: 1234, note: 'x' },
      ]),
    ).toBe('name   size  note\n─────────────────\na         5  —\nbb    1,234  x\n');
    expect(listText([])).toBe('');
  });
});
