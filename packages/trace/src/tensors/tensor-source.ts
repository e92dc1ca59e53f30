/** A tensor that is asked for: by name, with the shape that it has to have and the way it is used. */
export interface TensorRequest {
  /** Such as `L0.attn.qkv.weight`. */
  readonly tensor: string;
  readonly shape: readonly number[];
  /** An `activation` is the input of a trace that begins with a product. */
  readonly layout: 'matrix' | 'vector' | 'table' | 'activation';
  /** Of a matrix, the length of a dot product with it. */
  readonly inner?: number;
}

/** Where the values of weights and the ids of tokens come from. */
export interface TensorSource {
  /** Names it in results: `normal:1`, or a file. */
  readonly name: string;
  /** The values of a weight in row-major order. Throws `tensor/missing` or `tensor/invalid`. */
  weight(request: TensorRequest): Float64Array;
  /** The ids of the prompt, sequence after sequence, each below `vocabulary`. Throws `tensor/invalid`. */
  tokens(sequences: number, length: number, vocabulary: number): Float64Array;
}
