import { createCatalogue } from '@systole/core';
import { computePackage } from '@systole/compute';
import { interconnectPackage } from '@systole/interconnect';
import { createMappings, pimGpt } from '@systole/mapping';
import { memoryPackage } from '@systole/memory';
import { describe, expect, it } from 'vitest';
import { arbitraryChip, checkChip, formatReport, LAWS } from '../src/index.ts';

const catalogue = createCatalogue([memoryPackage, computePackage, interconnectPackage]);
const mappings = createMappings([pimGpt]);
const ids = LAWS.filter(({ subject }) => subject === 'chip').map(({ id }) => id);

describe('small models on chips that compute in memory', () => {
  it.each(ids)('keep %s', (id) => {
    const report = checkChip(arbitraryChip(), { catalogue, mappings, laws: [id], runs: 60 });
    expect(report.findings).toHaveLength(1);
    expect(report.isSound ? '' : formatReport(report)).toBe('');
  });
});
