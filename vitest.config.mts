import { defineConfig } from 'vitest/config';
import { onConsoleLog } from './vitest.shared.mjs';

export default defineConfig({
  test: { projects: ['{packages,examples,tools}/*/vitest.config.mts'], onConsoleLog },
});
