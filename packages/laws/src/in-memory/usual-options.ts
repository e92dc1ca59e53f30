import type { ComponentDeclaration, Part } from '@systole/core';
import type { ComponentSubject } from '../bench.ts';
import { pageCompute } from './page-compute.ts';
import { segmentStream } from './segment-stream.ts';

/** How to ask pairs that meet in one kind of transaction, whose sizes depend on the parameters of both. */
export interface PairAsking {
  /** The kind of transaction by which a memory computes in place. */
  readonly kind: string;
  /** Parameters that the questions are derived from. */
  readonly memoryParameters: readonly string[];
  readonly unitParameters: readonly string[];
  readonly options: Omit<ComponentSubject, 'declaration' | 'partner' | 'parts'>;
}

const ASKINGS: readonly PairAsking[] = [segmentStream, pageCompute];

/**
 * How to ask a component what its declared forms alone cannot say: for a half of a pair that computes in memory, the other
 * half out of `components`, and transactions whose sizes fit both. Nothing for any other component.
 */
export function usualOptions(
  declaration: ComponentDeclaration,
  components: readonly ComponentDeclaration[],
): Omit<ComponentSubject, 'declaration'> {
  if (declaration.inMemory === 'none') return {};
  const isHost = declaration.inMemory === 'host';
  const others = components.filter(({ inMemory }) => inMemory === (isHost ? 'unit' : 'host'));
  for (const asking of ASKINGS) {
    const partner = others.find((other) =>
      isHost ? isPair(asking, declaration, other) : isPair(asking, other, declaration),
    );
    if (partner !== undefined) return { partner, ...asking.options };
  }
  const [partner] = others;
  return partner === undefined ? {} : { partner };
}

/** As `usualOptions`, for parts of a chip: a component alone, or a memory and the unit that is attached to it. */
export function usualPartOptions(parts: readonly Part[]): Omit<ComponentSubject, 'declaration'> {
  const [memory, unit] = parts.map(({ declaration }) => declaration);
  if (memory === undefined) return { parts };
  return { parts, ...ASKINGS.find((asking) => isPair(asking, memory, unit))?.options };
}

function isPair(
  { kind, memoryParameters, unitParameters }: PairAsking,
  memory: ComponentDeclaration,
  unit: ComponentDeclaration | undefined,
): boolean {
  return (
    Object.hasOwn(memory.accepts, kind) &&
    memoryParameters.every((name) => Object.hasOwn(memory.parameters, name)) &&
    (unit === undefined || unitParameters.every((name) => Object.hasOwn(unit.parameters, name)))
  );
}
