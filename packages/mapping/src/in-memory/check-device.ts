import type { ResolvedChip, ResolvedPart } from '@systole/chip';
import { SystoleError } from '@systole/core';
import { findFormat } from '@systole/numerics';
import type { PersistentTensor, TraceHeader } from '@systole/trace';
import { formatQuantity } from '@systole/units';
import type { InMemoryDevice } from '../units.ts';
import { bytesOf } from '../units.ts';

/**
 * Checks that the banks can compute with the matrices and caches of a trace: in their format, by whole elements of a column
 * access, and with the vector of a head in the buffer. Throws `mapping/unsupported-operator`, `parameter/out-of-range` or
 * `capacity/exceeded`, at the parameter that stands in the way.
 */
export function checkDevice(chip: ResolvedChip, device: InMemoryDevice, header: TraceHeader): void {
  const { name, attached } = device.part;
  const unit = attached === undefined ? undefined : chip.part(attached);
  const shown = (bytes: number): string => formatQuantity(bytes, 'data');
  for (const tensor of header.tensors) {
    if (tensor.role !== 'kv' && tensor.layout !== 'matrix') continue;
    const element = bytesOf(tensor.format);
    if (unit !== undefined) checkFormat(unit, tensor);
    if (device.segmentBytes % element !== 0) {
      throw new SystoleError({
        code: 'parameter/out-of-range',
        message: `a column access of ${shown(device.segmentBytes)} holds no whole number of ${tensor.format} elements`,
        place: { path: `components.${name}.burstBytes` },
        hint: `Make it a multiple of ${shown(element)}.`,
      });
    }
    // The vector that meets a matrix can be cut; that of a head of the cache cannot.
    const least = element * (tensor.role === 'kv' ? (tensor.shape.at(-1) ?? 1) : 1);
    if (device.vectorBuffer < least) {
      const what = tensor.role === 'kv' ? 'a head of a query' : 'an element of a vector';
      const { component, parameter } = device.vectorLimit;
      const buffer = parameter === 'vectorBuffer' ? 'vector buffer' : 'input buffer';
      throw new SystoleError({
        code: 'capacity/exceeded',
        message: `${what} has ${shown(least)}, the ${buffer} of "${component}" ${shown(device.vectorBuffer)}`,
        place: { path: `components.${component}.${parameter}` },
        hint: `Give it ${shown(least)} or more.`,
      });
    }
  }
}

function checkFormat(unit: ResolvedPart, tensor: PersistentTensor): void {
  const supported = Object.keys(unit.facts.macsPerSecond ?? {});
  const wanted = findFormat(tensor.format)?.name ?? tensor.format;
  if (supported.includes(wanted)) return;
  const [what, flag] = tensor.role === 'kv' ? ['the KV cache is', '--kv'] : ['the weights are', '--weights'];
  throw new SystoleError({
    code: 'mapping/unsupported-operator',
    message: `"${unit.name}" computes in ${supported.join(', ')}, and ${what} ${wanted}`,
    place: { path: `components.${unit.name}.format` },
    hint: `Take ${flag} ${supported[0] ?? 'bf16'}, or a unit that computes in ${wanted} (--set components.${unit.name}.format=${wanted}).`,
  });
}
