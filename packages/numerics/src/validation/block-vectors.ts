import type { BlockFormat, BlockMatrix } from '../block/block-format.ts';
import { blockFormat } from '../block/find-block-format.ts';
import { quantiseBlocks } from '../block/quantise-blocks.ts';
import { codeFormat } from '../find-code-format.ts';
import { gemm } from '../gemm/gemm.ts';
import { binary64Of, codeOf, entriesOf, listOf, memberOf, wordOf, wrong } from './read-reference.ts';
import type { VectorRow } from './vector-row.ts';
import { VectorCount } from './vector-row.ts';

/** The vectors name MX formats by their elements. */
const MX_FORMATS: ReadonlyMap<string, string> = new Map([
  ['fp4_e2m1', 'mxfp4'],
  ['fp6_e2m3', 'mxfp6_e2m3'],
  ['fp6_e3m2', 'mxfp6_e3m2'],
  ['fp8_e4m3', 'mxfp8_e4m3'],
  ['fp8_e5m2', 'mxfp8_e5m2'],
  ['int8', 'mxint8'],
]);

const RUNNERS: ReadonlyMap<string, (file: string, content: unknown) => VectorRow[]> = new Map([
  ['mx-quantise.json', microscalingQuantisations],
  ['mx-dot.json', microscalingDots],
  ['nvfp4-quantise.json', nvfp4Quantisations],
]);

/**
 * Compares the vectors of one file about block formats bit for bit, scale and elements, or returns undefined for a file about
 * something else. `content` is what `JSON.parse` made of it. Throws `numerics/reference` for another layout.
 */
export function blockVectorRows(file: string, content: unknown): VectorRow[] | undefined {
  return RUNNERS.get(file)?.(file, content);
}

/** Of all-zero blocks, whose scale the standard leaves open, the elements alone are compared. */
function microscalingQuantisations(file: string, content: unknown): VectorRow[] {
  const counts = new Map<string, VectorCount>();
  for (const [index, entry] of casesOf(file, content)) {
    const place = `${file} cases[${index}]`;
    const values = binary32List(memberOf(entry, 'x', place), `${place}.x`);
    const isZero = values.every((value) => value === 0);
    for (const [key, expected] of entriesOf(entry, place)) {
      if (key === 'x' || key === 'tag') continue;
      const format = microscalingFormat(key, place);
      const { matrix } = quantiseBlocks(values, 1, values.length, format);
      const scale = codeOf(memberOf(expected, 'scale', place), `${place}.${key}.scale`);
      const codes = codesOf(memberOf(expected, 'codes', place), `${place}.${key}.codes`);
      countOf(counts, file, format.name, 'quantise').compare(
        (isZero || matrix.scales[0] === scale) && areEqual(codes, matrix.codes),
        () => describe(index, scale, codes, matrix),
      );
    }
  }
  return Array.from(counts.values(), (count) => count.row());
}

/** The exact dot product to binary64, and from the same sum to binary32. */
function microscalingDots(file: string, content: unknown): VectorRow[] {
  const counts = new Map<string, VectorCount>();
  const binary32 = codeFormat('fp32');
  for (const [index, entry] of casesOf(file, content)) {
    const place = `${file} cases[${index}]`;
    const [name, scaleA, codesA, scaleB, codesB, dot, dot32] = listOf(entry, place);
    const format = microscalingFormat(name, place);
    const a = oneBlock(format, scaleA, codesA, place);
    const b = oneBlock(format, scaleB, codesB, place);
    const exact = binary64Of(dot, place);
    const rounded = wordOf(dot32, place);
    const came = gemm(a, b).values[0] ?? 0;
    const came32 = gemm(a, b, { output: binary32 }).codes?.[0];
    const about = (expected: number, result: number | undefined) => () =>
      `case ${index}: expected ${expected}, came ${result}`;
    countOf(counts, file, format.name, 'dot').compare(Object.is(exact, came), about(exact, came));
    countOf(counts, file, format.name, 'dot to fp32').compare(came32 === rounded, about(rounded, came32));
  }
  return Array.from(counts.values(), (count) => count.row());
}

function nvfp4Quantisations(file: string, content: unknown): VectorRow[] {
  const format = blockFormat('nvfp4');
  const count = new VectorCount(file, format.name, 'quantise');
  for (const [index, entry] of casesOf(file, content)) {
    const place = `${file} cases[${index}]`;
    const values = binary32List(memberOf(entry, 'x', place), `${place}.x`);
    const [tensorScale = 0] = binary32List([memberOf(entry, 'tensor_scale', place)], place);
    const scale = codeOf(memberOf(entry, 'block_scale', place), place);
    const codes = codesOf(memberOf(entry, 'codes', place), `${place}.codes`);
    const { matrix } = quantiseBlocks(values, 1, values.length, format, { tensorScale });
    count.compare(matrix.scales[0] === scale && areEqual(codes, matrix.codes), () =>
      describe(index, scale, codes, matrix),
    );
  }
  return [count.row()];
}

function casesOf(file: string, content: unknown): Iterable<[number, unknown]> {
  return listOf(memberOf(content, 'cases', file), `${file} cases`).entries();
}

function microscalingFormat(name: unknown, place: string): BlockFormat {
  const known = typeof name === 'string' ? MX_FORMATS.get(name) : undefined;
  if (known === undefined) throw wrong(place, `one of ${[...MX_FORMATS.keys()].join(', ')}`);
  return blockFormat(known);
}

function countOf(
  counts: Map<string, VectorCount>,
  file: string,
  format: string,
  operation: string,
): VectorCount {
  const key = `${format} ${operation}`;
  const known = counts.get(key) ?? new VectorCount(file, format, operation);
  counts.set(key, known);
  return known;
}

function oneBlock(format: BlockFormat, scale: unknown, codes: unknown, place: string): BlockMatrix {
  const elements = Uint8Array.from(codesOf(codes, place));
  return {
    format,
    rows: 1,
    columns: elements.length,
    blocksPerRow: 1,
    codes: elements,
    scales: Uint8Array.of(codeOf(scale, place)),
    tensorScale: 1,
  };
}

function codesOf(value: unknown, place: string): number[] {
  return listOf(value, place).map((code) => codeOf(code, place));
}

function binary32List(value: unknown, place: string): Float32Array {
  const words = Uint32Array.from(listOf(value, place), (word) => wordOf(word, place));
  return new Float32Array(words.buffer);
}

function areEqual(expected: readonly number[], came: Uint8Array): boolean {
  return expected.length === came.length && expected.every((code, i) => code === came[i]);
}

function describe(index: number, scale: number, codes: readonly number[], came: BlockMatrix): string {
  return `case ${index}: expected scale ${scale} and ${codes.join(' ')}, came ${came.scales[0]} and ${came.codes.join(' ')}`;
}
