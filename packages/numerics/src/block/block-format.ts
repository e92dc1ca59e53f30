import type { CodeFormat } from '../code-format.ts';

/** Elements in blocks that share a scale, as in the OCP microscaling formats (MX) 1.0 and in NVFP4. */
export interface BlockFormat {
  /** Canonical, such as `mxfp8_e4m3`, `mxint8`, `nvfp4`. */
  readonly name: string;
  /** Elements of a block. */
  readonly block: number;
  readonly element: CodeFormat;
  /** E8M0, or FP8 E4M3 of NVFP4. */
  readonly scale: CodeFormat;
  /** How the scale of a block follows from its largest magnitude. */
  readonly scaling:
    | {
        /** 2^(floor(log2(largest magnitude)) - elementExponent), clamped to what E8M0 has. */
        readonly kind: 'power-of-two';
        /** Exponent of the largest power of two of the element format (emax of the standard). */
        readonly elementExponent: number;
      }
    /** Largest magnitude over the tensor scale, divided by the largest element and rounded to the scale format. */
    | { readonly kind: 'ratio' };
}

/**
 * A matrix in a block format. Blocks lie along rows, so that a matrix product reduces over them; the last block of a row that
 * the block does not divide is filled up with zeros.
 */
export interface BlockMatrix {
  readonly format: BlockFormat;
  readonly rows: number;
  /** Without the zeros of the last block. */
  readonly columns: number;
  readonly blocksPerRow: number;
  /** rows x blocksPerRow x block codes. */
  readonly codes: Uint8Array;
  /** rows x blocksPerRow codes of scales. */
  readonly scales: Uint8Array;
  /** Binary32 scale of the whole tensor; 1 in MX formats. */
  readonly tensorScale: number;
}
