/**
 * ceil(dividend / divisor) of whole numbers up to 2^53, exactly: the remainder of doubles is exact, a quotient that is
 * rounded before the ceiling is not.
 */
export function ceilDivide(dividend: number, divisor: number): number {
  const rest = dividend % divisor;
  return (dividend - rest) / divisor + (rest > 0 ? 1 : 0);
}
