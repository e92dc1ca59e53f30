/**
 * Where piece `index` of `count` of a whole-number `total` starts: floor(total x index / count), the sum of the shares
 * before it, without leaving the safe integers.
 */
export function shareStart(total: number, index: number, count: number): number {
  const quotient = Math.floor(total / count);
  const rest = total - quotient * count;
  return quotient * index + Math.floor((rest * index) / count);
}
