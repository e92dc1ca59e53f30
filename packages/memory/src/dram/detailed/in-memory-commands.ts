/** Commands of in-memory compute, each for all of its banks of a channel at once; a `CommandCode` is a place in this list. */
export const IN_MEMORY_COMMANDS = [
  /** Opens a row in every bank, or in four banks from `bank` on where activates are windowed. */
  'PIM_ACT',
  /** A column access of every bank, for the units beside them. */
  'PIM_MAC',
  /** Closes the rows of all banks, or of one where they are closed one by one. */
  'PIM_PRE',
  /** A burst into the vector buffer. */
  'PIM_WR',
  /** A burst of sums. */
  'PIM_RD',
  /** Switches between array and buffers. */
  'PIM_MODE',
  /** Refreshes all banks. */
  'PIM_REF',
] as const;

export const ACT = 0;
export const MAC = 1;
export const PRE = 2;
export const WRITE_BUFFER = 3;
export const READ_SUMS = 4;
export const MODE = 5;
export const REFRESH = 6;

/**
 * Is told of each command of in-memory compute. Commands of the array come in the order of time; those that only pass the port
 * while banks compute on may come before earlier ones.
 *
 * @param time In ps.
 * @param command Place in IN_MEMORY_COMMANDS.
 * @param bank First bank that it is for; -1 for all that take part.
 * @param column Burst of the row, or of what passes the port; for an activate, how many banks it opens.
 * @param row Row that is opened or accessed; -1 where there is none.
 * @param channel As the component counts them.
 */
export type InMemoryListener = (
  time: number,
  command: number,
  bank: number,
  row: number,
  column: number,
  channel: number,
) => void;
