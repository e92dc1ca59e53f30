/**
 * What a controller tells of each command that it issues, in the order of time. Nothing is kept: who listens writes it down.
 *
 * @param tick Steps of the controller since the start: clock periods, or halves of them where the standard has those.
 * @param command Place of the command in `standard.commands`.
 * @param bank Bank of the channel, counted over all levels, the innermost fastest; for a command of a wider scope, any bank
 * of that node.
 * @param row Row that is opened or accessed; -1 where the command has none.
 * @param column Burst of the row; -1 where the command has none.
 */
export type CommandListener = (
  tick: number,
  command: number,
  bank: number,
  row: number,
  column: number,
  channel: number,
) => void;
