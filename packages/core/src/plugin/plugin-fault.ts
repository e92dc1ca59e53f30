import type { Problem } from '../errors.ts';

/** Whose fault it is: a package, and the component or mapping of it. */
export interface Culprit {
  /** The package's name. */
  readonly plugin: string;
  /** Such as `component "dram" (acme/dram)` or `mapping "streaming"`. */
  readonly part: string;
}

/**
 * Code of a plugin broke its contract: it threw, or gave back what it must not. No fault of Systole, and none of the
 * input; for the laws it is a broken law.
 */
export class PluginFault extends Error {
  readonly culprit: Culprit;
  /** What it did. */
  readonly reason: string;

  constructor(culprit: Culprit, reason: string, cause?: unknown) {
    super(`plugin "${culprit.plugin}": ${culprit.part}: ${reason}`, { cause });
    this.name = 'PluginFault';
    this.culprit = culprit;
    this.reason = reason;
  }

  /** As somebody who typed a command is told. */
  toProblem(): Problem {
    return {
      code: 'plugin/failed',
      message: this.message,
      hint: `Tell the authors of "${this.culprit.plugin}", or do without it.`,
    };
  }
}
