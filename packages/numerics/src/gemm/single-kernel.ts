import type { Panels } from './panels.ts';
import { PANEL_ROWS } from './panels.ts';
import type { ProductSink } from './product-sink.ts';

/**
 * Sums in binary32 registers, product by product in order; the caller has made sure that rounding twice is rounding once. Four
 * rows by two at a time, since each sum waits for its own last rounding.
 */
export function singlePrecisionTile(a: Panels, b: Panels, sink: ProductSink): void {
  const { depth } = a;
  const { fround } = Math;
  for (let i = 0; i < a.rows; i += PANEL_ROWS) {
    for (let j = 0; j < b.rows; j += 2) {
      let s00 = 0;
      let s01 = 0;
      let s10 = 0;
      let s11 = 0;
      let s20 = 0;
      let s21 = 0;
      let s30 = 0;
      let s31 = 0;
      let atA = i * depth;
      let atB = (j >> 2) * depth * PANEL_ROWS + (j & 3);
      for (let k = 0; k < depth; k++, atA += PANEL_ROWS, atB += PANEL_ROWS) {
        const a0 = a.values[atA] ?? 0;
        const a1 = a.values[atA + 1] ?? 0;
        const a2 = a.values[atA + 2] ?? 0;
        const a3 = a.values[atA + 3] ?? 0;
        const b0 = b.values[atB] ?? 0;
        const b1 = b.values[atB + 1] ?? 0;
        s00 = fround(s00 + a0 * b0);
        s01 = fround(s01 + a0 * b1);
        s10 = fround(s10 + a1 * b0);
        s11 = fround(s11 + a1 * b1);
        s20 = fround(s20 + a2 * b0);
        s21 = fround(s21 + a2 * b1);
        s30 = fround(s30 + a3 * b0);
        s31 = fround(s31 + a3 * b1);
      }
      const at = i * b.rows + j;
      const hasSecond = j + 1 < b.rows;
      sink.put(at, s00);
      if (hasSecond) sink.put(at + 1, s01);
      if (i + 1 >= a.rows) continue;
      sink.put(at + b.rows, s10);
      if (hasSecond) sink.put(at + b.rows + 1, s11);
      if (i + 2 >= a.rows) continue;
      sink.put(at + 2 * b.rows, s20);
      if (hasSecond) sink.put(at + 2 * b.rows + 1, s21);
      if (i + 3 >= a.rows) continue;
      sink.put(at + 3 * b.rows, s30);
      if (hasSecond) sink.put(at + 3 * b.rows + 1, s31);
    }
  }
}
