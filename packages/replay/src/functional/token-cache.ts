import { SystoleError } from '@systole/core';
import type { KvAppendOperator } from '@systole/trace';
import type { FunctionalTensor } from './functional-tensor.ts';

/** A cache of keys or values: slots of `kvHeads × headDim` for each sequence, filled in a ring. */
export class TokenCache {
  readonly #name: string;
  readonly #slots: number;
  readonly #width: number;
  readonly #exact: Float64Array;
  readonly #elements: Float64Array;
  readonly #values: Float64Array;
  readonly #scales: Float64Array;
  readonly #rowLength: number;
  #format = '';
  #isScaled = false;
  /** Tokens written so far, and the slot after the last of them. */
  #written = 0;
  #next = 0;

  /** `slots` for each of `sequences`; a scale for each vector of `headDim`. */
  constructor(name: string, sequences: number, slots: number, operator: KvAppendOperator) {
    const { kvHeads, headDim } = operator;
    this.#name = name;
    this.#slots = slots;
    this.#width = kvHeads * headDim;
    this.#rowLength = headDim;
    const size = sequences * slots * this.#width;
    this.#exact = new Float64Array(size);
    this.#elements = new Float64Array(size);
    this.#values = new Float64Array(size);
    this.#scales = new Float64Array(size / headDim).fill(1);
  }

  /** Writes the new tokens of each sequence from slot `position` on. */
  append(tokens: FunctionalTensor, operator: KvAppendOperator): void {
    const { sequences, tokens: count, position } = operator;
    const width = this.#width;
    this.#format = tokens.format;
    this.#isScaled ||= tokens.stored.scales !== undefined;
    const groups = width / this.#rowLength;
    for (let sequence = 0; sequence < sequences; sequence++) {
      for (let token = 0; token < count; token++) {
        const slot = sequence * this.#slots + ((position + token) % this.#slots);
        const from = (sequence * count + token) * width;
        this.#exact.set(tokens.exact.subarray(from, from + width), slot * width);
        this.#values.set(tokens.values.subarray(from, from + width), slot * width);
        this.#elements.set(tokens.stored.elements.subarray(from, from + width), slot * width);
        for (let group = 0; group < groups; group++) {
          this.#scales[slot * groups + group] = tokens.stored.scales?.[from / this.#rowLength + group] ?? 1;
        }
      }
    }
    this.#written = Math.min(this.#slots, this.#written + count);
    this.#next = (position + count) % this.#slots;
  }

  /** The last `context` tokens, oldest first. Throws `trace/invalid` where fewer have been written. */
  read(context: number, sequences: number): FunctionalTensor {
    if (context > this.#written) {
      throw new SystoleError({
        code: 'trace/invalid',
        message: `${context} tokens of "${this.#name}" are read, of which ${this.#written} have been written`,
        hint: 'Computing on tensors needs a trace from its prefill on.',
      });
    }
    const width = this.#width;
    const groups = width / this.#rowLength;
    const size = sequences * context * width;
    const exact = new Float64Array(size);
    const values = new Float64Array(size);
    const elements = new Float64Array(size);
    const scales = new Float64Array(sequences * context * groups);
    for (let sequence = 0; sequence < sequences; sequence++) {
      for (let token = 0; token < context; token++) {
        const ring = (this.#next - context + token + 2 * this.#slots) % this.#slots;
        const slot = sequence * this.#slots + ring;
        const to = (sequence * context + token) * width;
        exact.set(this.#exact.subarray(slot * width, (slot + 1) * width), to);
        values.set(this.#values.subarray(slot * width, (slot + 1) * width), to);
        elements.set(this.#elements.subarray(slot * width, (slot + 1) * width), to);
        scales.set(this.#scales.subarray(slot * groups, (slot + 1) * groups), (to / width) * groups);
      }
    }
    const stored = { rowLength: this.#rowLength, elements, ...(this.#isScaled ? { scales } : {}) };
    return { exact, values, stored, format: this.#format };
  }
}
