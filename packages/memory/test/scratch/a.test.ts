import { test } from 'vitest';
import { Machine } from '@systole/core';
import { nand } from '../../src/index.ts';
import { flashCore } from '../../../compute/src/flash-core/flash-core.ts';
import { resolve } from '../helpers/resolve.ts';
test('cambricon', () => {
  for (const [size, ch, cores, inB, resB] of [['s',8,4,256,256],['m',16,8,362,362],['l',32,16,512,512],['s',8,4,512,128]] as const) for (const slice of ['64 B','256 B','1 KiB','16 KiB','0 B']) {
    const values = resolve(nand, ['cambricon-llm-'+size], {readSlice: slice, blocksPerPlane: 4000});
    const unit = resolve(flashCore as never, ['cambricon-llm'], {cores: ch*cores});
    const m = new Machine([{name:'nand',declaration:nand as never,values,attached:'u'},{name:'u',declaration:flashCore as never,values:unit}],1);
    const rounds = 1000;
    const rc = {name:'rc',tag:0,after:[],chunks:1,delay:0,stages:[{component:0,slots:1,transaction:{kind:'page-compute',bytes:(inB+resB)*rounds*ch,format:'int8',dims:{rounds,channels:ch,cores,inputBytes:inB,resultBytes:resB}}}]};
    const rd = (bytes:number)=>({name:'rd',tag:0,after:[],chunks:1,delay:0,stages:[{component:0,slots:1,transaction:{kind:'read',bytes}}]});
    const ends: Record<string, number> = {};
    const recorder = { chunk(t: any,_s:any,_c:any,_a:any,_b:any,_f:any,end:number){ ends[t.name]=end; } };
    m.run([rc as never],{recorder}); const alone = ends.rc;
    const B = 16384*ch*1500;
    const t0=process.hrtime.bigint();
    const t = m.run([rc as never, rd(B) as never],{recorder}); 
    const el=Number(process.hrtime.bigint()-t0)/1e6;
    const flash = (e:number)=>cores*ch*16384*rounds/e*1e3;
    // raw bytes during rc: run with long read, measure by time left
    const after = ends.rd - ends.rc;
    const rawDuring = (B - after*1e-12*ch*1e9)/ends.rc*1e3;
    console.log(size, inB, slice, 'alone', flash(alone).toFixed(2),'with', flash(ends.rc).toFixed(2),'raw',rawDuring.toFixed(2), 'util', ((rawDuring+ (inB+resB)*rounds*ch/ends.rc*1e3)/ch).toFixed(3), 'events',t.events,'ms',el.toFixed(1), ends);
  }
});
