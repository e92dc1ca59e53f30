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
