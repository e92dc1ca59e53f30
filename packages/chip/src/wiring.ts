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
  /** `undefined` for an end that takes lanes at both the port `in` and the port `out`. */
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
      const text = side === 'from' ? from : to;
      return readTerminal(text, side, [...path, side], lanes, indices, declarations, meant, findings);
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
  side: Terminal['side'],
  path: DocumentPath,
  lanes: number,
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

function endOf({ component, port, input, output }: Terminal): ConnectionEnd {
  return { component, port, input, output };
}
