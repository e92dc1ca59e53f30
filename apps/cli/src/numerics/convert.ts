import { quantiseBlocks } from '@systole/numerics';
import type { BlockFormat, CodeFormat } from '@systole/numerics';
import type { NumberConversion, NumberConversions } from '@systole/report';
import { argument } from '../inputs.ts';
import { fieldsOf, nextCode } from './code-layout.ts';
import { asInput } from './input-error.ts';
import { anyFormat, formatList } from './number-format.ts';
import { numberText, readCode, readNumber } from './number-value.ts';
import { chosenRounding } from './rounding-flags.ts';
import type { ChosenRounding, RoundingFlags } from './rounding-flags.ts';

export interface ConvertFlags extends RoundingFlags {
  readonly from?: string;
  readonly to?: string;
  readonly scale?: string;
}

interface TypedValue {
  readonly typed: string;
  readonly value: number;
}

/**
 * Values, or codes of a format, in other formats. All values together are one row in a block format. Throws
 * `argument/invalid`, and as `anyFormat` does.
 */
export function convert(texts: readonly string[], flags: ConvertFlags): NumberConversions {
  const { from, to } = flags;
  if (from === undefined && to === undefined) {
    throw argument('no format was named', 'Write --to fp8_e4m3fn, or --from fp8_e4m3fn for codes.');
  }
  const rounding = chosenRounding(flags);
  const scale = scaleOf(flags.scale);
  const source = from === undefined ? undefined : codesFormat(from);
  const values = texts.map((typed): TypedValue => {
    if (source === undefined) return { typed, value: readNumber(typed) };
    return { typed, value: source.decode(readCode(typed, source)) * (to === undefined ? (scale ?? 1) : 1) };
  });
  const notes: string[] = [];
  let conversions: readonly NumberConversion[];
  if (to === undefined && source !== undefined) {
    conversions = values.map((value) => codeAsItIs(value, source, scale));
  } else {
    conversions = formatList(to ?? '', '--to').flatMap((name) => {
      const any = anyFormat(name);
      if (any.kind === 'codes') {
        if (any.format.nan === undefined && values.some(({ value }) => Number.isNaN(value))) {
          notes.push(
            `${any.format.name} has no NaN: ${any.format.decode(any.format.encode(Number.NaN))} stands for it.`,
          );
        }
        return inCodes(values, any.format, rounding, scale);
      }
      if (scale !== undefined)
        throw argument(`${any.format.name} chooses its scales itself`, 'Leave out --scale.');
      return inBlocks(values, any.format, rounding, notes);
    });
  }
  return {
    systole: 'number-conversions/1',
    rounding: rounding.name,
    overflow: rounding.overflow,
    conversions,
    notes,
  };
}

function codesFormat(name: string): CodeFormat {
  const any = anyFormat(name);
  if (any.kind === 'codes') return any.format;
  throw argument(
    `a code of ${any.format.name} says nothing without the scale of its block`,
    `Name its elements: --from ${any.format.element.name}.`,
  );
}

function scaleOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const scale = readNumber(text);
  if (scale > 0 && scale < Infinity) return scale;
  throw argument(`a scale is above zero and finite, got "${text.slice(0, 40)}"`, 'Write --scale 0.05, say.');
}

/** A code shown with its own value. */
function codeAsItIs(
  { typed, value }: TypedValue,
  format: CodeFormat,
  scale: number | undefined,
): NumberConversion {
  const code = readCode(typed, format);
  return {
    ...conversion({ typed, value }, format, code, value, scale ?? 1),
    isBeyond: false,
    ...(scale === undefined ? {} : { scale }),
  };
}

function inCodes(
  values: readonly TypedValue[],
  format: CodeFormat,
  rounding: ChosenRounding,
  scale: number | undefined,
): readonly NumberConversion[] {
  const options = rounding.options();
  return values.map((each) => {
    // With a scale its quotient in binary64 is rounded.
    const quotient = each.value / (scale ?? 1);
    const code = asInput(() => format.encode(quotient, options));
    const lowest = lowestOf(format);
    return {
      ...conversion(each, format, code, format.decode(code) * (scale ?? 1), scale ?? 1),
      isBeyond: quotient > format.largest || quotient < lowest,
      ...(scale === undefined ? {} : { scale }),
    };
  });
}

/** The most negative finite value: what minus infinity saturates to. */
function lowestOf(format: CodeFormat): number {
  return format.decode(format.encode(-Number.MAX_VALUE, { overflow: 'saturate' }));
}

function inBlocks(
  values: readonly TypedValue[],
  format: BlockFormat,
  rounding: ChosenRounding,
  notes: string[],
): readonly NumberConversion[] {
  const { block, element, scale, name } = format;
  const { matrix, counts } = asInput(() =>
    quantiseBlocks(
      Float64Array.from(values, ({ value }) => value),
      1,
      values.length,
      format,
      {
        ...rounding.options(),
        remainder: 'pad',
      },
    ),
  );
  const { tensorScale } = matrix;
  const ofTensor = tensorScale === 1 ? '' : ` and a tensor scale ${tensorScale}`;
  for (const [index, code] of matrix.scales.entries()) {
    const which = matrix.scales.length === 1 ? 'the block' : `block ${index}`;
    notes.push(
      `${name}: ${which} has the scale ${scale.decode(code)} (${scale.name} 0x${code.toString(16).padStart(2, '0')})${ofTensor}.`,
    );
  }
  if (counts.poisonedBlocks > 0)
    notes.push(`${name}: a block with NaN or infinity is NaN in all of its elements.`);
  if (counts.saturated > 0) notes.push(`${name}: ${counts.saturated} of ${values.length} values saturated.`);
  return values.map((each, index) => {
    const code = matrix.codes[index] ?? 0;
    const factor = scale.decode(matrix.scales[Math.floor(index / block)] ?? 0) * tensorScale;
    const shown = conversion(each, element, code, element.decode(code) * factor, factor);
    return {
      ...shown,
      format: name,
      scale: factor,
      isBeyond: Math.abs(each.value) > element.largest * factor,
    };
  });
}

/** `unit` is what the value of a code counts for. */
function conversion(
  { typed, value: input }: TypedValue,
  format: CodeFormat,
  code: number,
  value: number,
  unit: number,
): Omit<NumberConversion, 'isBeyond'> {
  const error = value - input;
  const isFinite = Number.isFinite(error);
  return {
    typed,
    input: numberText(input),
    format: format.name,
    bits: format.bits,
    code,
    fields: fieldsOf(format, code),
    value: numberText(value, format),
    ...(isFinite ? { error } : {}),
    ...(isFinite && input !== 0 ? relativeOf(error, input) : {}),
    ...neighbours(format, code, input, unit),
  };
}

function relativeOf(error: number, input: number): { readonly relative?: number } {
  const relative = Math.abs(error / input);
  return Number.isFinite(relative) ? { relative } : {};
}

/** What lies nearest to the input on both sides: the result itself on the one that it was rounded to. */
function neighbours(
  format: CodeFormat,
  code: number,
  input: number,
  unit: number,
): Pick<NumberConversion, 'below' | 'above'> {
  const valueOf = (of: number): number => format.decode(of) * unit;
  const value = valueOf(code);
  if (Number.isNaN(value) || Number.isNaN(input)) return {};
  const below = value < input ? code : nextCode(format, code, -1);
  const above = value > input ? code : nextCode(format, code, 1);
  const shown = (of: number) => ({ code: of, value: numberText(valueOf(of), format) });
  return {
    ...(below === undefined ? {} : { below: shown(below) }),
    ...(above === undefined ? {} : { above: shown(above) }),
  };
}
