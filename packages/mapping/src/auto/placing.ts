import type { ResolvedPart } from '@systole/chip';
import { tensorBytes } from '@systole/trace';
import type { PersistentTensor, TraceHeader } from '@systole/trace';
import { coreTime } from '../in-flash/flash-device.ts';
import type { FlashDevice } from '../in-flash/flash-device.ts';
import { roundShares } from '../in-flash/round-shares.ts';
import { storedBytes } from '../in-memory/stored-bytes.ts';
import type { Placement } from '../placement.ts';
import type { InMemoryDevice } from '../units.ts';
import { elementBytes } from './element-bytes.ts';
import { bandwidthOf, operandRate, takes } from './inventory.ts';
import type { Inventory } from './inventory.ts';

/** Of the buffer, what weights and caches leave free where chunks of others of them go through it. */
const STREAMED_FREE = 1 / 2;
/** Of the buffer, the most that is kept free from weights and caches. */
const MOST_FREE = 3 / 4;

/** An operator has two activations in and one out. */
export const ACTIVATIONS_AT_ONCE = 3;

/** Large tensors begin at a multiple of this, so that they begin with a row in every channel. */
const PAGE = 2 * 1024 * 1024;

const PS_PER_SECOND = 1e12;

/** The memories of a chip that compute with what they hold, where they can. */
export interface Computing {
  readonly banks?: InMemoryDevice;
  readonly flash?: FlashDevice;
}

/** An assignment of tensors to memories. */
export interface Assignment {
  /** Matrices. */
  readonly weights: ResolvedPart;
  /** Norms and biases. */
  readonly vectors: ResolvedPart;
  readonly kv: ResolvedPart;
  readonly placement: readonly Placement[];
  /** Expected time of the traffic for one token, in ps. */
  readonly ps: number;
}

/** All assignments of a trace's tensors to the memories of a chip, those that do not fit among them. */
export function assignments(
  inventory: Inventory,
  header: TraceHeader,
  computing: Computing,
): readonly Assignment[] {
  const { memories } = inventory;
  return memories.flatMap((weights) =>
    memories.flatMap((kv) =>
      [...new Set([weights, kv])].map((vectors) =>
        assignmentOf({ weights, vectors, kv }, inventory, header, computing),
      ),
    ),
  );
}

type Homes = Pick<Assignment, 'weights' | 'vectors' | 'kv'>;

/** The memory of a tensor. */
function memoryOf({ weights, vectors, kv }: Homes, { role, layout }: PersistentTensor): ResolvedPart {
  if (role === 'kv') return kv;
  return layout === 'vector' ? vectors : weights;
}

function assignmentOf(
  homes: Homes,
  inventory: Inventory,
  header: TraceHeader,
  computing: Computing,
): Assignment {
  const { buffer } = inventory;
  const total = { weights: 0, vectors: 0, kv: 0 };
  let ps = 0;
  for (const tensor of header.tensors) {
    const memory = memoryOf(homes, tensor);
    const group = tensor.role === 'kv' ? 'kv' : tensor.layout === 'vector' ? 'vectors' : 'weights';
    total[group] += bytesIn(memory, tensor, header, computing) * tensor.repeat;
    ps += timeOf(memory, tensor, inventory, header, computing) * tensor.repeat;
  }
  const { weights, vectors, kv } = homes;
  const areAllInside = [weights, vectors, kv].every(({ name }) => name === buffer.name);
  const usable = usableBuffer(buffer, header, areAllInside);
  const placementOf = (memory: ResolvedPart, what: string, bytes: number): Placement => ({
    memory: memory.name,
    what,
    bytes,
    capacity: memory.name === buffer.name ? Math.max(0, usable) : (memory.facts.capacity ?? 0),
  });
  const isTogether = vectors.name === weights.name;
  return {
    ...homes,
    placement: [
      placementOf(weights, 'weights', total.weights + (isTogether ? total.vectors : 0)),
      ...(isTogether ? [] : [placementOf(vectors, 'norms and biases', total.vectors)]),
      placementOf(kv, 'KV cache', total.kv),
    ],
    ps,
  };
}

/** ps of the traffic of one instance of a tensor for a token, of each sequence of the batch where that counts. */
function timeOf(
  memory: ResolvedPart,
  tensor: PersistentTensor,
  inventory: Inventory,
  header: TraceHeader,
  { banks, flash }: Computing,
): number {
  // Of a table, a row is read for each sequence.
  const rows = tensor.layout === 'table' ? (header.workload?.batch ?? 1) / (tensor.shape[0] ?? 1) : 1;
  const bytes = tensorBytes(tensor) * Math.min(1, rows);
  const isBanks = memory.name === banks?.part.name;
  const rate = (isBanks ? memory.facts.internalBandwidth : undefined) ?? bandwidthOf(memory);
  const streamed = memory.facts.minimumLatency + (bytes * PS_PER_SECOND) / rate;
  if (tensor.layout !== 'matrix' || isBanks) return streamed;
  const atUnits = canStream(tensor, inventory, header) ? streamed : Infinity;
  if (flash === undefined || memory.name !== flash.part.name) return atUnits;
  return Math.min(atUnits, flashTime(flash, tensor, header) ?? Infinity);
}

/** Whether a unit takes a matrix that is brought to it. */
function canStream({ format }: PersistentTensor, { chip }: Inventory, { workload }: TraceHeader): boolean {
  const formats = { format, activationFormat: workload?.activations ?? format };
  return chip
    .partsOf('compute')
    .some((part) => (takes(part, 'matmul') || takes(part, 'dot')) && operandRate(part, formats) > 0);
}

/** ps of a product with a matrix in a flash that computes, shared with units that read it raw. */
function flashTime(flash: FlashDevice, tensor: PersistentTensor, header: TraceHeader): number | undefined {
  const { workload, model } = header;
  const [first = 1, second = 1] = tensor.shape;
  // A table that is the matrix of the head as well stands as vocabulary × width.
  const [columns, rows] = first === model?.vocabulary ? [second, first] : [first, second];
  const activationFormat = workload?.activations ?? tensor.format;
  const rate = operandRate(flash.cores, { format: tensor.format, activationFormat });
  if (rate === 0) return undefined;
  const weight = elementBytes(tensor.format);
  const [share] = roundShares(flash, {
    rows,
    columns,
    vectors: workload?.batch ?? 1,
    bytes: { weight, input: elementBytes(activationFormat), result: flash.resultBytes },
    pageCompute: coreTime(flash, rate, weight),
  });
  return share?.ps;
}

/**
 * What weights and caches may take of the buffer: all but the activations of an operator at their widest, and the room for
 * chunks where some of them are elsewhere.
 */
export function usableBuffer(buffer: ResolvedPart, header: TraceHeader, areAllInside: boolean): number {
  const { capacity = 0 } = buffer.facts;
  const activations = ACTIVATIONS_AT_ONCE * widestActivation(header);
  const chunks = areAllInside ? 0 : capacity * STREAMED_FREE;
  return Math.floor(capacity - Math.min(capacity * MOST_FREE, activations + chunks));
}

/** Bytes of the widest activation between matrices, for all rows of the prompts. */
export function widestActivation({ workload, tensors }: TraceHeader): number {
  const rows = workload === undefined ? 1 : workload.batch * workload.prompt;
  const matrices = tensors.filter(({ layout, repeat }) => layout === 'matrix' && repeat > 1);
  const widest = matrices.reduce((most, { shape }) => Math.max(most, ...shape), 1);
  return tensorBytes({ shape: [rows, widest], format: workload?.activations ?? 'bf16' });
}

function bytesIn(
  memory: ResolvedPart,
  tensor: PersistentTensor,
  header: TraceHeader,
  { banks }: Computing,
): number {
  return memory.name === banks?.part.name ? storedBytes(tensor, header, banks) : tensorBytes(tensor);
}

/**
 * Where the first instance of each tensor begins: one after the other, weights before caches where they share a memory. Large
 * ones begin at a page, unless the memory is too full for that.
 */
export function addressesOf(
  homes: Homes,
  header: TraceHeader,
  computing: Computing,
): ReadonlyMap<string, number> {
  return (
    packed(homes, header, computing, PAGE) ?? packed(homes, header, computing, 1) ?? new Map<string, number>()
  );
}

function packed(
  homes: Homes,
  header: TraceHeader,
  computing: Computing,
  page: number,
): ReadonlyMap<string, number> | undefined {
  const addresses = new Map<string, number>();
  const next = new Map<string, number>();
  for (const role of ['weight', 'kv'] as const) {
    for (const tensor of header.tensors) {
      if (tensor.role !== role) continue;
      const memory = memoryOf(homes, tensor);
      const bytes = bytesIn(memory, tensor, header, computing);
      const free = next.get(memory.name) ?? 0;
      const address = bytes < page ? free : Math.ceil(free / page) * page;
      const end = address + bytes * tensor.repeat;
      if (end > (memory.facts.capacity ?? 0)) return undefined;
      addresses.set(tensor.tensor, address);
      next.set(memory.name, end);
    }
  }
  return addresses;
}
