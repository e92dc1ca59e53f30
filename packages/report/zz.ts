import { compareText } from './src/compare-text.ts';
import { compareCsv } from './src/compare-csv.ts';
import { sampleResult,sampleTimeline } from './test/support/sample-result.ts';
import { timelineJson } from './src/timeline-json.ts';
import { resultJson } from './src/result-json.ts';
const runs=[1,2,4].map(n=>({label:`components.dram.channels=${n}`,result:sampleResult({steps:64,slowdown:1/n})}));
process.stdout.write(compareText(runs)+compareCsv(runs));
console.log(timelineJson(sampleResult({steps:2}),sampleTimeline()).slice(0,1500));
console.log(resultJson(sampleResult({steps:2})).slice(0,900));
