/** What is counted while a channel serves: indices of `RowScheduler.counts`. The times add up to the service. */
export const BURSTS = 0;
export const MISSES = 1;
export const CONFLICTS = 2;
export const TIME_ACTIVATE = 3;
export const TIME_COLUMN = 4;
export const TIME_PRECHARGE = 5;
export const TIME_TURNAROUND = 6;
export const TIME_WINDOW = 7;
export const TIME_LATENCY = 8;
export const COUNTS = 9;
