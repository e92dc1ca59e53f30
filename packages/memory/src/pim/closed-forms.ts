export { aimGemvCycles } from './aim/aim-cycles.ts';
export { attAccAttentionCycles, attAccRowsCycles } from './attacc/attacc-cycles.ts';
