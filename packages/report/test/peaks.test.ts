import { describe, expect, it } from 'vitest';
import type { FactDescription, QuantityDescription } from '@systole/chip';
import { describeText, roofline } from '../src/index.ts';
import { sampleChip } from './support/sample-chip.ts';
import { sampleResult } from './support/sample-result.ts';

const NARROW = ['fp8-e4m3', 'fp8-e5m2', 'fp6-e3m2', 'fp6-e2m3', 'fp4-e2m1', 'int8', 'int4', 'posit8'];
const MANY = Array.from({ length: 20 }, (_, index) => `format-${index}`);

const rate = (text: string): QuantityDescription => ({ text, value: 1e12, unit: 'MAC/s' });
const rates = (formats: readonly string[], text: string) =>
  Object.fromEntries(formats.map((format) => [format, rate(text)]));

function chipText(
  macsPerSecond: Readonly<Record<string, QuantityDescription>>,
  wideMacsPerSecond: Readonly<Record<string, QuantityDescription>> = {},
  facts: readonly FactDescription[] = [],
): readonly string[] {
  const chip = sampleChip();
  const components = chip.components.map((part) => (part.name === 'mac' ? { ...part, facts } : part));
  const totals = { ...chip.totals, macsPerSecond, wideMacsPerSecond };
  return describeText({ ...chip, components, totals }).split('\n');
}

function peakFacts(formats: readonly string[], operand: 'stored' | 'activation', text: string) {
  return formats.map((format) => ({ name: `peak ${format}`, ...rate(text), format, operand }));
}

describe('peak rates in text', () => {
  it('are a line each, with all formats that have it', () => {
    const macs = { bf16: rate('66.56 TMAC/s'), ...rates(NARROW, '65.54 TMAC/s') };
    const lines = chipText(macs);
    const at = lines.indexOf('peak MACs     66.56 TMAC/s in bf16');
    expect(at).toBeGreaterThan(0);
    expect(lines[at + 1]).toBe(`              65.54 TMAC/s in ${NARROW.join(', ')}`);
    expect(lines[at + 2]).toMatch(/^static power/);
  });

  it('say at which rate wide activations are taken', () => {
    const lines = chipText(rates(['int8', 'int4'], '4 TMAC/s'), rates(['bf16', 'fp16', 'int16'], '1 TMAC/s'));
    const at = lines.indexOf('peak MACs     4 TMAC/s in int8, int4');
    expect(lines[at + 1]).toBe('              activations of bf16, fp16, int16 at 1 TMAC/s');
  });

  it('are told apart from other facts of a component', () => {
    const lines = chipText({}, {}, [
      ...peakFacts(['int8', 'int4'], 'stored', '4 TMAC/s'),
      ...peakFacts(['bf16', 'fp16'], 'activation', '1 TMAC/s'),
      { name: 'resources', text: '1', value: 1, unit: '' },
    ]);
    const at = lines.indexOf('peak MACs     4 TMAC/s in int8, int4');
    expect(lines[at - 1]).toBe('resources 1');
    expect(lines[at + 1]).toBe('              activations of bf16, fp16 at 1 TMAC/s');
  });

  it('stay within the width, and leave no format out', () => {
    const lines = chipText(rates(MANY, '1 TMAC/s'), rates(MANY, '500 GMAC/s'));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
    const text = lines.map((line) => line.trim()).join(' ');
    expect(text).toContain(`peak MACs     1 TMAC/s in ${MANY.join(', ')} `);
    expect(text).toContain(`activations of ${MANY.join(', ')} at 500 GMAC/s`);
  });
});

describe('peak rates in the roofline', () => {
  it('are one roof where formats of the workload have the same', () => {
    const result = sampleResult();
    const mixed = { ...result, workload: { ...result.workload, weights: 'fp16' } };
    expect(roofline(mixed).compute).toEqual([
      { name: 'mac', formats: ['bf16', 'fp16'], macsPerSecond: 4.096e12 },
    ]);
  });
});
