/** The greatest whole number that divides both; `b` where `a` is 0. */
export function greatestCommonDivisor(a: number, b: number): number {
  let [larger, smaller] = [b, a];
  while (smaller > 0) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}
