import type { Level } from './level.ts';

/**
 * A least time between two commands: one of `to` comes no sooner than `gap` after one of `from`, where both are in the same
 * node of `scope`.
 */
export interface TimingRule {
  readonly from: readonly string[];
  readonly to: readonly string[];
  /** The level at which the two share a node: two commands of one bank, of one bank group, of one rank. */
  readonly scope: Level;
  /** In clock periods: a sum, a difference or a maximum of timing parameters and numbers, such as `nCWL + nBL + nWTRS`. */
  readonly gap: string;
  /** Counts from the `window`-th last command of `from`, as nFAW does with 4; 1 when left out. */
  readonly window?: number;
  /** Holds instead between two different nodes of `scope` that have the same parent: rank to rank. */
  readonly siblings?: true;
}

/** What a command does to the banks it is for. */
export type CommandEffect =
  | 'activate'
  /** First and second half of an activate that is split in two. */
  | 'activate-first'
  | 'activate-second'
  | 'precharge'
  | 'read'
  | 'write'
  | 'read-precharge'
  | 'write-precharge'
  | 'refresh'
  /** Starts the data clock: for a read, for a write, or for either. */
  | 'clock-read'
  | 'clock-write'
  | 'clock';

/** A command of a standard. */
export interface DramCommand {
  /** As the standard names it: `ACT`, `PREab`. */
  readonly name: string;
  readonly effect: CommandEffect;
  /** What one command is for: a bank, or every bank of a rank. */
  readonly scope: Level;
  /**
   * Clock periods on the command bus, 1 when left out: the bus takes no other command meanwhile. Gaps between commands count
   * from the end of the first to the end of the second.
   */
  readonly clocks?: number;
}

/** A family of devices, as data: its levels, its commands, and the gaps between them. */
export interface DramStandard {
  readonly name: string;
  /** Those of LEVELS that it has, outermost first. */
  readonly levels: readonly Level[];
  readonly commands: readonly DramCommand[];
  readonly rules: readonly TimingRule[];
  /** Steps of the controller in a clock period: 2 where commands may start at half periods. */
  readonly ticksPerClock: 1 | 2;
  /** Whether row and column commands have a bus each, so that one of each may be issued together. */
  readonly rowBus: boolean;
  /** From the read command to the end of its data, in clock periods: `nCL + nBL`. */
  readonly readLatency: string;
  /** Latest second half of a split activate after its first, in clock periods: `nAAD`. */
  readonly splitWithin?: string;
  /**
   * How long the data clock runs on after a read and after a write, in clock periods. Once it has stopped, a `clock` command
   * comes before the next column command.
   */
  readonly dataClock?: { readonly afterRead: string; readonly afterWrite: string };
}
