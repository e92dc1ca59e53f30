import { SystoleError } from '@systole/core';
import type { DimensionForm, Transaction, TransactionForm } from '@systole/core';

/** Bytes of one transfer, over all chunks. With the most copies its bits stay below 2^53. */
const MAX_BYTES = 2 ** 36;
const MAX_COPIES = 8192;

/** The most ports on a side of any interconnect. */
export const MAX_PORTS = 4096;

/** The names of the parameters that say how many ports a component has on each side. */
export interface PortParameters {
  readonly inputs?: string;
  readonly outputs?: string;
}

/**
 * The one kind of transaction that interconnects take. `bytes` enter; `bytes × copies` leave. Every size has a default:
 * one port each way, the first of its side, and one copy.
 */
export function transferForm(summary: string, ports: PortParameters = {}): TransactionForm {
  const port = (help: string, below?: string): DimensionForm => ({
    min: 0,
    max: MAX_PORTS - 1,
    help,
    ...(below === undefined ? {} : { below }),
  });
  const count = (help: string, atMost?: string): DimensionForm => ({
    min: 1,
    max: MAX_PORTS,
    help,
    ...(atMost === undefined ? {} : { atMost }),
  });
  return {
    summary,
    dims: {
      source: port('first port that it enters by', ports.inputs),
      sources: count(
        'ports side by side that it enters by; past the last port they go on at the first',
        ports.inputs,
      ),
      target: port('first port that it leaves by', ports.outputs),
      targets: count(
        'ports side by side that it leaves by; past the last port they go on at the first',
        ports.outputs,
      ),
      copies: { min: 1, max: MAX_COPIES, help: 'times that each byte leaves: the fan-out of a multicast' },
    },
    bytes: { min: 1, max: MAX_BYTES, help: 'bytes that enter' },
    pattern: false,
    formats: [],
  };
}

/** The sizes of a transfer, with their defaults filled in. */
export interface Transfer {
  readonly source: number;
  readonly sources: number;
  readonly target: number;
  readonly targets: number;
  readonly copies: number;
}

/**
 * Reads the sizes of a transfer through a component of `inputs` and `outputs` ports. Throws `argument/invalid` for
 * another kind of transaction, a port that the component does not have, or a size that is no whole number.
 */
export function readTransfer(transaction: Transaction, inputs: number, outputs: number): Transfer {
  const { kind, bytes, dims = {} } = transaction;
  if (kind !== 'transfer') {
    throw new SystoleError({
      code: 'argument/invalid',
      message: `an interconnect takes no "${kind}"`,
      hint: 'It takes transfer.',
    });
  }
  checkRange('bytes', bytes, 0, MAX_BYTES);
  const transfer = {
    source: dims['source'] ?? 0,
    sources: dims['sources'] ?? 1,
    target: dims['target'] ?? 0,
    targets: dims['targets'] ?? 1,
    copies: dims['copies'] ?? 1,
  };
  checkRange('source', transfer.source, 0, inputs - 1);
  checkRange('sources', transfer.sources, 1, inputs);
  checkRange('target', transfer.target, 0, outputs - 1);
  checkRange('targets', transfer.targets, 1, outputs);
  checkRange('copies', transfer.copies, 1, MAX_COPIES);
  return transfer;
}

function checkRange(name: string, value: number, min: number, max: number): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new SystoleError({
    code: 'argument/invalid',
    message: `transfer: expected a whole number of ${name} from ${min} to ${max}, got ${value}`,
    hint: 'Ports count from 0, and a range of them is no longer than the side that it is on.',
  });
}
