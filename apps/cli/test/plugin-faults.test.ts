import { describe, expect, it } from 'vitest';
import { MAPPING, RUN, TAPE, changed, spawn, type, unmet } from './support/tape.ts';
import type { Files } from './support/tape.ts';

describe('a component that breaks its contract in a run', () => {
  it.each<[string, string, string, RegExp]>([
    [
      'facts throw',
      'facts: ({ rate }) => ({',
      'facts: ({ rate }) => nothing ?? ({',
      /component type memory\/tape: facts threw ReferenceError/,
    ],
    ['facts give NaN', 'bandwidth: rate', 'bandwidth: rate / undefined', /facts gives NaN as bandwidth/],
    [
      'facts give no facts',
      '=> ({ capacity: 2 ** 34, bandwidth: rate, minimumLatency: 0, resources: 1 })',
      '=> 7',
      /facts gives 7, and no facts/,
    ],
    ['facts leave out what they must say', 'minimumLatency: 0, ', '', /facts leaves out minimumLatency/],
    [
      'conflicts throw',
      'conflicts: () => []',
      'conflicts() { throw new Error("why"); }',
      /conflicts threw Error: why/,
    ],
    [
      'conflicts give nonsense',
      'conflicts: () => []',
      'conflicts: () => [1]',
      /conflicts gives a conflict that is not/,
    ],
    [
      'an energy is no number',
      '=> bitEnergy',
      '=> "1 pJ"',
      /the energy of action "bit" gives 1 pJ, and no number/,
    ],
    [
      'create throws',
      'let free = 0;',
      'throw new TypeError("no tape");',
      /component "tape" \(memory\/tape\): create threw TypeError: no tape/,
    ],
    [
      'create gives no model',
      'return {\n      accept',
      'return 3 || {\n      accept',
      /create gives 3, and no model/,
    ],
    ['the model cannot accept', 'accept(token', 'take(token', /create gives a model without accept/],
    [
      'accept throws',
      'host.occupy(end - start);',
      'nothing();',
      /component "tape" \(memory\/tape\): accept threw ReferenceError/,
    ],
    [
      'an undeclared action is asked for',
      "action('bit')",
      "action('byte')",
      /it does not declare the action "byte"/,
    ],
    [
      'a time is NaN',
      'start, end, end)',
      'start, end, NaN)',
      /it broke its contract: a last result is NaN ps/,
    ],
    ['a time is negative', 'start, end, end)', '-1, end, end)', /it broke its contract: asked at/],
    [
      'a time is no integer',
      'start, end, end)',
      'start, end, end + 0.5)',
      /it broke its contract: a last result is .*\.5 ps/,
    ],
    ['time goes backwards', 'start, end, end)', 'start, end + 1, end)', /it broke its contract: asked at/],
    ['a count is negative', '* 8)', '* -8)', /it counts -\d+ actions/],
    ['busy time is NaN', 'host.occupy(end - start)', 'host.occupy(NaN)', /it counts NaN ps of busy time/],
    [
      'a chunk is never finished',
      'host.finish(token, start, end, end);',
      '',
      /component "tape" \(memory\/tape\): .*never finishes chunk/,
    ],
    [
      'a chunk is finished twice',
      'free = end;',
      'host.finish(token, start, end, end);',
      /it finishes a chunk twice/,
    ],
    [
      'a state is no list',
      'save: (now) => [Math.max(0, free - now)]',
      'save: () => 4',
      /save gives 4, and no list of numbers/,
    ],
    [
      'a state holds NaN',
      'save: (now) => [Math.max(0, free - now)]',
      'save: () => [NaN]',
      /save gives a state with NaN/,
    ],
    ['load throws', 'free = now + left;', 'nothing();', /load threw ReferenceError/],
    [
      'a forged error comes out',
      'host.occupy(end - start);',
      "throw Object.assign(new SystoleError({ code: 'x', message: 'y' }), { problems: 4 });",
      /accept threw/,
    ],
  ])('%s', async (_what, found, put, expected) => {
    const outcome = await type([...RUN, '--plugin', './tape.mjs'], { 'tape.mjs': changed(TAPE, found, put) });
    expect(unmet(outcome, /^error \[plugin\/failed\]/, expected, /plugin "tape"/)).toEqual([]);
  });

  it('is told with the line that threw', () => {
    const files = { 'tape.mjs': changed(TAPE, 'host.occupy(end - start);', 'nothing();') };
    const line = files['tape.mjs'].split('\n').findIndex((text) => text.includes('nothing();')) + 1;
    const outcome = spawn([...RUN, '--plugin', './tape.mjs'], files);
    expect(unmet(outcome, new RegExp(`/tape\\.mjs:${line}:9  plugin "tape": component "tape"`))).toEqual([]);
  });

  it('may refuse an input by the error of its own copy of Systole', async () => {
    const text = changed(
      TAPE,
      'host.occupy(end - start);',
      "throw new SystoleError({ code: 'capacity/exceeded', message: 'the tape is full', hint: 'Buy another.' });",
    );
    expect(
      unmet(
        await type([...RUN, '--plugin', './tape.mjs'], { 'tape.mjs': text }),
        /^error \[(?!plugin)[^]*the tape is full/,
      ),
    ).toEqual([]);
  });

  it('may say that it broke its contract by the fault of its own copy', async () => {
    const text = changed(TAPE, 'host.occupy(end - start);', "throw new ModelFault('tape', 'it tore');");
    expect(
      unmet(
        await type([...RUN, '--plugin', './tape.mjs'], { 'tape.mjs': text }),
        /^error \[plugin\/failed\].*it broke its contract: it tore/,
      ),
    ).toEqual([]);
  });
});

describe('a mapping that breaks its contract', () => {
  const files = (text: string): Files => ({ 'tape.mjs': TAPE, 'mine.mjs': text });
  const run = [...RUN, '--mapping', 'mine', '--plugin', './tape.mjs', '--plugin', './mine.mjs'];
  const TASK =
    "{ name: 'x', operator: 0, tag: 0, after: [], delay: 0, chunks: 1, stages: [{ component: 0, slots: 1, transaction: { kind: 'read', bytes: 64 } }] }";

  it.each<[string, string, string, RegExp]>([
    ['has no plan', 'plan(chip', 'plam(chip', /plugin\/invalid.*plan: .*it is missing/s],
    ['has options that are none', 'options: {}', 'options: { a: 1 }', /plugin\/invalid.*options\.a/],
    [
      'is of another contract',
      'mappings: [mine]',
      'mappings: [{ ...mine, contract: 7 }]',
      /plugin\/incompatible.*version 7/,
    ],
    [
      'throws',
      'const plan = auto',
      'const plan = outo',
      /plugin\/failed.*mapping "mine": plan threw ReferenceError/,
    ],
    ['gives no plan', 'return {\n', 'return 1 && 3; ({\n', /plugin\/failed.*plan gives no plan/],
    [
      'gives no placement',
      'placement: plan.placement',
      'placement: 3',
      /plan gives a plan without a placement/,
    ],
    [
      'places in what is not there',
      'placement: plan.placement',
      "placement: [{ memory: 'disk', what: 'weights', bytes: 1, capacity: 2 }]",
      /places weights in "disk"/,
    ],
    [
      'places NaN bytes',
      'placement: plan.placement',
      "placement: [{ memory: 'tape', what: 'weights', bytes: NaN, capacity: 2 }]",
      /places NaN bytes of "weights"/,
    ],
    [
      'throws for a block',
      '(block) => plan',
      '(block) => plon',
      /mapping "mine": stretchesOf threw ReferenceError/,
    ],
    ['gives no stretches', '(block) => plan.stretchesOf(block)', '(block) => [1]', /stretchesOf/],
    ['throws for the tasks', 'stretch.tasks()', 'nothing()', /mapping "mine": tasks threw ReferenceError/],
    ['gives no tasks', 'stretch.tasks()', '3', /tasks gives no list of tasks/],
    [
      'uses a component by an index that is not there',
      'stretch.tasks()',
      `[${TASK.replace('component: 0', 'component: 99')}]`,
      /"x" that has a stage at component 99, and the chip has 5/,
    ],
    [
      'asks for what a component does not take',
      'stretch.tasks()',
      `[${TASK.replace("'read'", "'play'")}]`,
      /asks "tape" \(memory\/tape\) for "play", and it takes read, write/,
    ],
    ['asks for half a byte', 'stretch.tasks()', `[${TASK.replace('64', '0.5')}]`, /read 0\.5 bytes/],
    [
      'lets a task wait for itself',
      'stretch.tasks()',
      `[${TASK.replace('after: []', 'after: [0]')}]`,
      /mapping "mine": .*never ends/,
    ],
    [
      'lets a task wait for none',
      'stretch.tasks()',
      `[${TASK.replace('after: []', 'after: [5]')}]`,
      /waits for a task that is not there/,
    ],
    ['has no chunks', 'stretch.tasks()', `[${TASK.replace('chunks: 1', 'chunks: 0')}]`, /has 0 chunks/],
  ])('%s', async (_what, found, put, expected) => {
    const text = changed(MAPPING, found, put);
    const closed = put.startsWith('return 1')
      ? text.replace('    };\n  },\n});', '    });\n  },\n});')
      : text;
    expect(unmet(await type(run, files(closed)), expected, /my-mappings/)).toEqual([]);
  });

  it('names a unit that is not in the chip', async () => {
    const text = changed(MAPPING, 'const plan = auto', "chip.indexOf('npu');\n    const plan = auto");
    expect(
      unmet(
        await type(run, files(text)),
        /mapping\/missing-unit.*mapping "mine" of plugin "my-mappings".*"npu"/,
        /The chip has: tape, array, vector, sram, xbar/,
      ),
    ).toEqual([]);
  });
});
