import { defineConfig } from 'vitest/config';

// Packages resolve from source, so that nothing has to be built before it is tested.
const conditions = ['@systole/source', 'module', 'node', 'development|production'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'packages',
          include: ['packages/*/test/**/*.test.ts'],
          benchmark: { include: ['packages/*/bench/**/*.bench.ts'] },
        },
      },
      {
        extends: true,
        test: {
          name: 'apps',
          include: ['apps/*/test/**/*.test.ts'],
          benchmark: { include: ['apps/*/bench/**/*.bench.ts'] },
          // The command is tested as users run it, bundled.
          globalSetup: ['apps/cli/test/support/global-setup.ts'],
        },
      },
    ],
  },
});
