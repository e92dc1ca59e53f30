import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, chipHash, loadChip } from '../src/index.ts';
import { sha256 } from '../src/sha256.ts';
import { catalogue, edited, SAMPLE } from './sample.ts';

describe('sha256', () => {
  it('gives the digests of FIPS 180-4', () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('agrees with the implementation of the platform, across block boundaries', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.nat({ max: 200 }).map((n) => 'x'.repeat(n)),
    );
    fc.assert(
      fc.property(text, (message) => {
        expect(sha256(message)).toBe(createHash('sha256').update(message, 'utf8').digest('hex'));
      }),
      { numRuns: 500 },
    );
  });
});

describe('chipHash', () => {
  const sample = loadChip(SAMPLE, 'chip.yaml', catalogue);

  it('depends on the order of components, by which a mapping takes one of equals', () => {
    const names = Object.keys(sample.components);
    const inOrder = (order: readonly string[]) => {
      const components = order.map((name) => [name, sample.components[name]] as const);
      return chipHash({ ...sample, components: Object.fromEntries(components) as typeof sample.components });
    };
    expect(inOrder(names)).toBe(chipHash(sample));
    const swaps = names.slice(1).map((name, index) => {
      const others = names.filter((other) => other !== name);
      return [...others.slice(0, index), name, ...others.slice(index)];
    });
    expect(new Set([names, ...swaps].map(inOrder)).size).toBe(names.length);
  });

  it('does not depend on the order of other keys', () => {
    const reversed = Object.fromEntries(Object.entries(sample).reverse());
    expect(canonicalJson(reversed)).toBe(canonicalJson(sample));
    const moved = edited('    tRAS: 33 ns\n', '').replace(
      '    refresh: false\n',
      '    refresh: false\n    tRAS: 33 ns\n',
    );
    expect(chipHash(loadChip(moved, 'other.yaml', catalogue))).toBe(chipHash(sample));
  });

  it('depends on values, on sources, and on the order of connections', () => {
    const texts = [
      SAMPLE,
      edited('tRAS: 33 ns', 'tRAS: 34 ns'),
      edited('note: table 1', 'note: table 2'),
      edited('  - { from: sram, to: xbar, lanes: 2 }\n', '').replace(
        '  - { from: sram.port',
        '  - { from: sram, to: xbar, lanes: 2 }\n  - { from: sram.port',
      ),
      edited('preset: [gddr6-16000, slow]', 'preset: [slow, gddr6-16000]'),
    ];
    const hashes = texts.map((text) => chipHash(loadChip(text, 'chip.yaml', catalogue)));
    expect(new Set(hashes).size).toBe(texts.length);
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/);
  });
});
