export { bus } from './bus.ts';
export { crossbar } from './crossbar.ts';
export { dieToDie } from './die-to-die.ts';
export { flitRates } from './die-to-die-parameters.ts';
export type { FlitRates } from './die-to-die-parameters.ts';
export { interconnectPackage } from './interconnect-package.ts';
export { link } from './link.ts';
export { readTransfer, transferForm } from './transfer.ts';
export type { Transfer } from './transfer.ts';
