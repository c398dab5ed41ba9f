#!/usr/bin/env node
// In a copy of the repository: `npx nx g @evenkeel/tools:plugin NAME` makes a package that is formatted, builds, lints without a
// warning and passes its tests, and needs no other change.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './consumer.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'evenkeel-generator-'));
const bin = (name) => join(copy, 'node_modules', '.bin', name);

/** Tracked and new files, and what was built from them. */
function copyRepository() {
  const listed = run(root, 'git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z']);
  const files = listed.split('\0').filter((path) => path && !path.startsWith('docs/results/'));
  const folders = new Set(files.map((path) => dirname(path)));
  for (const folder of folders) mkdirSync(join(copy, folder), { recursive: true });
  for (const path of files) cpSync(join(root, path), join(copy, path), { force: true });
  for (const name of readdirSync(join(root, 'packages'))) {
    cpSync(join(root, 'packages', name, 'dist'), join(copy, 'packages', name, 'dist'), {
      recursive: true,
      preserveTimestamps: true,
    });
  }
}

/** Links what is installed; the packages of the repository are those of the copy. */
function linkModules() {
  const modules = join(copy, 'node_modules');
  mkdirSync(join(modules, '@evenkeel'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== '@evenkeel') symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  for (const name of readdirSync(join(copy, 'packages'))) {
    symlinkSync(join(copy, 'packages', name), join(modules, '@evenkeel', name));
  }
  symlinkSync(join(copy, 'tools', 'generators'), join(modules, '@evenkeel', 'tools'));
}

try {
  copyRepository();
  linkModules();
  const folder = join('packages', 'plugin-label-noise');
  // Without the link that `npm install` would make: nothing imports the new package.
  run(copy, process.execPath, [bin('nx'), 'g', '@evenkeel/tools:plugin', 'label-noise', '--skipInstall']);
  run(copy, bin('prettier'), ['--check', folder, 'tsconfig.json']);
  run(copy, bin('tsc'), ['--build', join(folder, 'tsconfig.json')]);
  run(copy, bin('eslint'), [folder, '--max-warnings=0']);
  const projects = ['--project', 'plugin-label-noise', '--project', 'checks'];
  const output = run(copy, bin('vitest'), ['run', ...projects, 'plugin-label-noise', 'package-']);
  assert.match(output, /Tests {2}\d+ passed/);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}
