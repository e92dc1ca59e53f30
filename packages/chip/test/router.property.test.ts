import type { ComponentRole } from '@systole/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRouter } from '../src/router.ts';
import type { Connection } from '../src/wiring.ts';

const SIZE = 7;

const role = fc.constantFrom<ComponentRole>('interconnect', 'interconnect', 'memory', 'compute');
const node = fc.nat({ max: SIZE - 1 });
const graph = fc.record({
  roles: fc.array(role, { minLength: SIZE, maxLength: SIZE }),
  edges: fc.array(
    fc.tuple(node, node, fc.constantFrom('both', 'forward', 'backward')).filter(([a, b]) => a !== b),
    { maxLength: 14 },
  ),
});

/** Range `first: index` marks the connection, so that a hop tells which connections it joins. */
function connect(edges: readonly (readonly [number, number, string])[]): readonly Connection[] {
  return edges.map(([from, to, way], index) => {
    const range = { first: index, count: 1 };
    const forward = way === 'backward' ? undefined : range;
    const backward = way === 'forward' ? undefined : range;
    return {
      from: { component: from, port: 'p', output: forward, input: backward },
      to: { component: to, port: 'p', output: backward, input: forward },
      lanes: 1,
    };
  });
}

interface Way {
  readonly nodes: readonly number[];
  readonly connections: readonly number[];
}

/** Every way without a repeated component, by exhaustive search. */
function allWays(
  from: number,
  to: number,
  roles: readonly ComponentRole[],
  edges: readonly (readonly [number, number, string])[],
): readonly Way[] {
  const ways: Way[] = [];
  const extend = (way: Way): void => {
    const here = way.nodes.at(-1);
    if (here === to) {
      ways.push(way);
      return;
    }
    if (here !== from && roles[here ?? -1] !== 'interconnect') return;
    for (const [index, [a, b, direction]] of edges.entries()) {
      const next =
        a === here && direction !== 'backward' ? b : b === here && direction !== 'forward' ? a : -1;
      if (next === -1 || way.nodes.includes(next)) continue;
      extend({ nodes: [...way.nodes, next], connections: [...way.connections, index] });
    }
  };
  extend({ nodes: [from], connections: [] });
  return ways;
}

function compare(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return a.length - b.length;
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0;
    if (value !== other) return value - other;
  }
  return 0;
}

describe('createRouter', () => {
  it('finds the shortest way, and of those the one whose connections come first', () => {
    fc.assert(
      fc.property(graph, node, node, ({ roles, edges }, from, to) => {
        const hops = createRouter(roles, connect(edges))(from, to);
        const [best] = [...allWays(from, to, roles, edges)].sort((a, b) =>
          compare(a.connections, b.connections),
        );
        const expected =
          best &&
          best.nodes.slice(1, -1).map((component, index) => ({
            component,
            source: { first: best.connections[index], count: 1 },
            target: { first: best.connections[index + 1], count: 1 },
          }));
        expect(hops).toEqual(expected);
      }),
      { numRuns: 3000 },
    );
  });
});
