import { CHIP_FORMAT } from '@systole/chip';
import type { ChipSpec, Figure, Scalar, Written } from '@systole/chip';
import type { ChipCounterexample, ComponentCounterexample, Counterexample } from './counterexample.ts';
import { modelJson } from './model-json.ts';
import { yamlText } from './yaml-text.ts';
import type { YamlValue } from './yaml-text.ts';

/** A text file that says part of a counterexample. */
export interface CounterexampleFile {
  readonly name: string;
  readonly text: string;
}

/**
 * A counterexample as files that can be saved and read again: `chip.yaml`, and either the `tasks.json` that a component was
 * given, or the `workload.yaml` and `model.json` that a chip ran.
 */
export function counterexampleFiles(counterexample: Counterexample): readonly CounterexampleFile[] {
  return counterexample.subject === 'component'
    ? [componentChip(counterexample), tasks(counterexample)]
    : [{ name: 'chip.yaml', text: yamlText(plainChip(counterexample.chip)) }, ...workload(counterexample)];
}

/** The component, or the pair, as a chip of its own. */
function componentChip({ parts }: ComponentCounterexample): CounterexampleFile {
  const components: Record<string, YamlValue> = {};
  for (const { name, type, written, attached } of parts) {
    components[name] = { type, ...(attached === undefined ? {} : { attach: attached }), ...written };
  }
  const chip = { systole: CHIP_FORMAT, name: 'counterexample', clock: '1 GHz', components };
  return { name: 'chip.yaml', text: yamlText(chip) };
}

function tasks({ stretches, transaction, drawn }: ComponentCounterexample): CounterexampleFile {
  const given = { ...(transaction === undefined ? {} : { transaction }), stretches, drawn };
  return { name: 'tasks.json', text: `${JSON.stringify(given, undefined, 2)}\n` };
}

function workload({ trace, model, workload: asked }: ChipCounterexample): readonly CounterexampleFile[] {
  if (model === undefined || asked === undefined) {
    return [{ name: 'trace.txt', text: `the trace "${trace}", which was given to the check\n` }];
  }
  return [
    { name: 'workload.yaml', text: yamlText({ model: 'model.json', ...asked }) },
    { name: 'model.json', text: modelJson(model) },
  ];
}

/** What a chip does, without what is known about its figures. */
function plainChip({ name, clock, mapping, components, connections }: ChipSpec): {
  readonly [key: string]: YamlValue;
} {
  return {
    systole: CHIP_FORMAT,
    name,
    clock,
    ...(mapping === undefined ? {} : { mapping }),
    components: Object.fromEntries(
      Object.entries(components).map(([part, written]) => [
        part,
        Object.fromEntries(
          Object.entries(written).flatMap(([key, value]) =>
            value === undefined ? [] : [[key, isWritten(value) ? valueOf(value) : value]],
          ),
        ),
      ]),
    ),
    connections: connections.map(({ from, to, lanes }) => ({
      from,
      to,
      ...(lanes === undefined ? {} : { lanes }),
    })),
  };
}

function isWritten(value: Written | readonly string[]): value is Written {
  return !Array.isArray(value);
}

function valueOf(value: Written): Scalar {
  return isFigure(value) ? value.value : value;
}

function isFigure(value: Written): value is Figure {
  return typeof value === 'object';
}
