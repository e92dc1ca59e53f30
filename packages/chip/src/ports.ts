import type { ComponentDeclaration, ParameterValue } from '@systole/core';
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
  /** Index of the component in the chip's parts. */
  readonly component: number;
  readonly lanes: number;
  /** The port that the author named, or that has been found for the end. */
  port: string | undefined;
  input: PortRange | undefined;
  output: PortRange | undefined;
}

type Values = Readonly<Record<string, ParameterValue | undefined>>;

/**
 * Allots the ports of one component to the ends of connections that meet there.
 *
 * A component numbers the lanes by which data enters (its inputs) and those by which data leaves (its outputs), each
 * from 0: port by port in the order of its declaration and, at one port, in the order of the chip's connections. At
 * a port `in` data only enters and at a port `out` it only leaves; an end that names no port of a component that has
 * these two takes lanes at both. At any other port each lane is an input and an output of the same number; an end that
 * names no port takes the first one that has room once those that name theirs have been served.
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
  const isSided = names.includes('in') && names.includes('out');
  const taken = new Map<string, number>();
  const take = (terminal: Terminal, port: string): void => {
    const room = declaration.ports[port]?.connections ?? 0;
    const holders = taken.get(port) ?? 0;
    taken.set(port, holders + 1);
    if (holders < room) return;
    findings.add({
      code: 'chip/port-conflict',
      path: terminal.path,
      message: `port "${port}" of "${terminal.name}" takes ${count(room, 'connection')}, and has ${room === 1 ? 'one' : 'them'} already`,
      hint: 'Connect to another port, or put a bus or a crossbar between.',
    });
  };

  for (const terminal of terminals) {
    const { port } = terminal;
    if (port === undefined) continue;
    if (isSided) refuseWrongWay(terminal, port, findings);
    take(terminal, port);
  }
  for (const terminal of terminals) {
    if (terminal.port !== undefined) continue;
    if (isSided) {
      take(terminal, 'in');
      take(terminal, 'out');
      continue;
    }
    terminal.port = names.find(
      (port) => (taken.get(port) ?? 0) < (declaration.ports[port]?.connections ?? 0),
    );
    if (terminal.port !== undefined) {
      take(terminal, terminal.port);
      continue;
    }
    const ports = names.map(
      (port) => `${port} (${count(declaration.ports[port]?.connections ?? 0, 'connection')})`,
    );
    findings.add({
      code: 'chip/port-conflict',
      path: terminal.path,
      message: `no port of "${terminal.name}" is left`,
      hint: `${declaration.type} has ${ports.join(', ')}. Put a bus or a crossbar between.`,
    });
  }

  const inputs = names.filter((port) => !isSided || port !== 'out');
  const outputs = names.filter((port) => !isSided || port !== 'in');
  numberLanes(terminals, inputs, 'in', (terminal, range) => {
    terminal.input = range;
  });
  numberLanes(terminals, outputs, 'out', (terminal, range) => {
    terminal.output = range;
  });
  if (declaration.role !== 'interconnect' || values === undefined) return;
  refuseTooMany('input', terminals, portLimit('source', declaration, values), findings);
  refuseTooMany('output', terminals, portLimit('target', declaration, values), findings);
}

function refuseWrongWay(terminal: Terminal, port: string, findings: Findings): void {
  const { name, side, path } = terminal;
  if (port !== (side === 'from' ? 'in' : 'out')) return;
  findings.add({
    code: 'chip/port-conflict',
    path,
    message:
      side === 'from'
        ? `no data leaves "${name}" by its port in`
        : `no data enters "${name}" by its port out`,
    hint: `Write ${side}: ${name}.${side === 'from' ? 'out' : 'in'}, or ${side}: ${name} for a connection that carries both ways.`,
  });
}

function numberLanes(
  terminals: readonly Terminal[],
  ports: readonly string[],
  unnamed: string,
  put: (terminal: Terminal, range: PortRange) => void,
): void {
  let next = 0;
  for (const port of ports) {
    for (const terminal of terminals) {
      if ((terminal.port ?? unnamed) !== port) continue;
      put(terminal, { first: next, count: terminal.lanes });
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
      parameter === undefined
        ? 'Give its connections fewer lanes.'
        : `Set components.${first.name}.${parameter} to ${needed}, or give its connections fewer lanes.`,
  });
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
