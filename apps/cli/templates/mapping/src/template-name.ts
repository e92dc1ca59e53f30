import { param } from '@systole/core';
import { defineMapping, inDependencyOrder, OPERATOR_KINDS } from '@systole/mapping';
import type { MappedTask, Plan } from '@systole/mapping';
import { operatorKey } from '@systole/trace';
import type { Operator } from '@systole/trace';
import { functionPieces } from './functions.ts';
import type { Piece } from './piece.ts';
import { productPieces } from './products.ts';
import { findSite } from './site.ts';
import type { Site } from './site.ts';

/**
 * `template-name`: weights stay in the first unit that multiplies, a tile of them at a time, while all rows of the activations
 * pass; all other functions run on the vector unit. One operator after the other.
 */
export const templateName = defineMapping({
  name: 'template-name',
  summary: 'A tile of weights stays in the first unit that multiplies, while all rows of activations pass',
  citations: [],
  options: {
    tile: param.quantity('data', 'Weights that are brought to the unit at a time', {
      default: '64 KiB',
      min: '1 KiB',
      max: '1 GiB',
    }),
  },
  plan(chip, header, { tile }): Plan {
    const site = findSite(chip, header);
    const { memory, buffer, unit } = site;
    return {
      placement: site.placement,
      decisions: [
        `weights and caches in ${memory.name}, activations in ${buffer.name}, the largest ones in ${memory.name}`,
        `products on ${unit.name}, ${tile} bytes of weights at a time`,
        'one operator after the other',
      ],
      stretchesOf: (block) =>
        inDependencyOrder(block).map(([index, operator]) => ({
          // Equal keys, equal tasks: nothing but the operator decides what its tasks are.
          key: `${index} ${operatorKey(operator)}`,
          tasks: () => tasksOf(piecesOf(operator, site, tile), operator, index),
        })),
    };
  },
});

function piecesOf(operator: Operator, site: Site, tile: number): readonly Piece[] {
  switch (operator.kind) {
    case 'matmul':
    case 'lm-head':
    case 'attention-scores':
    case 'attention-context':
      return productPieces(operator, site, tile);
    default:
      return functionPieces(operator, site);
  }
}

/** The pieces of an operator, each after the one before it. */
function tasksOf(pieces: readonly Piece[], operator: Operator, index: number): readonly MappedTask[] {
  return pieces.map(({ name, chunks, stages }, place) => ({
    name: `${operator.id}: ${name}`,
    operator: index,
    tag: OPERATOR_KINDS.indexOf(operator.kind),
    after: place === 0 ? [] : [place - 1],
    delay: 0,
    chunks,
    stages,
  }));
}
