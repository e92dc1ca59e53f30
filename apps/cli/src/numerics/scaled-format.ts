import { suggestName, SystoleError } from '@systole/core';
import type { CodeFormat } from '@systole/numerics';
import { argument } from '../inputs.ts';
import { familyOf } from './code-layout.ts';
import { anyFormat } from './number-format.ts';
import type { AnyFormat } from './number-format.ts';

/** What shares a scale where a format has none of its own: nothing is scaled, the tensor, each row, or each so many elements of a row. */
export type Sharing = 'none' | 'tensor' | 'row' | number;

/** A format for tensors: with codes for each value, and a scale for what shares one. */
export type TensorFormat =
  | (Extract<AnyFormat, { kind: 'codes' }> & { readonly name: string; readonly sharing: Sharing })
  | (Extract<AnyFormat, { kind: 'blocks' }> & { readonly name: string });

/** Floats of so few bits have too little range for tensors without a scale. */
const MOST_SCALED_BITS = 8;
const MOST_GROUP = 2 ** 31;

/**
 * A format for tensors as it was typed: `posit8_0`, `mxfp4`, `int4@128`, `fp8_e4m3fn@none`. Without `@`, and without a general `scale`,
 * integers and floats of at most 8 bits have a scale for each row, others none.
 *
 * @throws SystoleError as `anyFormat` does, and `argument/invalid` for what cannot share a scale.
 */
export function tensorFormat(typed: string, scale: string | undefined): TensorFormat {
  const [name = '', own, ...more] = typed.split('@');
  if (more.length > 0) throw argument(`"${typed.slice(0, 60)}" has more than one @`, 'Write int4@128, say.');
  const any = anyFormat(name);
  if (any.kind === 'blocks') {
    if (own === undefined) return { ...any, name: typed };
    throw argument(
      `${any.format.name} chooses its scales itself`,
      `Write ${name} without "@${own.slice(0, 20)}".`,
    );
  }
  // Read for every format, so that a mistake in it is not passed over.
  const general = scale === undefined ? 'row' : readSharing(scale, any.format);
  if (own !== undefined) return { ...any, name: typed, sharing: readSharing(own, any.format) };
  return { ...any, name: typed, sharing: isScaled(any.format) ? general : 'none' };
}

function isScaled(format: CodeFormat): boolean {
  const family = familyOf(format);
  return family === 'integer' || (family === 'float' && format.bits <= MOST_SCALED_BITS);
}

function readSharing(text: string, { name }: CodeFormat): Sharing {
  const word = (['none', 'tensor', 'row'] as const).find((known) => known === text);
  if (word !== undefined) return word;
  const group = /^\d{1,10}$/u.test(text) ? Number(text) : Number.NaN;
  if (group >= 1 && group <= MOST_GROUP) return group;
  throw new SystoleError({
    code: 'argument/invalid',
    message: `"${text.slice(0, 40)}" does not say what shares a scale of ${name}`,
    hint: `${suggestName(text, ['none', 'tensor', 'row'])} Or give the elements of a group, such as ${name}@128.`,
  });
}
