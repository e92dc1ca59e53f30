import { suggestName, SystoleError } from '@systole/core';
import { elementsOf } from '../tensor-bytes.ts';
import { publishedTensor } from './hugging-face-names.ts';
import type { PublishedTensor } from './hugging-face-names.ts';
import { randomBits } from './random-bits.ts';
import type { ReadTensorOptions, SafetensorsFile } from './safetensors-file.ts';
import type { TensorSource } from './tensor-source.ts';

const TOKENS = 'tokens';

/**
 * Weights out of a file, by the names that traces give them (`L0.attn.qkv.weight`, inner × columns), or those of Hugging Face's
 * GPT-2, OPT, Llama and Mistral. The ids of the prompt are its
 * tensor `tokens`, `[sequences, prompt]` or a flat list of as many; without one they are drawn with the seed 1.
 */
export function safetensorsSource(file: SafetensorsFile, options: ReadTensorOptions = {}): TensorSource {
  const { name, tensors } = file;
  return {
    name,
    weight({ tensor, shape }) {
      if (!tensors.has(tensor)) {
        const published = publishedTensor(tensor, (part) => tensors.has(part));
        if (published !== undefined) return readPublished(file, tensor, shape, published, options);
        throw new SystoleError({
          code: 'tensor/missing',
          message: `the workload needs tensor "${tensor}" of shape [${shape.join(', ')}], and the file has none of that name`,
          place: { file: name },
          hint: suggestName(tensor, tensors.keys()),
        });
      }
      requireShape(file, tensor, shape);
      return file.read(tensor, options).values;
    },
    tokens(sequences, length, vocabulary) {
      const stored = tensors.get(TOKENS);
      if (stored === undefined) {
        const bits = randomBits(1, TOKENS);
        return Float64Array.from({ length: sequences * length }, () => bits() % vocabulary);
      }
      const fail = (message: string): SystoleError =>
        new SystoleError({ code: 'tensor/invalid', message, place: { file: name, path: TOKENS } });
      if (stored.elements !== sequences * length) {
        throw fail(
          `tensor "${TOKENS}" has the shape [${stored.shape.join(', ')}], expected [${sequences}, ${length}]: the ids of the prompt`,
        );
      }
      const { values } = file.read(TOKENS, options);
      const wrong = values.findIndex((id) => !Number.isInteger(id) || id < 0 || id >= vocabulary);
      if (wrong >= 0) {
        throw fail(
          `id ${wrong} of the prompt is ${values[wrong]}, expected a whole number from 0 to ${vocabulary - 1}`,
        );
      }
      return values;
    },
  };
}

function requireShape({ name, tensors }: SafetensorsFile, tensor: string, shape: readonly number[]): void {
  const found = tensors.get(tensor)?.shape ?? [];
  if (found.length === shape.length && found.every((extent, index) => extent === shape[index])) return;
  throw new SystoleError({
    code: 'tensor/invalid',
    message: `tensor "${tensor}" has the shape [${found.join(', ')}], expected [${shape.join(', ')}]`,
    place: { file: name, path: tensor },
    hint: 'Is this the file of another model?',
  });
}

/** Puts the parts of a published tensor side by side, as rows of inner × columns or one vector. */
function readPublished(
  file: SafetensorsFile,
  tensor: string,
  shape: readonly number[],
  { parts, isTurned }: PublishedTensor,
  options: ReadTensorOptions,
): Float64Array {
  const columns = shape.at(-1) ?? 1;
  const rows = elementsOf(shape) / columns;
  const values = new Float64Array(rows * columns);
  let first = 0;
  for (const [index, part] of parts.entries()) {
    const found = file.tensors.get(part)?.shape ?? [];
    const stated = isTurned ? found[0] : found.at(-1);
    // The last part has to fill what is left, so that a wrong one of them is told.
    const width = index === parts.length - 1 ? columns - first : (stated ?? 0);
    requireShape(file, part, isTurned ? [width, rows] : shape.length === 1 ? [width] : [rows, width]);
    const stored = file.read(part, options).values;
    if (first + width > columns) {
      throw new SystoleError({
        code: 'tensor/invalid',
        message: `"${part}" and what stands before it have ${first + width} columns, and "${tensor}" ${columns}`,
        place: { file: file.name, path: part },
        hint: 'Is this the file of another model?',
      });
    }
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < width; column++) {
        const from = isTurned ? column * rows + row : row * width + column;
        values[row * columns + first + column] = stored[from] ?? 0;
      }
    }
    first += width;
  }
  return values;
}
