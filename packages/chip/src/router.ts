import type { ComponentRole } from '@systole/core';
import type { Connection, ConnectionEnd, PortRange } from './wiring.ts';

/** A passage through an interconnect component: in by one range of its ports, out by another. */
export interface Hop {
  /** Index of the component in the chip's parts. */
  readonly component: number;
  readonly source: PortRange;
  readonly target: PortRange;
}

/** The hops from one component to another (both by index), or `undefined` when nothing joins them. */
export type Router = (from: number, to: number) => readonly Hop[] | undefined;

interface Edge {
  readonly out: ConnectionEnd;
  readonly into: ConnectionEnd;
}

/**
 * Finds the ways through a chip: the fewest hops, over interconnect components only. Of equally short ways it is the
 * one whose connections, from the start on, come first in the chip's list.
 */
export function createRouter(roles: readonly ComponentRole[], connections: readonly Connection[]): Router {
  const edges: Edge[][] = roles.map(() => []);
  for (const { from, to } of connections) {
    edges[from.component]?.push({ out: from, into: to });
    edges[to.component]?.push({ out: to, into: from });
  }

  return (from, to) => {
    if (from === to) return [];
    const arrivedBy = new Map<number, Edge>();
    const queue = [from];
    // Breadth first, edges in the order of the list: the first way to reach a component is the one described above.
    for (const here of queue) {
      if (here !== from && roles[here] !== 'interconnect') continue;
      for (const edge of edges[here] ?? []) {
        const next = edge.into.component;
        if (next === from || arrivedBy.has(next)) continue;
        arrivedBy.set(next, edge);
        if (next === to) return hopsTo(to, arrivedBy);
        queue.push(next);
      }
    }
    return undefined;
  };
}

function hopsTo(to: number, arrivedBy: ReadonlyMap<number, Edge>): readonly Hop[] {
  const hops: Hop[] = [];
  let leave = arrivedBy.get(to);
  while (leave !== undefined) {
    const enter = arrivedBy.get(leave.out.component);
    if (enter === undefined) break;
    hops.push({
      component: leave.out.component,
      source: rangeOf(enter.into),
      target: rangeOf(leave.out),
    });
    leave = enter;
  }
  return hops.reverse();
}

function rangeOf({ port, first, count }: ConnectionEnd): PortRange {
  return { port, first, count };
}
