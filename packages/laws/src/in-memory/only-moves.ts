import type { ComponentDeclaration } from '@systole/core';

/** A memory that is asked to move data, and for nothing else. */
export function onlyMoves(memory: ComponentDeclaration): ComponentDeclaration {
  const { read, write } = memory.accepts;
  return {
    ...memory,
    accepts: { ...(read === undefined ? {} : { read }), ...(write === undefined ? {} : { write }) },
  };
}
