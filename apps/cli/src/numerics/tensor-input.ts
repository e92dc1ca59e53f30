import { existsSync } from 'node:fs';
import { nearestName, SystoleError, suggestName } from '@systole/core';
import { DISTRIBUTIONS, elementsOf, openSafetensors, seededTensors } from '@systole/trace';
import type { NonFinitePolicy } from '@systole/trace';
import { argument } from '../inputs.ts';
import { wholeFlag } from '../memory/memory-work.ts';
import { openFile } from '../tensors.ts';
import type { TensorRows } from './quantise-tensor.ts';

/** The flags that say which values are rounded, as they were typed. */
export interface TensorFlags {
  readonly from?: string;
  readonly tensor: readonly string[];
  readonly n?: string;
  readonly shape?: string;
  readonly axis?: string;
  readonly nonFinite?: string;
}

/** Values, and what is to be known about them. */
export interface InputTensor extends TensorRows {
  readonly shape: readonly number[];
  readonly axis: number;
  readonly notANumber: number;
  readonly infinite: number;
}

const SEEDED = /^([a-z]+)(?::(.*))?$/u;
const POLICIES: readonly NonFinitePolicy[] = ['refuse', 'zero', 'keep'];
const MOST_VALUES = 2 ** 27;
const USUAL_VALUES = 2 ** 18;
const USUAL_COLUMNS = 1024;
const MOST_RANK = 8;

/**
 * The tensors that `--from` and `--tensor` name, one after the other, so that only one of them is held at a time.
 *
 * @throws SystoleError `argument/invalid` for flags, `file/...` for files, and as `openSafetensors` and its `read` do.
 */
export function* inputTensors(flags: TensorFlags): Generator<InputTensor> {
  const { from } = flags;
  if (from === undefined) {
    throw argument(
      'nothing was named to round',
      'Write --from weights.safetensors --tensor name, or --from normal:1.',
    );
  }
  const [, name, seed] = SEEDED.exec(from) ?? [];
  const distribution = DISTRIBUTIONS.find((known) => known === name);
  if (distribution === undefined) {
    yield* tensorsOfFile(from, flags);
    return;
  }
  if (flags.tensor.length > 0)
    throw argument('--tensor names one of a file', 'Leave it out, or give a file with --from.');
  if (flags.nonFinite !== undefined) throw argument('--non-finite is about files', 'Leave it out.');
  const shape = shapeOf(flags);
  const values = seededTensors(distribution, seedOf(seed, distribution)).weight({
    tensor: 'values',
    shape,
    layout: 'activation',
  });
  yield alongAxis(from, shape, values, flags.axis, { notANumber: 0, infinite: 0 });
}

function* tensorsOfFile(path: string, flags: TensorFlags): Generator<InputTensor> {
  if (flags.n !== undefined || flags.shape !== undefined) {
    throw argument(
      '--n and --shape are of distributions',
      'The tensors of a file have a shape of their own: leave them out.',
    );
  }
  if (!existsSync(path)) {
    const nearest = nearestName(path.split(':')[0] ?? path, DISTRIBUTIONS);
    throw new SystoleError({
      code: 'file/not-found',
      message: 'there is no such file of tensors',
      place: { file: path },
      hint:
        nearest === undefined
          ? '--from takes a .safetensors file, normal, normal:<seed>, outliers or outliers:<seed>.'
          : `Did you mean --from ${nearest}?`,
    });
  }
  const nonFinite = policyOf(flags.nonFinite);
  const bytes = openFile(path);
  try {
    const file = openSafetensors(bytes);
    const names = flags.tensor.length > 0 ? flags.tensor : [...file.tensors.keys()];
    if (flags.tensor.length === 0 && names.length !== 1) {
      throw argument(
        names.length === 0
          ? `${path} has no tensors`
          : `${path} has ${names.length} tensors, and none was named`,
        names.length === 0
          ? 'Give another file.'
          : `Add --tensor "${names[0] ?? ''}", say. ${suggestName('', names)}`,
      );
    }
    for (const name of names) {
      const { shape, values, notANumber, infinite } = file.read(name, {
        nonFinite,
        maxElements: MOST_VALUES,
      });
      yield alongAxis(name, shape, values, flags.axis, { notANumber, infinite });
    }
  } finally {
    bytes.close();
  }
}

function policyOf(text: string | undefined): NonFinitePolicy {
  if (text === undefined) return 'refuse';
  const policy = POLICIES.find((known) => known === text);
  if (policy !== undefined) return policy;
  throw argument(`--non-finite has no "${text.slice(0, 40)}"`, suggestName(text, POLICIES));
}

function seedOf(text: string | undefined, distribution: string): number {
  if (text === undefined) return 1;
  const seed = /^\d{1,16}$/u.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(seed)) return seed;
  throw argument(
    `a seed is a whole number from 0 on, got "${text.slice(0, 40)}"`,
    `Write --from ${distribution}:1.`,
  );
}

/** Rows of 1024 where they come out even, and one row otherwise. */
function shapeOf({ n, shape }: TensorFlags): readonly number[] {
  if (shape === undefined) {
    const count = wholeFlag(n, '--n', MOST_VALUES) ?? USUAL_VALUES;
    return count % USUAL_COLUMNS === 0 ? [count / USUAL_COLUMNS, USUAL_COLUMNS] : [1, count];
  }
  if (n !== undefined)
    throw argument('--n and --shape both say how many values there are', 'Leave one of them out.');
  const extents = shape.split('x').map((extent) => (/^\d{1,9}$/u.test(extent) ? Number(extent) : 0));
  const isGood = extents.every((extent) => extent > 0) && extents.length <= MOST_RANK;
  if (isGood && elementsOf(extents) <= MOST_VALUES) return extents;
  throw argument(
    `--shape takes extents such as 64x1024, of ${MOST_VALUES} values at most, got "${shape.slice(0, 40)}"`,
    'Write --shape 64x1024.',
  );
}

/** Rows along an axis, the last unless another is asked for: other axes are exchanged with it. */
function alongAxis(
  name: string,
  shape: readonly number[],
  values: Float64Array,
  axisFlag: string | undefined,
  counts: { readonly notANumber: number; readonly infinite: number },
): InputTensor {
  const rank = Math.max(1, shape.length);
  const axis = axisFlag === undefined ? rank - 1 : axisOf(axisFlag, rank, name);
  const columns = shape[axis] ?? 1;
  const inner = elementsOf(shape.slice(axis + 1));
  const rows = columns === 0 ? 0 : values.length / columns;
  const common = { name, shape, axis, rows, columns, ...counts };
  if (inner === 1 || values.length === 0) return { ...common, values };
  const turned = new Float64Array(values.length);
  let index = 0;
  for (let start = 0; start < values.length; start += columns * inner) {
    for (let offset = start; offset < start + inner; offset++) {
      for (let step = 0; step < columns; step++) turned[index++] = values[offset + step * inner] ?? 0;
    }
  }
  return { ...common, values: turned };
}

function axisOf(text: string, rank: number, tensor: string): number {
  const axis = /^-?\d$/u.test(text) ? Number(text) : Number.NaN;
  const found = axis < 0 ? axis + rank : axis;
  if (found >= 0 && found < rank) return found;
  throw argument(
    `--axis ${text.slice(0, 20)} is none of tensor "${tensor}", which has ${rank}`,
    `Axes go from 0 to ${rank - 1}; -1 is the last.`,
  );
}
