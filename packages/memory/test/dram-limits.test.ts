import { describe, expect, test } from 'vitest';
import type { ComponentDeclaration } from '@systole/core';
import { dram } from '../src/index.ts';
import { resolve } from './helpers/resolve.ts';

const declaration: ComponentDeclaration = dram;

describe('how many banks there may be', () => {
  test('as many as are held, and no more', () => {
    const conflictsOf = (channels: number): readonly string[] =>
      declaration
        .conflicts(resolve(declaration, [], { channels, bankGroups: 64, banksPerGroup: 256 }))
        .map(({ parameter }) => parameter);
    expect(conflictsOf(64)).not.toContain('channels');
    expect(conflictsOf(65)).toContain('channels');
  });
});

describe('how fast vectors and sums pass the port', () => {
  const conflictsOf = (written: Readonly<Record<string, string>>): readonly string[] =>
    declaration
      .conflicts(resolve(declaration, [], { tCCDS: '4 ns', tCCDL: '4 ns', ...written }))
      .map(({ parameter }) => parameter);

  test.each(['tBufferWrite', 'tResultRead'])('%s is no shorter than tCCDS', (parameter) => {
    expect(conflictsOf({ [parameter]: '3.999 ns' })).toContain(parameter);
    expect(conflictsOf({ [parameter]: '4 ns' })).not.toContain(parameter);
    expect(conflictsOf({})).not.toContain(parameter);
  });
});
