import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as core from '@evenkeel/trainer-core';
import { afterAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const script = join(root, 'tools', 'scripts', 'plugin-page.mjs');
const page = readFileSync(join(root, 'docs', 'plugins.md'), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'evenkeel-page-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('has the tables that the sources give', () => {
  execFileSync(process.execPath, [script, '--check']);
});

it.each([
  ['another default', 'softmax cross-entropy', 'none'],
  ['an event less', /^\| `batch-end`.*\n/m, ''],
])('is refused with %s', (_what, from, to) => {
  const stale = join(folder, 'plugins.md');
  writeFileSync(stale, page.replace(from, to));
  const { status, stderr } = spawnSync(process.execPath, [script, '--check', stale], { encoding: 'utf8' });
  expect(stderr).toMatch(/is not current\. Run: node tools\/scripts\/plugin-page\.mjs/);
  expect(status).toBe(1);
});

it('is right that nothing is experimental', () => {
  expect(page).toContain('nothing of the kind in version 2');
  expect(Object.keys(core).filter((name) => name.startsWith('experimental_'))).toEqual([]);
});

it('shows two plugins that meet in a role as an example runs them', () => {
  const code = readFileSync(join(root, 'examples', 'plugins', 'src', 'meet-in-a-role.ts'), 'utf8');
  expect(page).toContain('```ts\n' + code + '```');
});

it('has every role that the core exports, with its kind', () => {
  const roles = Object.values<unknown>(core).filter(
    (value): value is core.Role<unknown> => typeof value === 'object' && value !== null && 'token' in value,
  );
  expect(roles.map(({ name }) => name).sort()).toEqual(core.CORE_ROLES.map(({ name }) => name).sort());
  for (const { name, kind } of roles)
    expect(page).toMatch(new RegExp(`^\\| \`${name}\` +\\| ${kind} +\\|`, 'm'));
});

it.each([
  'provideFrom',
  'identity?: boolean',
  'log(name: string',
  'GRADIENTS',
  'AUXILIARY_LOSSES',
  'targetsOf(',
  'weight?(',
  'freezes?(',
])('tells of %s in a table', (member) => {
  const rows = page.split('\n').filter((line) => line.startsWith('|') && line.includes(`\`${member}`));
  expect(rows).not.toEqual([]);
});
