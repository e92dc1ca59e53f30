import type { Dimension } from './dimension.ts';
import { BASE_UNITS } from './dimension.ts';
import { DISPLAY_UNITS, UNIT_TABLE } from './unit-table.ts';

const MAX_DIGITS = 17;

// Units of area are a million apart: 0.5 mm2 reads better than 500000 um2.
const LEAST_AREA = 0.001;

function inUnit(value: number, dimension: Dimension, unitName: string): number {
  const unit = UNIT_TABLE[dimension].get(unitName);
  if (unit === undefined) throw new RangeError(`"${unitName}" is not a unit of ${dimension}`);
  const { tenPower, factor } = unit;
  // Powers of ten up to 1e22 are exact and their inverses are not: the exact one is always the operand.
  const decimal = tenPower < 0 ? value * Number(`1e${-tenPower}`) : value / Number(`1e${tenPower}`);
  return decimal / factor;
}

function round(value: number, digits: number): number {
  const rounded = Number(value.toPrecision(digits));
  // The largest numbers round up past all others. Adding zero turns -0 into 0.
  return (Number.isFinite(rounded) ? rounded : value) + 0;
}

/**
 * Writes a value in base units for a reader: `digits` significant digits (an integer from 1 to 17)
 * and the largest unit in which it is at least one (an area: at least 0.001). Data is in powers of 1024, all else in powers of
 * 1000; a ratio is a plain number. From four digits on, `parseQuantity` reads the text back to within
 * 1e-3 of the value, for magnitudes from 1e-300 to 1e300. A value that is not finite is written as such
 * ("Infinity ps", "NaN B"): printing a fault must not hide it behind another. Throws `RangeError` for
 * other `digits`.
 */
export function formatQuantity(value: number, dimension: Dimension, digits = 4): string {
  if (!Number.isInteger(digits) || digits < 1 || digits > MAX_DIGITS) {
    throw new RangeError(`digits is ${digits}, expected an integer from 1 to ${MAX_DIGITS}`);
  }
  const ladder = DISPLAY_UNITS[dimension];
  const base = BASE_UNITS[dimension];
  if (ladder.length === 0) return String(Number.isFinite(value) ? round(value, digits) : value);
  if (!Number.isFinite(value)) return `${value} ${base}`;
  if (value === 0) return `0 ${base}`;
  const least = dimension === 'area' ? LEAST_AREA : 1;
  for (const unitName of ladder.toReversed()) {
    // Rounded before it is compared, so that 999.99 ns becomes 1 us and not 1000 ns.
    const rounded = round(inUnit(value, dimension, unitName), digits);
    if (Math.abs(rounded) >= least) return `${rounded} ${unitName}`;
  }
  const smallest = ladder[0] ?? base;
  return `${round(inUnit(value, dimension, smallest), digits)} ${smallest}`;
}
