import { defineConfig } from 'vitest/config';

const conditions = ['@evenkeel/source', 'node', 'import', 'module', 'default'];

/** Tests print nothing: a run in which one does ends as a failure, even though all of its tests passed. */
export function onConsoleLog() {
  process.exitCode = 1;
}

/** What every package's vitest.config.mts starts from: siblings resolve to their sources, so tests need no build. */
export const shared = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    watch: false,
    pool: 'forks',
    testTimeout: 60_000,
    include: ['src/**/*.test.ts'],
    onConsoleLog,
  },
});
