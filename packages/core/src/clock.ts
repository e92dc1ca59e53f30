import type { Hertz, Picoseconds } from '@systole/units';
import { SystoleError } from './errors.ts';

const PICOSECONDS_PER_SECOND = 1_000_000_000_000n;
const MAX_DECIMALS = 6;
/** A number as JavaScript prints it, without an exponent and with at most six decimals. */
const DECIMAL = new RegExp(`^(\\d+)(?:\\.(\\d{1,${MAX_DECIMALS}}))?$`);

/**
 * A clock whose edge 0 is at time 0. The period is the reduced fraction 10^12 / frequency in ps, and edge n is
 * the whole picosecond at or before n periods, so that nothing accumulates: 1.1 GHz is exact at any cycle.
 */
export class ClockDomain {
  /** In Hz; for a clock made from a period, the double nearest to it. */
  readonly frequency: Hertz;

  // The period is numerator / denominator ps, in lowest terms.
  readonly #numerator: bigint;
  readonly #denominator: bigint;
  /** The same two as doubles, or NaN when their product passes 2^53 - 1 and BigInt has to do the work. */
  readonly #num: number;
  readonly #den: number;

  /**
   * @param rate a frequency in Hz, positive and with at most six decimals, taken exactly as printed; or a period
   *   in whole ps
   * @throws SystoleError `argument/invalid` for any other rate
   */
  constructor(rate: Hertz | { readonly period: Picoseconds }) {
    const [numerator, denominator] =
      typeof rate === 'number' ? periodOfFrequency(rate) : [wholePeriod(rate.period), 1n];
    const divisor = greatestCommonDivisor(numerator, denominator);
    this.#numerator = numerator / divisor;
    this.#denominator = denominator / divisor;
    const isSmall = this.#numerator * this.#denominator <= BigInt(Number.MAX_SAFE_INTEGER);
    this.#num = isSmall ? Number(this.#numerator) : NaN;
    this.#den = isSmall ? Number(this.#denominator) : NaN;
    this.frequency = typeof rate === 'number' ? rate : Number(PICOSECONDS_PER_SECOND) / rate.period;
  }

  /**
   * The clock with a period of that many whole ps, such as 625 for 1.6 GHz.
   *
   * @throws SystoleError `argument/invalid` when the period is no integer from 1 to 2^53 - 1
   */
  static fromPeriod(period: Picoseconds): ClockDomain {
    return new ClockDomain({ period });
  }

  /**
   * Time of edge `cycle`: floor(cycle * 10^12 / frequency) ps.
   *
   * @throws SystoleError `time/overflow` when the cycle or the time passes 2^53 - 1
   * @throws RangeError when the cycle is negative or no integer
   */
  edge(cycle: number): Picoseconds {
    checkCount(cycle, 'cycle');
    if (Number.isNaN(this.#num)) {
      return checked(Number((BigInt(cycle) * this.#numerator) / this.#denominator), this);
    }
    // cycle = whole * den + rest, so that no product but the result itself can pass 2^53. A quotient of integers
    // below 2^53 never rounds up to the next integer, hence floor after a division of doubles is exact.
    const whole = Math.floor(cycle / this.#den);
    const rest = cycle - whole * this.#den;
    return checked(whole * this.#num + Math.floor((rest * this.#num) / this.#den), this);
  }

  /**
   * How long `cycles` cycles take from any moment: ceil(cycles * 10^12 / frequency) ps. Rounded up, so that work that
   * is cut into pieces is never faster than its clock.
   *
   * @throws SystoleError `time/overflow` when the cycles or the time pass 2^53 - 1
   * @throws RangeError when the cycles are negative or no integer
   */
  duration(cycles: number): Picoseconds {
    const before = this.edge(cycles);
    const isWhole = Number.isNaN(this.#den)
      ? BigInt(cycles) % this.#denominator === 0n
      : cycles % this.#den === 0;
    return isWhole ? before : checked(before + 1, this);
  }

  /**
   * The smallest n for which edge n is at or after `duration`: the whole cycles that cover a duration, and the
   * number of the first edge at or after a time.
   *
   * @throws SystoleError `time/overflow` when the duration or the number of cycles passes 2^53 - 1
   * @throws RangeError when the duration is negative or no integer
   */
  cyclesIn(duration: Picoseconds): number {
    checkCount(duration, 'duration');
    // An integer is at most floor(x) exactly when it is at most x, so the answer is ceil(duration / period).
    if (Number.isNaN(this.#num)) {
      const scaled = BigInt(duration) * this.#denominator + this.#numerator - 1n;
      return checked(Number(scaled / this.#numerator), this);
    }
    const whole = Math.floor(duration / this.#num);
    const rest = duration - whole * this.#num;
    return checked(whole * this.#den + Math.ceil((rest * this.#den) / this.#num), this);
  }

  /**
   * Time of the first edge at or after `time`: a time on an edge stays where it is.
   *
   * @throws SystoleError `time/overflow` when that edge is past 2^53 - 1
   * @throws RangeError when the time is negative or no integer
   */
  nextEdge(time: Picoseconds): Picoseconds {
    return this.edge(this.cyclesIn(time));
  }

  /** The exact period: `625 ps`, or `10000/11 ps` when it is no whole number. */
  periodText(): string {
    const denominator = this.#denominator === 1n ? '' : `/${this.#denominator}`;
    return `${this.#numerator}${denominator} ps`;
  }
}

/** Numerator and denominator of 10^12 / frequency, not yet reduced. */
function periodOfFrequency(frequency: Hertz): [bigint, bigint] {
  if (Number.isFinite(frequency) && frequency > 0) {
    if (Number.isInteger(frequency)) return [PICOSECONDS_PER_SECOND, BigInt(frequency)];
    const digits = DECIMAL.exec(String(frequency));
    if (digits !== null) {
      const [, whole = '', decimals = ''] = digits;
      const micros = BigInt(whole + decimals.padEnd(MAX_DECIMALS, '0'));
      return [PICOSECONDS_PER_SECOND * 10n ** BigInt(MAX_DECIMALS), micros];
    }
  }
  throw new SystoleError({
    code: 'argument/invalid',
    message: `clock frequency: expected a positive number of Hz with at most ${MAX_DECIMALS} decimals, got ${frequency}`,
    hint: 'Round the frequency to a millionth of a hertz, or give the period in whole picoseconds.',
  });
}

function wholePeriod(period: Picoseconds): bigint {
  if (Number.isSafeInteger(period) && period > 0) return BigInt(period);
  throw new SystoleError({
    code: 'argument/invalid',
    message: `clock period: expected whole ps from 1 to 2^53 - 1, got ${period}`,
    hint: 'Give the frequency instead when the period is no whole number of picoseconds.',
  });
}

function checkCount(value: number, name: string): void {
  if (value > Number.MAX_SAFE_INTEGER) throw overflow(`a ${name} of ${value}`);
  if (!Number.isInteger(value) || value < 0) {
    throw new RangeError(`${name}: expected a non-negative integer, got ${value}`);
  }
}

/** The value, unless it passed 2^53 - 1: a double that did may be rounded, but not to below that. */
function checked(value: number, clock: ClockDomain): number {
  if (value > Number.MAX_SAFE_INTEGER) throw overflow(`a result for a clock period of ${clock.periodText()}`);
  return value;
}

function overflow(what: string): SystoleError {
  return new SystoleError({
    code: 'time/overflow',
    message: `${what} is past 2^53 - 1, the end of event time`,
    hint: 'Compose the run of shorter stretches, such as one layer times its count.',
  });
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}
