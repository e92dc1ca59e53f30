import { defineComponent, param, SystoleError } from '@systole/core';
import type { ComponentDeclaration } from '@systole/core';
import { describe, expect, it } from 'vitest';
import { checkComponent, formatReport, LAWS, lawsFor } from '../src/index.ts';
import type { ComponentCheckOptions, LawId } from '../src/index.ts';
import { beats, LATENCY, pipe, serveSoundly } from './support/broken.ts';
import { smallDram, smallDramProtocol } from './support/small-dram.ts';

function brokenLaws(
  declaration: ComponentDeclaration,
  options: ComponentCheckOptions = {},
): readonly LawId[] {
  const { findings } = checkComponent(declaration, { ...options, runs: 60 });
  return findings.flatMap(({ law, outcome }) => (outcome === 'broken' ? [law] : []));
}

/** A fault that is built anew for each check: some of them remember what they did. */
type Fault = readonly [
  what: string,
  law: LawId,
  make: () => ComponentDeclaration,
  options?: ComponentCheckOptions,
];

const faults: readonly Fault[] = [
  [
    'ends before it starts',
    'component/causality',
    () =>
      pipe(({ host }, { token }) => {
        host.finish(token, host.now + 10, host.now + 5, host.now + 5);
        return host.now;
      }),
  ],
  [
    'beats its bandwidth when many are asked for at once',
    'component/physics',
    () =>
      pipe((parts, chunk) => {
        // Each transfer takes its time, and none waits for another.
        serveSoundly(parts, { ...chunk, freeAt: 0 });
        return 0;
      }),
  ],
  [
    'beats its least latency',
    'component/physics',
    () =>
      pipe(({ host }, { token, bytes }) => {
        host.finish(token, host.now, host.now + beats(bytes), host.now + beats(bytes));
        return host.now + beats(bytes);
      }),
  ],
  [
    'is busier than its one resource',
    'component/physics',
    () =>
      pipe((parts, chunk) => {
        parts.host.occupy(5 * beats(chunk.bytes) + 5000);
        return serveSoundly(parts, chunk);
      }),
  ],
  [
    'does more multiply-accumulates than its rate allows',
    'component/physics',
    () =>
      pipe((parts, chunk) => {
        parts.host.macs(0, chunk.bytes * 50 + 1000);
        return serveSoundly(parts, chunk);
      }),
  ],
  [
    'acts a negative number of times',
    'component/conservation',
    () =>
      pipe((parts, chunk) => {
        parts.host.act(parts.bit, -1);
        return serveSoundly(parts, chunk);
      }),
  ],
  [
    'loses bytes',
    'component/conservation',
    () =>
      pipe((parts, chunk) => {
        const freeAt = serveSoundly({ ...parts, host: { ...parts.host, count: () => {} } }, chunk);
        parts.host.count(parts.bytesIn, chunk.bytes);
        parts.host.count(parts.bytesOut, chunk.bytes - (chunk.bytes % 7));
        return freeAt;
      }),
  ],
  [
    'counts other useful MACs than were asked for',
    'component/conservation',
    () =>
      pipe((parts, chunk) => {
        const freeAt = serveSoundly({ ...parts, host: { ...parts.host, macs: () => {} } }, chunk);
        parts.host.macs(chunk.bytes, 0);
        return freeAt;
      }),
  ],
  [
    'has a bound that falls with work',
    'component/monotone-bound',
    () => pipe(serveSoundly, { lowerBound: ({ bytes }) => Math.max(0, 1000 - bytes) }),
  ],
  [
    'is faster with more work',
    'component/monotone-time',
    () =>
      pipe((parts, chunk) => serveSoundly(parts, { ...chunk, bytes: chunk.bytes > 100 ? 16 : chunk.bytes })),
  ],
  [
    'draws from a counter that all machines share',
    'component/determinism',
    () => {
      let drawn = 0;
      return pipe((parts, chunk) => {
        drawn += 1;
        return serveSoundly(parts, { ...chunk, freeAt: chunk.freeAt + (drawn % 3) });
      });
    },
  ],
  [
    'serves what was listed first before what arrived first',
    'component/arrival-order',
    () => pipe((parts, chunk) => serveSoundly(parts, { ...chunk, freeAt: chunk.freeAt + chunk.token * 100 })),
  ],
  [
    'has a phase from the beginning of time',
    'component/origin',
    () =>
      pipe((parts, chunk) => {
        const phase = parts.host.now % 3900;
        return serveSoundly(parts, { ...chunk, freeAt: Math.max(chunk.freeAt, parts.host.now + phase) });
      }),
  ],
  [
    'forgets that it is busy when it is saved',
    'component/save-load',
    () => {
      // Its wires rest after each transfer, longer than the result takes.
      return pipe(
        (parts, chunk) => {
          const last = rests.get(parts) ?? 0;
          const start = Math.max(chunk.freeAt, last);
          rests.set(parts, serveSoundly(parts, { ...chunk, freeAt: start }) + 50_000);
          return start;
        },
        { keepsNothing: true },
      );
    },
  ],
  [
    'leaks the rows of one machine into another',
    'component/independence',
    () => {
      const known = new Set<number>();
      return pipe((parts, chunk) => {
        const isKnown = known.has(chunk.transaction.bytes);
        known.add(chunk.transaction.bytes);
        return serveSoundly(parts, { ...chunk, freeAt: chunk.freeAt + (isKnown ? 0 : 777) });
      });
    },
  ],
  [
    'is faster in halves than whole',
    'component/splitting',
    () =>
      pipe((parts, chunk) => {
        const isHalf = chunk.bytes < chunk.transaction.bytes;
        const start = Math.max(parts.host.now, chunk.freeAt);
        const time = isHalf ? 1 : beats(chunk.bytes) * 2 + 4000;
        parts.host.finish(chunk.token, start, start + time, start + time);
        return start + time;
      }),
  ],
  [
    'pays for a cut in proportion to the work',
    'component/splitting',
    () =>
      pipe((parts, chunk) => {
        const isCut = chunk.bytes < chunk.transaction.bytes;
        const freeAt = serveSoundly(parts, {
          ...chunk,
          freeAt: chunk.freeAt + (isCut ? beats(chunk.transaction.bytes) * chunk.bytes : 0),
        });
        return freeAt;
      }),
  ],
  [
    'promises an infinite rate',
    'component/facts',
    () => pipe(serveSoundly, { facts: () => ({ bandwidth: Infinity, minimumLatency: 0, resources: 1 }) }),
  ],
  [
    'has half a resource',
    'component/facts',
    () => pipe(serveSoundly, { facts: () => ({ minimumLatency: 0, resources: 0.5 }) }),
  ],
  [
    'has facts that wander',
    'component/facts',
    () => {
      let asked = 0;
      return pipe(serveSoundly, { facts: () => ({ minimumLatency: asked++, resources: 1 }) });
    },
  ],
  [
    'has a default outside of its range',
    'component/declaration',
    () => pipe(serveSoundly, { parameters: { price: param.integer('fJ', { max: 100, default: 101 }) } }),
  ],
  [
    'calls something else its level of detail',
    'component/declaration',
    () => pipe(serveSoundly, { parameters: { ...PRICED, detail: param.choice(['low', 'high'], 'how far') } }),
  ],
  [
    'has no least latency where its price is at its highest',
    'component/facts',
    () =>
      pipe(serveSoundly, {
        facts: ({ price }) => ({ minimumLatency: Number(price) > 99 ? NaN : 0, resources: 1 }),
      }),
  ],
  [
    'asks another price each time',
    'component/energy',
    () => {
      let asked = 0;
      return pipe(serveSoundly, {
        actions: { bit: { help: 'moves a bit', unit: 'bit', energy: () => asked++ } },
      });
    },
  ],
  [
    'is further off at level fast than it says',
    'component/fidelity',
    () => twoLevels(0.6, { share: 0.25, basis: 'said' }),
  ],
  ['has two levels, and does not say how far they differ', 'component/fidelity', () => twoLevels(1)],
  [
    'opens rows too soon after one another',
    'component/protocol',
    () => smallDram(false),
    { protocol: smallDramProtocol(false) },
  ],
  [
    'says other commands than it keeps to',
    'component/protocol',
    () => smallDram(false),
    { protocol: smallDramProtocol(true) },
  ],
  [
    'has a preset for a parameter that it does not have',
    'component/declaration',
    () =>
      pipe(serveSoundly, {
        presets: {
          odd: { help: 'odd', values: { prize: 1 }, source: { source: 'none', confidence: 'inferred' } },
        },
      }),
  ],
];

const PRICED = { price: param.integer('fJ a bit', { max: 100, default: 8 }) };

/** A sound pipe at level detailed, which takes `share` of its time at level fast. */
function twoLevels(share: number, fastError?: ComponentDeclaration['fastError']): ComponentDeclaration {
  const base = pipe((parts, chunk) => {
    const start = Math.max(parts.host.now, chunk.freeAt);
    const time = Math.ceil((beats(chunk.bytes) + LATENCY) * (levels.get(parts.host) === 'fast' ? share : 1));
    parts.host.finish(chunk.token, start, start + time, start + time);
    return start + time;
  });
  return {
    ...base,
    parameters: { ...PRICED, detail: param.choice(['fast', 'detailed'], 'level', { default: 'fast' }) },
    ...(fastError === undefined ? {} : { fastError }),
    create(context) {
      const { detail } = context.values;
      levels.set(context.host, String(detail));
      return base.create(context);
    },
  };
}

const levels = new WeakMap<object, string>();

const rests = new WeakMap<object, number>();

describe('a sound component', () => {
  it('keeps every law', () => {
    const report = checkComponent(pipe(), { runs: 60 });
    expect(report.isSound ? '' : formatReport(report)).toBe('');
    expect(report.findings.map(({ law }) => law)).toEqual(lawsFor(pipe()).map(({ id }) => id));
    expect(
      report.findings.every(
        ({ runs, refused, law }) => law === 'component/declaration' || (runs === 60 && refused === 0),
      ),
    ).toBe(true);
  });
});

describe('a component is caught that', () => {
  const named = faults.map(([what, law, make, options = {}]) => ({ what, law, make, options }));

  it.each(named)('$what', ({ law, make, options }) => {
    expect(brokenLaws(make(), options)).toContain(law);
  });

  it('says why a law is not about it', () => {
    const { inapplicable } = checkComponent(pipe(), { runs: 1 });
    expect(inapplicable).toEqual([
      { law: 'component/fidelity', reason: 'it has one level of detail' },
      { law: 'component/protocol', reason: 'no commands and rules were given to check' },
    ]);
  });

  it('throws where nothing can be generated', () => {
    const blind = pipe(serveSoundly, {
      conflicts: () => {
        throw new TypeError('no conflict can be found');
      },
    });
    const { findings } = checkComponent(blind, { runs: 5, laws: ['component/causality'] });
    expect(findings).toMatchObject([{ outcome: 'broken', runs: 0 }]);
    expect(findings[0]?.cause).toContain('no conflict can be found');
  });

  it('refuses everything', () => {
    const shy = pipe(({ host }) => {
      throw new SystoleError({ code: 'argument/invalid', message: `not at ${host.now} ps` });
    });
    const [finding] = checkComponent(shy, { laws: ['component/causality'], runs: 10 }).findings;
    expect(finding).toMatchObject({ outcome: 'broken', runs: 0 });
    expect(finding?.message).toMatch(/too many generated cases were refused, the last with: .*not at 0 ps/);
  });

  it('crashes', () => {
    const crash = pipe(serveSoundly, {
      create: () => {
        throw new TypeError('no');
      },
    });
    expect(brokenLaws(crash)).toContain('component/causality');
  });
});

it('every law about components catches something', () => {
  const caught = new Set(faults.map(([, law]) => law));
  expect(LAWS.filter(({ id, subject }) => subject === 'component' && !caught.has(id))).toEqual([]);
});

it('two levels that differ by what is declared are sound', () => {
  const { findings } = checkComponent(twoLevels(0.8, { share: 0.25, basis: 'said' }), {
    laws: ['component/fidelity', 'component/declaration'],
  });
  expect(findings.map(({ outcome }) => outcome)).toEqual(['held', 'held']);
});

describe('a report', () => {
  const [report] = [
    checkComponent(
      pipe(({ host }, { token }) => (host.finish(token, 0, 0, -1), 0)),
      { runs: 20, seed: 7 },
    ),
  ];

  it('names the seed, the path and the smallest counterexample', () => {
    const text = formatReport(report);
    expect(text).toContain('test/pipe: not sound');
    expect(text).toContain('BROKEN  component/causality');
    expect(text).toMatch(/counterexample: .*"bytes":1/);
    expect(text).toMatch(/run it again with seed 7, path "/);
  });

  it('is the same each time', () => {
    expect(checkComponent(pipe(), { runs: 20, seed: 7 })).toEqual(
      checkComponent(pipe(), { runs: 20, seed: 7 }),
    );
  });

  it('is only about the laws that were asked for', () => {
    const { findings } = checkComponent(pipe(), { runs: 5, laws: ['component/origin'] });
    expect(findings.map(({ law }) => law)).toEqual(['component/origin']);
  });
});

it('a component that takes nothing is held to what it says of itself', () => {
  const silent = defineComponent({
    type: 'test/silent',
    role: 'compute',
    summary: 'Silent.',
    parameters: {},
    ports: {},
    accepts: {},
    facts: () => ({ minimumLatency: 0, resources: 1 }),
    lowerBound: () => 0,
    create: () => ({ accept: () => {}, save: () => [], load: () => {} }),
  });
  expect(checkComponent(silent, { runs: 5 }).findings.map(({ law }) => law)).toEqual([
    'component/declaration',
    'component/facts',
  ]);
});
