import { defineConfig } from 'vitest/config';

// Packages resolve from source, so that nothing has to be built before it is tested.
const source = ['@systole/source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions: source },
  ssr: { resolve: { conditions: source } },
  test: {
    include: ['{packages,apps}/*/test/**/*.test.ts'],
    benchmark: { include: ['{packages,apps}/*/bench/**/*.bench.ts'] },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
