/** Characters of a name: of a trace, block, operator, tensor or format. */
export const MAX_NAME = 200;
/** Extents of a shape. */
export const MAX_RANK = 8;
/** Inputs of an operator, and outputs. */
export const MAX_OPERANDS = 64;
/** Operators that one operator waits for. */
export const MAX_PREDECESSORS = 1024;
/** Entries of the list of tensors to place. */
export const MAX_TENSORS = 10_000;
/** Operators that one block lists. */
export const MAX_BLOCK_OPERATORS = 100_000;
/** Steps, repetitions of a block, index of an instance. */
export const MAX_COUNT = 1 << 24;
/** Characters of one line of a trace file. */
export const MAX_LINE = 16 * 1024 * 1024;
