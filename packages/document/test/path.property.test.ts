import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatPath, parsePath } from '../src/index.ts';

const step = fc.oneof(
  fc.constantFrom('components', 'dram', 'tRCD-2', '_x', 'a b', '"', '\\', ']', '', '0', 'é', '\u0000', '.'),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.nat(),
);

it('reads a path as it was written', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 6 }), (path) => {
      expect(parsePath(formatPath(path))).toEqual(path);
    }),
  );
});

it('takes no other text for a path', () => {
  for (const text of ['.a', 'a..b', 'a.', 'a[', 'a[x]', 'a["b]', 'a b', 'components dram', '["\\x"]']) {
    expect(parsePath(text)).toBeUndefined();
  }
  fc.assert(
    fc.property(fc.string({ maxLength: 30 }), (text) => {
      const path = parsePath(text) ?? [];
      expect(parsePath(formatPath(path))).toEqual(path);
    }),
  );
});
