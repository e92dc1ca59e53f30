import { codeFormat } from '../find-code-format.ts';
import { NumericsError } from '../numerics-error.ts';
import type { BlockFormat } from './block-format.ts';

/** The block formats, narrowest first. */
export const BLOCK_FORMAT_NAMES = [
  'mxfp4',
  'mxfp6_e2m3',
  'mxfp6_e3m2',
  'mxfp8_e4m3',
  'mxfp8_e5m2',
  'mxint8',
  'nvfp4',
] as const;

type BlockFormatName = (typeof BLOCK_FORMAT_NAMES)[number];

/** `mxfp8` and `mxfp6` alone mean the variants with more fraction bits, as with the descriptors of this package. */
const ALIASES: ReadonlyMap<string, BlockFormatName> = new Map([
  ['mxfp4_e2m1', 'mxfp4'],
  ['mxfp6', 'mxfp6_e2m3'],
  ['mxfp8', 'mxfp8_e4m3'],
  ['mxfp8_e4m3fn', 'mxfp8_e4m3'],
]);

const built = new Map<BlockFormatName, BlockFormat>();

/** The block format of that name, or undefined. Case does not matter, and `-` is read as `_`. */
export function findBlockFormat(name: string): BlockFormat | undefined {
  const wanted = name.toLowerCase().replaceAll('-', '_');
  const canonical = ALIASES.get(wanted) ?? BLOCK_FORMAT_NAMES.find((known) => known === wanted);
  if (canonical === undefined) return undefined;
  const known = built.get(canonical);
  if (known !== undefined) return known;
  const format = build(canonical);
  built.set(canonical, format);
  return format;
}

/** The block format of that name; throws `NumericsError` where there is none. */
export function blockFormat(name: string): BlockFormat {
  const format = findBlockFormat(name);
  if (format !== undefined) return format;
  throw new NumericsError(
    'numerics/unknown-format',
    `no block format is called "${name}"`,
    `Choose one of: ${BLOCK_FORMAT_NAMES.join(', ')}.`,
  );
}

/** OCP Microscaling Formats (MX) 1.0, table 1 and section 6.3; NVFP4 as in NVIDIA Blackwell. */
function build(name: BlockFormatName): BlockFormat {
  switch (name) {
    case 'mxfp4':
      return microscaling(name, 'fp4_e2m1', 2);
    case 'mxfp6_e2m3':
      return microscaling(name, 'fp6_e2m3', 2);
    case 'mxfp6_e3m2':
      return microscaling(name, 'fp6_e3m2', 4);
    case 'mxfp8_e4m3':
      return microscaling(name, 'fp8_e4m3fn', 8);
    case 'mxfp8_e5m2':
      return microscaling(name, 'fp8_e5m2', 15);
    case 'mxint8':
      return microscaling(name, 'mxint8_element', 0);
    case 'nvfp4':
      return {
        name,
        block: 16,
        element: codeFormat('fp4_e2m1'),
        scale: codeFormat('fp8_e4m3fn'),
        scaling: { kind: 'ratio' },
      };
  }
}

function microscaling(name: string, elementName: string, elementExponent: number): BlockFormat {
  return {
    name,
    block: 32,
    element: codeFormat(elementName),
    scale: codeFormat('e8m0'),
    scaling: { kind: 'power-of-two', elementExponent },
  };
}
