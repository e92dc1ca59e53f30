import { test } from 'vitest';
import { access, dramMachine, reason, sequence, statistic } from './helpers/run.ts';

const show = (name: string, presets: string[], over: Record<string, string | number>, tx: Parameters<typeof sequence>[0], tck: number, ref: number) => {
  const m = dramMachine(presets, over);
  const t0 = process.hrtime.bigint();
  const t = m.run(sequence(tx));
  const us = Number(process.hrtime.bigint() - t0) / 1000;
  const cyc = t.duration / tck;
  const rs = ['activate','column','precharge','turnaround','activation-window','latency','refresh'].map((r) => r + ' ' + (100 * reason(m, t, r) / t.duration).toFixed(1)).join(' ');
  console.log(name, cyc.toFixed(1), ref, ((cyc / ref - 1) * 100).toFixed(2) + '%', 'h/m/c', statistic(m, t, 'rowHits'), statistic(m, t, 'rowMisses'), statistic(m, t, 'rowConflicts'), rs, us.toFixed(0) + 'us');
};
const none = { refresh: 'none' };
test('x', () => {
  const d4 = ['ddr4-8gb-x8-3200aa'];
  const rd = (n: number, b: number) => [access('read', { run: n * b })];
  const rnd = (n: number, b: number, stride: number, kind: 'read' | 'write' = 'read') => [access(kind, { run: b, runs: n, stride, order: 'random' })];
  show('ddr4 seq none', d4, none, rd(10000, 64), 625, 40160);
  show('ddr4 seq', d4, {}, rd(10000, 64), 625, 42043);
  show('ddr4 seq 100k', d4, {}, rd(100000, 64), 625, 421745);
  show('ddr4 seqw', d4, {}, [access('write', { run: 640000 })], 625, 42401);
  show('ddr4 rnd none', d4, none, rnd(10000, 64, 64 * 209), 625, 87686);
  show('ddr4 rnd', d4, {}, rnd(10000, 64, 64 * 209), 625, 92161);
  show('ddr4 rndw', d4, {}, rnd(10000, 64, 64 * 209, 'write'), 625, 90100);
  show('ddr4 rnd 100k', d4, {}, rnd(100000, 64, 64 * 20), 625, 921901);
  show('ddr4 conflict none', d4, none, [access('read', { run: 64, runs: 2000, stride: 131072 })], 625, 147975);
  show('ddr4 conflict', d4, {}, [access('read', { run: 64, runs: 2000, stride: 131072 })], 625, 154887);
  const lp = ['lpddr5-8gb-x16-6400'];
  show('lp5 seq none', lp, none, rd(20000, 32), 1250, 40473);
  show('lp5 seq', lp, {}, rd(20000, 32), 1250, 43219);
  show('lp5 rnd none', lp, none, rnd(10000, 32, 32 * 101), 1250, 41953);
  show('lp5 conf none', lp, none, [access('read', { run: 32, runs: 2000, stride: 32768 })], 1250, 97987);
  const g6 = ['gddr6-8gb-x16-14000-1350mv'];
  show('g6 conf', g6, {}, [access('read', { run: 32, runs: 2000, stride: 32768 })], 570, 170717);
  show('g6 seq(RoBaRaCoCh)', g6, {}, rd(20000, 32), 570, 55000);
  const h2 = ['hbm2-8gb-2000'];
  const pc2 = { channels: 2, queueDepth: 16 };
  for (const q of [16, 32]) {
    const p = { channels: 2, queueDepth: q };
    show('hbm2 seq none q' + q, h2, { ...p, ...none }, rd(20000, 32), 1000, 20490);
    show('hbm2 seq q' + q, h2, p, rd(20000, 32), 1000, 22501);
    show('hbm2 rnd none q' + q, h2, { ...p, ...none }, rnd(10000, 32, 32 * 209), 1000, 30144);
    show('hbm2 rnd q' + q, h2, p, rnd(10000, 32, 32 * 209), 1000, 33112);
    const h3 = ['hbm3-16gb-8hi-6400'];
    show('hbm3 seq none q' + q, h3, { ...p, ...none }, rd(20000, 32), 625, 21831.5);
    show('hbm3 seq q' + q, h3, p, rd(20000, 32), 625, 23847.5);
    show('hbm3 seq200k q' + q, h3, p, rd(200000, 32), 625, 244279.5);
    show('hbm3 seqw q' + q, h3, p, [access('write', { run: 640000 })], 625, 22413.5);
    show('hbm3 rnd none q' + q, h3, { ...p, ...none }, rnd(10000, 32, 32 * 101), 625, 31414.5);
    show('hbm3 rnd q' + q, h3, p, rnd(10000, 32, 32 * 101), 625, 34638.5);
    show('hbm3 conf none', h3, { ...p, ...none }, [access('read', { run: 32, runs: 2000, stride: 65536 })], 625, 143982.5);
  }
  void pc2;
});
