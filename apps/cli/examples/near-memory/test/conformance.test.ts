import { checkComponent, formatReport, lawsFor } from '@systole/laws';
import { describe, expect, it } from 'vitest';
import components from '../src/index.ts';

describe.each(components)('$type', (component) => {
  it.each(lawsFor(component).map(({ id }) => id))('keeps %s', { timeout: 60_000 }, (law) => {
    const report = checkComponent(component, { laws: [law], runs: 100 });
    expect(report.isSound ? '' : formatReport(report)).toBe('');
  });
});
