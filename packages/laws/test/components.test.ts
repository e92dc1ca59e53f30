import { describe, expect, it } from 'vitest';
import { checkComponent, formatReport, lawsFor } from '../src/index.ts';
import { declarations, optionsFor } from './support/subjects.ts';

describe.each(declarations.map((declaration) => ({ type: declaration.type, declaration })))(
  '$type',
  ({ declaration }) => {
    it.each(lawsFor(declaration).map(({ id }) => id))('keeps %s', (id) => {
      const report = checkComponent(declaration, { ...optionsFor(declaration), laws: [id], runs: 150 });
      expect(report.findings).toHaveLength(1);
      expect(report.isSound ? '' : formatReport(report)).toBe('');
    });
  },
);
