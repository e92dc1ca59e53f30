import { nearestName, show } from '@systole/core';
import type { DocumentPath } from '@systole/document';
import type { Attachments, Declarations } from './attachments.ts';
import type { Findings } from './findings.ts';
import { MAX_NAME, suggest } from './form.ts';
import { allotPorts } from './ports.ts';
import type { PortRange, Terminal } from './ports.ts';
import type { ResolvedPart } from './resolved-chip.ts';
import type { ChipSpec } from './spec.ts';

/** One end of a connection. */
export interface ConnectionEnd {
  /** Index of the component in the chip's parts. */
  readonly component: number;
  /** `undefined` for an end that enters by one port and leaves by another. */
  readonly port: string | undefined;
  /** The inputs of the component that it takes; `undefined` where data only leaves the component. */
  readonly input: PortRange | undefined;
  /** The outputs of the component that it takes; `undefined` where data only enters the component. */
  readonly output: PortRange | undefined;
}

export interface Connection {
  readonly from: ConnectionEnd;
  readonly to: ConnectionEnd;
  readonly lanes: number;
}

/**
 * Reads the connections of a chip and allots its ports. Says in `findings` what dangles, clashes or is left alone.
 *
 * @param valuesOf the parameters of a component, where they are right.
 */
export function readConnections(
  spec: ChipSpec,
  declarations: Declarations,
  attachments: Attachments,
  valuesOf: (name: string) => ResolvedPart['values'] | undefined,
  findings: Findings,
): readonly Connection[] {
  const indices = new Map([...declarations.keys()].map((name, index) => [name, index]));
  const terminalsOf = new Map<string, Terminal[]>([...declarations.keys()].map((name) => [name, []]));
  const meant = new Set<string>(attachments.meant);
  const seen = new Set<string>();
  const pairs: (readonly [Terminal, Terminal])[] = [];

  for (const [index, { from, to, lanes = 1 }] of spec.connections.entries()) {
    const path: DocumentPath = ['connections', index];
    const [start, end] = (['from', 'to'] as const).map((side) => {
      const [text, peer] = side === 'from' ? [from, to] : [to, from];
      const at = { side, peer, lanes, path: [...path, side] };
      return readTerminal(text, at, indices, declarations, meant, findings);
    });
    if (isRefused(from, to, start, end, path, seen, findings)) continue;
    // An end that was named counts, even when its other end dangles: one complaint for one mistake.
    for (const terminal of [start, end])
      if (terminal !== undefined) terminalsOf.get(terminal.name)?.push(terminal);
    if (start !== undefined && end !== undefined) pairs.push([start, end]);
  }

  for (const [name, terminals] of terminalsOf) {
    const declaration = declarations.get(name);
    if (declaration !== undefined) allotPorts(terminals, declaration, valuesOf(name), findings);
  }
  if (!findings.concern(['connections']) || spec.connections.length > 0) {
    refuseUnconnected(terminalsOf, declarations, attachments, meant, findings);
  }
  // What is joined to what is only worth asking when every component and every connection is understood.
  if (!findings.concern(['connections']) && !findings.concern(['components'])) {
    refuseIslands(terminalsOf, pairs, attachments, findings);
    refuseOpenEnds(terminalsOf, declarations, findings);
  }
  return pairs.map(([start, end]) => ({ from: endOf(start), to: endOf(end), lanes: start.lanes }));
}

/** Whether a connection joins a component to itself, or two that are joined in the same way already. */
function isRefused(
  from: string,
  to: string,
  start: Terminal | undefined,
  end: Terminal | undefined,
  path: DocumentPath,
  seen: Set<string>,
  findings: Findings,
): boolean {
  if (start === undefined || end === undefined) return false;
  if (start.component === end.component) {
    findings.add({
      code: 'chip/invalid',
      path,
      message: `"${start.name}" is connected to itself`,
      hint: 'A connection joins two components.',
    });
    return true;
  }
  const key = [from, to].sort().join(' ');
  if (seen.has(key)) {
    findings.add({
      code: 'chip/duplicate',
      path,
      message: `"${from}" and "${to}" are connected already`,
      hint: 'A connection carries both ways; for more width write lanes: 2, or name other ports.',
    });
    return true;
  }
  seen.add(key);
  return false;
}

function readTerminal(
  text: string,
  { path, side, peer, lanes }: Pick<Terminal, 'path' | 'side' | 'peer' | 'lanes'>,
  indices: ReadonlyMap<string, number>,
  declarations: Declarations,
  meant: Set<string>,
  findings: Findings,
): Terminal | undefined {
  // The form has complained of an end that is empty.
  if (text === '') return undefined;
  const dot = text.indexOf('.');
  const name = dot === -1 ? text : text.slice(0, dot);
  const component = indices.get(name);
  if (component === undefined) {
    const nearest = findings.isFull ? undefined : nearestName(name.slice(0, MAX_NAME), indices.keys());
    if (nearest !== undefined) meant.add(nearest);
    findings.add({
      code: 'chip/dangling-connection',
      path,
      message: `there is no component ${show(name)}`,
      hint: () => suggest(name, indices.keys()),
    });
    return undefined;
  }
  const declaration = declarations.get(name);
  const port = dot === -1 ? undefined : text.slice(dot + 1);
  const terminal: Terminal = {
    path,
    side,
    name,
    peer,
    component,
    lanes,
    port,
    input: undefined,
    output: undefined,
  };
  if (declaration === undefined) return terminal;
  const ports = Object.keys(declaration.ports);
  if (ports.length === 0) {
    findings.add({
      code: 'chip/dangling-connection',
      path,
      message: `${declaration.type} has no port to connect to`,
      hint:
        declaration.inMemory === 'unit'
          ? `It works inside a memory: write attach: ${name} there, and no connection.`
          : 'Leave this connection out.',
    });
  } else if (port !== undefined && !Object.hasOwn(declaration.ports, port)) {
    findings.add({
      code: 'chip/dangling-connection',
      path,
      message: `${declaration.type} has no port ${show(port)}`,
      hint: () => suggest(port, ports),
    });
    terminal.port = undefined;
  }
  return terminal;
}

function refuseUnconnected(
  terminalsOf: ReadonlyMap<string, readonly Terminal[]>,
  declarations: Declarations,
  attachments: Attachments,
  meant: ReadonlySet<string>,
  findings: Findings,
): void {
  // A chip of one component, with or without a unit inside it, has nothing to be connected to.
  const isAlone = declarations.size - attachments.hostOf.size <= 1;
  for (const [name, terminals] of terminalsOf) {
    const declaration = declarations.get(name);
    if (declaration === undefined || terminals.length > 0 || meant.has(name)) continue;
    if (declaration.inMemory === 'unit') {
      findings.add({
        code: 'chip/incomplete',
        path: ['components', name],
        atKey: true,
        message: `"${name}" is attached to no memory`,
        hint: `Write attach: ${name} in the memory that it works in.`,
      });
    } else if (!isAlone) {
      findings.add({
        code: 'chip/incomplete',
        path: ['components', name],
        atKey: true,
        message: `"${name}" is connected to nothing`,
        hint: `Write a connection: { from: ${name}, to: … }.`,
      });
    }
  }
}

/** Says of components that are joined to one another, but not to the rest of the chip, that they are apart. */
function refuseIslands(
  terminalsOf: ReadonlyMap<string, readonly Terminal[]>,
  pairs: readonly (readonly [Terminal, Terminal])[],
  { hostOf }: Attachments,
  findings: Findings,
): void {
  const names = [...terminalsOf.keys()].filter((name) => !hostOf.has(name));
  const neighbours = new Map<string, string[]>(names.map((name) => [name, []]));
  for (const [start, end] of pairs) {
    neighbours.get(start.name)?.push(end.name);
    neighbours.get(end.name)?.push(start.name);
  }
  const seen = new Set<string>();
  const islands: string[][] = [];
  for (const name of names) {
    if (seen.has(name)) continue;
    seen.add(name);
    const island = [name];
    for (const here of island) {
      for (const next of neighbours.get(here) ?? []) {
        if (seen.has(next)) continue;
        seen.add(next);
        island.push(next);
      }
    }
    islands.push(island);
  }
  const mainland = islands.reduce<readonly string[]>((a, b) => (b.length > a.length ? b : a), []);
  for (const island of islands) {
    const [first] = island;
    if (island === mainland || first === undefined) continue;
    const others = listed(mainland);
    findings.add({
      code: 'chip/incomplete',
      path: ['components', first],
      atKey: true,
      message: `nothing joins ${listed(island)} to ${others}`,
      hint: `Write a connection between ${island.length === 1 ? 'it' : 'one of them'} and one of ${others}.`,
    });
  }
}

/** Says of a component that joins two ends, and has one of them connected, that it leads nowhere. */
function refuseOpenEnds(
  terminalsOf: ReadonlyMap<string, readonly Terminal[]>,
  declarations: Declarations,
  findings: Findings,
): void {
  for (const [name, terminals] of terminalsOf) {
    const declaration = declarations.get(name);
    const [only, second] = terminals;
    if (declaration?.role !== 'interconnect' || only === undefined || second !== undefined) continue;
    const ports = Object.entries(declaration.ports);
    if (ports.length !== 2 || ports.some(([, { connections }]) => connections !== 1)) continue;
    const open = ports.find(([port]) => port !== only.port)?.[0] ?? '';
    findings.add({
      code: 'chip/incomplete',
      path: ['components', name],
      atKey: true,
      message: `"${name}" joins two ends, and nothing is connected to its end ${show(open)}`,
      hint: `Write a connection: { from: ${name}.${open}, to: … }, or leave "${name}" out.`,
    });
  }
}

/** The first of some names, as a list in words. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 6).map((name) => `"${name}"`);
  return names.length > 6 ? `${shown.join(', ')}, … (${names.length} in all)` : shown.join(', ');
}

function endOf({ component, port, input, output }: Terminal): ConnectionEnd {
  return { component, port, input, output };
}
