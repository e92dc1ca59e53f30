import type { Operator, TensorUse } from './operator.ts';
import type { Phase, Trace, TraceBlock } from './trace.ts';

/** One operator of one instance of one block, with `{i}` replaced in its names. */
export interface PlacedOperator {
  readonly step: number;
  readonly phase: Phase;
  /** Name of the block. */
  readonly block: string;
  /** Index of the instance, such as the layer. */
  readonly instance: number;
  readonly operator: Operator;
}

/** All operators of a trace in order, one at a time: `L0.attn.norm`, `L0.attn.qkv`, … Nothing is held. */
export function* operators(trace: Trace): Generator<PlacedOperator, void> {
  const place = createNamePlacer();
  for (const block of trace.blocks()) yield* placeBlock(block, place);
}

/** All operators of all instances of one block, with `{i}` replaced. */
export function blockOperators(block: TraceBlock): Generator<PlacedOperator, void> {
  return placeBlock(block, createNamePlacer());
}

type NamePlacer = (name: string, instance: number) => string;

function* placeBlock(block: TraceBlock, place: NamePlacer): Generator<PlacedOperator, void> {
  const { step, phase, name, first, repeat } = block;
  for (let instance = first; instance < first + repeat; instance++) {
    const placeUse = (use: TensorUse): TensorUse => ({ ...use, tensor: place(use.tensor, instance) });
    for (const operator of block.operators) {
      yield {
        step,
        phase,
        block: name,
        instance,
        operator: {
          ...operator,
          id: place(operator.id, instance),
          after: operator.after.map((id) => place(id, instance)),
          inputs: operator.inputs.map(placeUse),
          outputs: operator.outputs.map(placeUse),
        },
      };
    }
  }
}

const MAX_REMEMBERED = 100_000;

// The same few names come for every step, so a placed name is made once and then shared.
function createNamePlacer(): NamePlacer {
  const placed = new Map<string, string[]>();
  let remembered = 0;
  return (name, instance) => {
    if (!name.includes('{i}')) return name;
    let names = placed.get(name);
    if (names === undefined) {
      names = [];
      placed.set(name, names);
    }
    const known = names[instance];
    if (known !== undefined) return known;
    const result = name.replaceAll('{i}', String(instance));
    if (remembered < MAX_REMEMBERED) {
      names[instance] = result;
      remembered += 1;
    }
    return result;
  };
}
