import { createCatalogue, defineComponent, SystoleError } from '@systole/core';
import type { ComponentModel } from '@systole/core';
import { readDocument } from '@systole/document';
import { describe, expect, it } from 'vitest';
import { defineChip, locateError, parseChip, placesWithout, resolveChip } from '../src/index.ts';
import type { ConnectionSpec } from '../src/index.ts';
import { catalogue as sample, edited, problemsOf, SAMPLE } from './sample.ts';

function create(): ComponentModel {
  throw new Error('these components are only described');
}

/** Data goes one way through it, by ports that are not called in and out. */
const wire = defineComponent({
  type: 'interconnect/wire',
  role: 'interconnect',
  summary: 'One way from one master.',
  parameters: {},
  ports: {
    listens: { help: 'To the master', connections: 1, direction: 'in' },
    speaks: { help: 'To who hears it', connections: 2, direction: 'out' },
  },
  accepts: {},
  facts: () => ({ minimumLatency: 0, resources: 1 }),
  lowerBound: () => 0,
  create,
});

const catalogue = createCatalogue([
  { name: 'sample', components: sample.components },
  { name: 'wires', components: [wire] },
]);

/** A chip of four buffers and the interconnects `more`, in TypeScript. */
function chipOf(more: Readonly<Record<string, string>>, connections: readonly ConnectionSpec[]) {
  const names = ['one', 'two', 'three', 'four'];
  const buffers = names.map((name) => [name, { type: 'memory/sram', capacity: '1 KiB' }] as const);
  const others = Object.entries(more).map(([name, type]) => [name, { type }] as const);
  return defineChip({
    name: 'composed',
    clock: '1 GHz',
    components: Object.fromEntries([...buffers, ...others]),
    connections,
  });
}

function found(more: Readonly<Record<string, string>>, connections: readonly ConnectionSpec[]) {
  return problemsOf(() => resolveChip(chipOf(more, connections), catalogue));
}

const star = (...names: readonly string[]): readonly ConnectionSpec[] =>
  names.map((from) => ({ from, to: 'xbar' }));

describe('ports of one direction', () => {
  const wired: readonly ConnectionSpec[] = [
    ...star('two', 'three', 'four'),
    { from: 'one', to: 'wire.listens' },
    { from: 'wire.speaks', to: 'xbar' },
    { from: 'xbar', to: 'one' },
  ];

  it('carry data that way only, whatever they are called', () => {
    const chip = resolveChip(
      chipOf({ xbar: 'interconnect/crossbar', wire: 'interconnect/wire' }, wired),
      catalogue,
    );
    expect(chip.route('one', 'two').map(({ component }) => chip.parts[component]?.name)).toContain('xbar');
    const wireOf = chip.connections.find(({ to }) => to.port === 'listens');
    expect(wireOf?.to).toMatchObject({ input: { first: 0, count: 1 }, output: undefined });
    const onward = chip.connections.find(({ from }) => from.port === 'speaks');
    expect(onward?.from).toMatchObject({ input: undefined, output: { first: 0, count: 1 } });
  });

  it('refuse a second master, naming the first', () => {
    const [problem, ...others] = found({ xbar: 'interconnect/crossbar', wire: 'interconnect/wire' }, [
      ...wired,
      { from: 'two', to: 'wire.listens' },
    ]);
    expect(others).toEqual([]);
    expect(problem).toEqual({
      code: 'chip/port-conflict',
      message: 'port "listens" of "wire" takes 1 connection, and "one" has it already',
      place: { path: 'connections[6].to' },
      hint: 'Connect "two" to another port, or put a bus or a crossbar between.',
    });
  });

  it('refuse data against their direction, and name the port for it', () => {
    expect(
      found({ xbar: 'interconnect/crossbar', wire: 'interconnect/wire' }, [
        ...wired.slice(0, 4),
        { from: 'xbar', to: 'wire.speaks' },
      ])[0],
    ).toMatchObject({
      code: 'chip/port-conflict',
      message: 'no data enters "wire" by its port speaks',
      hint: 'Write to: wire.listens, or to: wire for a connection that carries both ways.',
    });
  });

  it('are both taken by a connection that names none', () => {
    const chip = resolveChip(
      chipOf({ xbar: 'interconnect/crossbar', wire: 'interconnect/wire' }, [
        ...star('one', 'two', 'three', 'four'),
        { from: 'one', to: 'wire' },
        { from: 'wire.speaks', to: 'two' },
      ]),
      catalogue,
    );
    expect(chip.connections[4]?.to).toEqual({
      component: 5,
      port: undefined,
      input: { first: 0, count: 1 },
      output: { first: 0, count: 1 },
    });
    expect(chip.connections[5]?.from.output).toEqual({ first: 1, count: 1 });
  });
});

describe('what is joined to what', () => {
  it('says of an island what it is cut off from, once', () => {
    expect(
      found({ xbar: 'interconnect/crossbar' }, [...star('one', 'two'), { from: 'three', to: 'four' }]),
    ).toEqual([
      {
        code: 'chip/incomplete',
        message: 'nothing joins "three", "four" to "one", "xbar", "two"',
        place: { path: 'components.three' },
        hint: 'Write a connection between one of them and one of "one", "xbar", "two".',
      },
    ]);
  });

  it('says of a link with an open end which one it is', () => {
    const [problem, ...others] = found({ xbar: 'interconnect/crossbar', link: 'interconnect/link' }, [
      ...star('one', 'two', 'three', 'four'),
      { from: 'link.b', to: 'xbar' },
    ]);
    expect(others).toEqual([]);
    expect(problem).toMatchObject({
      message: '"link" joins two ends, and nothing is connected to its end "a"',
      place: { path: 'components.link' },
    });
  });

  it('counts a unit in a memory as joined where its memory is', () => {
    expect(() => parseChip(readDocument(SAMPLE, 'chip.yaml'), catalogue)).not.toThrow();
  });
});

describe('locateError', () => {
  const document = readDocument(SAMPLE, 'chip.yaml');
  const chip = resolveChip(parseChip(document, sample), sample, document);
  const placeOf = (path: string, code: 'capacity/exceeded' | 'chip/unknown-key' = 'capacity/exceeded') =>
    locateError(new SystoleError({ code, message: 'm', place: { path } }), chip).place;

  it('finds the value, the key of a block, and the nearest of what is not written', () => {
    expect(placeOf('components.sram.capacity')).toMatchObject({ line: 24, column: 15 });
    expect(placeOf('components.sram')).toMatchObject({ file: 'chip.yaml', line: 22, column: 3 });
    expect(placeOf('sram')).toMatchObject({ line: 22, path: 'components.sram' });
    expect(placeOf('components.sram.clock')).toMatchObject({ line: 22, path: 'components.sram.clock' });
    expect(placeOf('components')).toMatchObject({ line: 8, column: 1 });
    expect(placeOf('mapping.tiles', 'chip/unknown-key')).toMatchObject({ line: 5 });
  });

  it('leaves alone what is not about the chip, or has a file', () => {
    expect(placeOf('workload.batch')).toEqual({ path: 'workload.batch' });
    expect(placeOf('a b')).toEqual({ path: 'a b' });
    const place = { file: 'trace.jsonl', line: 3, path: 'components' };
    expect(locateError(new SystoleError({ code: 'trace/invalid', message: 'm', place }), chip).place).toEqual(
      place,
    );
    const bare = new SystoleError({ code: 'trace/invalid', message: 'm' });
    expect(locateError(bare, chip).problems).toEqual(bare.problems);
  });

  it('has a path alone for a chip in TypeScript, and for what was set from outside', () => {
    const error = new SystoleError({
      code: 'capacity/exceeded',
      message: 'm',
      place: { path: 'sram.capacity' },
    });
    expect(locateError(error, { parts: chip.parts }).place).toEqual({ path: 'components.sram.capacity' });
    const places = placesWithout(document, ['components.sram.capacity']);
    expect(locateError(error, { parts: chip.parts, places }).place).toEqual({
      path: 'components.sram.capacity',
    });
    expect(places.placeOf(['components', 'sram', 'clock'])).toMatchObject({ file: 'chip.yaml' });
  });
});

describe('an attachment of two units', () => {
  it('is said once, and the units are not said to be left alone', () => {
    const text = edited('attach: mac', 'attach: [mac, other]').replace(
      '  sram:',
      '  other: { type: compute/pim-bank }\n  sram:',
    );
    expect(problemsOf(() => parseChip(readDocument(text, 'chip.yaml'), sample))).toEqual([
      {
        code: 'chip/duplicate',
        message: 'one unit can be attached to a memory, found a list of 2',
        place: { file: 'chip.yaml', line: 12, column: 13, path: 'components.dram.attach' },
        hint: 'Write attach: mac here, and give each further unit a memory of its own.',
      },
    ]);
  });
});
