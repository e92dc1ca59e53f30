import type { ComponentPackage } from '@systole/core';
import { bus } from './bus.ts';
import { crossbar } from './crossbar.ts';
import { dieToDie } from './die-to-die.ts';
import { link } from './link.ts';

/** The interconnects, as a package of declarations for a catalogue. */
export const interconnectPackage: ComponentPackage = {
  name: '@systole/interconnect',
  components: [bus, crossbar, dieToDie, link],
};
