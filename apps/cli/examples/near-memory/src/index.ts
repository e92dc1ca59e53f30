import { bitSerial } from './bit-serial.ts';
import { sttMram } from './stt-mram.ts';

/** What Systole loads: a list of components. */
export default [sttMram, bitSerial];

export { bitSerial, sttMram };
