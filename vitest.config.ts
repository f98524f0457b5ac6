import { defineConfig } from 'vitest/config';

const results = process.env['KCHECK_TEST_RESULTS'];

export default defineConfig({
  // `kcheck` means the sources, as the `source` condition of package.json says.
  resolve: { conditions: ['source', 'node', 'import', 'module', 'default'] },
  ssr: { resolve: { conditions: ['source', 'node', 'import', 'module', 'default'] } },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/build.ts'],
    testTimeout: 60_000,
    reporters: results === undefined ? ['default'] : ['default', ['json', { outputFile: results }]],
  },
});
