import { show, suggestName } from '@systole/core';
import type { ComponentDeclaration } from '@systole/core';
import type { DocumentPath } from '@systole/document';
import type { Attachments, Declarations } from './attachments.ts';
import type { Findings } from './findings.ts';
import type { ChipSpec } from './spec.ts';

/**
 * Consecutive port indices of one component. A component numbers the lanes that end at it from 0: port by port in the
 * order of its declaration and, at one port, in the order of the chip's connections. A connection carries both ways,
 * so that index i is input i as well as output i.
 */
export interface PortRange {
  readonly port: string;
  readonly first: number;
  readonly count: number;
}

/** One end of a connection. */
export interface ConnectionEnd extends PortRange {
  /** Index of the component in the chip's parts. */
  readonly component: number;
}

export interface Connection {
  readonly from: ConnectionEnd;
  readonly to: ConnectionEnd;
  readonly lanes: number;
}

/** An end that names a component of the chip; the port is filled in when the author left it out. */
interface Terminal {
  readonly path: DocumentPath;
  readonly name: string;
  readonly component: number;
  readonly declaration: ComponentDeclaration | undefined;
  readonly lanes: number;
  port: string | undefined;
  first: number;
}

/** Reads the connections of a chip and allots its ports. Says in `findings` what dangles, clashes or is left alone. */
export function readConnections(
  spec: ChipSpec,
  declarations: Declarations,
  attachments: Attachments,
  findings: Findings,
): readonly Connection[] {
  const indices = new Map([...declarations.keys()].map((name, index) => [name, index]));
  const terminalsOf = new Map<string, Terminal[]>([...declarations.keys()].map((name) => [name, []]));
  const seen = new Set<string>();
  const pairs: (readonly [Terminal, Terminal])[] = [];

  for (const [index, { from, to, lanes = 1 }] of spec.connections.entries()) {
    const path: DocumentPath = ['connections', index];
    const ends = ([['from', from], ['to', to]] as const).map(([key, text]) =>
      readTerminal(text, [...path, key], lanes, indices, declarations, findings),
    );
    const [start, end] = ends;
    // An end that was named counts, even when its other end dangles: one complaint for one mistake.
    for (const terminal of ends) if (terminal !== undefined) terminalsOf.get(terminal.name)?.push(terminal);
    if (start === undefined || end === undefined) continue;
    if (start.component === end.component) {
      findings.add({
        code: 'chip/invalid',
        path,
        message: `"${start.name}" is connected to itself`,
        hint: 'A connection joins two components.',
      });
    }
    const key = [from, to].sort().join(' ');
    if (seen.has(key)) {
      findings.add({
        code: 'chip/duplicate',
        path,
        message: `"${from}" and "${to}" are connected already`,
        hint: 'A connection carries both ways; for more width write lanes: 2, or name other ports.',
      });
    }
    seen.add(key);
    pairs.push([start, end]);
  }

  for (const [name, terminals] of terminalsOf) {
    const declaration = declarations.get(name);
    if (declaration !== undefined) allotPorts(name, terminals, declaration, findings);
  }
  refuseUnconnected(terminalsOf, declarations, attachments, findings);
  return pairs.map(([start, end]) => ({ from: endOf(start), to: endOf(end), lanes: start.lanes }));
}

function readTerminal(
  text: string,
  path: DocumentPath,
  lanes: number,
  indices: ReadonlyMap<string, number>,
  declarations: Declarations,
  findings: Findings,
): Terminal | undefined {
  // The form has complained of an end that is empty.
  if (text === '') return undefined;
  const dot = text.indexOf('.');
  const name = dot === -1 ? text : text.slice(0, dot);
  const component = indices.get(name);
  if (component === undefined) {
    findings.add({
      code: 'chip/dangling-connection',
      path,
      message: `there is no component ${show(name)}`,
      hint: () => suggestName(name, indices.keys()),
    });
    return undefined;
  }
  const declaration = declarations.get(name);
  const port = dot === -1 ? undefined : text.slice(dot + 1);
  const terminal = { path, name, component, declaration, lanes, port, first: 0 };
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
      hint: () => suggestName(port, ports),
    });
    terminal.port = undefined;
  }
  return terminal;
}

/**
 * Ends that name their port have it; each other one takes the first port, in the order of the declaration, that has
 * room. Then the lanes are numbered.
 */
function allotPorts(
  name: string,
  terminals: readonly Terminal[],
  declaration: ComponentDeclaration,
  findings: Findings,
): void {
  const taken = new Map(Object.keys(declaration.ports).map((port) => [port, 0]));
  if (taken.size === 0) return;
  for (const terminal of terminals) {
    const { port } = terminal;
    if (port === undefined) continue;
    const room = declaration.ports[port]?.connections ?? 0;
    const holders = taken.get(port) ?? 0;
    taken.set(port, holders + 1);
    if (holders >= room) {
      findings.add({
        code: 'chip/port-conflict',
        path: terminal.path,
        message: `port "${port}" of "${name}" takes ${count(room, 'connection')}, and has ${room === 1 ? 'one' : 'them'} already`,
        hint: 'Connect to another port, or put a bus or a crossbar between.',
      });
    }
  }
  for (const terminal of terminals) {
    if (terminal.port !== undefined) continue;
    const free = [...taken].find(
      ([port, holders]) => holders < (declaration.ports[port]?.connections ?? 0),
    );
    if (free === undefined) {
      const ports = [...taken].map(
        ([port]) => `${port} (${count(declaration.ports[port]?.connections ?? 0, 'connection')})`,
      );
      findings.add({
        code: 'chip/port-conflict',
        path: terminal.path,
        message: `no port of "${name}" is left`,
        hint: `${declaration.type} has ${ports.join(', ')}. Put a bus or a crossbar between.`,
      });
      continue;
    }
    const [port, holders] = free;
    terminal.port = port;
    taken.set(port, holders + 1);
  }
  let next = 0;
  for (const port of taken.keys()) {
    for (const terminal of terminals) {
      if (terminal.port !== port) continue;
      terminal.first = next;
      next += terminal.lanes;
    }
  }
}

function refuseUnconnected(
  terminalsOf: ReadonlyMap<string, readonly Terminal[]>,
  declarations: Declarations,
  attachments: Attachments,
  findings: Findings,
): void {
  const attached = new Set(attachments.values());
  // A chip of one component, with or without a unit inside it, has nothing to be connected to.
  const isAlone = declarations.size - attached.size <= 1;
  for (const [name, terminals] of terminalsOf) {
    const declaration = declarations.get(name);
    if (declaration === undefined || terminals.length > 0 || attached.has(name)) continue;
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

function endOf({ component, port = '', first, lanes }: Terminal): ConnectionEnd {
  return { component, port, first, count: lanes };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
