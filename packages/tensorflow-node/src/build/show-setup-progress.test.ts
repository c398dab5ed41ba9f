import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { SetupProgress } from './setup-progress.js';
import { showSetupProgress } from './show-setup-progress.js';

function shown(isTTY: boolean, steps: readonly SetupProgress[]): string {
  const stream = Object.assign(new PassThrough(), {
    isTTY,
    cursorTo: () => true,
    clearLine: () => true,
    columns: 100,
  });
  const view = showSetupProgress(stream as unknown as NodeJS.WriteStream);
  steps.forEach(view.onProgress);
  view.stop();
  return String(stream.read() ?? '');
}

const STEPS: readonly SetupProgress[] = [
  { stage: 'download', message: 'downloading', done: 0, total: 4e6, unit: 'bytes' },
  { stage: 'download', message: 'downloading', done: 2e6, total: 4e6, unit: 'bytes' },
  { stage: 'build', message: 'compiling', done: 1, total: 8, unit: 'steps' },
];

describe('showSetupProgress', () => {
  it('writes one plain line per message where there is no terminal', () => {
    expect(shown(false, STEPS)).toBe('evenkeel: downloading (4 MB)\nevenkeel: compiling\n');
  });

  it('says what comes next within a stage too', () => {
    const more = [...STEPS, { stage: 'build', message: 'compiling more' } as const];
    expect(shown(false, more)).toMatch(/compiling\nevenkeel: compiling more\n$/);
    expect(shown(true, more)).toContain('compiling more');
  });

  it('draws a bar with the amount and the time left on a terminal', () => {
    const text = shown(true, STEPS);
    expect(text).toMatch(/downloading \|█*░*\| 50 % 2 MB of 4 MB, .* left/);
    expect(text).toMatch(/compiling \|█*░*\| 12 %/);
  });
});
