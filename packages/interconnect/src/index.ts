export { bus } from './bus.ts';
export { crossbar } from './crossbar.ts';
export { interconnectPackage } from './interconnect-package.ts';
export { link } from './link.ts';
export { readTransfer, transferForm } from './transfer.ts';
export type { Transfer } from './transfer.ts';
