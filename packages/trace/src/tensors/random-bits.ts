/**
 * A stream of unsigned 32-bit integers that a seed and a name decide: a counter and three words of state that are added, shifted
 * and rotated. The same on every machine, and independent for each name.
 */
export function randomBits(seed: number, name: string): () => number {
  let a = 0x9e3779b9 ^ (seed | 0);
  // Seeds above 32 bits differ in their upper half.
  let b = Math.floor(seed / 2 ** 32) | 0;
  let c = 0x243f6a88;
  for (let index = 0; index < name.length; index++) {
    c = Math.imul(c ^ name.charCodeAt(index), 0x01000193);
    b = (b + Math.imul(c, 0x85ebca6b)) | 0;
  }
  let counter = 1;
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  // Until every bit of the seed has reached every word.
  for (let round = 0; round < 16; round++) next();
  return next;
}
