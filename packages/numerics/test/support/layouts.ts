import type { ModelLayout } from './exact-model.ts';

function float(
  bits: number,
  fractionBits: number,
  bias: number,
  specials: Extract<ModelLayout, { kind: 'float' }>['specials'],
): ModelLayout {
  return { kind: 'float', bits, fractionBits, bias, specials };
}

const posit = (bits: number, es: number): ModelLayout => ({ kind: 'posit', bits, es });
const integer = (bits: number, isSigned = true): ModelLayout => ({ kind: 'integer', bits, isSigned });

/** Every format of eight bits or fewer that has a name of its own, and posits of each width. */
export const NARROW: readonly (readonly [string, ModelLayout])[] = [
  ['fp8_e4m3fn', float(8, 3, 7, 'last-nan')],
  ['fp8_e5m2', float(8, 2, 15, 'ieee')],
  ['fp8_e4m3fnuz', float(8, 3, 8, 'unsigned-zero')],
  ['fp8_e5m2fnuz', float(8, 2, 16, 'unsigned-zero')],
  ['fp8_e4m3b11fnuz', float(8, 3, 11, 'unsigned-zero')],
  ['fp8_e4m3_ieee', float(8, 3, 7, 'ieee')],
  ['fp8_e3m4_ieee', float(8, 4, 3, 'ieee')],
  ['fp6_e2m3', float(6, 3, 1, 'none')],
  ['fp6_e3m2', float(6, 2, 3, 'none')],
  ['fp4_e2m1', float(4, 1, 1, 'none')],
  ['e8m0', { kind: 'scale', bits: 8 }],
  ['int8', integer(8)],
  ['int4', integer(4)],
  ['int2', integer(2)],
  ['uint8', integer(8, false)],
  ['uint4', integer(4, false)],
  ['posit8_0', posit(8, 0)],
  ['posit8_1', posit(8, 1)],
  ['posit8_2', posit(8, 2)],
  ['posit8_3', posit(8, 3)],
  ['posit7_1', posit(7, 1)],
  ['posit6_0', posit(6, 0)],
  ['posit6_1', posit(6, 1)],
  ['posit5_3', posit(5, 3)],
  ['posit4_0', posit(4, 0)],
  ['posit4_1', posit(4, 1)],
  ['posit4_2', posit(4, 2)],
  ['posit4_3', posit(4, 3)],
  ['posit3_2', posit(3, 2)],
  ['posit2_0', posit(2, 0)],
  ['posit2_1', posit(2, 1)],
];

export const WIDE: readonly (readonly [string, ModelLayout])[] = [
  ['fp32', float(32, 23, 127, 'ieee')],
  ['tf32', float(19, 10, 127, 'ieee')],
  ['bf16', float(16, 7, 127, 'ieee')],
  ['fp16', float(16, 10, 15, 'ieee')],
  ['int16', integer(16)],
  ['int32', integer(32)],
  ['uint16', integer(16, false)],
  ['posit9_0', posit(9, 0)],
  ['posit12_1', posit(12, 1)],
  ['posit16_0', posit(16, 0)],
  ['posit16_1', posit(16, 1)],
  ['posit16_2', posit(16, 2)],
  ['posit16_3', posit(16, 3)],
  ['posit24_2', posit(24, 2)],
  ['posit31_1', posit(31, 1)],
  ['posit32_0', posit(32, 0)],
  ['posit32_1', posit(32, 1)],
  ['posit32_2', posit(32, 2)],
  ['posit32_3', posit(32, 3)],
];
