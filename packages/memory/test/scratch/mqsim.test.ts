import { readFileSync } from 'node:fs';
import { test } from 'vitest';
import { Machine, defineComponent } from '@systole/core';
import { nand } from '../../src/index.ts';
import { resolve } from '../helpers/resolve.ts';
const { rows } = JSON.parse(readFileSync(new URL('../fixtures/mqsim-reads.json', import.meta.url), 'utf8'));
const link = defineComponent({ type:'test/link', role:'interconnect', summary:'x', parameters:{}, ports:{}, accepts:{}, facts:()=>({minimumLatency:0,resources:1}), lowerBound:()=>0,
 create({host}) { let free=0; return { accept(t,tr){ const s=Math.max(host.now,free); free=s+tr.dims!.ps!; host.finish(t,s,free,free);}, save:()=>[], load(){free=0;} } } });
test('mqsim', () => {
  for (const row of rows) {
    const c=row.config,w=row.workload,q=row.result;
    const tR=(c.tR_ns.LSB+c.tR_ns.CSB+c.tR_ns.MSB)/3;
    const values = resolve(nand, [], {channels:c.channels,chipsPerChannel:c.chips_per_channel,diesPerChip:1,planesPerDie:c.planes_per_die,pageBytes:`${c.page_bytes} B`,spareBytes:'448 B',pagesPerBlock:256,blocksPerPlane:512,bitsPerCell:2,tR:`${tR} ns`,channelRate: c.channel_MTps_effective===null?'1 Tb/s':`${c.channel_MTps_effective} MT/s`,cacheRead:false,multiPlane:'aligned',arbitration:'data-first',commandOverhead:'290 ns'});
    const m = new Machine([{name:'n',declaration:nand as never,values},{name:'l',declaration:link as never,values:{}}],1);
    const N=Math.min(w.requests, 3000); const cap=(nand.facts(values as never).capacity as number)/2;
    const ps=Math.ceil(w.request_bytes/(0.82*c.pcie_lanes*c.pcie_GBps_per_lane*1e9)*1e12);
    let st=12345; const rnd=()=>{st^=st<<13;st^=st>>>17;st^=st<<5;st>>>=0;return st/2**32;};
    const tasks:any[]=[]; const map = c.mapping.startsWith('page-level'); const last:number[]=[];
    const rd=(base:number,run:number)=>({kind:'read',bytes:run,pattern:{base,run,stride:run,runs:1,order:'sequential',layout:'interleaved'}});
    for(let j=0;j<N;j++){
      const slots=Math.floor(cap/w.aligned_to_bytes);
      const base = w.pattern==='sequential'? (j%slots)*w.request_bytes : Math.floor(rnd()*slots)*w.aligned_to_bytes;
      let after = j>=w.queue_depth?[last[j-w.queue_depth]!]:[];
      if(map){ tasks.push({name:`${j}`,tag:0,after,chunks:1,delay:0,stages:[{component:0,slots:1,transaction:rd(Math.floor(rnd()*cap/8192)*8192,512)}]}); after=[tasks.length-1]; }
      tasks.push({name:`${j}`,tag:0,after,chunks:1,delay:0,stages:[{component:0,slots:1,transaction:rd(base,w.request_bytes)},{component:1,slots:1,transaction:{kind:'x',bytes:w.request_bytes,dims:{ps}}}]});
      last[j]=tasks.length-1;
    }
    const t0=process.hrtime.bigint();
    const from=new Map<string,number>(); let sum=0;
    m.run(tasks,{recorder:{chunk(t:any,s:any,_c,a,_b,_f,e){ if(!from.has(t.name)) from.set(t.name,a); if(s.component===1) sum+=e-from.get(t.name)!; }}});
    const lat=sum/N/1e6; const el=Number(process.hrtime.bigint()-t0)/1e6;
    console.log(row.id.padEnd(34), lat.toFixed(1).padStart(8), String(q.mean_latency_us).padStart(6), ((lat/q.mean_latency_us-1)*100).toFixed(1).padStart(6)+'%', el.toFixed(0)+'ms');
  }
});
