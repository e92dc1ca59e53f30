import { SystoleError } from '@systole/core';
import type { SegmentConsumer, Transaction } from '@systole/core';

/** Throws `mapping/unsupported-operator` where the attached unit does not compute with the operands of a transaction. */
export function requireFormats(name: string, transaction: Transaction, consumer: SegmentConsumer): void {
  const { format = '', activationFormat } = transaction;
  if (consumer.supports(format, activationFormat)) return;
  const beside = activationFormat === undefined ? '' : ` with activations of "${activationFormat}"`;
  const taken = consumer.takes === undefined ? '' : `${consumer.takes} `;
  throw new SystoleError({
    code: 'mapping/unsupported-operator',
    message: `${name}: the attached unit does not compute in "${format}"${beside}`,
    hint: `${taken}Choose a format that the unit supports.`,
  });
}
