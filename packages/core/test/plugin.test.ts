import { describe, expect, it, vi } from 'vitest';
import {
  adoptComponents,
  checkDeclaration,
  CONTRACT,
  createCatalogue,
  Machine,
  ModelFault,
  PluginFault,
  SystoleError,
} from '../src/index.ts';
import type { ComponentDeclaration } from '../src/index.ts';
import { fifo, sharing, shortestFirst } from './support/servers.ts';

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

/** A copy of the package as a plugin has it: the same code, other classes. */
async function otherCopy(): Promise<typeof import('../src/index.ts')> {
  vi.resetModules();
  return import('../src/index.ts');
}

describe('two copies of the package', () => {
  it('have classes of their own, and know the errors of one another', async () => {
    const other = await otherCopy();
    expect(other.SystoleError).not.toBe(SystoleError);
    const error = new other.SystoleError({ code: 'argument/invalid', message: 'no' });
    expect(error).toBeInstanceOf(SystoleError);
    expect(new SystoleError({ code: 'argument/invalid', message: 'no' })).toBeInstanceOf(other.SystoleError);
    expect(new other.ModelFault('dram', 'it leaks')).toBeInstanceOf(ModelFault);
    expect(error).not.toBeInstanceOf(ModelFault);
    expect(error).not.toBeInstanceOf(other.ModelFault);
  });

  it.each([undefined, null, 3, 'SystoleError', {}, new Error('no'), { name: 'SystoleError', problems: [] }])(
    'take %s for no error of theirs',
    (value) => {
      expect(value instanceof SystoleError).toBe(false);
      expect(value instanceof ModelFault).toBe(false);
    },
  );

  it('take an object whose traps throw for no error of theirs', () => {
    const hostile = new Proxy({}, { get: () => thrownBy(() => undefined) });
    expect(hostile instanceof SystoleError).toBe(false);
  });

  it('tell a subclass from its base', () => {
    class Narrow extends SystoleError {}
    const wide = new SystoleError({ code: 'argument/invalid', message: 'no' });
    expect(wide instanceof Narrow).toBe(false);
    expect(new Narrow({ code: 'argument/invalid', message: 'no' }) instanceof Narrow).toBe(true);
  });
});

describe('the contract', () => {
  it('is stamped on by defineComponent, and another one is refused', () => {
    expect(fifo.contract).toBe(CONTRACT);
    const later = { ...fifo, contract: CONTRACT + 1 };
    const refusal = expect.objectContaining({ code: 'plugin/incompatible' });
    expect(thrownBy(() => createCatalogue([{ name: 'later', components: [later] }]))).toEqual(refusal);
    expect(checkDeclaration(later)).toEqual([refusal]);
  });
});

describe('checkDeclaration', () => {
  it('finds nothing wrong with what is right', () => {
    for (const declaration of [fifo, sharing, shortestFirst])
      expect(checkDeclaration(declaration)).toEqual([]);
  });

  it('says every problem at once, each at its path', () => {
    const problems = checkDeclaration({
      ...fifo,
      role: 'memroy',
      sumary: 'x',
      citations: [3],
      reasons: { late: '' },
      create: undefined,
    });
    expect(problems.map(({ place }) => place?.path).sort()).toEqual([
      'citations.0',
      'create',
      'reasons.late',
      'role',
      'sumary',
    ]);
    expect(problems.find(({ place }) => place?.path === 'sumary')?.hint).toBe('Did you mean "summary"?');
  });

  it.each(Object.keys(fifo).filter((key) => (fifo as unknown as Record<string, unknown>)[key] !== undefined))(
    'misses "%s" where it is left out',
    (key) => {
      const { [key]: _, ...rest } = fifo as unknown as Record<string, unknown>;
      expect(checkDeclaration(rest).map(({ place }) => place?.path)).toEqual([key]);
    },
  );

  it('holds presets against the parameters that they set', () => {
    const source = { source: 'a page', confidence: 'recalled' };
    const preset = (values: unknown): unknown => ({
      ...fifo,
      presets: { fast: { help: 'Fast.', values, source } },
    });
    expect(checkDeclaration(preset({ nowhere: 3 }))).toMatchObject([
      { place: { path: 'presets.fast.values.nowhere' } },
    ]);
  });

  it('holds the overheads of in-memory commands against reasons and presets', () => {
    const pathsOf = (commandOverheads: unknown) =>
      checkDeclaration({ ...fifo, reasons: { late: 'Late.' }, commandOverheads }).map(
        ({ place }) => place?.path,
      );
    expect(pathsOf({ parts: { waits: ['late'] }, presets: [] })).toEqual([]);
    expect(pathsOf({ parts: { waits: ['early'], other: 'late' }, presets: ['fast'] })).toEqual([
      'commandOverheads.parts.waits.0',
      'commandOverheads.parts.other',
      'commandOverheads.presets.0',
    ]);
    expect(pathsOf(['late'])).toEqual(['commandOverheads']);
  });
});

describe('a component of a plugin', () => {
  const adopt = (changes: Partial<ComponentDeclaration>): ComponentDeclaration => {
    const [adopted] = adoptComponents([{ ...fifo, ...changes }], { name: 'acme', file: 'acme.js' });
    if (adopted === undefined) throw new Error('nothing was adopted');
    return adopted;
  };
  const task = {
    name: 'job',
    tag: 0,
    after: [],
    chunks: 1,
    delay: 0,
    stages: [{ component: 0, slots: 1, transaction: { kind: 'serve', bytes: 8 } }],
  };
  const valuesOf = ({ parameters }: ComponentDeclaration): Record<string, never> =>
    Object.fromEntries(Object.entries(parameters).map(([name, { fallback }]) => [name, fallback as never]));

  it('does what it did before it was taken in, to the picosecond', () => {
    const run = (declaration: ComponentDeclaration): unknown => {
      const machine = new Machine([{ name: 'server', declaration, values: valuesOf(declaration) }], 1);
      return structuredClone(machine.run([task, { ...task, name: 'next' }]));
    };
    expect(run(adopt({}))).toEqual(run(fifo));
    expect(adopt({})).toMatchObject({ plugin: 'acme', type: fifo.type });
  });

  it('is what it was when it was checked, whatever its getters say later', () => {
    let reads = 0;
    const changing = {
      ...fifo,
      get summary() {
        reads++;
        return reads === 1 ? 'First.' : 3;
      },
    };
    const [adopted] = adoptComponents([changing], { name: 'acme' });
    expect([adopted?.summary, adopted?.summary, reads]).toEqual(['First.', 'First.', 1]);
  });

  it('is named where its code throws, with what it threw as the cause', () => {
    const cause = new RangeError('too far');
    const adopted = adopt({
      facts: () => {
        throw cause;
      },
    });
    const fault = thrownBy(() => adopted.facts({}));
    expect(fault).toBeInstanceOf(PluginFault);
    expect(fault).toMatchObject({
      message: `plugin "acme": component type ${fifo.type}: facts threw RangeError: too far`,
      cause,
      culprit: { plugin: 'acme' },
    });
  });

  it('is a broken law, and no refused input, where its model breaks the contract', () => {
    const adopted = adopt({
      create: ({ host }) => ({
        accept: (token) => host.finish(token, 0, 0, Number.NaN),
        save: () => [],
        load: () => undefined,
      }),
    });
    const machine = new Machine([{ name: 'server', declaration: adopted, values: valuesOf(adopted) }], 1);
    const fault = thrownBy(() => machine.run([task]));
    expect(fault).toBeInstanceOf(PluginFault);
    expect(fault).not.toBeInstanceOf(SystoleError);
    expect(fault).toMatchObject({ message: expect.stringContaining('component "server"') });
  });

  it('names plugin, component and place of every problem of every entry', () => {
    const list = [{ ...fifo, role: 1 }, 7, { ...sharing, summary: '' }];
    const error = thrownBy(() => adoptComponents(list, { name: 'acme', file: 'acme.js' }));
    expect(error).toBeInstanceOf(SystoleError);
    expect(String(error)).toMatch(
      /acme\.js {2}components\[0\]\.role: plugin "acme", component "test\/fifo":/,
    );
    expect(String(error)).toMatch(/components\[1\]: plugin "acme": expected a component/);
    expect(String(error)).toMatch(/components\[2\]\.summary/);
  });
});
