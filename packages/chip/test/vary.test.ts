import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applyPatches,
  chipHash,
  componentOf,
  loadChip,
  resolveChip,
  setParameter,
  vary,
  varyWithPatches,
} from '../src/index.ts';
import type { ChipPatch } from '../src/index.ts';
import { catalogue, outcome, problemsOf, SAMPLE } from './sample.ts';

const sample = loadChip(SAMPLE, 'chip.yaml', catalogue);

function set(path: string, written: string): ReturnType<typeof setParameter> {
  return setParameter(sample, path, written, catalogue);
}

describe('vary', () => {
  it('changes what the recipe changes, shares the rest, and leaves the original alone', () => {
    const varied = vary(sample, (draft) => {
      componentOf(draft, 'dram').channels = 16;
    });
    expect(varied.components.dram?.channels).toBe(16);
    expect(sample.components.dram?.channels).toMatchObject({ value: 8 });
    expect(varied.components.sram).toBe(sample.components.sram);
    expect(Object.isFrozen(varied.components.dram)).toBe(true);
    expect(resolveChip(varied, catalogue).part('dram').settings.channels).toEqual({
      value: 16,
      layer: 'chip',
      written: 16,
    });
  });

  it('is checked when it is resolved: problems have a path and no line', () => {
    const varied = vary(sample, (draft) => {
      componentOf(draft, 'dram').tRAS = '10 ns';
      componentOf(draft, 'sram').capacity = '-1 KiB';
      draft.connections.push({ from: 'xbar', to: 'nowhere' });
    });
    expect(
      problemsOf(() => resolveChip(varied, catalogue)).map(({ code, place }) => ({ code, place })),
    ).toEqual([
      { code: 'parameter/out-of-range', place: { path: 'components.dram.tRCD' } },
      { code: 'parameter/out-of-range', place: { path: 'components.sram.capacity' } },
      { code: 'chip/dangling-connection', place: { path: 'connections[4].to' } },
    ]);
  });

  it('names the nearest component in a recipe', () => {
    expect(problemsOf(() => vary(sample, (draft) => void componentOf(draft, 'drma')))[0]).toMatchObject({
      code: 'chip/unknown-component',
      hint: 'Did you mean "dram"?',
    });
  });

  it('gives patches that lead there and back, also after they were stored as text', () => {
    const [varied, patches, inverse] = varyWithPatches(sample, (draft) => {
      componentOf(draft, 'dram').channels = 16;
      draft.connections.pop();
      delete draft.components.vector;
      draft.clock = '2 GHz';
    });
    const stored = JSON.parse(JSON.stringify({ patches, inverse })) as {
      patches: ChipPatch[];
      inverse: ChipPatch[];
    };
    expect(applyPatches(sample, stored.patches)).toEqual(varied);
    expect(applyPatches(varied, stored.inverse)).toEqual(sample);
    expect(chipHash(applyPatches(varied, inverse))).toBe(chipHash(sample));
  });

  it('gives patches that keep the order of components', () => {
    const names = Object.keys(sample.components);
    const orders = fc.tuple(
      fc.shuffledSubarray(names, { minLength: 1, maxLength: names.length }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(orders, ([kept, isWhole]) => {
        const [varied, patches, inverse] = varyWithPatches(sample, (draft) => {
          const parts = { ...draft.components };
          // Either each component is moved by itself, or all of them are set at once.
          for (const name of names) delete draft.components[name];
          if (isWhole) draft.components = {};
          for (const name of kept) draft.components[name] = parts[name] ?? { type: 'compute/vector' };
        });
        expect(Object.keys(varied.components)).toEqual(kept);
        expect(chipHash(applyPatches(sample, patches))).toBe(chipHash(varied));
        expect(chipHash(applyPatches(varied, inverse))).toBe(chipHash(sample));
      }),
    );
  });

  it('refuses patches that do not fit', () => {
    const stray = { op: 'replace', path: ['components', 'gpu', 'cores', 'first'], value: 1 } as const;
    expect(problemsOf(() => applyPatches(sample, [stray]))[0]?.code).toBe('argument/invalid');
    const evil = { op: 'add', path: ['__proto__', 'polluted'], value: 1 } as const;
    expect(problemsOf(() => applyPatches(sample, [evil]))[0]?.code).toBe('argument/invalid');
    expect('polluted' in {}).toBe(false);
  });
});

describe('setParameter', () => {
  it('overrides a figure, which loses its source', () => {
    const spec = set('components.dram.channels', '16');
    expect(spec.components.dram?.channels).toEqual({ value: 16, override: true });
    expect(resolveChip(spec, catalogue).part('dram').settings.channels).toEqual({
      value: 16,
      layer: 'override',
      written: 16,
    });
  });

  it('survives being written to a file and read again', () => {
    const spec = set('components.dram.tRAS', '40 ns');
    const again = loadChip(JSON.stringify(spec), 'chip.json', catalogue);
    expect(again).toEqual(spec);
    expect(resolveChip(again, catalogue).part('dram').settings.tRAS?.layer).toBe('override');
  });

  it('reads each kind of parameter', () => {
    expect(set('components.dram.refresh', 'true').components.dram?.refresh).toEqual({
      value: true,
      override: true,
    });
    expect(set('components.dram.derating', '1.2').components.dram?.derating).toEqual({
      value: '1.2',
      override: true,
    });
    expect(set('components.dram.policy', 'closed').components.dram?.policy).toEqual({
      value: 'closed',
      override: true,
    });
    expect(set('components.dram.detail', 'fast').components.dram?.detail).toBe('fast');
    expect(set('components.dram.preset', 'slow').components.dram?.preset).toBe('slow');
    expect(set('clock', '2 GHz').clock).toBe('2 GHz');
    expect(set('mapping', 'auto').mapping).toBe('auto');
    expect(set('mapping.tiles', '8').mapping).toEqual({
      name: 'pim-gpt',
      lmHead: 'pim',
      tiles: 8,
      exact: true,
    });
    expect(set('mapping.exact', 'false').mapping).toMatchObject({ exact: false });
    expect(set('mapping.order', '0x10').mapping).toMatchObject({ order: '0x10' });
  });

  it.each([
    ['components.drm.channels', '8', 'chip/unknown-component', 'Did you mean "dram"?'],
    ['components.dram.chanels', '8', 'chip/unknown-key', 'Did you mean "channels"?'],
    ['components.dram.toString', '8', 'chip/unknown-key', 'has no parameter'],
    ['components.dram.channels', '12', 'parameter/out-of-range', 'Try 8 or 16.'],
    ['components.dram.channels', 'many', 'parameter/wrong-type', 'got "many"'],
    ['components.dram.tRAS', '40', 'parameter/wrong-unit', 'has no unit'],
    ['components.dram.tRAS', '-4 ns', 'parameter/out-of-range', 'The least is'],
    ['components.dram.preset', 'slwo', 'chip/missing-reference', 'Did you mean "slow"?'],
    ['components.dram.detail', 'full', 'chip/invalid', 'expected fast or detailed'],
    ['components.dram.type', 'memory/sram', 'chip/unknown-key', 'cannot be set from outside'],
    ['components.dram.attach', 'vector', 'chip/unknown-key', 'cannot be set from outside'],
    ['dram.channels', '8', 'chip/unknown-key', 'components.dram.<parameter>'],
    ['components.dram', '8', 'chip/unknown-key', 'components.<component>.<parameter>'],
    ['components.dram.channels.value', '8', 'chip/unknown-key', 'components.<component>.<parameter>'],
    ['mapping', '', 'chip/invalid', 'cannot be the name of a mapping'],
    ['mapping.__proto__', '1', 'chip/unknown-key', 'cannot be the name of an option'],
    ['mapping.a.b', '1', 'chip/unknown-key', 'nothing that can be set'],
    ['name', 'x', 'chip/unknown-key', 'nothing that can be set'],
    ['', '', 'chip/unknown-key', 'nothing that can be set'],
  ])('refuses %s=%s', (path, written, code, words) => {
    const [problem, ...more] = problemsOf(() => set(path, written));
    expect(more).toEqual([]);
    expect(problem).toMatchObject({ code, place: { path } });
    expect(`${problem?.message} ${problem?.hint}`).toContain(words);
  });

  it('finds what is only wrong together with other values when the chip is resolved', () => {
    const spec = set('components.dram.tRAS', '10 ns');
    expect(problemsOf(() => resolveChip(spec, catalogue))[0]?.place).toEqual({
      path: 'components.dram.tRCD',
    });
    expect(problemsOf(() => resolveChip(set('clock', '1 ns'), catalogue))[0]?.place).toEqual({
      path: 'clock',
    });
  });

  it('answers any path and text with a specification or a typed error', () => {
    const step = fc.oneof(
      fc.constantFrom(
        'components',
        'dram',
        'channels',
        'tRAS',
        'preset',
        'mapping',
        'clock',
        '__proto__',
        'name',
      ),
      fc.string({ maxLength: 8 }),
    );
    const text = fc.oneof(fc.constantFrom('8', '12 ns', 'true', '1e400', 'slow'), fc.string());
    fc.assert(
      fc.property(fc.array(step, { maxLength: 5 }), text, (steps, written) => {
        expect(['chip', 'refused']).toContain(
          outcome(() => resolveChip(set(steps.join('.'), written), catalogue)),
        );
      }),
      { numRuns: 2000 },
    );
  });
});
