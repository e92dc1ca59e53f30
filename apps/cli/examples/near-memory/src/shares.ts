/** What the pieces before piece `index` of `count` have of a whole-number `total`: floor(total x index / count), exactly. */
export function sharesBefore(total: number, index: number, count: number): number {
  const quotient = Math.floor(total / count);
  return quotient * index + Math.floor(((total - quotient * count) * index) / count);
}
