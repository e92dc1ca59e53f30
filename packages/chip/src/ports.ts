import { show } from '@systole/core';
import type { ComponentDeclaration, Parameter, ParameterValue, PortForm } from '@systole/core';
import type { DocumentPath } from '@systole/document';
import type { Findings } from './findings.ts';

/** Consecutive port indices of one component. */
export interface PortRange {
  readonly first: number;
  readonly count: number;
}

/** One end of a connection, while its ports are being allotted. */
export interface Terminal {
  readonly path: DocumentPath;
  readonly side: 'from' | 'to';
  readonly name: string;
  /** The other end, as written. */
  readonly peer: string;
  /** Index of the component in the chip's parts. */
  readonly component: number;
  readonly lanes: number;
  /** The port that the author named, or that has been found for the end. */
  port: string | undefined;
  input: PortRange | undefined;
  output: PortRange | undefined;
}

type Values = Readonly<Record<string, ParameterValue | undefined>>;

/** The port by which data enters, and that by which it leaves: one and the same where it goes both ways. */
interface Allotment {
  readonly entry: string | undefined;
  readonly exit: string | undefined;
}

/**
 * Allots the ports of one component to the ends of connections that meet there.
 *
 * A component numbers the lanes by which data enters (its inputs) and those by which data leaves (its outputs), each
 * from 0: port by port in the order of its declaration and, at one port, in the order of the chip's connections. At
 * a port of direction `in` data only enters and at one of direction `out` it only leaves; at any other port each lane is
 * an input and an output of the same number. An end that names no port takes the first that goes both ways and has room
 * once those that name theirs have been served, and where there is none an input and an output.
 *
 * `values` are the component's parameters, by which the number of its ports may be bounded; left out when they are wrong.
 */
export function allotPorts(
  terminals: readonly Terminal[],
  declaration: ComponentDeclaration,
  values: Values | undefined,
  findings: Findings,
): void {
  const names = Object.keys(declaration.ports);
  if (names.length === 0) return;
  const holdersOf = new Map<string, Terminal[]>(names.map((port) => [port, []]));
  const allotments = new Map<Terminal, Allotment>();
  const before = findings.count;
  const roomAt = (port: string): number => declaration.ports[port]?.connections ?? 0;
  const directionOf = (port: string): PortForm['direction'] => declaration.ports[port]?.direction;
  const take = (terminal: Terminal, port: string): void => {
    const holders = holdersOf.get(port) ?? [];
    holders.push(terminal);
    if (holders.length > roomAt(port)) refuseSecond(terminal, port, roomAt(port), holders, findings);
  };
  const firstWithRoom = (direction: PortForm['direction']): string | undefined =>
    names.find(
      (port) => directionOf(port) === direction && (holdersOf.get(port)?.length ?? 0) < roomAt(port),
    );

  for (const terminal of terminals) {
    const { port } = terminal;
    if (port === undefined) continue;
    const direction = directionOf(port);
    refuseWrongWay(terminal, port, declaration, findings);
    take(terminal, port);
    allotments.set(terminal, {
      entry: direction === 'out' ? undefined : port,
      exit: direction === 'in' ? undefined : port,
    });
  }
  for (const terminal of terminals) {
    if (terminal.port !== undefined) continue;
    terminal.port = firstWithRoom(undefined);
    const [entry, exit] =
      terminal.port === undefined
        ? [firstWithRoom('in'), firstWithRoom('out')]
        : [terminal.port, terminal.port];
    for (const port of new Set([entry, exit])) if (port !== undefined) take(terminal, port);
    allotments.set(terminal, { entry, exit });
    const isShort = (direction: 'in' | 'out', port: string | undefined): boolean =>
      port === undefined && names.some((name) => directionOf(name) === direction);
    if ((entry ?? exit) !== undefined && !isShort('in', entry) && !isShort('out', exit)) continue;
    const ports = names.map((port) => `${port} (${count(roomAt(port), 'connection')})`);
    findings.add({
      code: 'chip/port-conflict',
      path: terminal.path,
      message: `no port of "${terminal.name}" is left for the connection to ${show(terminal.peer)}`,
      hint: `${declaration.type} has ${ports.join(', ')}. Put a bus or a crossbar between.`,
    });
  }

  numberLanes(terminals, names, (terminal) => allotments.get(terminal)?.entry, 'input');
  numberLanes(terminals, names, (terminal) => allotments.get(terminal)?.exit, 'output');
  // Too many connections have been said to be too many; that they are too many lanes as well follows.
  if (declaration.role !== 'interconnect' || values === undefined || findings.count > before) return;
  refuseTooMany('input', terminals, portLimit('source', declaration, values), declaration, findings);
  refuseTooMany('output', terminals, portLimit('target', declaration, values), declaration, findings);
}

function refuseSecond(
  terminal: Terminal,
  port: string,
  room: number,
  holders: readonly Terminal[],
  findings: Findings,
): void {
  const [first] = holders;
  findings.add({
    code: 'chip/port-conflict',
    path: terminal.path,
    message:
      room === 1
        ? `port "${port}" of "${terminal.name}" takes 1 connection, and ${show(first?.peer ?? '')} has it already`
        : `port "${port}" of "${terminal.name}" takes ${count(room, 'connection')}, and has them already`,
    hint: `Connect ${show(terminal.peer)} to another port, or put a bus or a crossbar between.`,
  });
}

function refuseWrongWay(
  terminal: Terminal,
  port: string,
  { ports }: ComponentDeclaration,
  findings: Findings,
): void {
  const { name, side, path } = terminal;
  const wrong = side === 'from' ? 'in' : 'out';
  if (ports[port]?.direction !== wrong) return;
  const right = Object.keys(ports).find((other) => (ports[other]?.direction ?? wrong) !== wrong);
  findings.add({
    code: 'chip/port-conflict',
    path,
    message:
      side === 'from'
        ? `no data leaves "${name}" by its port ${port}`
        : `no data enters "${name}" by its port ${port}`,
    hint:
      right === undefined
        ? `Write ${side === 'from' ? 'to' : 'from'}: ${name}, with the other component at the other end.`
        : `Write ${side}: ${name}.${right}, or ${side}: ${name} for a connection that carries both ways.`,
  });
}

function numberLanes(
  terminals: readonly Terminal[],
  ports: readonly string[],
  portOf: (terminal: Terminal) => string | undefined,
  kind: 'input' | 'output',
): void {
  let next = 0;
  for (const port of ports) {
    for (const terminal of terminals) {
      if (portOf(terminal) !== port) continue;
      terminal[kind] = { first: next, count: terminal.lanes };
      next += terminal.lanes;
    }
  }
}

/** How many ports there are on a side, and the parameter that says so. */
interface PortLimit {
  readonly ports: number;
  readonly parameter?: string;
}

/** The least bound that the component's transactions put on the port that `dimension` numbers. */
function portLimit(
  dimension: 'source' | 'target',
  { accepts }: ComponentDeclaration,
  values: Values,
): PortLimit {
  let limit: PortLimit = { ports: Infinity };
  for (const { dims } of Object.values(accepts)) {
    const form = dims[dimension];
    if (form === undefined) continue;
    const { below, max } = form;
    const bound = below === undefined ? undefined : values[below];
    if (max + 1 < limit.ports) limit = { ports: max + 1 };
    if (below !== undefined && typeof bound === 'number' && bound < limit.ports) {
      limit = { ports: bound, parameter: below };
    }
  }
  return limit;
}

function refuseTooMany(
  kind: 'input' | 'output',
  terminals: readonly Terminal[],
  { ports, parameter }: PortLimit,
  { parameters }: ComponentDeclaration,
  findings: Findings,
): void {
  const needed = terminals.reduce((sum, { [kind]: range }) => sum + (range?.count ?? 0), 0);
  const first = terminals.find(
    ({ [kind]: range }) => range !== undefined && range.first + range.count > ports,
  );
  if (first === undefined) return;
  findings.add({
    code: 'chip/port-conflict',
    path: first.path,
    message: `"${first.name}" has ${count(ports, kind)}, and its connections have ${count(needed, 'lane')} for ${kind}`,
    hint:
      parameter === undefined || needed > mostOf(parameters[parameter])
        ? 'Give its connections fewer lanes, or share them out over several such components.'
        : `Set components.${first.name}.${parameter} to ${needed}, or give its connections fewer lanes.`,
  });
}

function mostOf(parameter: Parameter | undefined): number {
  return parameter?.form.kind === 'integer' ? parameter.form.max : Infinity;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
