import type { ComponentPackage } from '@systole/core';
import { dram } from './dram/dram.ts';
import { nand } from './nand/nand.ts';
import { sram } from './sram/sram.ts';

/** The memories, as a catalogue takes them. */
export const memoryPackage: ComponentPackage = { name: '@systole/memory', components: [dram, nand, sram] };
