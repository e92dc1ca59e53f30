import { describe, expect, it } from 'vitest';
import { defineChip, loadChip, resolveChip, vary } from '../src/index.ts';
import { catalogue, problemsOf, SAMPLE } from './sample.ts';

const sample = defineChip({
  name: 'sample-pim',
  summary: 'Banks that multiply, and a vector unit beside them.',
  clock: '1 GHz',
  mapping: { name: 'pim-gpt', lmHead: 'pim', tiles: 4, exact: true },
  citations: { paper: 'A. Author: A memory that computes. 2024.' },
  components: {
    dram: {
      type: 'memory/dram',
      preset: ['gddr6-16000', 'slow'],
      attach: 'mac',
      detail: 'detailed',
      channels: { value: 8, source: 'paper', confidence: 'secondary', note: 'table 1' },
      tRAS: '33 ns',
      standby: { value: '92 mA', confidence: 'inferred', note: 'from IDD2N' },
      refresh: false,
      derating: '150 %',
    },
    mac: {
      type: 'compute/pim-bank',
      lanes: { value: 16, source: 'B. Editor: A survey. 2025.', confidence: 'secondary' },
    },
    sram: { type: 'memory/sram', capacity: '128 KiB' },
    xbar: { type: 'interconnect/crossbar' },
    wire: { type: 'interconnect/link' },
    vector: { type: 'compute/vector' },
  },
  connections: [
    { from: 'sram', to: 'xbar', lanes: 2 },
    { from: 'xbar', to: 'dram', lanes: 8 },
    { from: 'sram.port', to: 'wire' },
    { from: 'wire.b', to: 'vector' },
  ],
});

describe('defineChip', () => {
  it('gives the same specification as the chip file that says the same', () => {
    expect(sample).toEqual(loadChip(SAMPLE, 'chip.yaml', catalogue));
  });

  it('knows the names of its components at compile time', () => {
    const wider = vary(sample, (draft) => {
      // Without the names this line would not compile: the component might not be there.
      draft.components.dram.channels = 16;
    });
    expect(resolveChip(wider, catalogue).part('dram').values.channels).toBe(16);
  });

  it('freezes the specification, and leaves the input alone', () => {
    const input = {
      name: 'one',
      clock: '1 GHz',
      components: { sram: { type: 'memory/sram', capacity: '1 KiB' } },
    };
    const chip = defineChip(input);
    expect(Object.isFrozen(chip.components.sram)).toBe(true);
    expect(Object.isFrozen(input.components.sram)).toBe(false);
    expect(chip).toEqual({ ...input, systole: 'chip/1', citations: {}, connections: [] });
  });

  it('checks the form at once, types and parameters only against a catalogue', () => {
    const chip = defineChip({
      name: 'odd',
      clock: '1 GHz',
      components: { a: { type: 'memory/none', b: 1 } },
    });
    expect(problemsOf(() => resolveChip(chip, catalogue))[0]).toMatchObject({
      code: 'chip/unknown-component',
      place: { path: 'components.a.type' },
    });
    const found = problemsOf(() =>
      defineChip({
        name: 'Odd',
        clock: '',
        components: { dram: { type: 'memory/dram', tRAS: NaN, 'a b': 1 } },
        connections: [{ from: 'dram', to: 'dram', lanes: -1 }],
      }),
    );
    expect(found.map(({ code, place, message }) => `${code} ${place?.path}: ${message}`)).toEqual([
      'chip/invalid name: "Odd" cannot be the name of a chip',
      'chip/invalid clock: expected text such as 1 GHz, found ""',
      'parameter/wrong-type components.dram.tRAS: expected a value, found NaN',
      'chip/invalid components.dram["a b"]: "a b" cannot be the name of a parameter',
      'chip/invalid connections[0].lanes: expected a whole number of lanes from 1 to 65536, found -1',
    ]);
  });

  it('refuses names that reach into the prototype of objects', () => {
    const components = JSON.parse('{"__proto__": {"type": "memory/sram"}}') as Record<
      string,
      { type: string }
    >;
    expect(problemsOf(() => defineChip({ name: 'x', clock: '1 GHz', components }))[0]).toMatchObject({
      code: 'chip/invalid',
      message: '"__proto__" cannot be the name of a component',
    });
    const parameter = { type: 'memory/sram', constructor: 1 };
    expect(
      problemsOf(() => defineChip({ name: 'x', clock: '1 GHz', components: { parameter } }))[0]?.message,
    ).toBe('"constructor" cannot be the name of a parameter');
  });
});
