/** A command as a violation names it. */
export interface LoggedCommand {
  /** Steps of the controller since the start. */
  readonly tick: number;
  /** As the standard names it. */
  readonly command: string;
  /** Bank of the channel, counted over all levels, the innermost fastest. */
  readonly bank: number;
}

/** A rule that a command broke. */
export interface ProtocolViolation {
  /** The parameter of the standard, such as `tRCD`, or what state it asks for, such as `row-open`. */
  readonly rule: string;
  readonly later: LoggedCommand;
  /** The command that it came too soon, or too late, after; none where the state of a bank was wrong from the start. */
  readonly earlier?: LoggedCommand;
  /** Ticks by which it came too soon or too late; 0 where it is wrong at any time. */
  readonly missing: number;
}
