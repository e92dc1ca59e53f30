import { describe, expect, it } from 'vitest';
import { createCatalogue, defineComponent, SystoleError } from '../src/index.ts';
import { fifo, sharing, shortestFirst } from './support/servers.ts';

const queues = { name: 'queues', components: [fifo, shortestFirst] };

function codeOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error instanceof SystoleError
      ? { code: error.code, text: error.message, place: error.place }
      : error;
  }
  return undefined;
}

describe('a catalogue', () => {
  const catalogue = createCatalogue([queues, { name: 'more', components: [sharing] }]);

  it('finds a declaration, and the package that it comes from', () => {
    expect(catalogue.find('test/fifo')).toBe(fifo);
    expect(catalogue.packageOf('test/sharing')).toBe('more');
    expect([catalogue.has('test/fifo'), catalogue.has('test/lifo')]).toEqual([true, false]);
    expect(catalogue.components).toEqual([fifo, shortestFirst, sharing]);
  });

  it('offers the nearest type when there is none of a name', () => {
    expect(codeOf(() => catalogue.find('test/fofo', { file: 'chip.yaml', line: 3, column: 5 }))).toEqual({
      code: 'chip/unknown-component',
      text: 'chip.yaml:3:5  there is no component "test/fofo"\n  Did you mean "test/fifo"?',
      place: { file: 'chip.yaml', line: 3, column: 5 },
    });
    expect(codeOf(() => catalogue.find('constructor'))).toMatchObject({ code: 'chip/unknown-component' });
  });

  it('names both packages that declare one type', () => {
    expect(codeOf(() => createCatalogue([queues, { name: 'others', components: [fifo] }]))).toMatchObject({
      code: 'plugin/duplicate-type',
      text: expect.stringMatching(/"test\/fifo".*"queues".*"others"/),
    });
  });

  it.each(['fifo', 'Test/fifo', 'test/', 'test/fifo/deep', '__proto__/x'])(
    'refuses the type "%s"',
    (type) => {
      const components = [{ ...fifo, type }];
      expect(codeOf(() => createCatalogue([{ name: 'odd', components }]))).toMatchObject({
        code: 'plugin/invalid',
      });
    },
  );

  it('is a value: two live side by side', () => {
    const other = createCatalogue([{ name: 'mine', components: [{ ...fifo, summary: 'another' }] }]);
    expect(catalogue.find('test/fifo').summary).not.toBe(other.find('test/fifo').summary);
  });
});

it('a declaration has an empty default for what its author leaves out, and is frozen', () => {
  const bare = defineComponent({
    type: 'test/bare',
    role: 'memory',
    summary: 'Bare.',
    parameters: {},
    ports: {},
    accepts: {},
    facts: () => ({ minimumLatency: 0, resources: 1 }),
    lowerBound: () => 0,
    create: () => ({ accept: () => {}, save: () => [], load: () => {} }),
  });
  expect(bare).toMatchObject({
    presets: {},
    reasons: {},
    statistics: {},
    actions: {},
    citations: [],
    inMemory: 'none',
  });
  expect([bare.staticPower({}), bare.area({}), bare.conflicts({})]).toEqual([0, undefined, []]);
  expect(Object.isFrozen(bare)).toBe(true);
});
