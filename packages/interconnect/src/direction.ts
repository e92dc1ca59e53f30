import { SystoleError } from '@systole/core';
import type { DimensionForm, Transaction } from '@systole/core';
import { readTransfer } from './transfer.ts';

const ENDS = 2;

/** The sizes of a transfer between two ends. */
export const DIRECTION_DIMS: Readonly<Record<'direction' | 'source', DimensionForm>> = {
  direction: { min: 0, max: 1, help: '0 from a to b (the default), 1 from b to a' },
  source: { min: 0, max: 1, help: 'the end that it enters by: the same, where direction is not given' },
};

/** Which way a transfer goes between two ends: 0 from a to b, 1 from b to a. Throws `argument/invalid` for neither. */
export function directionOf(transaction: Transaction): 0 | 1 {
  const { source, sources, targets, copies } = readTransfer(transaction, ENDS, ENDS);
  const direction = transaction.dims?.['direction'] ?? source;
  if ((direction === 0 || direction === 1) && sources === 1 && targets === 1 && copies === 1)
    return direction;
  throw new SystoleError({
    code: 'argument/invalid',
    message: `transfer over a link: expected direction 0 or 1 and one copy, got ${direction} and ${copies}`,
    hint: '0 is from end a to end b, 1 is from b to a. For a multicast use a bus or a crossbar.',
  });
}
