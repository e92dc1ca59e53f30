import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { checkCommandLog, devicePreset } from '@systole/memory';
import type { MemoryRun } from '@systole/report';
import { describe, expect, it } from 'vitest';
import { folderWith } from './support/files.ts';
import { typed } from './support/typed.ts';

const DDR4 = 'ddr4-8gb-x8-3200aa';

async function runOf(args: readonly string[], folder?: string): Promise<MemoryRun> {
  const { code, stdout, stderr } = await typed(['memory', ...args, '--json'], folder);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as MemoryRun;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('systole memory', () => {
  it('says what a stream of requests takes, and why', async () => {
    const { code, stdout, stderr } = await typed(['memory', DDR4, '--n', '2000']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^bandwidth {1,}[\d.]+ GB\/s of 25\.6 GB\/s, \d+\.\d %$/m);
    expect(stdout).toMatch(/^read +\d/m);
    expect(stdout).toMatch(/^activation-window +\d+\.\d % .*tRRDS 4 clocks, 2\.5 ns/m);
    expect(stdout).toMatch(/^activate +[\d.]+ uJ/m);
    expect(stdout).toMatch(/DDR4_8Gb_x8_3200\.ini \(secondary\)/);
    expect(stdout).toContain('16 banks: share of the time with a row open');
  });

  it('counts every request, command and share', async () => {
    const run = await runOf([DDR4, '--pattern', 'random-mix-2r1w', '--n', '3000', '--region', '64 MiB']);
    const { counts, commands, reasons, energy, latencies } = run;
    expect((counts['reads'] ?? 0) + (counts['writes'] ?? 0)).toBe(3000);
    expect(commands['RD']).toBe((counts['reads'] ?? 0) - (counts['reads forwarded'] ?? 0));
    expect(latencies.map(({ name }) => name)).toEqual(['read', 'write']);
    expect(sum(reasons.map(({ share }) => share))).toBeCloseTo(1, 9);
    expect(sum(Object.values(energy?.parts ?? {}))).toBeCloseTo(energy?.total ?? 0, 3);
    expect(run.bandwidth).toBeCloseTo((run.bytes * 1e12) / run.time, 3);
    // Sequential reads with four bank groups are the bus's own.
    const best = await runOf([
      DDR4,
      '--pattern',
      'seq-read',
      '--n',
      '20000',
      '--set',
      'addressMapping=MOP4CLXOR',
    ]);
    expect(best.reasons[0]?.name).toBe('data');
    expect(best.bandwidth / (best.peak ?? 0)).toBeGreaterThan(0.9);
    expect(best.bandwidth / (best.peak ?? 0)).toBeLessThan(1);
  });

  it('is the same twice, and another with another seed', async () => {
    const [one, again, other] = [
      await typed(['memory', DDR4, '--n', '500', '--json']),
      await typed(['memory', DDR4, '--n', '5e2', '--json']),
      await typed(['memory', DDR4, '--n', '500', '--seed', '2', '--json']),
    ];
    expect(again.stdout).toBe(one.stdout);
    expect(other.stdout).not.toBe(one.stdout);
  });

  it('answers at the fast level near the detailed one', async () => {
    for (const pattern of ['seq-read', 'random-read', 'bank-conflict-read', 'block-random-read']) {
      const args = [DDR4, '--pattern', pattern, '--n', '20000', '--region', '128 MiB'];
      // Where the component puts addresses.
      const detailed = await runOf([
        ...args,
        '--set',
        'addressMapping=row bank rank column bankGroup channel',
      ]);
      const fast = await runOf([...args, '--detail', 'fast']);
      expect(fast.memory.detail).toBe('fast');
      expect(fast.error?.share).toBeGreaterThan(0);
      expect([pattern, Math.abs(fast.time / detailed.time - 1) < 0.1]).toEqual([pattern, true]);
    }
    // A million times a thousand takes no longer.
    const long = await runOf([DDR4, '--pattern', 'seq-read', '--n', '1e9', '--detail', 'fast']);
    expect(long.bytes).toBe(64e9);
  });

  it('takes memories from files and chips', async () => {
    const folder = folderWith({
      'mine.yaml': `systole: memory/1
name: mine
preset: ${DDR4}
channels: 2
counts: { rank: 2 }
timings: { nRCD: 40, nRC: 100 }
policy: { scheduler: fr-fcfs, readQueue: 16, addressMapping: ChRaBaRoCo }
energy: { ioPerBit: 5 pJ/bit }
`,
      'own.yaml': `systole: memory/1
standard: DDR3
clockPeriod: 937 ps
counts: { bank: 8 }
rowsPerBank: 1024
rowBytes: 8 KiB
burstBytes: 64 B
timings: ${JSON.stringify(devicePreset('ddr3-1gb-x8-2133m').timings)}
`,
    });
    const mine = await runOf(['mine.yaml', '--n', '2000', '--check'], folder);
    expect(mine.memory).toMatchObject({ name: 'mine', settings: { rank: 2, channels: 2, 'read queue': 16 } });
    expect(mine.energy?.parts['data bus']).toBeCloseTo(2000 * 512 * 5000, 3);
    expect(mine.protocol).toMatchObject({ violations: 0 });
    const own = await runOf(['own.yaml', '--n', '500', '--check'], folder);
    expect(own.protocol?.violations).toBe(0);
    expect(own.notes.join()).toContain('--energy');
    const chip = await runOf(['pim-gpt:dram', '--n', '500']);
    expect(chip.memory.settings).toMatchObject({ standard: 'GDDR6', channels: 8 });
    const flash = await runOf(['cambricon-llm-s:flash', '--n', '500']);
    expect(flash.memory.kind).toBe('flash');
  });

  it('reads traces of each format, plain and packed', async () => {
    const lines = Array.from({ length: 300 }, (_, index) => index * 4160);
    const text = {
      'ls.trace': lines
        .map((at, index) => `${index % 3 === 0 ? 'ST' : 'LD'} 0x${at.toString(16)}`)
        .join('\n'),
      'rw.trace': lines.map((at, index) => `${index % 3 === 0 ? 'W' : 'R'} ${at}`).join('\n'),
      'ds.trace': lines
        .map((at, index) => `0x${at.toString(16)} ${index % 3 === 0 ? 'WRITE' : 'READ'} 0`)
        .join('\n'),
    };
    const folder = folderWith({ ...text, 'packed.gz': gzipSync(text['ls.trace']) });
    const runs = [];
    for (const file of ['ls.trace', 'rw.trace', 'ds.trace', 'packed.gz']) {
      const { work, ...rest } = await runOf([DDR4, '--trace', file], folder);
      expect(work).toEqual({ trace: file, requests: 300 });
      runs.push(rest);
    }
    for (const run of runs) expect(run).toEqual(runs[0]);
    expect(runs[0]?.counts).toMatchObject({ reads: 200, writes: 100 });
  });

  it('writes a log of commands that the checker takes', async () => {
    const folder = folderWith({});
    const run = await runOf([DDR4, '--n', '3000', '--commands', 'logs/log.csv', '--check'], folder);
    const log = readFileSync(join(folder, 'logs/log.csv'), 'utf8');
    const commands = sum(Object.values(run.commands));
    expect(log.trimEnd().split('\n')).toHaveLength(2 + commands);
    expect(await checkCommandLog([log], devicePreset)).toMatchObject({ commands, count: 0 });
    expect(run.protocol).toMatchObject({ commands, violations: 0 });
  });

  it('runs flash, and products in banks', async () => {
    const flash = await runOf(['samsung-176l-tlc', '--n', '2000', '--queue', '8', '--size', '4096']);
    expect(flash).toMatchObject({ bytes: 2000 * 4096, work: { 'queue depth': 8 } });
    expect(flash.energy?.most).toBeGreaterThan(flash.energy?.least ?? 0);
    expect(sum(flash.reasons.map(({ share }) => share))).toBeCloseTo(1, 9);
    const none = await runOf(['samsung-176l-tlc', '--n', '2000', '--queue', '8', '--set', 'cacheRead=false']);
    expect(none.commands['cacheRead']).toBe(0);
    for (const [name, ...flags] of [
      ['aim-gddr6', '--gemv', '256x512'],
      ['hbm2-pim', '--gemv', '256x512'],
      ['newton-hbm2', '--gemv', '256x512', '--channels', '2'],
      ['attacc-hbm3', '--attention', '4x256x128'],
    ] as const) {
      const run = await runOf([name, ...flags]);
      expect(run.memory.kind).toBe('in-memory-compute');
      expect(sum(run.reasons.map(({ share }) => share))).toBeCloseTo(1, 9);
      expect(run.time).toBeGreaterThan(0);
    }
  });

  it('writes pages and tables', async () => {
    const folder = folderWith({});
    const { code, stderr } = await typed(['memory', DDR4, '--n', '500', '--html', 'run.html'], folder);
    expect([code, stderr]).toEqual([0, 'Page: run.html\n']);
    const page = readFileSync(join(folder, 'run.html'), 'utf8');
    expect(page.match(/<svg /g)).toHaveLength(2);
    expect(page).toContain('Use of each bank');
    expect(page).not.toMatch(/NaN|undefined|<script/);
    await typed(['memory', 'samsung-176l-tlc', '--n', '500', '--html'], folder);
    expect(existsSync(join(folder, 'systole-results/memory-samsung-176l-tlc.html'))).toBe(true);
    const csv = (await typed(['memory', DDR4, '--n', '500', '--csv'])).stdout.split('\n');
    expect(csv[0]).toBe('section,name,quantity,unit,value');
    expect(csv).toContain('command,RD,,,500');
  });

  it('lists the memories', async () => {
    const { stdout } = await typed(['list', 'memories', '--json']);
    const rows = JSON.parse(stdout) as readonly { readonly name: string; readonly kind: string }[];
    expect(rows).toContainEqual(expect.objectContaining({ name: DDR4, kind: 'dram' }));
    expect(new Set(rows.map(({ kind }) => kind))).toEqual(new Set(['dram', 'flash', 'in-memory-compute']));
    expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
  });
});

describe('who types something else after systole memory', () => {
  const preset = `systole: memory/1\npreset: ${DDR4}\n`;
  const files = {
    'bad.trace': 'LD 0x40\nLD 0x80\nLX 0xc0\n',
    'number.trace': 'LD 0x40\nLD zebra\n',
    'cut.gz': gzipSync('LD 0x40\n'.repeat(100)).subarray(0, 24),
    'key.yaml': `${preset}policy: { schedular: fr-fcfs }\n`,
    'timing.yaml': `${preset}timings:\n  nRAS: 3\n`,
    'refresh.yaml': `${preset}policy:\n  refresh: per-bank\n`,
    'mapping.yaml': `${preset}policy:\n  addressMapping: row row\n`,
    'standard.yaml': 'systole: memory/1\nstandard: DDR4\nrowBytes: 8 KiB\n',
    'both.yaml': `${preset}standard: DDR4\n`,
    'name.yaml': 'systole: memory/1\npreset: ddr4-8gb-x8-3200ab\n',
  };

  it.each([
    [['ddr4-8gb-x8-3200ab'], 'there is no memory', DDR4],
    [['pim-gpt:darm'], 'pim-gpt', 'Did you mean "dram"?'],
    [['pim-gpt:mac'], 'takes no stream of requests'],
    [['npu-hbm'], 'is a chip', 'npu-hbm:component'],
    [['constructor'], 'there is no memory'],
    [[DDR4, '--n', 'NaN'], '--n takes a whole number', '"NaN"'],
    [[DDR4, '--n', '-5'], '--n takes a whole number', '"-5"'],
    [[DDR4, '--n', '0'], '--n takes a whole number'],
    [[DDR4, '--n', '1.5'], '--n takes a whole number'],
    [[DDR4, '--n', '1e12'], '--n takes a whole number', '--n 1e6 tells the same'],
    [[DDR4, '--pattern', 'rnadom-read'], 'no stream of kind', 'Did you mean "random-read"?'],
    [[DDR4, '--pattern', 'strided-read'], 'needs --stride'],
    [[DDR4, '--stride', '64'], '--stride does not go with'],
    [[DDR4, '--pattern', 'strided-read', '--stride', 'Infinity'], '--stride takes an amount of data'],
    [[DDR4, '--region', '3000'], '--region takes', '--region 2048'],
    [[DDR4, '--seed', '0'], '--seed takes'],
    [[DDR4, '--channels', '1e9'], '--channels takes'],
    [[DDR4, '--queue', '0'], '--queue takes'],
    [[DDR4, '--set', 'nRDC=3'], 'no timing parameter "nRDC"', 'Did you mean'],
    [[DDR4, '--set', 'nRAS=3'], 'timings.nRAS', 'less than nRCD + nRTP'],
    [[DDR4, '--set', 'nRC=NaN'], '--set timings.nRC', 'expected number'],
    [[DDR4, '--set', 'nRC'], '--set takes path=value'],
    [[DDR4, '--set', 'rowPolicy=opne'], '--set policy.rowPolicy'],
    [[DDR4, '--set', 'rwoPolicy=open'], 'no key "rwoPolicy"', 'Did you mean rowPolicy?'],
    [[DDR4, '--set', '__proto__.x=3'], 'no key'],
    [[DDR4, '--set', 'addressMapping=row'], 'addressMapping'],
    [[DDR4, '--set', 'bank=0'], '--set counts.bank'],
    [[DDR4, '--set', 'dataPins=24'], 'dataPins', 'do not divide a burst of 64 B'],
    [[DDR4, '--set', 'burstBytes=60'], 'burstBytes', 'does not divide a row of 8192 B'],
    [[DDR4, '--energy', 'ddr9'], 'no power figures named "ddr9"'],
    [[DDR4, '--detail', 'slow'], '--detail takes fast or detailed'],
    [[DDR4, '--detail', 'fast', '--pattern', 'seq-mix-2r1w'], 'no transaction like', '--detail detailed'],
    [[DDR4, '--detail', 'fast', '--set', 'nRCD=30'], 'takes the device as its preset'],
    [[DDR4, '--detail', 'fast', '--set', 'addressMapping=ChRaBaRoCo'], 'one way to lay out addresses'],
    [
      ['lpddr5-8gb-x16-6400', '--detail', 'fast', '--set', 'refresh=per-bank'],
      'no rate for a refresh of single banks',
      '--detail detailed',
    ],
    [[DDR4, '--gemv', '4x4'], '--gemv does not go with'],
    [[DDR4, '--size', '64'], '--size does not go with'],
    [[DDR4, '--commands', '.'], 'it is a folder'],
    [[DDR4, '--trace', 'nope.trace'], 'there is no such file'],
    [[DDR4, '--trace', '.'], 'this is a folder'],
    [[DDR4, '--trace', 'bad.trace', '--n', '3'], '--n does not go with --trace'],
    [[DDR4, '--trace', 'bad.trace', '--trace-format', 'ramulator'], 'no trace format', 'load-store'],
    [[DDR4, '--trace', 'bad.trace'], 'bad.trace:3:1', '"LX"'],
    [[DDR4, '--trace', 'number.trace'], 'number.trace:2:4', '"zebra"'],
    [[DDR4, '--trace', 'cut.gz'], 'cut.gz', 'damaged'],
    [['key.yaml'], 'key.yaml:3:11', 'Did you mean "scheduler"?'],
    [['timing.yaml'], 'timing.yaml:4:9', 'nRAS'],
    [['refresh.yaml'], 'refresh.yaml:4:12', 'per-bank'],
    [['mapping.yaml'], 'mapping.yaml:4:19', 'row'],
    [['standard.yaml'], 'standard.yaml:1:1', 'needs clockPeriod', 'needs timings'],
    [['both.yaml'], 'both.yaml', 'a preset to start from, or a standard'],
    [['name.yaml'], 'name.yaml:2:9', DDR4],
    [['none.yaml'], 'none.yaml', 'no such file'],
    [['samsung-176l-tlc', '--pattern', 'bank-conflict-read'], 'flash takes no pattern'],
    [['samsung-176l-tlc', '--set', 'planesPerDie=0'], 'planesPerDie'],
    [['samsung-176l-tlc', '--set', 'planes=2'], 'no key "planes"'],
    [['samsung-176l-tlc', '--set', 'cacheRead=3'], 'takes a boolean'],
    [['samsung-176l-tlc', '--trace', 'bad.trace'], '--trace does not go with flash'],
    [['aim-gddr6'], 'needs --gemv'],
    [['aim-gddr6', '--gemv', '4'], '--gemv takes rows x columns'],
    [['aim-gddr6', '--gemv', '16777216x16777216'], 'the most is'],
    [['aim-gddr6', '--n', '3', '--gemv', '4x4'], '--n does not go with'],
    [['attacc-hbm3', '--gemv', '4x4'], 'takes no --gemv', '--attention'],
  ] as const)('%j', async (args, ...says) => {
    const { code, stdout, stderr } = await typed(['memory', ...args], folderWith(files));
    expect([code, stdout]).toEqual([2, '']);
    for (const text of says) expect(stderr).toContain(text);
    expect(stderr).not.toMatch(/fault|undefined|\[object/);
  });
});

describe('systole run --detail', () => {
  const args = ['run', 'pim-gpt', 'gpt2-small', '--prompt', '1', '--generate', '1', '--json'];

  it('runs every memory that has it command by command', async () => {
    const timeOf = async (...flags: readonly string[]): Promise<number> => {
      const { code, stdout, stderr } = await typed([...args, ...flags]);
      expect([code, stderr]).toEqual([0, '']);
      return (JSON.parse(stdout) as { readonly time: { readonly first: { readonly ps: number } } }).time.first
        .ps;
    };
    const fast = await timeOf('--detail', 'fast');
    const detailed = await timeOf('--detail', 'detailed');
    expect(await timeOf()).toBe(fast);
    expect(detailed).not.toBe(fast);
    expect(Math.abs(detailed / fast - 1)).toBeLessThan(0.05);
    // What is said of one component counts more.
    expect(await timeOf('--detail', 'detailed', '--set', 'components.dram.detail=fast')).toBeLessThan(
      detailed,
    );
  });

  it('says at which level each memory ran, and of a fast one how far it may be off', async () => {
    interface Note {
      readonly component: string;
      readonly level?: string;
      readonly fastErrorShare?: number;
    }
    const noteOf = async (level: string): Promise<readonly [Note | undefined, number]> => {
      const { stdout } = await typed([...args, '--detail', level]);
      const { accuracy, time } = JSON.parse(stdout) as {
        readonly accuracy: readonly Note[];
        readonly time: { readonly first: { readonly ps: number } };
      };
      return [accuracy.find(({ component }) => component === 'dram'), time.first.ps];
    };
    const [fast, fastTime] = await noteOf('fast');
    const [detailed, detailedTime] = await noteOf('detailed');
    expect([fast?.level, detailed?.level]).toEqual(['fast', 'detailed']);
    expect(detailed?.fastErrorShare).toBeUndefined();
    expect(Math.abs(fastTime / detailedTime - 1)).toBeLessThanOrEqual(fast?.fastErrorShare ?? 0);
  });

  it('sets the level of every chip that is compared', async () => {
    const compare = ['compare', 'pim-gpt', '--workload', 'gpt2-small', '--prompt', '1', '--generate', '1'];
    const vary = ['--vary', 'components.dram.channels=8,16', '--json'];
    const { code, stdout } = await typed([...compare, ...vary, '--detail', 'detailed']);
    expect(code).toBe(0);
    const levels = stdout.match(/"level": "(?:fast|detailed)"/g) ?? [];
    expect(levels.length).toBeGreaterThanOrEqual(2);
    expect(levels.filter((level) => level.includes('fast'))).toEqual([]);
  });
});
