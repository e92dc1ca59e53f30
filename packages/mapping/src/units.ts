import { SystoleError } from '@systole/core';
import type { ResolvedChip, ResolvedPart } from '@systole/chip';
import { findFormat } from '@systole/numerics';

/** What a mapping needs to know of a memory that computes: its lanes, its rows and its vector buffer. */
export interface InMemoryDevice {
  readonly part: ResolvedPart;
  readonly channels: number;
  /** Banks of one channel that compute. */
  readonly banks: number;
  /** channels × banks. */
  readonly lanes: number;
  readonly rowBytes: number;
  /** One column access of one bank. */
  readonly segmentBytes: number;
  /** Bytes of a vector for which a channel has room: its vector buffer, or the input buffers of its units where they are smaller. */
  readonly vectorBuffer: number;
  /** The parameter that says so. */
  readonly vectorLimit: {
    readonly component: string;
    readonly parameter: 'vectorBuffer' | 'inputBuffer';
  };
  readonly capacity: number;
}

function missing(mapping: string, what: string, hint: string): SystoleError {
  return new SystoleError({
    code: 'mapping/missing-unit',
    message: `mapping "${mapping}" needs ${what}, and the chip has none`,
    place: { path: 'components' },
    hint,
  });
}

function numberOf(part: ResolvedPart, name: string, mapping: string): number {
  const value = part.values[name];
  if (typeof value === 'number') return value;
  throw missing(
    mapping,
    `a memory with the parameter "${name}"`,
    `"${part.name}" is a ${part.declaration.type}, which does not declare it.`,
  );
}

/** The memory of the chip that has a compute unit attached. Throws `mapping/missing-unit`. */
export function findInMemoryDevice(chip: ResolvedChip, mapping: string): InMemoryDevice {
  const part = chip.parts.find((candidate) => candidate.attached !== undefined);
  if (part === undefined) {
    throw missing(mapping, 'a memory that computes', 'Attach a unit to a memory with `attach: <unit>`.');
  }
  const channels = numberOf(part, 'channels', mapping);
  const banks = numberOf(part, 'bankGroups', mapping) * numberOf(part, 'banksPerGroup', mapping);
  return {
    part,
    channels,
    banks,
    lanes: channels * banks,
    rowBytes: numberOf(part, 'rowBytes', mapping),
    segmentBytes: numberOf(part, 'burstBytes', mapping),
    ...vectorRoom(part, chip, mapping),
    capacity: part.facts.capacity ?? 0,
  };
}

/** A vector stays in the buffer of its channel unless the units have buffers of their own, which then hold all of it as well. */
function vectorRoom(
  part: ResolvedPart,
  chip: ResolvedChip,
  mapping: string,
): Pick<InMemoryDevice, 'vectorBuffer' | 'vectorLimit'> {
  const vectorBuffer = numberOf(part, 'vectorBuffer', mapping);
  const unit = part.attached === undefined ? undefined : chip.part(part.attached);
  const inputBuffer = unit?.values['inputBuffer'];
  if (unit !== undefined && typeof inputBuffer === 'number' && inputBuffer < vectorBuffer) {
    return { vectorBuffer: inputBuffer, vectorLimit: { component: unit.name, parameter: 'inputBuffer' } };
  }
  return { vectorBuffer, vectorLimit: { component: part.name, parameter: 'vectorBuffer' } };
}

/** The compute unit that takes transactions of kind `kind`. Throws `mapping/missing-unit`. */
export function findUnit(chip: ResolvedChip, kind: string, mapping: string): ResolvedPart {
  const part = chip.parts.find((candidate) => Object.hasOwn(candidate.declaration.accepts, kind));
  if (part !== undefined) return part;
  throw missing(mapping, `a unit that does "${kind}"`, 'Add a compute/vector unit and connect it.');
}

/** The on-chip buffer: the memory with no compute unit attached. Throws `mapping/missing-unit`. */
export function findBuffer(chip: ResolvedChip, mapping: string): ResolvedPart {
  const part = chip.parts.find(
    (candidate) => candidate.role === 'memory' && candidate.attached === undefined,
  );
  if (part !== undefined) return part;
  throw missing(mapping, 'an on-chip buffer', 'Add a memory/sram and connect it.');
}

/** Bytes of one element; formats whose elements are no whole number of bytes are refused by in-memory lanes. */
export function bytesOf(format: string): number {
  const known = findFormat(format);
  const bits = known?.block === undefined ? (known?.bits ?? 0) : 0;
  if (bits >= 8 && bits % 8 === 0) return bits / 8;
  throw new SystoleError({
    code: 'mapping/unsupported-operator',
    message: `format "${format}" has no whole number of bytes an element, which this mapping's layout needs`,
    hint: 'Use a format of 8 or 16 bits, such as bf16 or int8.',
  });
}
