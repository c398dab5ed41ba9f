import { appendFileSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const conditions = ['@evenkeel/source', 'node', 'import', 'module', 'default'];

/**
 * Tests print nothing: a run in which one does ends as a failure, even though all of its tests passed. What was printed, and
 * by which test, is appended to the file that EVENKEEL_PRINTED names.
 */
export function onConsoleLog(text, _stream, from) {
  process.exitCode = 1;
  const test = [from?.module?.moduleId ?? from?.moduleId, from?.fullName].filter(Boolean).join(' > ');
  if (process.env.EVENKEEL_PRINTED)
    appendFileSync(process.env.EVENKEEL_PRINTED, `${test || 'unknown test'}\n${text.trimEnd()}\n`);
}

/** What every package's vitest.config.mts starts from: siblings resolve to their sources, so tests need no build. */
export const shared = defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    watch: false,
    pool: 'forks',
    testTimeout: 60_000,
    // What is waited for comes in a moment, and later on a busy machine.
    expect: { poll: { timeout: 20_000 } },
    include: ['src/**/*.test.ts'],
    onConsoleLog,
  },
});
