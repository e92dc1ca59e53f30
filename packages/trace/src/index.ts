export { blockKey } from './block-key.ts';
export { checkBlock } from './check-block.ts';
export { checkWorkload } from './check-workload.ts';
export { generateTrace } from './generate-trace.ts';
export type { GenerateOptions } from './generate-trace.ts';
export { ARCHITECTURES } from './model-config.ts';
export type { Architecture, ModelConfig } from './model-config.ts';
export { decodeFlops, modelFacts, prefillFlops } from './model-facts.ts';
export type { FactFormats, ModelFacts, PrefillFlops } from './model-facts.ts';
export type {
  AttentionOperator,
  ElementwiseOperator,
  EmbeddingOperator,
  KvAppendOperator,
  MatmulOperator,
  NormOperator,
  Operator,
  OperatorBase,
  OperatorKind,
  RopeOperator,
  SampleOperator,
  SoftmaxOperator,
  TensorRole,
  TensorUse,
} from './operator.ts';
export { isOperatorKind, OPERATOR_FIELDS } from './operator-fields.ts';
export { operatorKey } from './operator-key.ts';
export {
  operandElements,
  operatorBytes,
  operatorMacs,
  softmaxElements,
  visiblePairs,
} from './operator-work.ts';
export type { AttentionSpan, OperandElements, OperatorBytes } from './operator-work.ts';
export { blockOperators, operators } from './operators.ts';
export type { PlacedOperator } from './operators.ts';
export { parseModelConfig } from './parse-model-config.ts';
export { readTrace } from './read-trace.ts';
export { elementsOf, tensorBytes } from './tensor-bytes.ts';
export { bytesInMemory } from './tensors/byte-source.ts';
export type { ByteSource } from './tensors/byte-source.ts';
export { DTYPE_NAMES } from './tensors/dtype.ts';
export { openSafetensors } from './tensors/safetensors-file.ts';
export type {
  NonFinitePolicy,
  ReadTensorOptions,
  SafetensorsFile,
  TensorValues,
} from './tensors/safetensors-file.ts';
export type { StoredTensor } from './tensors/safetensors-header.ts';
export { safetensorsSource } from './tensors/safetensors-source.ts';
export { DISTRIBUTIONS, seededTensors } from './tensors/seeded-tensors.ts';
export type { Distribution } from './tensors/seeded-tensors.ts';
export type { TensorRequest, TensorSource } from './tensors/tensor-source.ts';
export { writeSafetensors } from './tensors/write-safetensors.ts';
export type { TensorToWrite } from './tensors/write-safetensors.ts';
export { createTensorIndex } from './tensor-index.ts';
export type { TensorIndex } from './tensor-index.ts';
export type {
  ModelSummary,
  PersistentTensor,
  Phase,
  Trace,
  TraceBlock,
  TraceHeader,
  Workload,
} from './trace.ts';
export { createTraceReader } from './trace-reader.ts';
export type { TraceReader } from './trace-reader.ts';
export { traceJsonSchema } from './trace-schema.ts';
export { writeTraceLines } from './trace-writer.ts';
export { loadRecipe, parseWorkload } from './workload-recipe.ts';
export type { LoadedRecipe, WorkloadRecipe } from './workload-recipe.ts';
