import * as fc from 'fast-check';
import { canonicalJson, chipHash, loadChip } from '@systole/chip';
import { createCatalogue, readParameter } from '@systole/core';
import { computePackage } from '@systole/compute';
import { readDocument } from '@systole/document';
import { interconnectPackage } from '@systole/interconnect';
import { memoryPackage } from '@systole/memory';
import { parseModelConfig, parseWorkload } from '@systole/trace';
import { describe, expect, it } from 'vitest';
import { arbitraryChip, arbitraryModel, arbitraryValues, arbitraryWorkload } from '../src/index.ts';
import { counterexampleFiles } from '../src/index.ts';
import type { Counterexample } from '../src/index.ts';
import { writtenValues } from '../src/written-values.ts';
import { declarations } from './support/subjects.ts';

const catalogue = createCatalogue([memoryPackage, computePackage, interconnectPackage]);

function filesOf(counterexample: Counterexample): Readonly<Record<string, string>> {
  return Object.fromEntries(counterexampleFiles(counterexample).map(({ name, text }) => [name, text]));
}

/** What is there: a parameter without a value is left out. */
function given(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

describe('the files of a counterexample lead back to it', () => {
  it.each(declarations.map((declaration) => ({ type: declaration.type, declaration })))(
    'the values of $type',
    ({ type, declaration }) => {
      fc.assert(
        fc.property(arbitraryValues(declaration), (values) => {
          const written = writtenValues(declaration, values);
          const part = { name: 'subject', type, values: {}, written };
          const { 'chip.yaml': chip = '' } = filesOf({
            subject: 'component',
            parts: [part],
            stretches: [],
            drawn: {},
          });
          const document = readDocument(chip, 'chip.yaml').value;
          expect(document).toMatchObject({ components: { subject: { type, ...written } } });

          const preset = declaration.presets[String(written['preset'])]?.values ?? {};
          const read = Object.entries(declaration.parameters).map(([name, parameter]) => {
            const text = Object.hasOwn(written, name) ? written[name] : preset[name];
            const result = text === undefined ? undefined : readParameter(parameter, text);
            if (result === undefined) return [name, parameter.fallback];
            return [name, result.ok ? result.value : result.message];
          });
          expect(given(Object.fromEntries(read))).toEqual(given(values));
        }),
        { numRuns: 40, seed: 1 },
      );
    },
  );

  it('a chip, its model and its workload', () => {
    fc.assert(
      fc.property(arbitraryChip(), arbitraryModel(), arbitraryWorkload(), (chip, model, workload) => {
        const files = filesOf({ subject: 'chip', chip, trace: 'small', model, workload });
        const read = loadChip(files['chip.yaml'] ?? '', 'chip.yaml', catalogue);
        expect(canonicalJson(read)).toBe(canonicalJson(chip));
        expect(chipHash(read)).toBe(chipHash(chip));

        const recipe = parseWorkload(readDocument(files['workload.yaml'] ?? '', 'workload.yaml'));
        expect(recipe).toEqual({ name: 'workload', model: 'model.json', ...workload });
        const config = parseModelConfig(readDocument(files['model.json'] ?? '', 'model.json'));
        expect({ ...config, name: '' }).toEqual({ ...model, name: '' });
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  it('the tasks of a component', () => {
    const task = { name: 't0', tag: 0, after: [], chunks: 1, delay: 0, stages: [] };
    const { 'tasks.json': text = '' } = filesOf({
      subject: 'component',
      parts: [],
      stretches: [[task]],
      transaction: { kind: 'read', bytes: 1 },
      drawn: { origin: 7 },
    });
    expect(JSON.parse(text)).toEqual({
      transaction: { kind: 'read', bytes: 1 },
      stretches: [[task]],
      drawn: { origin: 7 },
    });
  });

  it('a trace that was not generated is named', () => {
    const [chip] = fc.sample(arbitraryChip(), 1);
    if (chip === undefined) throw new TypeError('no chip');
    expect(filesOf({ subject: 'chip', chip, trace: 'mine' })['trace.txt']).toContain('"mine"');
  });
});
