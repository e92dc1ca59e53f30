import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkComponent, formatReport, lawsFor, arbitraryTransaction } from '../../../laws/src/index.ts';
import { nand } from '../../src/index.ts';
import { flashCore } from '../../../compute/src/flash-core/flash-core.ts';
const n = (v: any, k: string) => Number(v[k]);
const dies = (v: any) => n(v,'chipsPerChannel')*n(v,'diesPerChip');
function computes({values, unitValues}: any) {
  return fc.record({ rounds: fc.integer({min:1,max:60}), channels: fc.integer({min:1,max:n(values,'channels')}),
    cores: fc.integer({min:1,max:dies(values)*n(values,'coresPerDie')}), pagesPerCore: fc.integer({min:1,max:3}),
    inputBytes: fc.integer({min:0,max:n(values,'vectorBuffer')}), results: fc.integer({min:0,max:100}) }).map(({results,...d})=>{
      const bytesOf: any = {int8:1,int4:1,int16:2,int32:4,fp32:4,tf32:4,bf16:2,fp16:2,posit16:2};
      const each = bytesOf[unitValues.resultFormat] ?? 1;
      const resultBytes = Math.min(results, Math.floor(n(unitValues,'outputBuffer')/each/2)) * d.cores;
      return {kind:'page-compute', format:String(unitValues.format), dims:{...d,resultBytes}, bytes:(d.inputBytes+resultBytes)*d.rounds*d.channels};
    });
}
function transactions(b: any) {
  const plain = {...nand, accepts: {read: (nand.accepts as any).read, write: (nand.accepts as any).write}};
  const moves = arbitraryTransaction(plain as any, b.values);
  return b.parts.length === 1 ? moves : fc.oneof(moves, computes(b));
}
function grow(t: any) {
  if (t.pattern?.order === 'random') return [];
  if (t.kind === 'page-compute') return [{...t, bytes: t.bytes*2, dims:{...t.dims, rounds: t.dims.rounds*2}},{...t, dims:{...t.dims, pagesPerCore: t.dims.pagesPerCore*2}}];
  return [t.pattern === undefined ? {...t, bytes:t.bytes*2} : {...t, bytes:t.bytes*2, pattern:{...t.pattern, runs:t.pattern.runs*2}}];
}
function cutOverhead(t: any, {values, unitValues}: any) {
  const tr = (bytes: number) => Math.ceil(bytes*8e12/(n(values,'channelPins')*n(values,'channelRate')))+1;
  if (t.kind === 'page-compute') {
    const page = Math.ceil(n(values,'pageBytes')*8/4/n(unitValues,'macsPerCycle'))/n(unitValues,'clock')*1e12*2;
    return Math.ceil(n(values,'commandOverhead') + tr(t.dims.inputBytes)+tr(t.dims.resultBytes)+ (n(values,'tR')+n(values,'correctionTime')+page)*t.dims.pagesPerCore*2 + n(unitValues,'pipelineDepth')*1e12/n(unitValues,'clock'))+10;
  }
  const array = t.kind === 'write' ? n(values,'tPROG')+n(values,'tBERS') : n(values,'tR');
  return Math.ceil(2*(array + (n(values,'commandOverhead')+tr(n(values,'pageBytes')))*n(values,'planesPerDie')*dies(values)));
}
const opts: any = { join: (m: any,u: any)=>({...u, cores: n(m,'channels')*dies(m)*n(m,'coresPerDie')}), transactions, grow, cutOverhead };
describe.each([[nand, flashCore],[flashCore, nand]] as any[])('laws', (d: any, partner: any) => {
  it.each(lawsFor(d).map(({id})=>id))(d.type+' keeps %s', (id) => {
    const report = checkComponent(d, {...opts, partner, laws:[id], runs: Number(process.env.RUNS ?? 200)});
    expect(report.isSound, formatReport(report)).toBe(true);
  });
});
