import type { ResolvedPart } from '@systole/chip';
import { SystoleError } from '@systole/core';
import { tensorBytes } from '@systole/trace';
import type { PersistentTensor, TensorUse, TraceHeader } from '@systole/trace';
import { formatQuantity } from '@systole/units';
import { checkDevice } from '../in-memory/check-device.ts';
import type { Site } from '../in-memory/site.ts';
import { storedBytes } from '../in-memory/stored-bytes.ts';
import { checkCapacity } from '../placement.ts';
import type { Placement } from '../placement.ts';
import { findInMemoryDevice } from '../units.ts';
import type { InMemoryDevice } from '../units.ts';
import { bandwidthOf, takes, unitGroups } from './inventory.ts';
import type { Inventory } from './inventory.ts';

/** Of what tensors leave free in the buffer: the part for chunks of streamed operands. The rest is for activations. */
const STREAM_SHARE = 1 / 2;
/** An operator has two activations in and one out, so that each may have a third of their room. */
const ACTIVATIONS_AT_ONCE = 3;
/** Of the buffer, what weights and caches leave free where chunks of others of them go through it. */
const STREAMED_FREE = 1 / 2;
/** Of the buffer, the most that is kept free from weights and caches. */
const MOST_FREE = 3 / 4;

/** Large tensors begin at a multiple of this, so that they begin with a row in every channel. */
const PAGE = 2 * 1024 * 1024;

/** Where tensors live, and what room is left in the buffer. */
export interface Homes extends Inventory {
  readonly weights: ResolvedPart;
  readonly kv: ResolvedPart;
  /** Takes activations that are too large for the buffer. */
  readonly spill: ResolvedPart;
  /** Bytes of the buffer for chunks of streamed operands. */
  readonly streamRoom: number;
  /** The largest activation that stays in the buffer, in bytes. */
  readonly largestActivation: number;
  /** The memory that computes, where its banks can work with weights and caches. */
  readonly site?: Site;
  /** Why there is none. */
  readonly noSite: string;
  readonly placement: readonly Placement[];
  readonly decisions: readonly string[];
  /** Where the first instance of each weight and cache begins in its memory, by its name. */
  readonly addresses: ReadonlyMap<string, number>;
}

interface Option {
  readonly weights: ResolvedPart;
  readonly kv: ResolvedPart;
  readonly placement: readonly Placement[];
  readonly seconds: number;
}

/**
 * Places weights and caches: of all assignments to memories that fit, the one whose traffic for a token takes the least time
 * at the bandwidth of the memories (that of the banks, where they compute). Throws `capacity/exceeded` when none fits.
 */
export function placeTensors(inventory: Inventory, header: TraceHeader): Homes {
  const { memories, buffer } = inventory;
  const { site, noSite } = findSite(inventory, header);
  const options = memories.flatMap((weights) =>
    memories.map((kv) => optionOf(weights, kv, inventory, header, site?.device)),
  );
  const fitting = options.filter(({ placement }) => fits(placement, buffer));
  const best = leastTime(fitting);
  if (best === undefined) throw shortage(options, inventory);
  const held = best.placement
    .filter(({ memory }) => memory === buffer.name)
    .reduce((sum, { bytes }) => sum + bytes, 0);
  const free = Math.max(0, (buffer.facts.capacity ?? 0) - held);
  const streamRoom = Math.floor(free * STREAM_SHARE);
  const largestActivation = Math.floor((free - streamRoom) / ACTIVATIONS_AT_ONCE);
  const largest = memories.reduce((a, b) => ((b.facts.capacity ?? 0) > (a.facts.capacity ?? 0) ? b : a));
  const isUsed =
    site !== undefined && [best.weights, best.kv].some(({ name }) => name === site.device.part.name);
  const shown = (bytes: number): string => formatQuantity(bytes, 'data');
  return {
    ...inventory,
    weights: best.weights,
    kv: best.kv,
    spill: largest,
    streamRoom,
    largestActivation,
    ...(isUsed ? { site } : {}),
    noSite,
    placement: best.placement,
    addresses: addressesOf(best, header, isUsed ? site?.device : undefined),
    decisions: [
      `weights in ${best.weights.name}, caches in ${best.kv.name}`,
      `activations in ${buffer.name} up to ${shown(largestActivation)} each, larger ones in ${largest.name}; ${shown(streamRoom)} for chunks of streamed operands`,
    ],
  };
}

/**
 * One tensor after the other, weights before caches where they share a memory; large ones begin at a page, unless the memory
 * is too full for that.
 */
function addressesOf(
  option: Option,
  header: TraceHeader,
  device: InMemoryDevice | undefined,
): ReadonlyMap<string, number> {
  return (
    packed(option, header, device, PAGE) ?? packed(option, header, device, 1) ?? new Map<string, number>()
  );
}

function packed(
  { weights, kv }: Option,
  header: TraceHeader,
  device: InMemoryDevice | undefined,
  page: number,
): ReadonlyMap<string, number> | undefined {
  const addresses = new Map<string, number>();
  const next = new Map<string, number>();
  for (const role of ['weight', 'kv'] as const) {
    const memory = role === 'kv' ? kv : weights;
    for (const tensor of header.tensors) {
      if (tensor.role !== role) continue;
      const bytes = bytesIn(memory, tensor, header, device);
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

/** The memory that an operand is read from, or a result written to. */
export function homeOf(use: TensorUse, homes: Homes): ResolvedPart {
  if (use.role === 'weight') return homes.weights;
  if (use.role === 'kv') return homes.kv;
  return tensorBytes(use) <= homes.largestActivation ? homes.buffer : homes.spill;
}

function findSite(
  { chip, buffer }: Inventory,
  header: TraceHeader,
): { readonly site?: Site; readonly noSite: string } {
  const host = chip.parts.find((part) => part.attached !== undefined);
  if (host === undefined) return { noSite: 'no memory of the chip computes' };
  if (!takes(host, 'segment-stream') || !takes(host, 'vector-write')) {
    return { noSite: `"${host.name}" takes no streams of vectors past its rows` };
  }
  const vector = unitGroups(chip, 'accumulate')[0]?.units[0];
  if (vector === undefined) return { noSite: `no unit adds the partial sums that "${host.name}" returns` };
  try {
    const device = findInMemoryDevice(chip, 'auto');
    checkDevice(chip, device, header);
    const reserved = header.tensors.filter(({ role }) => role === 'kv').map(({ shape }) => shape[1] ?? 1);
    const maxContext = Math.max(1, ...reserved);
    return { site: { chip, device, buffer, vector, maxContext, headConcatenation: true }, noSite: '' };
  } catch (error) {
    if (error instanceof SystoleError) return { noSite: error.problems[0]?.message ?? error.message };
    throw error;
  }
}

function optionOf(
  weights: ResolvedPart,
  kv: ResolvedPart,
  { buffer }: Inventory,
  header: TraceHeader,
  device: InMemoryDevice | undefined,
): Option {
  const total = { weight: 0, kv: 0 };
  for (const tensor of header.tensors) {
    const memory = tensor.role === 'kv' ? kv : weights;
    total[tensor.role] += bytesIn(memory, tensor, header, device) * tensor.repeat;
  }
  const areAllInside = weights.name === buffer.name && kv.name === buffer.name;
  const usable = usableBuffer(buffer, header, areAllInside);
  const rate = (memory: ResolvedPart): number =>
    memory.name === device?.part.name
      ? (memory.facts.internalBandwidth ?? bandwidthOf(memory))
      : bandwidthOf(memory);
  const placementOf = (memory: ResolvedPart, what: string, bytes: number): Placement => ({
    memory: memory.name,
    what,
    bytes,
    capacity: memory.name === buffer.name ? Math.max(0, usable) : (memory.facts.capacity ?? 0),
  });
  return {
    weights,
    kv,
    placement: [placementOf(weights, 'weights', total.weight), placementOf(kv, 'KV cache', total.kv)],
    seconds: total.weight / rate(weights) + total.kv / rate(kv),
  };
}

function bytesIn(
  memory: ResolvedPart,
  tensor: PersistentTensor,
  header: TraceHeader,
  device: InMemoryDevice | undefined,
): number {
  return memory.name === device?.part.name ? storedBytes(tensor, header, device) : tensorBytes(tensor);
}

/**
 * What weights and caches may take of the buffer: all but the activations of an operator at their widest, and the room for
 * chunks where some of them are elsewhere.
 */
function usableBuffer(buffer: ResolvedPart, header: TraceHeader, areAllInside: boolean): number {
  const { capacity = 0 } = buffer.facts;
  const { workload, tensors } = header;
  const rows = workload === undefined ? 1 : workload.batch * workload.prompt;
  const matrices = tensors.filter(({ layout, repeat }) => layout === 'matrix' && repeat > 1);
  const widest = Math.max(1, ...matrices.flatMap(({ shape }) => shape));
  const format = workload?.activations ?? 'bf16';
  const activations = ACTIVATIONS_AT_ONCE * tensorBytes({ shape: [rows, widest], format });
  const chunks = areAllInside ? 0 : capacity * STREAMED_FREE;
  return Math.floor(capacity - Math.min(capacity * MOST_FREE, activations + chunks));
}

function fits(placement: readonly Placement[], buffer: ResolvedPart): boolean {
  const free = new Map(placement.map(({ memory, capacity }) => [memory, capacity]));
  for (const { memory, bytes } of placement) free.set(memory, (free.get(memory) ?? 0) - bytes);
  return bandwidthOf(buffer) > 0 && [...free.values()].every((bytes) => bytes >= 0);
}

function leastTime(options: readonly Option[]): Option | undefined {
  return options.reduce<Option | undefined>(
    (best, option) => (best === undefined || option.seconds < best.seconds ? option : best),
    undefined,
  );
}

/** The error of the assignment that comes nearest to fitting. */
function shortage(options: readonly Option[], { memories }: Inventory): SystoleError {
  const excess = ({ placement }: Option): number => {
    const needed = new Map<string, number>();
    for (const { memory, bytes, capacity } of placement) {
      needed.set(memory, (needed.get(memory) ?? -capacity) + bytes);
    }
    return [...needed.values()].reduce((sum, bytes) => sum + Math.max(0, bytes), 0);
  };
  const nearest = options.reduce((a, b) => (excess(b) < excess(a) ? b : a));
  const names = memories.map(({ name }) => name).join(', ');
  try {
    checkCapacity(
      nearest.placement,
      `No assignment of weights and caches to ${names} fits; part of the buffer stays free for activations and chunks. ` +
        'Take a narrower format (--weights int8, --kv int8), a smaller batch or context, or a larger memory.',
    );
  } catch (error) {
    if (error instanceof SystoleError) return error;
  }
  return new SystoleError({
    code: 'mapping/missing-unit',
    message: 'mapping "auto" needs a memory with a bandwidth, and the chip has none',
    place: { path: 'components' },
    hint: 'Add a memory/sram or a memory/dram and connect it.',
  });
}
