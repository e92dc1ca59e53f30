import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ValidationReport } from '@systole/report';
import { describe, expect, it } from 'vitest';
import { measureRates, RateTable } from '../src/validations/memory/memory-rates.ts';
import { folderWith } from './support/files.ts';
import { HOME } from './support/systole.ts';
import { typed } from './support/typed.ts';

type Data = Record<string, unknown>;

const reference = (file: string): Data =>
  JSON.parse(readFileSync(join(HOME, 'packages/memory/reference', file), 'utf8')) as Data;

/** A reference file with the first so many of its cases of a peer. */
function excerpt(file: string, count: number, peer?: string): Data {
  const data = reference(file);
  const key = 'cases' in data ? 'cases' : 'rows';
  const list = data[key] as readonly { readonly peer?: string }[];
  return { ...data, [key]: list.filter((each) => peer === undefined || each.peer === peer).slice(0, count) };
}

/** An excerpt of one case with one of its fields changed, as JSON over several lines. */
function changed(file: string, peer: string | undefined, path: readonly string[], value: unknown): string {
  const data = excerpt(file, 1, peer);
  const key = 'cases' in data ? 'cases' : 'rows';
  const [first] = structuredClone(data[key]) as Data[];
  let here = first ?? {};
  for (const step of path.slice(0, -1)) here = here[step] as Data;
  here[path.at(-1) ?? ''] = value;
  return JSON.stringify({ ...data, [key]: [first] }, undefined, 1);
}

async function validate(args: readonly string[], folder?: string): Promise<ValidationReport> {
  const { code, stdout, stderr } = await typed(['validate', 'memory', ...args, '--json'], folder);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as ValidationReport;
}

describe('systole validate memory', () => {
  it('holds memories beside other simulators', async () => {
    const { code, stdout, stderr } = await typed(['validate', 'memory', '--only', 'newton,cacti']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^peer +figures +cases +median +p95 +worst +bound +within +holds$/m);
    expect(stdout).toMatch(/^newton +cycles +26 +0 +0 +0 +exact +26 +yes$/m);
    expect(stdout).toMatch(/^cacti +access time +110 .* 3 % on 50 % +\d+ +yes$/m);
    expect(stdout).toMatch(/^All 11 bounded groups hold\.$/m);
    expect(stdout).toMatch(/^cases of newton +[\d.]+ [kM] commands\/s$/m);
  });

  it('takes files of the user in every layout, and is the same twice but for the rates', async () => {
    const folder = folderWith({
      'ramulator.json': JSON.stringify(excerpt('streams.json', 2, 'ramulator2.1')),
      'dramsim3.json': JSON.stringify(excerpt('streams.json', 1, 'dramsim3')),
      'pim.json': JSON.stringify(excerpt('pim-gemv.json', 3)),
      'flash.json': JSON.stringify(excerpt('mqsim-reads.json', 1)),
      'sram.json': JSON.stringify(excerpt('sram-cacti.json', 2)),
    });
    const peers: Record<string, readonly string[]> = {};
    for (const file of ['ramulator', 'dramsim3', 'pim', 'flash']) {
      const { rows, cases, rates } = await validate(['--reference', `${file}.json`], folder);
      peers[file] = [...new Set(rows.map(({ peer }) => peer))];
      expect(cases.length).toBe(rows.reduce((sum, row) => sum + row.cases, 0));
      expect(rates[`cases of ${peers[file][0]}`]?.perSecond).toBeGreaterThan(0);
      const again = await validate(['--reference', `${file}.json`], folder);
      expect({ ...again, rates: {} }).toEqual({
        systole: 'validation/1',
        name: 'memory',
        rows,
        cases,
        rates: {},
      });
    }
    expect(peers).toEqual({
      ramulator: ['ramulator'],
      dramsim3: ['dramsim3'],
      pim: ['aim'],
      flash: ['mqsim'],
    });
    const { stdout } = await typed(['validate', 'memory', '--reference', 'sram.json'], folder);
    expect(stdout).toMatch(/^cacti +read energy +2 /m);
  });

  it('ends with 1 where a bound does not hold, and says which case it is', async () => {
    const folder = folderWith({
      'off.json': changed('streams.json', 'ramulator2.1', ['expected', 'cycles_CK'], 1000),
    });
    const { code, stdout } = await typed(['validate', 'memory', '--reference', 'off.json'], folder);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^ramulator +cycles +1 .* no$/m);
    expect(stdout).toMatch(
      /1 of 2 bounded groups hold\.\n\nramulator cycles: \d+\.\d+ % off in ram-001, cycles/,
    );
  });

  it('holds the fast level beside the detailed one, in-memory compute too', async () => {
    const { rows, cases } = await validate(['--only', 'fast,hbm-pim']);
    expect(rows.map(({ peer, group }) => `${peer} ${group}`)).toEqual([
      'hbm-pim cycles',
      'hbm-pim commands',
      'hbm-pim cycles, refreshed',
      'hbm-pim commands, refreshed',
      'hbm-pim cycles of the host',
      'hbm-pim commands of the host',
      'hbm-pim cycles of the host, refreshed',
      'hbm-pim commands of the host, refreshed',
      'fast time',
      'fast time of runs in a bank each',
      'fast in-memory time',
      'fast time of in-memory vectors',
    ]);
    const inMemory = rows.find(({ group }) => group === 'in-memory time');
    expect(inMemory?.bounds).toMatchObject([
      { within: 0.03, of: 0.5, holds: true },
      { within: 0.1, of: 0.95, holds: true },
    ]);
    // Every shape of work is among the sample.
    const groups = new Set(cases.map(({ group }) => group));
    for (const shape of ['gemv', 'gemv-wide', 'gemv-narrow', 'gemm-4', 'vectors']) {
      expect(groups).toContain(`in-memory ${shape}`);
    }
    expect(rows.filter(({ holds }) => holds === false)).toEqual([]);
  });

  it('measures what each model does in a second of processor time', () => {
    const table = new RateTable();
    measureRates(table);
    const rates = Object.entries(table.rates());
    expect(rates.map(([, { unit }]) => unit)).toEqual([
      ...Array.from({ length: 4 }, () => 'requests'),
      ...Array.from({ length: 3 }, () => 'commands'),
    ]);
    for (const [, { perSecond }] of rates) expect(perSecond).toBeGreaterThan(0);
  });

  it('is listed beside the chips', async () => {
    const { stdout } = await typed(['list', 'validations', '--json']);
    const rows = JSON.parse(stdout) as readonly { readonly name: string; readonly claims: string }[];
    expect(rows.map(({ name }) => name)).toContain('pim-gpt');
    expect(Number(rows.find(({ name }) => name === 'memory')?.claims)).toBeGreaterThan(800);
  });
});

describe('who types something else after systole validate memory', () => {
  const files = {
    'list.json': '[]',
    'chip.yaml': 'systole: chip/1\nname: x\n',
    'empty.json': '{"cases": []}',
    'broken.json': '{"cases": [\n  {"id": "a",,\n',
    'peer.json': changed('streams.json', 'ramulator2.1', ['peer'], 'gem5'),
    'count.json': changed('streams.json', 'ramulator2.1', ['stream', 'n'], -1),
    'many.json': changed('streams.json', 'ramulator2.1', ['stream', 'n'], 1e12),
    'kind.json': changed('streams.json', 'ramulator2.1', ['stream', 'kind'], 'rnadom-read'),
    'timing.json': changed('streams.json', 'ramulator2.1', ['config', 'timing_preset'], 'DDR4_3200AB'),
    'org.json': changed('streams.json', 'ramulator2.1', ['config', 'org_preset'], 'DDR4_8Gb_x9'),
    'policy.json': changed('streams.json', 'ramulator2.1', ['config', 'row_policy'], 'Opne'),
    'queue.json': changed('streams.json', 'ramulator2.1', ['config', 'read_queue'], 'many'),
    'ini.json': changed('streams.json', 'dramsim3', ['config', 'ini'], 'DDR4_8Gb_x8_3201'),
    'simulator.json': changed('pim-gemv.json', undefined, ['peer'], 'aim_simulater'),
    'config.json': changed('pim-gemv.json', undefined, ['config'], 'aim-nine'),
    'size.json': changed('pim-gemv.json', undefined, ['workload', 'M'], -3),
    'planes.json': changed('mqsim-reads.json', undefined, ['config', 'planes_per_die'], 0),
    'node.json': changed('sram-cacti.json', undefined, ['tech_nm'], 3),
    'cell.json': changed('sram-cacti.json', undefined, ['cell'], 'hp'),
  };

  it.each<readonly [args: readonly string[], says: readonly (string | RegExp)[]]>([
    [
      ['--reference', 'none.json'],
      ['none.json', 'no such file'],
    ],
    [['--reference', '.'], ['this is a folder']],
    [
      ['--reference', 'list.json'],
      ['list.json:1:1', 'neither cases nor rows', 'sram-cacti.json'],
    ],
    [
      ['--reference', 'chip.yaml'],
      ['chip.yaml:1:1', 'neither cases nor rows'],
    ],
    [['--reference', 'empty.json'], ['empty.json:1:']],
    [['--reference', 'broken.json'], ['broken.json:2:']],
    [
      ['--reference', 'peer.json'],
      [/peer\.json:\d+:\d+/, 'cases[0].peer'],
    ],
    [
      ['--reference', 'count.json'],
      [/count\.json:\d+:\d+/, 'cases[0].stream.n'],
    ],
    [
      ['--reference', 'many.json'],
      [/many\.json:\d+:\d+/, 'cases[0].stream.n'],
    ],
    [
      ['--reference', 'kind.json'],
      [/kind\.json:\d+:\d+/, 'Did you mean "random-read"?'],
    ],
    [
      ['--reference', 'timing.json'],
      [/timing\.json:\d+:\d+/, 'Did you mean "DDR4_3200AA"?'],
    ],
    [
      ['--reference', 'org.json'],
      [/org\.json:\d+:\d+/, 'cases[0].config.org_preset', 'Did you mean'],
    ],
    [
      ['--reference', 'policy.json'],
      [/policy\.json:\d+:\d+/, 'Did you mean "Open"?'],
    ],
    [
      ['--reference', 'queue.json'],
      [/queue\.json:\d+:\d+/, 'cases[0].config.read_queue'],
    ],
    [
      ['--reference', 'ini.json'],
      [/ini\.json:\d+:\d+/, 'Did you mean "DDR4_8Gb_x8_3200"?'],
    ],
    [
      ['--reference', 'simulator.json'],
      [/simulator\.json:\d+:\d+/, 'Did you mean "aim_simulator"?'],
    ],
    [
      ['--reference', 'config.json'],
      [/config\.json:\d+:\d+/, 'aim-nine'],
    ],
    [
      ['--reference', 'size.json'],
      [/size\.json:\d+:\d+/, 'M'],
    ],
    [
      ['--reference', 'planes.json'],
      [/planes\.json:\d+:\d+/, 'planes_per_die'],
    ],
    [
      ['--reference', 'node.json'],
      [/node\.json:\d+:\d+/, '3 nm'],
    ],
    [
      ['--reference', 'cell.json'],
      [/cell\.json:\d+:\d+/, 'itrs-hp'],
    ],
    [
      ['--only', 'ramulater'],
      ['--only has no "ramulater"', 'Did you mean "ramulator"?'],
    ],
    [['--sensitivity', 'gpt2-xl'], ['validate memory runs no workload']],
    [['--generate', '3'], ['validate memory runs no workload']],
  ])('%j', async (args, says) => {
    const { code, stdout, stderr } = await typed(['validate', 'memory', ...args], folderWith(files));
    expect([code, stdout]).toEqual([2, '']);
    for (const text of says) expect(stderr).toMatch(typeof text === 'string' ? literal(text) : text);
    expect(stderr).not.toMatch(/fault|undefined|\[object/);
  });

  it('keeps --only to the memories', async () => {
    const { code, stderr } = await typed(['validate', 'pim-gpt', '--only', 'aim']);
    expect(code).toBe(2);
    expect(stderr).toContain('--only and --thorough choose among cases of other simulators');
  });
});

function literal(text: string): RegExp {
  return new RegExp(text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
}
