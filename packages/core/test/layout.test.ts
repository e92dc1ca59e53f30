import { describe, expect, it } from 'vitest';
import { createLayout, SystoleError } from '../src/index.ts';
import { fifo, partOf, sharing, shortestFirst } from './support/servers.ts';

describe('a layout', () => {
  const layout = createLayout([
    partOf('a', fifo, { price: 7 }),
    partOf('b', sharing),
    partOf('c', shortestFirst),
  ]);

  it('gives every component its columns, in order, and prices its actions', () => {
    expect(layout.actions).toEqual([
      { component: 0, name: 'serve', energy: 7 },
      { component: 2, name: 'serve', energy: 1 },
    ]);
    expect(layout.actionBase).toEqual([0, 1, 1]);
    expect(layout.statistics).toEqual([{ component: 0, name: 'chunks' }]);
    expect(layout.statisticBase).toEqual([0, 1, 1]);
  });

  it('gives every component the common reasons before its own, and ends with the launch of tasks', () => {
    expect(layout.reasons.map(({ component, name }) => `${component} ${name}`)).toEqual([
      '0 service',
      '0 queue',
      '0 setup',
      '1 service',
      '1 queue',
      '2 service',
      '2 queue',
      '-1 launch',
    ]);
    expect(layout.reasonBase).toEqual([0, 3, 5]);
    expect([layout.launch, layout.reasonWidth]).toEqual([7, 3]);
  });

  it('knows a component by its name', () => {
    expect([layout.indexOf('c'), layout.indexOf('d'), layout.indexOf('toString')]).toEqual([2, -1, -1]);
  });

  it('refuses two components of one name', () => {
    expect(() => createLayout([partOf('a', fifo), partOf('a', sharing)])).toThrowError(
      expect.objectContaining({ code: 'chip/duplicate' }),
    );
  });

  it.each([-1, NaN, Infinity])('refuses a price of %s fJ', (price) => {
    const run = (): unknown => createLayout([partOf('a', fifo, { price })]);
    expect(run).toThrowError(SystoleError);
    expect(run).toThrowError(/a: action "serve" costs/);
  });
});
