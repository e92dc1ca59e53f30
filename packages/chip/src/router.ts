import type { ComponentRole } from '@systole/core';
import type { PortRange } from './ports.ts';
import type { Connection, ConnectionEnd } from './wiring.ts';

/** A passage through an interconnect component: in by a range of its inputs, out by a range of its outputs. */
export interface Hop {
  /** Index of the component in the chip's parts. */
  readonly component: number;
  readonly source: PortRange;
  readonly target: PortRange;
}

/** The hops from one component to another (both by index), or `undefined` when nothing joins them. */
export type Router = (from: number, to: number) => readonly Hop[] | undefined;

/** One way of a connection: from the outputs of one component to the inputs of another. */
interface Edge {
  readonly from: number;
  readonly output: PortRange;
  readonly to: number;
  readonly input: PortRange;
}

/**
 * Finds the ways through a chip: the fewest hops, over interconnect components only. Of equally short ways it is the
 * one whose connections, from the start on, come first in the chip's list.
 */
export function createRouter(roles: readonly ComponentRole[], connections: readonly Connection[]): Router {
  const edges: Edge[][] = roles.map(() => []);
  for (const { from, to } of connections) {
    addEdge(edges, from, to);
    addEdge(edges, to, from);
  }

  return (from, to) => {
    if (from === to) return [];
    const arrivedBy = new Map<number, Edge>();
    const queue = [from];
    // Breadth first, edges in the order of the list: the first way to reach a component is the one described above.
    for (const here of queue) {
      if (here !== from && roles[here] !== 'interconnect') continue;
      for (const edge of edges[here] ?? []) {
        const next = edge.to;
        if (next === from || arrivedBy.has(next)) continue;
        arrivedBy.set(next, edge);
        if (next === to) return hopsTo(to, arrivedBy);
        queue.push(next);
      }
    }
    return undefined;
  };
}

function addEdge(edges: readonly Edge[][], from: ConnectionEnd, to: ConnectionEnd): void {
  if (from.output === undefined || to.input === undefined) return;
  edges[from.component]?.push({
    from: from.component,
    output: from.output,
    to: to.component,
    input: to.input,
  });
}

function hopsTo(to: number, arrivedBy: ReadonlyMap<number, Edge>): readonly Hop[] {
  const hops: Hop[] = [];
  let leave = arrivedBy.get(to);
  while (leave !== undefined) {
    const enter = arrivedBy.get(leave.from);
    if (enter === undefined) break;
    hops.push({ component: leave.from, source: enter.input, target: leave.output });
    leave = enter;
  }
  return hops.reverse();
}
