import * as fc from 'fast-check';
import { createCatalogue } from '@systole/core';
import type { ComponentDeclaration, ComponentModel } from '@systole/core';
import { computePackage, vector } from '@systole/compute';
import { interconnectPackage } from '@systole/interconnect';
import { createMappings, pimGpt } from '@systole/mapping';
import { memoryPackage } from '@systole/memory';
import { describe, expect, it } from 'vitest';
import { arbitraryChip, checkChip, counterexampleFiles } from '../src/index.ts';
import type { LawId } from '../src/index.ts';

const mappings = createMappings([pimGpt]);
const [chip] = fc.sample(arbitraryChip(), { numRuns: 1, seed: 1 });
if (chip === undefined) throw new TypeError('no chip');

/** The components of the house, with another vector unit. */
function catalogueWith(changes: Partial<ComponentDeclaration>) {
  // One declaration's parameters are as good as any other's to who only passes them on.
  const broken = { ...vector, ...changes } as ComponentDeclaration;
  const components = computePackage.components.map((one) => (one.type === broken.type ? broken : one));
  return createCatalogue([memoryPackage, { name: 'broken', components }, interconnectPackage]);
}

/** A vector unit whose model is wrapped. */
function modelled(wrap: (model: ComponentModel) => ComponentModel): Partial<ComponentDeclaration> {
  return { create: (context) => wrap(vector.create(context as never)) };
}

describe('a chip is caught with a vector unit that', () => {
  it.each<[string, LawId, () => Partial<ComponentDeclaration>]>([
    [
      'is slower each time that it is built',
      'chip/determinism',
      () => {
        let built = 0;
        return {
          create(context) {
            const { host } = context;
            const delay = built++;
            const slow = Object.create(host, {
              finish: {
                value: (...[token, start, first, last]: Parameters<typeof host.finish>) =>
                  host.finish(token, start, first + delay, last + delay),
              },
            });
            return vector.create({ ...context, host: slow } as never);
          },
        };
      },
    ],
    [
      'forgets its state, so that what was simulated once stands for what it is not like',
      'chip/reuse',
      () => {
        let served = 0;
        return {
          create(context) {
            const { host } = context;
            const worn = Object.create(host, {
              finish: {
                value: (...[token, start, first, last]: Parameters<typeof host.finish>) => {
                  served = (served + 1) % 97;
                  return host.finish(token, start, first + served, last + served);
                },
              },
            });
            served = 0;
            return vector.create({ ...context, host: worn } as never);
          },
        };
      },
    ],
    [
      'is busier than it can be',
      'chip/utilisation',
      () => ({ facts: () => ({ minimumLatency: 0, resources: 1e-6 }) }),
    ],
    [
      'crashes',
      'chip/steps',
      () =>
        modelled(() => ({
          accept: () => {
            throw new TypeError('no');
          },
          save: () => [],
          load: () => {},
        })),
    ],
  ])('%s', (_what, law, make) => {
    const options = { catalogue: catalogueWith(make()), mappings, laws: [law], runs: 10 };
    const [found] = checkChip(chip, options).findings;
    expect(found).toMatchObject({ law, outcome: 'broken' });

    // One head, one token in, and no more layers than it takes to see a repeated one: as little as there is to run.
    expect(found?.counterexample).toMatchObject({
      subject: 'chip',
      model: { heads: 1 },
      workload: { prompt: 1, batch: 1 },
    });
    if (found?.counterexample?.subject !== 'chip') return;
    expect(found.counterexample.model?.layers).toBeLessThanOrEqual(law === 'chip/reuse' ? 2 : 1);
    expect(counterexampleFiles(found.counterexample).map(({ name }) => name)).toEqual([
      'chip.yaml',
      'workload.yaml',
      'model.json',
    ]);

    const again = { ...options, catalogue: catalogueWith(make()), seed: 1, path: found.path ?? '' };
    expect(checkChip(chip, again).findings[0]).toMatchObject({
      outcome: 'broken',
      runs: 1,
      counterexample: found.counterexample,
    });
  });
});

it('a law that says nothing of a chip is not passed over in silence', () => {
  const pair = new Set(['dram', 'mac']);
  const without = {
    ...chip,
    components: Object.fromEntries(Object.entries(chip.components).filter(([name]) => !pair.has(name))),
    connections: chip.connections.filter(({ from, to }) => !pair.has(from) && !pair.has(to)),
  };
  const catalogue = createCatalogue([memoryPackage, computePackage, interconnectPackage]);
  const report = checkChip(without, { catalogue, mappings, laws: ['chip/more-channels'] });
  expect(report.findings).toEqual([]);
  expect(report.inapplicable).toMatchObject([{ law: 'chip/more-channels' }]);
});

it('a chip that runs nothing says what it refused last', () => {
  const catalogue = createCatalogue([memoryPackage, computePackage, interconnectPackage]);
  const lost = { ...chip, mapping: 'nowhere' };
  const [finding] = checkChip(lost, { catalogue, mappings, laws: ['chip/steps'], runs: 5 }).findings;
  expect(finding).toMatchObject({ outcome: 'broken', runs: 0 });
  expect(finding?.cause).toContain('"nowhere"');
});
