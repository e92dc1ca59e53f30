import { loadChip, resolveChip, setParameter } from '@systole/chip';
import { readDocument } from '@systole/document';
import { replay } from '@systole/replay';
import { generateTrace, parseModelConfig } from '@systole/trace';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createToolbox } from '../src/toolbox.ts';
import { CHIP, GPT2 } from './support/files.ts';
import { faultsOf, outcomeOf } from './support/simulate-texts.ts';

const { catalogue, mappings } = createToolbox();

/** Units without a prefix, so that a bound is written as it is kept. */
const BASE_UNITS = {
  time: 'ps',
  frequency: 'Hz',
  data: 'B',
  bandwidth: 'B/s',
  pinRate: 'b/s',
  energy: 'fJ',
  energyPerBit: 'fJ/bit',
  power: 'W',
  voltage: 'V',
  current: 'A',
  area: 'mm2',
  length: 'mm',
  ratio: '',
} as const;

/** A value of a parameter, at the ends of its range and between, as `--set` takes it. */
function valueOf(form: (typeof PARAMETERS)[number]['form']): fc.Arbitrary<string> {
  switch (form.kind) {
    case 'integer':
      return fc
        .oneof(
          fc.constantFrom(form.min, form.max, form.max + 1),
          fc.integer({ min: form.min, max: Math.min(form.max, form.min + 300) }),
          fc.integer({ min: form.min, max: form.max }),
        )
        .map(String);
    case 'quantity': {
      const { min, max } = form;
      return fc
        .oneof(
          fc.constantFrom(min, max),
          fc.double({ min, max, noNaN: true }),
          fc.nat({ max: 50 }).map((halvings) => Math.max(min, max / 2 ** halvings)),
        )
        .map((value) => `${value} ${BASE_UNITS[form.dimension]}`.trim());
    }
    case 'choice':
      return fc.constantFrom(...form.choices);
    case 'flag':
      return fc.constantFrom('true', 'false');
  }
}

const SPEC = loadChip(CHIP, 'chip.yaml', catalogue);
const PARAMETERS = resolveChip(SPEC, catalogue).parts.flatMap((part) =>
  Object.entries(part.declaration.parameters).map(([name, { form }]) => ({
    path: `components.${part.name}.${name}`,
    form,
  })),
);

describe('whatever a parameter is set to, within its range', () => {
  const assignment = fc
    .constantFrom(...PARAMETERS)
    .chain(({ path, form }) => valueOf(form).map((value) => [path, value] as const));
  const trace = generateTrace(parseModelConfig(readDocument(GPT2, 'config.json', { syntax: 'json' })), {
    prompt: 3,
    generate: 2,
    batch: 1,
    weights: 'bf16',
    kv: 'bf16',
    activations: 'bf16',
  });

  it('ends in a result or a typed refusal', () => {
    const ends = { result: 0, refusal: 0 };
    const met = new Set<string>();
    fc.assert(
      fc.property(fc.array(assignment, { minLength: 1, maxLength: 3 }), (assignments) => {
        const end = outcomeOf(() => {
          let spec = SPEC;
          for (const [path, value] of assignments) spec = setParameter(spec, path, value, catalogue);
          return replay(resolveChip(spec, catalogue), trace, { mappings });
        });
        ends[end.kind]++;
        if (end.kind === 'result') for (const [path] of assignments) met.add(path);
        expect(faultsOf(end)).toEqual([]);
      }),
      { numRuns: 400, seed: 7 },
    );
    expect(ends.result).toBeGreaterThan(100);
    expect(ends.refusal).toBeGreaterThan(50);
    expect(met.size).toBeGreaterThan(PARAMETERS.length * 0.6);
  });
});
