#!/usr/bin/env node
// `npm run lint`: ESLint over the repository, without a warning. The boundary rule reads the graph of projects from Nx's
// cache and skips itself where there is none or misses what is new, so the graph is made first.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs one of the repository's own tools and ends here when it fails. */
function run(tool, args, stdout) {
  const { status, error } = spawnSync(`${root}/node_modules/.bin/${tool}`, args, {
    cwd: root,
    stdio: ['ignore', stdout, 'inherit'],
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

run('nx', ['show', 'projects'], 'ignore');
run('eslint', ['.', '--max-warnings=0', ...process.argv.slice(2)], 'inherit');
