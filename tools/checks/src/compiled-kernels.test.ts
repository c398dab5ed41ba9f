import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const script = join(root, 'tools', 'scripts', 'compile-kernels.mjs');
const compiled = join(root, 'packages', 'image-folders', 'src', 'kernels', 'compiled-kernels.ts');
const folder = mkdtempSync(join(tmpdir(), 'evenkeel-kernels-'));
afterAll(() => rmSync(folder, { recursive: true }));
const check = (file: string) => spawnSync(process.execPath, [script, '--check', file], { encoding: 'utf8' });

it('are what their sources give', () => {
  expect(check(compiled)).toMatchObject({ status: 0, stderr: '' });
});

it('are refused when they are older than their sources', () => {
  const stale = join(folder, 'compiled-kernels.ts');
  writeFileSync(stale, readFileSync(compiled, 'utf8').replace('AGFzb', 'AGFzc'));
  expect(check(stale)).toMatchObject({ status: 1, stderr: expect.stringContaining('is not current. Run:') });
});
