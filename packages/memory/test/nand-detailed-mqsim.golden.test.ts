import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { FlashSpec } from '../src/nand/detailed/flash-spec.ts';
import { errorOf } from '../src/validation/case-error.ts';
import { nandErrors, nandRowSpec, runNandRow } from '../src/validation/nand.ts';
import type { NandRow } from '../src/validation/nand.ts';

const { rows } = JSON.parse(
  readFileSync(new URL('../reference/mqsim-reads.json', import.meta.url), 'utf8'),
) as { rows: readonly (NandRow & { result: Readonly<Record<string, number>> })[] };

const PICOSECONDS_PER_MICROSECOND = 1e6;

const percent = (share: number): string => `${(share * 100).toFixed(2)} %`;

describe('the detailed level against MQSim, with its limits', () => {
  const cases = rows.map((row) => ({ row, errors: nandErrors(row), result: runNandRow(row) }));
  const worst = cases.map(({ errors }) => Math.max(...errors.map((error) => Math.abs(errorOf(error)))));

  test('every row is within 5 %, and 90 % of them within 2.5 %', () => {
    const table = cases.map(({ row, errors }) => {
      const [throughput, latency] = errors.map((error) => percent(errorOf(error)));
      return `| ${row.id} | ${throughput} | ${latency} |`;
    });
    console.info(`| case | throughput | mean latency |\n| --- | --- | --- |\n${table.join('\n')}`);
    expect(cases).toHaveLength(46);
    expect(Math.max(...worst)).toBeLessThan(0.05);
    expect(worst.filter((error) => error < 0.025).length).toBeGreaterThanOrEqual(0.9 * cases.length);
  });

  test('throughput is the bytes in flight over the latency, at the resolution of the reference', () => {
    const [throughput, latency] = nandErrors(rows.find(({ id }) => id === 'seq128k-q16') as NandRow);
    expect(latency?.simulated).toBe(1086);
    expect(throughput?.simulated).toBeCloseTo((16 * 131_072) / 1086, 6);
  });

  test.each(cases.filter(({ row }) => row.workload.pattern === 'sequential'))(
    'commands of $row.id are the same',
    ({ row, result }) => {
      expect(result.counts.read).toBe(row.result['single_plane_reads']);
      expect(result.counts.multiPlaneRead).toBe(row.result['multiplane_reads']);
      expect(result.mappingReads).toBe(row.result['mapping_reads']);
      // Cut to whole us by the reference.
      const longest = result.readLatency.most / PICOSECONDS_PER_MICROSECOND;
      expect(Math.abs(longest - (row.result['max_latency_us'] ?? 0))).toBeLessThan(4);
    },
  );

  test('rows at random pair about as many planes, and read the mapping table as often', () => {
    const random = cases.filter(({ row }) => row.workload.pattern !== 'sequential');
    let pages = 0;
    let wrong = 0;
    for (const { row, result } of random) {
      pages += result.counts.pagesRead;
      wrong += Math.abs(result.counts.multiPlaneRead - (row.result['multiplane_reads'] ?? 0));
      expect(Math.abs(result.mappingReads - (row.result['mapping_reads'] ?? 0))).toBeLessThanOrEqual(2);
    }
    // Other random numbers: 1.5 % of the pages are paired otherwise.
    expect(wrong / pages).toBeLessThan(0.02);
  });
});

/** Its limits, lifted one by one: dies and cache registers are of full use only when their commands need not wait for data. */
const COMMANDS_FIRST = { arbitration: 'command-first' } as const;
const FREE = {
  cacheRead: true,
  dieInterleave: true,
  transferTime: 'exact',
  dataOutSetup: true,
  ...COMMANDS_FIRST,
} as const satisfies Partial<FlashSpec>;
const LIFTED: readonly (readonly [name: string, change: Partial<FlashSpec>])[] = [
  ['commands first', COMMANDS_FIRST],
  ['cache reads', { cacheRead: true }],
  ['both', { cacheRead: true, ...COMMANDS_FIRST }],
  ['die interleave', { dieInterleave: true }],
  ['with commands first', { dieInterleave: true, ...COMMANDS_FIRST }],
  ['exact channel time', { transferTime: 'exact' }],
  ['set-up of data out', { dataOutSetup: true }],
  ['all of these', FREE],
];

describe('what each limit costs', () => {
  const chosen = [
    'rand4k-q16',
    'rand16k-q64',
    'seq128k-q16',
    'ch1-seq128k-q16',
    'rate667-seq128k-q16',
    'rate1200-seq128k-q16',
    'tr3-seq128k-q16',
    'chip1-seq128k-q16',
    'pcie8x2-seq128k-q16',
    'pcie16-rand4k-q1024',
  ];
  const table = new Map<string, readonly number[]>();
  for (const id of chosen) {
    const row = rows.find((one) => one.id === id) as NandRow;
    const before = runNandRow(row).readLatency.mean;
    table.set(
      id,
      LIFTED.map(([, change]) => before / runNandRow(row, change).readLatency.mean - 1),
    );
  }
  const lines = [...table].map(([id, gains]) => `| ${id} | ${gains.map(percent).join(' | ')} |`);
  const gain = (id: string, name: string): number =>
    table.get(id)?.[LIFTED.findIndex(([known]) => known === name)] ?? NaN;

  test('throughput without them', () => {
    console.info(
      `throughput gained without a limit\n| case | ${LIFTED.map(([name]) => name).join(' | ')} |\n${lines.join('\n')}`,
    );
    // A die reads on while its page leaves only when it gets its next command meanwhile.
    for (const id of chosen) expect(gain(id, 'cache reads')).toBeCloseTo(0, 3);
    // One chip a channel: two planes of 8 KiB take 75 us to read and 49 us to move, one after the other or side by side.
    expect(gain('chip1-seq128k-q16', 'both')).toBeCloseTo((940 + 75_000 + 49_152) / (940 + 75_000) - 1, 1);
    expect(gain('chip1-seq128k-q16', 'die interleave')).toBeGreaterThan(0.4);
    // A byte of 1.499 ns costs 1 ns there.
    expect(gain('rate667-seq128k-q16', 'exact channel time')).toBeLessThan(-0.05);
    expect(gain('ch1-seq128k-q16', 'set-up of data out')).toBeLessThan(0);
    expect(gain('ch1-seq128k-q16', 'all of these')).toBeGreaterThan(0.25);
  });

  test('a channel that is never idle moves what it can: 333 MB/s less commands and set-up', () => {
    const row = rows.find(({ id }) => id === 'ch1-seq128k-q16') as NandRow;
    const result = runNandRow(row, FREE);
    const pair = 2 * 8192;
    // A multi-plane command, and the set-up and data of both planes, in ns.
    const time = 290 + 650 + 30 + 580 + pair * (1000 / 333);
    expect(result.bandwidth / 1e6 / ((pair / time) * 1000)).toBeCloseTo(1, 2);
    // What is idle is the start and the end of the run.
    expect((result.bus.array + result.bus.queue) / result.time).toBeLessThan(0.01);
  });

  test('a row is a spec like any other', () => {
    const spec = nandRowSpec(rows[0] as NandRow);
    expect(spec).toMatchObject({ channels: 8, dieInterleave: false, cacheRead: false, tR: [75e6, 75e6] });
  });
});

describe('rows that cannot be', () => {
  const row = rows[0] as NandRow;

  test.each([
    [{ ...row, config: { ...row.config, technology: 'PLC' } }, 'config.technology'],
    [{ ...row, config: { ...row.config, planes_per_die: 0 } }, 'planesPerDie'],
    [{ ...row, config: { ...row.config, channel_MTps_nominal: 0 } }, 'channelRate'],
    [{ ...row, workload: { ...row.workload, pattern: 'zipf' } }, 'workload.pattern'],
    [{ ...row, workload: { ...row.workload, queue_depth: 0 } }, 'queueDepth'],
  ] as const)('case %#', (wrong, path) => {
    expect(() => runNandRow(wrong)).toThrowError(expect.objectContaining({ place: { path } }) as Error);
  });

  test.each([
    [undefined, 'id'],
    [{ id: 'one' }, 'config.channels'],
    [{ ...row, config: { ...row.config, tR_ns: { LSB: 1, CSB: 1 } } }, 'config.tR_ns.MSB'],
    [{ ...row, workload: { ...row.workload, requests: NaN } }, 'workload.requests'],
    [{ ...row, result: { mean_latency_us: -1 } }, 'result.mean_latency_us'],
  ] as const)('fields that are missing, %#', (wrong, path) => {
    expect(() => nandErrors(wrong as NandRow)).toThrowError(
      expect.objectContaining({ code: 'argument/invalid', place: { path } }) as Error,
    );
  });

  test('what a result leaves out is not compared', () => {
    const { throughput_MBps } = row.result;
    const errors = nandErrors({ ...row, result: { throughput_MBps } } as NandRow);
    expect(errors.map(({ quantity }) => quantity)).toEqual(['throughput']);
    expect(nandErrors({ ...row, result: {} })).toEqual([]);
  });
});
