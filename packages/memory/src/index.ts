export { dram } from './dram/dram.ts';
export type { DramValues } from './dram/parameters.ts';
export { memoryPackage } from './memory-package.ts';
export { nand } from './nand/nand.ts';
export type { NandValues } from './nand/parameters.ts';
export { sram } from './sram/sram.ts';
export type { SramValues } from './sram/sram.ts';
