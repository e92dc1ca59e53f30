/** A group of elements that share a scale, as in the OCP microscaling formats and NVFP4. */
export interface BlockGeometry {
  /** Elements that share one scale. */
  readonly elements: number;
  /** Bits of the scale, stored once for each block; an incomplete block has a whole one. */
  readonly scaleBits: number;
}

/** A number format as hardware stores and moves it: widths, and where they are defined. */
export interface NumberFormat {
  readonly name: string;
  readonly kind: 'integer' | 'float' | 'posit' | 'block-float';
  /** Bits of one element's code, without its share of a block scale. */
  readonly bits: number;
  /** Bits that one element takes in memory, where its code is kept in a wider word; otherwise `bits`. */
  readonly containerBits?: number;
  /** Bits of the exponent field; of a posit the greatest width of it (es), of a block format that of the element. */
  readonly exponentBits?: number;
  /** Bits of the fraction field, without the implicit leading one. A posit has no fixed number. */
  readonly mantissaBits?: number;
  /**
   * Of a float, the codes of the largest exponent field that are no finite numbers: all of them, as in IEEE 754 (without
   * it), the last one alone, or none.
   */
  readonly reserved?: 'exponent' | 'code' | 'none';
  readonly block?: BlockGeometry;
  /** Bits of one more scale for the whole tensor. It travels beside the tensor and is not in `storageBits`. */
  readonly tensorScaleBits?: number;
  readonly summary: string;
  readonly source: string;
}

const IEEE_754 = 'IEEE 754-2019';
const OCP_FP8 = 'OCP 8-bit Floating Point Specification (OFP8) 1.0';
const OCP_MX = 'OCP Microscaling Formats (MX) Specification 1.0';
const POSIT_2022 = 'Standard for Posit Arithmetic (2022)';
const TWOS_COMPLEMENT = "two's complement, no further standard";

const MX_BLOCK: BlockGeometry = { elements: 32, scaleBits: 8 };

function integer(bits: number): NumberFormat {
  return {
    name: `int${bits}`,
    kind: 'integer',
    bits,
    summary: `Signed integer of ${bits} bits`,
    source: TWOS_COMPLEMENT,
  };
}

function float(
  name: string,
  exponentBits: number,
  mantissaBits: number,
  summary: string,
  source: string,
): NumberFormat {
  return {
    name,
    kind: 'float',
    bits: 1 + exponentBits + mantissaBits,
    exponentBits,
    mantissaBits,
    summary,
    source,
  };
}

function posit(bits: number): NumberFormat {
  return {
    name: `posit${bits}`,
    kind: 'posit',
    bits,
    exponentBits: 2,
    summary: `Posit of ${bits} bits, es 2: most precise near one, tapering towards its extremes`,
    source: POSIT_2022,
  };
}

function microscaling(name: string, exponentBits: number, mantissaBits: number): NumberFormat {
  return {
    name,
    kind: 'block-float',
    bits: 1 + exponentBits + mantissaBits,
    exponentBits,
    mantissaBits,
    block: MX_BLOCK,
    summary: `Blocks of 32 elements E${exponentBits}M${mantissaBits} under a power-of-two scale (E8M0)`,
    source: OCP_MX,
  };
}

/**
 * The formats that operators, memories and compute units speak of, widest first within each kind.
 * `mxfp8` and `mxfp6` alone mean E4M3 and E2M3 elements: the variants with more fraction bits.
 */
export const NUMBER_FORMATS: readonly NumberFormat[] = [
  float('fp32', 8, 23, 'Single precision (binary32)', IEEE_754),
  {
    ...float('tf32', 8, 10, 'Range of fp32, precision of fp16', 'NVIDIA A100 architecture whitepaper'),
    // The low 13 fraction bits of a binary32 word are zero: arithmetic gets cheaper, storage does not.
    containerBits: 32,
  },
  float('bf16', 8, 7, 'Brain float: the upper half of binary32', 'Google, bfloat16 of Cloud TPU'),
  float('fp16', 5, 10, 'Half precision (binary16)', IEEE_754),
  {
    ...float('fp8-e4m3', 4, 3, 'FP8 with more precision; no infinities, largest 448', OCP_FP8),
    reserved: 'code',
  },
  float('fp8-e5m2', 5, 2, 'FP8 with more range; infinities as in IEEE 754', OCP_FP8),
  { ...float('fp6-e3m2', 3, 2, 'FP6 with more range; largest 28', OCP_MX), reserved: 'none' },
  { ...float('fp6-e2m3', 2, 3, 'FP6 with more precision; largest 7.5', OCP_MX), reserved: 'none' },
  {
    ...float('fp4-e2m1', 2, 1, 'FP4: 0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives', OCP_MX),
    reserved: 'none',
  },
  integer(32),
  integer(16),
  integer(8),
  integer(4),
  posit(16),
  posit(8),
  microscaling('mxfp8', 4, 3),
  microscaling('mxfp8-e5m2', 5, 2),
  microscaling('mxfp6', 2, 3),
  microscaling('mxfp6-e3m2', 3, 2),
  microscaling('mxfp4', 2, 1),
  {
    ...microscaling('nvfp4', 2, 1),
    block: { elements: 16, scaleBits: 8 },
    tensorScaleBits: 32,
    summary: 'Blocks of 16 elements E2M1 under an E4M3 scale, and a binary32 scale for the tensor',
    source: 'NVIDIA Blackwell, NVFP4',
  },
];
