import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { onConsoleLog } from './vitest.shared.mjs';

export default defineConfig({
  test: {
    projects: ['{packages,examples,tools}/*/vitest.config.mts'],
    // Vitest would leave one processor to itself, and of two that is half.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    onConsoleLog,
  },
});
