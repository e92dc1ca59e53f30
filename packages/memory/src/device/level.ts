/**
 * The levels of a DRAM channel, outermost first. A standard has some of them; of a level that it lacks there is one. Where a
 * channel is split, both pseudo channels share the command bus and the controller.
 */
export const LEVELS = ['channel', 'pseudoChannel', 'rank', 'stackId', 'bankGroup', 'bank'] as const;

export type Level = (typeof LEVELS)[number];
