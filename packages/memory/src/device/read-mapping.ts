import { suggestName, SystoleError } from '@systole/core';
import type { DramDevice } from './device.ts';
import { LEVELS } from './level.ts';
import { bitsOf, isPowerOfTwo } from './mapping-plan.ts';
import type { AddressField, FieldHash, FieldPiece, MappingPlan } from './mapping-plan.ts';

const FIELDS: readonly AddressField[] = [...LEVELS, 'row', 'column'];

/** The address mappings of Ramulator, as orders of fields. The hashes of MOP4CLXOR depend on the sizes. */
const NAMED: Readonly<Record<string, string>> = {
  RoBaRaCoCh: 'row bank bankGroup stackId rank pseudoChannel column channel',
  ChRaBaRoCo: 'pseudoChannel rank stackId bankGroup bank row column channel',
  MOP4CLXOR: 'row columnHigh bank bankGroup stackId rank pseudoChannel columnLow(2) channel',
};

/** Two letters for each field in DRAMsim3, and what they stand for, most significant first. */
const LETTERS: Readonly<Record<string, string>> = {
  ch: 'channel',
  ra: 'stackId rank pseudoChannel',
  bg: 'bankGroup',
  ba: 'bank',
  ro: 'row',
  co: 'column',
};

const PIECE = /^([A-Za-z]+?)(?:High|Mid|Low)?(?:\((\d{1,2})\))?$/;
const HASH = /^([A-Za-z]+)\^(row|column)(?:\((\d{1,2})\))?$/;

type Sizes = MappingPlan['sizes'];

/** A mapping as it is written, fitted to a device. */
export function readMapping(text: string, device: DramDevice, channels: number): MappingPlan {
  const sizes: Sizes = {
    ...device.counts,
    channel: channels,
    row: device.rowsPerBank,
    column: device.burstsPerRow,
  };
  if (!Number.isInteger(channels) || channels < 1 || channels > 4096) {
    throw new SystoleError({
      code: 'parameter/out-of-range',
      message: `number of channels: expected a whole number from 1 to 4096, got ${channels}`,
      place: { path: 'channels' },
      hint: 'Give the channels that lie beside one another.',
    });
  }
  const bursts = FIELDS.reduce((product, field) => product * sizes[field], 1);
  if (bursts * device.burstBytes > Number.MAX_SAFE_INTEGER) {
    throw new SystoleError({
      code: 'limit/exceeded',
      message: `a memory of ${bursts * device.burstBytes} bytes has addresses that are no exact numbers`,
      place: { path: 'channels' },
      hint: 'Take fewer channels, or a device with fewer rows.',
    });
  }
  const words = wordsOf(text);
  const hashes = words.filter((word) => word.includes('^')).map((word) => readHash(text, word, sizes));
  const order = words.filter((word) => !word.includes('^')).toReversed();
  const pieces = readPieces(text, order, sizes);
  const all = text.trim().startsWith('MOP4CLXOR') ? [...columnHashes(sizes), ...hashes] : hashes;
  checkHashes(text, all, sizes);
  return { pieces, hashes: all, sizes };
}

function wordsOf(text: string): readonly string[] {
  const words = text
    .slice(0, 1000)
    .split(/\s+/)
    .filter((word) => word !== '');
  const [first = '', ...hashes] = words;
  const named = Object.hasOwn(NAMED, first) ? NAMED[first] : undefined;
  if (named !== undefined) return [...named.split(' '), ...hashes];
  if (/^(?:ch|ra|bg|ba|ro|co){6}$/.test(first)) {
    const pairs = first.match(/../g) ?? [];
    return [...pairs.flatMap((pair) => LETTERS[pair]?.split(' ') ?? []), ...hashes];
  }
  if (words.length > 1) return words;
  const name = suggestName(first, Object.keys(NAMED));
  return refuse(
    text,
    'is no address mapping',
    `${name} Or give fields: row bank bankGroup rank column channel.`,
  );
}

/** The pieces from the least significant on, with what each adds to its field. */
function readPieces(text: string, words: readonly string[], sizes: Sizes): readonly FieldPiece[] {
  const read = words.map((word) => readPiece(text, word));
  const pieces: FieldPiece[] = [];
  const weights = new Map<AddressField, number>();
  for (const { field, size } of read) {
    const own = read.filter((other) => other.field === field);
    const given = own.reduce((product, other) => product * (other.size ?? 1), 1);
    const open = own.filter((other) => other.size === undefined).length;
    if (open > 1)
      refuse(
        text,
        `has ${field} ${open} times without a width`,
        `Give its pieces a width in bits, as in ${field}(2).`,
      );
    if (own.length > 1 && !isPowerOfTwo(sizes[field])) {
      refuse(
        text,
        `splits ${field}, of which there are ${sizes[field]}`,
        'Only a power of two can be split by bits.',
        field,
      );
    }
    if (open === 0 && given !== sizes[field]) {
      refuse(
        text,
        `has ${bitsOf(given)} bits of ${field}, of which there are ${sizes[field]}`,
        'Leave out the width of one piece.',
        field,
      );
    }
    if (sizes[field] % given !== 0) {
      refuse(
        text,
        `takes ${bitsOf(given)} bits from ${field}, of which there are only ${sizes[field]}`,
        'Take fewer bits, or another mapping.',
        field,
      );
    }
    const whole = size ?? sizes[field] / given;
    const weight = weights.get(field) ?? 1;
    pieces.push({ field, size: whole, weight });
    weights.set(field, weight * whole);
  }
  for (const field of FIELDS) {
    if (weights.has(field) || sizes[field] === 1) continue;
    refuse(
      text,
      `lacks ${field}, of which there are ${sizes[field]}`,
      `Add ${field} where its bits shall lie.`,
      field,
    );
  }
  return pieces;
}

function readPiece(
  text: string,
  word: string,
): { readonly field: AddressField; readonly size: number | undefined } {
  const [, name = '', width] = PIECE.exec(word) ?? [];
  const field = FIELDS.find((candidate) => candidate === name);
  if (field === undefined) return refuse(text, `has "${word}", which is no field`, suggestName(name, FIELDS));
  return { field, size: width === undefined ? undefined : 2 ** Number(width) };
}

function readHash(text: string, word: string, sizes: Sizes): FieldHash {
  const [, name = '', source, from = '0'] = HASH.exec(word) ?? [];
  const target = FIELDS.find((candidate) => candidate === name);
  if (target === undefined || (source !== 'row' && source !== 'column')) {
    return refuse(text, `has "${word}", which is no hash`, 'Write bank^row or bankGroup^column(2).');
  }
  if (2 ** Number(from) >= sizes[source] && sizes[source] > 1) {
    refuse(
      text,
      `takes bit ${from} of the ${source}, of which there are ${sizes[source]}`,
      'Start at a lower bit.',
    );
  }
  return { target, source, from: Number(from) };
}

/** Each field from the outermost down to the row takes the next bits of the column. */
function columnHashes(sizes: Sizes): readonly FieldHash[] {
  const hashes: FieldHash[] = [];
  let from = 0;
  for (const target of [...LEVELS.slice(1), 'row'] as const) {
    const bits = bitsOf(sizes[target]);
    if (bits > 0 && 2 ** from < sizes.column) hashes.push({ target, source: 'column', from });
    from += bits;
  }
  return hashes;
}

/** What is hashed has to be found again, bit by bit. */
function checkHashes(text: string, hashes: readonly FieldHash[], sizes: Sizes): void {
  for (const { target, source } of hashes) {
    if (target === source) {
      refuse(text, `hashes ${target} with itself`, 'Take the bits of the other of row and column.');
    }
    if (!isPowerOfTwo(sizes[target])) {
      const hint = 'Only a power of two can be hashed by bits: take a mapping without a hash.';
      refuse(text, `hashes ${target}, of which there are ${sizes[target]}`, hint, target);
    }
  }
}

function refuse(text: string, what: string, hint: string, field?: AddressField): never {
  throw new SystoleError({
    code: 'parameter/out-of-range',
    message: `address mapping "${text.slice(0, 100)}" ${what}`,
    place: { path: field === undefined ? 'addressMapping' : `addressMapping.${field}` },
    hint,
  });
}
