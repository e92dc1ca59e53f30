import { describe, expect, it } from 'vitest';
import { CHIP, RUN, TAPE, changed, type, unmet } from './support/tape.ts';

describe('a default export of nonsense', () => {
  it.each<[string, string, RegExp]>([
    ['a number', '42', /expected a list of components, .*got 42/],
    ['null', 'null', /expected a list of components/],
    ['a text', "'tape'", /got "tape"/],
    ['a function', '() => []', /got a function/],
    ['an empty object', '{}', /neither components nor mappings/],
    ['another key', '{ component: [] }', /component: .*no such key.*Did you mean "components"/s],
    ['a name that is none', '{ name: 3, components: [] }', /name: .*got 3/],
    ['a promise', 'Promise.resolve([])', /plugin\/invalid/],
    ['a thenable', '{ then() {} }', /then: .*no such key/],
    ['no list of components', '{ components: {} }', /components: .*expected a list/],
    ['a list of nonsense', '[1, null]', /components\[0\]: .*got 1[^]*components\[1\]: .*got nothing/],
    [
      'a cycle',
      '(() => { const a = { type: "memory/a" }; a.parameters = a; return [a]; })()',
      /contains itself/,
    ],
    ['a getter that throws', '[{ get type() { throw new Error("no!"); } }]', /reading it throws Error: no!/],
    [
      'a proxy that throws',
      'new Proxy({}, { get() { throw new Error("no!"); }, ownKeys() { throw new Error("no!"); } })',
      /reading its default export throws Error: no!/,
    ],
    [
      'a revoked proxy',
      '[(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; })()]',
      /components\.0: .*reading it throws/,
    ],
    ['an object of a class', '[new Map()]', /object of a class/],
    [
      'what never ends',
      'new Proxy([], { get: (list, key) => key === "length" ? 1e9 : {} })',
      /plugin\/invalid/,
    ],
  ])('%s', async (_what, value, expected) => {
    const outcome = await type(['list', 'components', '--plugin', './bad.mjs'], {
      'bad.mjs': `export default ${value};`,
    });
    expect(unmet(outcome, expected, /plugin "bad"/)).toEqual([]);
  });
});

describe('a declaration that is wrong', () => {
  it.each<[string, string, string, RegExp]>([
    ['without a type', "type: 'memory/tape',", '', /\[0\]\.type: .*family\/name; it is missing/],
    ['with a type that is none', "'memory/tape'", "'tape'", /family\/name, got "tape"/],
    ['with another role', "role: 'memory'", "role: 'compute'", /family memory, the role says compute/],
    [
      'with a role that is none',
      "role: 'memory'",
      "role: 'memroy'",
      /role: .*got "memroy"[^]*Did you mean "memory"/,
    ],
    ['without a model', 'create({', 'make({', /create: expected a function|make: .*no such key/],
    ['with a model that is none', 'conflicts: () => [],', 'conflicts: 3,', /conflicts: .*got 3/],
    ['without facts', 'facts:', 'fact:', /fact: .*no such key[^]*facts: .*it is missing/],
    [
      'with a parameter that is none',
      "rate: param.quantity('bandwidth', 'Rate', { default: '10 GB/s', min: '1 MB/s' })",
      "rate: '10 GB/s'",
      /parameters\.rate: .*param\.quantity.*got "10 GB\/s"/,
    ],
    [
      'with a parameter of no form',
      "param.quantity('energyPerBit', 'A bit', { default: '1 pJ/bit' })",
      "{ form: { kind: 'colour' }, help: 'A bit', optional: false }",
      /bitEnergy\.form\.kind: .*got "colour"/,
    ],
    [
      'with a default out of its range',
      "param.quantity('energyPerBit', 'A bit', { default: '1 pJ/bit' })",
      "{ ...param.integer('A bit', { max: 4 }), fallback: 5 }",
      /bitEnergy\.fallback: .*expected 1 to 4, got 5/,
    ],
    [
      'with a parameter that chips mean otherwise',
      'rate: param',
      'type: param',
      /parameters\.type: .*cannot be called "type"/,
    ],
    [
      'with an action that costs nothing to know',
      ', energy: ({ bitEnergy }) => bitEnergy',
      '',
      /actions\.bit\.energy: .*a function/,
    ],
    ['with a port of no connections', 'connections: 64', 'connections: -1', /ports\.port\.connections/],
    [
      'with a size that is none',
      'min: 1, max: 2 ** 40',
      'min: 9, max: 3',
      /accepts\.read\.bytes\.max: .*below the least/,
    ],
    [
      'of another contract',
      'export default [tape];',
      'export default [{ ...tape, contract: 99 }];',
      /plugin\/incompatible.*contract: .*version 99/s,
    ],
    [
      'that defineComponent did not make',
      'defineComponent({',
      'Object({',
      /contract: .*does not come from defineComponent/,
    ],
  ])('%s', async (_what, found, put, expected) => {
    const text = changed(TAPE, found, put);
    const outcome = await type(['list', 'components', '--plugin', './tape.mjs'], { 'tape.mjs': text });
    expect(unmet(outcome, expected, /plugin "tape"/, /tape\.mjs/)).toEqual([]);
  });

  it('is told all of its faults at once, with those of its neighbours', async () => {
    const text = changed(
      changed(TAPE, "role: 'memory',", "role: 'tape',"),
      "help: 'in and out'",
      'help: 1',
    ).replace('[tape]', '[tape, 7]');
    const { stderr } = await type(['list', 'components', '--plugin', './tape.mjs'], { 'tape.mjs': text });
    expect(stderr.match(/components\[[01]\]/g)).toHaveLength(3);
  });
});

describe('a chip file that wants to load code', () => {
  it.each<[string, string, string, RegExp, RegExp]>([
    ['plugin:', 'clock:', 'plugin: ./tape.mjs\nclock:', /chip\/unknown-key.*chip\.yaml:4:1 /, /--plugin/],
    ['plugins:', 'clock:', 'plugins: [./tape.mjs]\nclock:', /chip\/unknown-key.*chip\.yaml:4:1 /, /--plugin/],
    [
      'import: in a component',
      'tape: { type',
      'tape: { import: ./tape.mjs, type',
      /chip\/unknown-key|chip\/unknown-component/,
      /--plugin/,
    ],
    [
      'a path as a type',
      'type: memory/tape',
      'type: ./tape.mjs',
      /chip\/unknown-component.*chip\.yaml:6:17 /,
      /--plugin/,
    ],
    [
      'a package as a type',
      'type: memory/tape',
      "type: '@acme/tape'",
      /chip\/unknown-component.*chip\.yaml:6:17 /,
      /--plugin/,
    ],
    [
      'a function as a value',
      'clock: 1 GHz',
      'clock: !!js/function "function () {}"',
      /yaml\/syntax.*chip\.yaml:4:8 /,
      /--plugin/,
    ],
    [
      '__proto__',
      'clock:',
      '__proto__: { plugin: 1 }\nclock:',
      /yaml\/syntax.*chip\.yaml:4:1 .*__proto__/,
      /Choose another name/,
    ],
  ])('%s', async (_what, found, put, place, hint) => {
    const text = { 'chip.yaml': changed(CHIP, found, put), 'tape.mjs': 'process.exit(7);' };
    expect(unmet(await type(RUN, text), place, hint)).toEqual([]);
  });
});
